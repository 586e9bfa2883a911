"""The anti-mafia information before an act of award is signed, and what the act says of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from tests.payments.conftest import claim, voucher  # noqa: F401

from levante.grants.api import (
    ACTS,
    Award,
    act_preview,
    draft_award_act,
    retry_award_act,
    rewrite_award_act,
    send_award_act,
    whole_benefits,
)
from levante.grants.letters import plan
from levante.kernel.api import Refused, clock_at, now, today
from levante.letters.api import LetterRun
from levante.payments.api import gate_of, record_check

pytestmark = pytest.mark.django_db
BIG = Decimal("150000.01")


@pytest.fixture
def drafted(admitted, desk):
    """A draft that awards one firm more than the threshold."""
    act = draft_award_act(actor=desk, applications=[admitted()])
    Award.objects.filter(act=act).update(amount=BIG, gge=BIG)
    return rewrite_award_act(actor=desk, act=act)


def missing(act):
    act.refresh_from_db()
    return "; ".join(one.text.it for one in ACTS.missing("send", act)).replace("\xa0", " ")


def said(act):
    act.refresh_from_db()
    return act.document.data["awards"][0]["antimafia"]


def information(act, desk, outcome="waiting", *, asked=0, released=None, number="BDNA-1", **more):
    day = today()
    return record_check(
        actor=desk, enterprise=act.awards.get().enterprise, kind="antimafia", outcome=outcome, number=number,
        issued_on=day - timedelta(days=asked), released_on=None if released is None else day - timedelta(days=released),
        **more,
    )  # fmt: skip


def test_nothing_is_asked_up_to_the_threshold(admitted, desk):
    act = draft_award_act(actor=desk, applications=[admitted()])
    assert "antimafia" not in missing(act)
    assert said(act) == ""


def test_the_act_waits_for_the_answer_and_says_what_to_do(drafted, desk, director):
    assert "l’intero beneficio è 150.000,01 €, oltre 150.000,00 €; chiedi l’informazione alla BDNA" in missing(drafted)
    with pytest.raises(Refused, match="BDNA"):
        send_award_act(actor=director, act=drafted, without_codes="Si scrivono dopo")
    information(drafted, desk)
    assert "aspetta la risposta fino al" in missing(drafted)
    information(drafted, desk, "clear", released=0)
    assert "il testo dell’atto, da scrivere di nuovo" in missing(drafted), "the draft says that it is still to come"
    rewrite_award_act(actor=desk, act=drafted)
    assert "informazione liberatoria n. BDNA-1" in said(drafted)
    sent = send_award_act(actor=director, act=drafted, without_codes="Si scrivono dopo")
    assert Award.objects.get(act=sent).checks["antimafia"]["outcome"] == "yes"


def test_in_urgency_the_director_goes_on_at_once_under_the_same_condition(drafted, desk, director):
    with pytest.raises(Refused, match="dirigente"):
        information(drafted, desk, urgent="Fiera tra tre giorni")
    with pytest.raises(Refused, match="che si aspetta"):
        information(drafted, director, "clear", released=0, urgent="Fiera tra tre giorni")
    information(drafted, director)
    assert "aspetta la risposta fino al" in missing(drafted)
    paper = information(drafted, director, urgent="Fiera tra tre giorni")
    with pytest.raises(DatabaseError), transaction.atomic():
        type(paper).objects.filter(pk=paper.pk).update(urgent="Altro")
    rewrite_award_act(actor=desk, act=drafted)
    assert missing(drafted).count("antimafia") == 0
    assert "si procede subito per urgenza: Fiera tra tre giorni; si concede sotto condizione risolutiva" in said(
        drafted
    )
    assert "art. 92, comma 3" in said(drafted)
    information(drafted, desk, "not_clear", released=0, number="BDNA-2")
    assert "interdittiva" in missing(drafted)


def test_after_its_days_it_is_awarded_under_a_resolutive_condition(drafted, desk, director, act_system, worker, line):
    from levante.kernel.api import system
    from levante.programme.api import Act, allocate

    act_of = Act.objects.get(code="stanziamento")
    allocate(
        actor=system("test"), line=line, amount=Decimal("200000.00"), act=act_of, exercise=2023, on=act_of.adopted_on
    )
    record = drafted.awards.get()
    Award.objects.filter(pk=record.pk).update(amount=Decimal("6000.00"), gge=Decimal("6000.00"))
    with clock_at(now() - timedelta(days=31)):
        information(drafted, desk)
    Award.objects.filter(pk=record.pk).update(amount=BIG)  # the headroom is held for less: it is not what is tried here
    rewrite_award_act(actor=desk, act=drafted)
    assert "si concede sotto condizione risolutiva" in said(drafted)
    assert "art. 92, comma 3" in said(drafted)
    send_award_act(actor=director, act=drafted, without_codes="Si scrivono dopo")
    worker()
    award = Award.objects.get(pk=record.pk)
    assert award.state == "effective", award.stop_reason_it
    assert "condizione risolutiva" in award.final_checks["antimafia"]["condition"]["it"]
    assert "condizione risolutiva" in plan(LetterRun.objects.get(kind="award"), award.pk).values["reasons"].it
    # the same information, barring since, stops the payment of that award
    information(drafted, desk, "not_clear", released=0, number="BDNA-2")
    from tests.payments.conftest import claim_on

    checks = {one.code: one for one in gate_of(claim_on(award, officer=desk.user_id), on=today()).checks}
    assert (checks["antimafia"].outcome, checks["antimafia"].to_do.it) == ("no", "avvia la revoca")


def test_barring_information_that_came_after_the_signature_stops_the_award(drafted, desk, director, act_system, worker):
    information(drafted, desk, "clear", released=0)
    rewrite_award_act(actor=desk, act=drafted)
    send_award_act(actor=director, act=drafted, without_codes="Si scrivono dopo")
    information(drafted, desk, "not_clear", released=0, number="BDNA-2")
    worker()
    award = drafted.awards.get()
    assert (award.state, award.effective_on) == ("act_returned", None)
    assert "interdittiva n. BDNA-2" in award.stop_reason_it
    drafted.refresh_from_db()
    retry_award_act(actor=desk, act=drafted)
    assert drafted.awards.get().state == "act_returned", "tried again, it stays stopped"


def test_what_a_firm_gets_from_a_call_is_one_benefit_however_it_is_divided(admitted, desk, claim):  # noqa: F811
    """Two awards of the same firm in the same call, each under the threshold: the second waits, and so does the payment of the first."""
    first = claim.award
    act = draft_award_act(actor=desk, applications=[admitted("Seconda S.r.l.")])
    part = act.awards.get()
    Award.objects.filter(pk=first.pk).update(amount=Decimal("100000.00"))
    Award.objects.filter(pk=part.pk).update(amount=Decimal("50000.00"))
    assert "antimafia" not in missing(act)
    Award.objects.filter(pk=part.pk).update(enterprise=first.enterprise)
    first.refresh_from_db()
    assert whole_benefits([first]) == {first.pk: Decimal("150000.00")}
    assert "antimafia" not in missing(act), "up to the threshold, both together"
    Award.objects.filter(pk=part.pk).update(amount=Decimal("50000.01"))
    assert "l’intero beneficio è 150.000,01" in missing(act)
    gate = {one.code: one for one in gate_of(claim, on=today()).checks}
    assert gate["antimafia"].outcome == "unknown"


def test_the_file_says_it_before_the_act_is_drafted(admitted, monkeypatch):
    application = admitted()
    assert not any("Antimafia" in line.it for line in act_preview(application, on=today()).why)
    from levante.law import antimafia

    monkeypatch.setattr(antimafia, "_value", lambda name, on: ("5999.99", False))
    assert any("chiedi l’informazione alla BDNA" in line.it for line in act_preview(application, on=today()).why)


def test_it_is_recorded_where_the_act_waits_for_it(drafted, desk, signed_in):
    page = reverse("desk:award_antimafia", args=[drafted.pk, drafted.awards.get().pk])
    from levante.identity.api import User

    officer = signed_in(User.objects.get(pk=desk.user_id))
    shown = officer.get(reverse("desk:award", args=[drafted.pk])).content.decode()
    assert page in shown
    assert "chiedi l’informazione alla BDNA" in shown
    wrong = officer.post(page, {"number": "BDNA-9", "issued_on": today().isoformat(), "outcome": "clear"})
    assert wrong.status_code == 400
    assert "Scrivi il giorno del rilascio" in wrong.content.decode()
    assert "BDNA-9" in wrong.content.decode(), "what was written is not lost"
    kept = officer.post(page, {"number": "BDNA-9", "issued_on": today().isoformat(), "outcome": "waiting"})
    assert kept.status_code == 302
    assert "aspetta la risposta fino al" in missing(drafted)
