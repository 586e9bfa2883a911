"""A claim reviewed again after a later one of its award was assessed: the later one waits, then is reckoned again; limits hold over all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.test_claims import BOT, all_complete, spent
from tests.claims.test_reckoning import AWARDED, ZERO, reckoned
from tests.claims.world import PAYMENT
from tests.payments.conftest import cashier  # noqa: F401

from levante.claims.api import (
    Charge,
    assess_claim,
    claim_liquidated,
    cut_charge,
    discard_claim,
    open_claim,
    refuse_claim,
    reopen_claim,
    send_claim,
    take_claim,
    write_report,
)
from levante.claims.reckoning import Cost, due_of, of_this_claim
from levante.identity.api import User
from levante.kernel.api import Refused, today
from levante.messages.api import Notice
from levante.payments.api import draft_liquidation, gate_of

D = Decimal


def reviewed(award, actor, desk, mode, costs):
    claim = open_claim(actor=actor, award=award, mode=mode)
    write_report(actor=actor, claim=claim, report="Fatto.")
    for number, net, item in costs:
        spent(claim, actor, number, net, item=item)
    sent = take_claim(actor=desk, claim=send_claim(actor=actor, claim=claim))
    all_complete(sent, desk)
    return sent


@pytest.mark.django_db
@pytest.mark.slow  # an award to its effect, two claims
def test_the_later_one_waits_and_is_reckoned_again(award, chief, desk, cashier, client):  # noqa: F811
    actor = chief(award)
    sal = reviewed(award, actor, desk, "sal", [("1", "3000.00", "stand")])
    charge = Charge.objects.get(claim=sal)
    cut_charge(actor=desk, charge=charge, kept=D("1000.00"), reason="Una parte è rappresentanza")
    assert assess_claim(actor=desk, claim=sal).due == D("500.00")
    draft = open_claim(actor=actor, award=award, mode="balance")
    with pytest.raises(Refused, match=r"in corso \(saldo\)"):
        reopen_claim(actor=desk, claim=sal, reason="La fattura è tutta della fiera")
    discard_claim(actor=actor, claim=draft)
    balance = reviewed(award, actor, desk, "balance", [("2", "3000.00", "stand"), ("3", "1000.00", "study")])
    assert assess_claim(actor=desk, claim=balance).due == D("2000.00")

    def stands():
        return sum(Charge.objects.filter(claim__award=award, item="stand").values_list("admitted", flat=True))

    assert stands() == D("4000.00"), "the ceiling"
    # Reviewed again, and while it is the later one is not verified as due: its gate is closed, who reviewed it is told.
    sal = reopen_claim(actor=desk, claim=sal, reason="La fattura è tutta della fiera")
    assert Notice.objects.get(kind="claim-waits").user_id == desk.user_id
    balance.refresh_from_db()
    with pytest.raises(Refused, match=f"domanda precedente {sal.register_number}"):
        claim_liquidated(actor=BOT, claim=balance)
    assert (
        f"precedente {sal.register_number}"
        in {one.code: one.reason.it for one in gate_of(balance, on=today()).closed}["award"]
    )
    client.force_login(User.objects.get(pk=desk.user_id))
    assert (
        f"precedente {sal.register_number}: l’importo"
        in client.get(f"/ufficio/rendicontazioni/{balance.pk}/").content.decode()
    )
    with pytest.raises(Refused, match="precedente"):
        draft_liquidation(actor=cashier, claims=[balance])
    cut_charge(actor=desk, charge=charge, kept=D("3000.00"))
    assert assess_claim(actor=desk, claim=sal).due == D("1500.00")
    balance.refresh_from_db()
    assert (balance.state, balance.due, stands()) == ("assessed", D("1000.00"), D("4000.00"))
    assert "award" not in {one.code for one in gate_of(balance, on=today()).closed}
    assert "spettano 1.000,00" in Notice.objects.get(kind="claim-reckoned-again", user_id=desk.user_id).body_it
    assert balance.events.order_by("-pk").first().kind == "reckon_again"
    # Verified as due it changes no more: it is taken off the one that is reviewed again.
    claim_liquidated(actor=BOT, claim=balance)
    reopen_claim(actor=desk, claim=sal, reason="Un altro taglio")
    cut_charge(actor=desk, charge=charge, kept=D("500.00"), reason="Rappresentanza")
    sal = assess_claim(actor=desk, claim=sal)
    assert sal.due + D("1000.00") == D("2250.00"), "half of 3,500 of stand and 1,000 of study, and not a cent more"
    reopen_claim(actor=desk, claim=sal, reason="Da rifare")
    refuse_claim(actor=desk, claim=sal, reason="La fattura è di un’altra impresa")
    balance.refresh_from_db()
    assert balance.due == D("1000.00")


amounts = st.integers(0, 400_000).map(lambda cents: D(cents) / 100)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["stand", "study"]), amounts), min_size=1, max_size=3),
        min_size=2,
        max_size=4,
    ),
    st.data(),
)
def test_limits_hold_over_all_the_claims_whichever_is_reviewed_again(drawn, data):
    """Claims assessed one after the other, some of them verified as due; then one that is not is reviewed again, with other cuts."""
    kept = [
        [Cost(f"{n}-{m}", item, amount.quantize(D("0.01"))) for m, (item, amount) in enumerate(costs)]
        for n, costs in enumerate(drawn)
    ]
    asked = [list(costs) for costs in kept]
    modes = ["sal"] * (len(kept) - 1) + ["balance"]
    due, excess, admitted = {}, {}, {}

    def reckon(n, before, later):
        costs = [one for m in (*before, n) for one in kept[m]]
        made = reckoned(costs)
        admitted[n] = of_this_claim(
            made.counts, costs, {ref: amount for m in before for ref, amount in admitted[m].items()}
        )
        after_last = any(modes[m] == "balance" for m in before) and not later
        found = due_of(
            PAYMENT,
            modes[n],
            awarded=AWARDED,
            earned=made,
            before=sum((due[m] for m in before), ZERO),
            after_last=after_last,
        )
        due[n], excess[n] = found.amount, found.excess

    for n in range(len(kept)):
        reckon(n, list(range(n)), [])
    fixed = {n for n in range(len(kept)) if due[n] and data.draw(st.booleans())}
    again = [n for n in range(len(kept)) if n not in fixed]
    if not again:
        return
    first = data.draw(st.sampled_from(again))
    kept[first] = [
        Cost(one.ref, one.item, D(data.draw(st.integers(0, int(one.amount * 100)))) / 100) for one in asked[first]
    ]
    later = [n for n in again if n > first]
    for n in (first, *later):
        reckon(n, sorted({*range(n)} | {m for m in fixed if m > n}), [m for m in later if m > n])
    assert sum(due.values()) <= AWARDED
    stands = {one.ref for costs in kept for one in costs if one.item == "stand"}
    assert sum(amount for each in admitted.values() for ref, amount in each.items() if ref in stands) <= D("4000.00")
    whole = reckoned([one for costs in kept for one in costs]).grant
    assert sum(due.values()) - sum(excess.values()) == whole, (
        "in the end what is due is what is earned, no more and no less"
    )
