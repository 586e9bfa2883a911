"""A merger by deed between the award and the payment: nothing leaves until the office decides, and then it goes to who takes the place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from tests.conftest import vat_number
from tests.payments.conftest import IBAN, claim_on

from levante.kernel.api import Refused, today
from levante.messages.api import Notice

OTHER = "DE89370400440532013000"
pytestmark = pytest.mark.django_db


@pytest.mark.slow  # an award to its effect, an act, a payment, pages
def test_what_was_awarded_passes_to_the_survivor_by_the_act_of_the_office_and_it_is_paid(
    claim,
    papers,
    account,
    enterprise,
    representative,
    actor_for,
    desk,
    director,
    cashier,
    another,
    bank,
    worker,
    client,
):
    from levante.aid.api import UndertakingEvent, position, record_merger, undo_event
    from levante.claims.api import may_claim, may_vary
    from levante.claims.trail import part_of
    from levante.grants.api import Award, Succession, approve_succession, refuse_succession
    from levante.identity.api import User
    from levante.payments.api import (
        Check,
        cancel_order,
        declare_account,
        draft_liquidation,
        gate_of,
        prepare_order,
        record_check,
        send_liquidation,
        send_order,
        verify_account,
    )

    award, firm = claim.award, claim.award.enterprise
    heir = enterprise("Chi incorpora S.p.A.", vat_number(7))
    owner, old = actor_for(representative(heir), heir), actor_for(User.objects.get(mandates__enterprise=firm), firm)
    papers(award)
    account(award)
    guarantee = record_check(
        actor=cashier, enterprise=firm, award=award, kind="guarantee", outcome="clear", number="G-1", issued_on=today(),
        valid_until=today() + timedelta(days=400), amount=Decimal("2400.00"), guarantor="Banca", confirmed=True,
    )  # fmt: skip
    act = draft_liquidation(actor=cashier, claims=[claim])
    send_liquidation(actor=director, act=act)
    worker()
    row = act.rows.get()
    early = prepare_order(actor=cashier, rows=[row])
    deed = {"actor": director, "on": today() - timedelta(days=1), "deed": "Notaio Verdi, rep. 77"}
    with pytest.raises(Refused, match="Prima apri la scheda"):
        record_merger(**deed, parties=[firm.tax_code], into=vat_number(9))
    client.force_login(User.objects.get(pk=director.user_id))
    form = {
        "parties": f"{firm.tax_code}, {heir.tax_code}",
        "into": heir.tax_code,
        "on": deed["on"].isoformat(),
        "deed": deed["deed"],
    }
    shown = client.post("/ufficio/aiuti/operazioni/fusione/", form).content.decode()
    assert f"a {heir.name}: contributo della domanda {award.application.number}, fermo" in shown, (
        "what passes is told before it is recorded"
    )
    assert not Succession.objects.exists()
    # Recorded by mistake: the director undoes it by an act, and it is as if it had not been.
    wrong = record_merger(**deed, parties=[firm.tax_code, heir.tax_code], into=heir.tax_code)
    undone = f"/ufficio/aiuti/operazioni/{wrong.pk}/annulla/"
    with pytest.raises(Refused, match="dirigente della Sezione"):
        undo_event(actor=desk, event=wrong, act="AD 1/2026", reason="Omonima")
    assert client.post(undone, {"act": "", "reason": "Omonima"}).status_code == 200
    assert UndertakingEvent.objects.standing().exists()
    mistake = {"act": "AD 1/2026", "reason": "Omonima"}
    page = client.post(undone, mistake)
    assert f"il contributo è di {firm.name}" in page.content.decode(), "what goes back is told before"
    assert Award.objects.get(pk=award.pk).awaits is not None
    client.post(undone, {**mistake, "save": page.context["told"]["stamp"]})
    back = Award.objects.get(pk=award.pk)
    assert (back.awaits, back.enterprise, Succession.objects.get().state) == (None, firm, "undone")
    assert position(heir, on=today())["counted"] == "0.00"
    assert position(firm, on=today())["counted"] == "6000.00"
    assert "Annullata con AD 1/2026" in client.get("/ufficio/aiuti/operazioni/").content.decode()
    assert client.get(undone).status_code == 404
    assert undo_event(actor=director, event=wrong, **mistake).pk == wrong.pk, "the second click changes nothing"
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        UndertakingEvent.objects.filter(pk=wrong.pk).update(undone_act="altro")
    event = record_merger(**deed, parties=[firm.tax_code, heir.tax_code], into=heir.tax_code)
    assert event.passed[0]["it"] in client.get("/ufficio/aiuti/operazioni/").content.decode()
    one = Succession.objects.get(event=event)
    assert (one.award, one.firm, one.heir, one.state) == (award, firm, heir, "to_decide")
    assert Notice.objects.filter(kind="heir-undone").count() == 2

    def told(code="award"):
        return next(row for row in gate_of(claim, on=today()).checks if row.code == code)

    # Until it is decided: nothing is claimed, varied, verified as due.
    award.refresh_from_db()
    assert (told().outcome, heir.name in told().reason.it) == ("no", True)
    assert "l’ufficio decide chi ne ha il posto" in may_claim(old, award).reason.it
    assert not may_vary(old, award)
    assert "1 concessione di un’impresa fusa, divisa o ceduta" in client.get("/ufficio/").content.decode()
    page = client.get("/ufficio/subentri/").content.decode()
    assert all(text in page for text in (firm.name, heir.name, "Notaio Verdi, rep. 77", "azioni/subentra/"))
    bad = client.post(f"/ufficio/subentri/{one.pk}/azioni/subentra/", {"act": " ", "reason": "Ho già scritto questo"})
    assert (bad.status_code, "Ho già scritto questo" in bad.content.decode()) == (409, True)
    with pytest.raises(Refused, match="il subentro non è deciso"):
        send_order(actor=another, order=early)
    with pytest.raises(Refused, match="in un ordine alla banca"):
        approve_succession(actor=desk, succession=one, act="AD 12/2026")
    cancel_order(actor=cashier, order=early, reason="Subentro")
    second = claim_on(award, number=2, mode="balance", due="10.00", officer=desk.user_id)
    with pytest.raises(Refused, match="il subentro non è deciso"):
        draft_liquidation(actor=cashier, claims=[second])
    for nobody in (cashier, owner):
        with pytest.raises(Refused):
            approve_succession(actor=nobody, succession=one, act="AD 12/2026")
    refuse_succession(actor=desk, succession=one, reason="Manca la sede in Puglia")
    assert told().outcome == "no", "refused, it stays stopped"
    assert reverse("desk:revocation_new", args=[award.pk]) in client.get("/ufficio/subentri/").content.decode()
    # The heir is merged too meanwhile: it is looked at once the first is decided.
    last = enterprise("Ultima S.p.A.", vat_number(8))
    assert record_merger(**deed | {"on": today()}, parties=[heir.tax_code], into=last.tax_code).passed == []
    client.post(f"/ufficio/subentri/{one.pk}/azioni/subentra/", {"act": "AD 12 del 2026"})
    again = Succession.objects.get(state="to_decide")
    assert (again.firm, again.heir, told().outcome) == (heir, last, "no")
    with pytest.raises(DatabaseError, match="waits still"), transaction.atomic():
        Succession.objects.filter(pk=again.pk).update(state="unfounded", reason="x", decided_at=again.created_at)
    with pytest.raises(Refused, match="operazione registrata dopo"):
        undo_event(actor=director, event=event, **mistake)
    # Undone once the place was taken: what had followed goes back, and follows again when it is taken by the right deed.
    undo_event(actor=director, event=again.event, **mistake)
    assert Check.objects.get(pk=guarantee.pk).enterprise == heir
    undo_event(actor=director, event=event, **mistake)
    back = Award.objects.get(pk=award.pk)
    assert (back.enterprise, back.awarded_to, back.awaits) == (firm, None, None)
    assert Check.objects.get(pk=guarantee.pk).enterprise == firm
    assert may_claim(old, back)
    assert not may_claim(owner, back)
    by_hand = Notice.objects.filter(title_it__contains="il RNA va aggiornato a mano", body_it__contains=firm.tax_code)
    assert by_hand.exists(), "it was told of the heir: it is told again"
    right = record_merger(**deed, parties=[firm.tax_code, heir.tax_code], into=heir.tax_code)
    one = approve_succession(actor=desk, succession=Succession.objects.get(event=right), act="AD 12 del 2026")
    record_merger(**deed | {"on": today()}, parties=[heir.tax_code], into=last.tax_code)
    again = Succession.objects.get(state="to_decide")
    refuse_succession(actor=desk, succession=again, reason="L’atto è di un ramo senza il progetto", unfounded=True)

    # Decided: the award is the heir's, with its claims and guarantees; papers and account are its own.
    award = Award.objects.get(pk=award.pk)
    assert (award.enterprise, award.awarded_to, award.awaits) == (heir, firm, None)
    assert Check.objects.get(pk=guarantee.pk).enterprise == heir
    assert {told(code).outcome for code in ("durc", "deggendorf", "account")} == {"unknown"}
    assert told().outcome == "yes"
    assert may_claim(owner, award)
    assert not may_claim(old, award)
    assert Notice.objects.filter(
        title_it__contains="il RNA va aggiornato a mano", body_it__contains=heir.tax_code
    ).exists()
    assert position(last, on=today())["counted"] == "6000.00", "the aid went on, by the deed alone"
    papers(award)
    made = declare_account(actor=owner, enterprise=heir, iban=OTHER, holder=heir.name)
    assert made.replaces.iban == IBAN, "a change is a change"
    verify_account(actor=desk, account=made, how="Attestazione")
    row.refresh_from_db()
    with pytest.raises(Refused, match="alla vigilia"):
        prepare_order(actor=cashier, rows=[row])
    verify_account(actor=director, account=made, how="Telefonata alla banca")
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    for seconds in (0, 30, 60):
        worker(seconds)
    row.refresh_from_db()
    assert (row.state, row.payments.latest("pk").iban) == ("paid", OTHER)
    undo_event(actor=director, event=again.event, **mistake)
    with pytest.raises(Refused, match="è già stata pagata"):
        undo_event(actor=director, event=right, **mistake)
    assert Award.objects.get(pk=award.pk).enterprise == heir

    # What is written stays, and is in the control trail.
    trail = part_of(award.application, director)
    assert [(row["act"], row["state"]) for row in trail.record()["successions"]] == [
        ("", "undone"), ("AD 12 del 2026", "undone"), ("", "undone"), ("AD 12 del 2026", "approved"), ("", "unfounded"),
    ]  # fmt: skip
    told_of = [set(rows.values_list("pk", flat=True)) for rows in trail.about if rows.model is Succession]
    assert any({one.pk, again.pk} <= found for found in told_of)
    with pytest.raises(DatabaseError, match="undone with its event"), transaction.atomic():
        Succession.objects.filter(pk=one.pk).update(state="undone")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Succession.objects.filter(pk=one.pk).update(state="to_decide")
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.filter(pk=one.pk).update(heir=firm)
    with pytest.raises(DatabaseError, match="of its own that is open"), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(awaits=one)
