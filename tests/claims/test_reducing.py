"""A lower plan that was approved brings the award down by an act: award, aid, RNA and budget together, or none."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from tests.applications.conftest import own_call  # noqa: F401
from tests.applications.test_group import membership, network  # noqa: F401
from tests.claims.test_carrying import loaded
from tests.claims.world import MONEY, PAYMENT
from tests.exchange.rna_world import cup, rna  # noqa: F401
from tests.grants.test_groups import group  # noqa: F401
from tests.grants.test_registers import CODES, carry

from levante.aid.api import RnaRegistration
from levante.calls.api import Call
from levante.claims import carrying_states as states
from levante.claims.api import (
    Claim,
    Reduction,
    Variation,
    approve_variation,
    claim_liquidated,
    draft_reduction,
    kinds_for,
    open_variation,
    plans_to_reduce,
    require_none_waits,
    retry_reduction,
    send_reduction,
    send_variation,
    take_variation,
    write_variation,
)
from levante.claims.plan import plan_as_sent
from levante.exchange.api import ExternalRequest
from levante.grants.api import Award, draft_award_act, register_awards, restore_award, send_award_act, suspend_award
from levante.kernel.api import Refused, now, system, today
from levante.payments.api import gate_of
from levante.programme.api import Movement

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # an award to its effect
]
D = Decimal


def lowered(award, actor, desk):
    """A plan of 2,000 of stand and 2,000 of study, approved: half of it."""
    plan = open_variation(actor=actor, award=loaded(award), kind="costs")
    rows = [
        {"item": code, "value": D(value)} for code, value in (("stand", "2000"), ("study", "2000"), ("travel", "0"))
    ]
    write_variation(actor=actor, variation=plan, reason="Costa meno", asked={"rows": rows})
    take_variation(actor=desk, variation=send_variation(actor=actor, variation=plan))
    return approve_variation(actor=desk, variation=plan)


def test_the_act_comes_back_and_award_aid_and_budget_go_down_together(award, chief, desk, director, act_system, worker):
    variation = lowered(award, chief(award), desk)
    with pytest.raises(Refused):
        draft_reduction(actor=chief(award), variation=variation)
    act = draft_reduction(actor=desk, variation=variation)
    assert draft_reduction(actor=desk, variation=variation).pk == act.pk, "two clicks are one act"
    assert (act.amount_before, act.amount_after) == (D("6000.00"), D("2000.00"))
    assert act.document.data["less"] == "4.000,00\xa0€"
    with pytest.raises(Refused, match="dirigente"):
        send_reduction(actor=desk, reduction=act)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reduction.objects.filter(pk=act.pk).update(sent_by=act.drafted_by)
    act_system.behave({"refuse": "manca il visto"})
    send_reduction(actor=director, reduction=act)
    worker()
    act.refresh_from_db()
    assert act.state == states.DRAFTED
    assert "manca il visto" in act.stop_reason_it
    send_reduction(actor=director, reduction=act)
    assert send_reduction(actor=director, reduction=act).request_id is not None
    suspend_award(
        actor=system("test"), award=award, on=today(), why="rinuncia da decidere"
    )  # meanwhile, for another reason
    worker()
    act.refresh_from_db()
    assert (act.state, act.stop_reason_it) == (states.EFFECTIVE, "")
    text = render_to_string(act.document.template, act.document.data | {"title": act.document.title})
    assert f"n. {act.number} del {act.act_date:%d/%m/%Y}, visto" in text
    assert "Testo del" not in text
    found = Award.objects.select_related("aid", "reduced_by").get(pk=award.pk)
    assert (found.amount, found.granted, found.reduced_by.number) == (D("2000.00"), D("6000.00"), act.number)
    assert found.aid.gge == D("2000.00")
    assert found.suspended_why == "rinuncia da decidere", "a reduction lifts nobody else's suspension"
    back = Movement.objects.get(subject_id=str(award.pk), kind="release")
    assert (back.amount, back.reason) == (D("4000.00"), f"Riduzione, domanda {award.application.number}")
    assert Variation.objects.get(pk=variation.pk).to_reduce(found.amount) == 0
    assert retry_reduction(actor=desk, reduction=act).state == states.EFFECTIVE
    with pytest.raises(Refused, match="nulla da ridurre"):
        draft_reduction(actor=desk, variation=variation)
    # A revocation that came before it is annulled: the award is above the plan again, and another act brings it down.
    restore_award(
        actor=system("test"), award=found, amount=D("2600.00"), act=found.reduced_by, day=today(), number="9",
        commit_amount=D("600.00"), earlier=None,
    )  # fmt: skip
    assert list(plans_to_reduce(Variation.objects.all())) == [variation]
    again = draft_reduction(actor=desk, variation=variation)
    assert (again.pk != act.pk, again.amount_before, again.amount_after) == (True, D("2600.00"), D("2000.00"))
    higher = Variation.objects.create(award=award, number=99, kind="other", state="discarded", created_at=now())
    with pytest.raises(Refused, match="nulla da ridurre"):
        draft_reduction(actor=desk, variation=higher)


def test_what_the_rna_is_told_of_a_reduction(admitted, chief, desk, director, act_system, rna, cup):  # noqa: F811
    """The amount and its gross grant equivalent as they are now, once, and the act that reduced the award (DM 115/2017)."""
    application = admitted()
    Call.objects.filter(pk=application.opening.call_id).update(registers=CODES)
    for other_side in (rna, cup):
        other_side.behave({"day": today().isoformat()})
    register_awards(actor=desk, act=(act := draft_award_act(actor=desk, applications=[application])))
    carry()
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    carry()
    registration = RnaRegistration.objects.get()
    assert (registration.state, registration.gge) == ("confirmed", D("6000.00"))
    Call.objects.filter(pk=application.opening.call_id).update(money=MONEY, payment=PAYMENT)
    award = Award.objects.select_related("application__opening__call", "enterprise", "aid").get()

    reduction = draft_reduction(actor=desk, variation=lowered(award, chief(award), desk))
    send_reduction(actor=director, reduction=reduction)
    assert not registration.variations.exists(), "not before the act is back"
    carry()
    reduction.refresh_from_db()
    registration.refresh_from_db()
    told = registration.variations.get()
    assert (told.state, told.gge, registration.gge) == ("confirmed", D("2000.00"), D("2000.00"))
    assert told.covar, "the RNA gave its code"
    assert told.act == f"n. {reduction.number} del {reduction.act_date:%d/%m/%Y}"
    (asked,) = ExternalRequest.objects.filter(system="rna", kind="vary")
    assert "2000.00" in asked.body["file"]
    assert "6000.00" not in asked.body["file"]
    assert str(registration.cor) in str(asked.body["cor"])


def test_what_was_paid_beyond_it_is_for_a_revocation(award, chief, desk, director, act_system, worker):
    variation = lowered(award, chief(award), desk)
    paid = Claim.objects.create(
        award=award, number=1, mode="sal", state="assessed", asked=D(2400), due=D(2400), register_number="PAG-T/1", sent_at=now(),
        frozen={}, frozen_sha256="0" * 64, decided_at=now(), created_at=now(), officer_id=desk.user_id,
    )  # fmt: skip
    with pytest.raises(Refused, match="riapri la verifica"):  # otherwise it would be paid for more than is left
        draft_reduction(actor=desk, variation=variation)
    closed = gate_of(paid, on=today()).checks[0]
    assert (closed.code, closed.outcome, "se ne riconoscono 2.400,00" in closed.reason.it) == ("award", "no", True)
    with pytest.raises(Refused, match="una nuova verifica"):
        claim_liquidated(actor=system("test"), claim=paid)
    with pytest.raises(Refused, match=r"lascia 2\.000,00"):
        require_none_waits([paid])
    Claim.objects.filter(pk=paid.pk).update(due=D(2000))
    assert gate_of(paid, on=today()).checks[0].outcome == "yes", "what the plan leaves is paid"
    Claim.objects.filter(pk=paid.pk).update(due=D(2400))
    Claim.objects.filter(pk=paid.pk).update(state="liquidated")
    with pytest.raises(Refused, match="revoca parziale"):
        draft_reduction(actor=desk, variation=variation)
    Claim.objects.filter(pk=paid.pk).update(due=D(1000))
    act = draft_reduction(actor=desk, variation=variation)
    send_reduction(actor=director, reduction=act)
    Claim.objects.filter(pk=paid.pk).update(due=D(2400))  # verified as due while the act was signed
    worker()
    act.refresh_from_db()
    assert act.state == states.RETURNED
    assert "revoca parziale" in act.stop_reason_it
    assert Award.objects.get(pk=award.pk).amount == D("6000.00"), "nothing moved"
    Claim.objects.filter(pk=paid.pk).update(due=D(2000))
    assert retry_reduction(actor=desk, reduction=act).state == states.EFFECTIVE
    assert Award.objects.get(pk=award.pk).amount == D("2000.00")


def test_the_pages_of_officer_and_director(award, chief, desk, director, act_system, worker, client, django_user_model):
    variation = lowered(award, chief(award), desk)
    page, people = f"/ufficio/variazioni/{variation.pk}/", django_user_model.objects
    mine = chief(award)
    client.force_login(people.get(pk=mine.user_id), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_for"] = f"enterprise:{mine.enterprise_id}"
    session.save()
    shown = client.get("/impresa/rendicontazioni/").content.decode()
    assert "Lasciati dal piano approvato</dt><dd>2.000,00" in shown
    client.force_login(people.get(pk=desk.user_id))
    assert "scrivi l’atto di riduzione" in client.get("/ufficio/").content.decode()
    assert "il suo piano lascia 2.000,00" in client.get(f"/ufficio/concessioni/{award.pk}/storia/").content.decode()
    assert "Scrivi l’atto di riduzione" in client.get(page).content.decode()
    client.post(f"{page}azioni/riduzione/")
    assert "La firma e la invia il dirigente" in client.get(page).content.decode()
    assert "atto di riduzione da firmare" not in client.get("/ufficio/").content.decode(), "the director signs"
    assert client.post(f"{page}azioni/firma/").status_code == 409
    client.force_login(people.get(pk=director.user_id))
    assert "atto di riduzione da firmare" in client.get("/ufficio/").content.decode()
    assert "Firma e invia l’atto" in client.get(page).content.decode()
    client.post(f"{page}azioni/firma/")
    worker()
    assert "efficace" in client.get(page).content.decode()
    assert Award.objects.get(pk=award.pk).amount == D("2000.00")


def test_a_firm_of_a_group_varies_its_own_costs(group):  # noqa: F811
    """Its plan is made of the rows that say they are its own; where no column says it, the plan is of all and is not varied by one."""
    from levante.parties.api import Enterprise

    application, actors = group
    call = application.opening.call
    firms = [Enterprise.objects.get(pk=actor.enterprise_id) for actor in actors]
    column = call.applicants["share_field"]
    awards = [Award(application=application, enterprise=firm, amount=D(500)) for firm in firms]
    whole = sum(D(row["amount"]) for row in application.frozen["answers"][call.money["field"]])
    own = [sum(D(row["amount"]) for row in plan_as_sent(one) if "amount" in row) for one in awards]
    assert sum(own) == whole
    assert len(set(own)) > 1, "each has its own"
    assert all("costs" in kinds_for(one) for one in awards)
    call.applicants = {**call.applicants, "share_field": None}
    assert column
    assert all("costs" not in kinds_for(one) for one in awards)
