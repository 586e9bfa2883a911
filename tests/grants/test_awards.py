"""From the admitted application to the award in effect, and everything that can stop it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.conftest import vat_number

from levante.aid.api import AidRecord, Reservation, position, record_merger, undo_event
from levante.applications.api import OrderMove, timeline
from levante.exchange import services as exchange_services
from levante.exchange.api import ExternalRequest
from levante.grants import effects
from levante.grants.api import (
    Award,
    AwardAct,
    Succession,
    approve_succession,
    cancel_award,
    cancel_award_act,
    draft_award_act,
    receive_award_act,
    record_award_visura,
    retry_award_act,
    send_award_act,
)
from levante.grants.letters import plan
from levante.grants.trail import record_of
from levante.kernel.api import Refused, system, today
from levante.letters.api import LetterRun
from levante.messages.api import Notice
from levante.parties.api import Mandate
from levante.programme.api import Movement, allocate

pytestmark = pytest.mark.django_db


def aid_of(enterprise, amount, on=None, cor="777"):
    return AidRecord.objects.create(
        source="rna", cor=cor, regime="general_de_minimis", tax_code=enterprise.tax_code, enterprise=enterprise,
        granted_on=on or today() - timedelta(days=300), gge=Decimal(amount), granted_gge=Decimal(amount),
        registered_on=on or today(),
    )  # fmt: skip


@pytest.mark.slow  # the act is printed, with its annex
def test_the_whole_way(admitted, desk, director, act_system, worker, line, representative):
    one, two = admitted("Uno S.r.l."), admitted("Due S.r.l.")
    future = representative(one.enterprise, kind="delegate", given="Ivo")
    Mandate.objects.filter(user=future).update(since=today() + timedelta(days=1))
    act = draft_award_act(actor=desk, applications=[one, two])
    assert (act.state, act.awards.count()) == ("draft_act", 2)
    assert act.document.problem == ""
    assert act.document.data["total_amount"] == "12000.00"
    assert position(one.enterprise, on=today())["counted"] == "6000.00"
    assert AidRecord.objects.count() == Movement.objects.filter(kind="commitment").count() == 0
    with pytest.raises(Refused):
        send_award_act(actor=desk, act=act, without_codes="Si scrivono dopo")
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    assert Award.objects.filter(state="sent_to_act_system").count() == 2
    assert AidRecord.objects.count() == 0, "nothing has effect before the act is back"
    worker()
    act.refresh_from_db()
    (made,) = act_system.acts.values()
    assert (act.state, act.number, act.visa_number) == ("effective", made["number"], made["accounting_visa"]["number"])
    award = Award.objects.get(application=one)
    assert (award.state, award.effective_on) == ("effective", act.act_date)
    assert (award.aid.gge, award.aid.granted_on, award.aid.source) == (Decimal("6000.00"), act.act_date, "own")
    assert award.commitment.act.number == act.number
    assert award.commitment.commitment_number == act.visa_number
    assert award.reservation.state == "confirmed"
    assert award.final_checks["position"]["admissible"] is True
    assert {item["name"] for item in award.final_checks["parameters"]} >= {"de_minimis.ceiling"}
    assert position(one.enterprise, on=today())["counted"] == "6000.00"
    (told,) = record_of(one)["acts"]  # what an auditor finds in the control trail
    assert (told["number"], told["visa_number"], told["publication_number"]) == (
        act.number, act.visa_number, act.publication_number,
    )  # fmt: skip
    assert told["request"]["attempts"]
    line.refresh_from_db()
    assert line.committed == Decimal("12000.00")
    assert "Contributo concesso" in [moment.title.it for moment in timeline(one)]
    said = plan(LetterRun.objects.get(kind="award"), award.pk).values["reasons"]
    for item in one.opening.call.checklists["formal"]:
        assert f"- {item['it']}: superata" in said.it, "art. 3 L. 241/1990: an award says its reasons too"
    assert Notice.objects.filter(kind="award-effective").count() == 2
    assert not Notice.objects.filter(user=future).exists(), "a mandate that has not begun"


def test_answers_repeated_and_jobs_repeated_change_nothing(admitted, desk, director, act_system, worker):
    act_system.behave({"twice": True})
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[admitted()]), without_codes="Si scrivono dopo"
    )
    assert send_award_act(actor=director, act=act, without_codes="Si scrivono dopo").request_id == act.request_id
    worker()
    worker(120)
    receive_award_act(actor=system("test"), act=act)
    request = ExternalRequest.objects.get()
    ExternalRequest.objects.update(state="answered", applied_at=None)
    exchange_services.apply_answer(actor=system("test"), request_id=request.pk)
    assert AidRecord.objects.count() == Movement.objects.filter(kind="commitment").count() == 1
    assert AwardAct.objects.get().state == "effective"


@pytest.mark.slow  # whole acts, to the simulated system and back
def test_a_worker_killed_while_the_awards_take_effect(admitted, desk, director, act_system, worker, monkeypatch):
    send_award_act(
        actor=director,
        act=draft_award_act(actor=desk, applications=[admitted("Uno"), admitted("Due")]),
        without_codes="Si scrivono dopo",
    )
    whole, calls = effects.commit, []

    def dies_at_the_second(**given):
        calls.append(given)
        if len(calls) == 2:
            raise SystemExit("killed")
        return whole(**given)

    monkeypatch.setattr(effects, "commit", dies_at_the_second)
    with pytest.raises(SystemExit), transaction.atomic():
        worker()
    assert AidRecord.objects.count() == 0, "nothing half done"
    monkeypatch.setattr(effects, "commit", whole)
    worker(120)
    assert Award.objects.filter(state="effective").count() == 2
    assert len(act_system.acts) == 1


def test_the_answer_was_recorded_and_the_worker_died(admitted, desk, director, act_system, worker, monkeypatch):
    send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[admitted()]), without_codes="Si scrivono dopo"
    )
    monkeypatch.setattr(exchange_services, "apply_answer", lambda **_: None)
    worker()
    assert ExternalRequest.objects.get().state == "answered"
    assert Award.objects.get().state == "sent_to_act_system"
    monkeypatch.undo()
    worker(60)
    assert Award.objects.get().state == "effective"


@pytest.mark.slow  # whole acts, to the simulated system and back
def test_headroom_gone_in_the_meantime_stops_that_award_alone(admitted, desk, director, act_system, worker):
    one, two = admitted("Uno S.r.l."), admitted("Due S.r.l.")
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[one, two]), without_codes="Si scrivono dopo"
    )
    late = aid_of(one.enterprise, "299000.00")
    worker()
    act.refresh_from_db()
    stopped, fine = Award.objects.get(application=one), Award.objects.get(application=two)
    assert (act.state, stopped.state, fine.state) == ("act_returned", "act_returned", "effective")
    assert "1.000,00" in stopped.stop_reason_it
    assert "headroom" in stopped.stop_reason_en
    assert (stopped.aid, stopped.commitment) == (None, None)
    assert retry_award_act(actor=desk, act=act).state == "act_returned"
    late.annulled_on = today()
    late.save()
    assert retry_award_act(actor=desk, act=act).state == "effective"
    stopped.refresh_from_db()
    assert (stopped.state, stopped.stop_reason_it) == ("effective", "")


@pytest.mark.slow  # whole acts, to the simulated system and back
def test_a_stopped_award_is_cancelled_and_the_act_is_done(admitted, desk, director, act_system, worker):
    one, two = admitted("Uno S.r.l."), admitted("Due S.r.l.")
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[one, two]), without_codes="Si scrivono dopo"
    )
    aid_of(one.enterprise, "299000.00")
    worker()
    stopped = Award.objects.get(application=one)
    with pytest.raises(Refused):
        cancel_award(actor=desk, award=stopped, reason="")
    cancel_award(actor=desk, award=stopped, reason="Massimale superato")
    act.refresh_from_db()
    assert act.state == "effective"
    assert Reservation.objects.get(enterprise=one.enterprise).state == "released"


def test_no_headroom_no_draft(admitted, desk):
    application = admitted()
    aid_of(application.enterprise, "296000.00")
    with pytest.raises(Refused) as refusal:
        draft_award_act(actor=desk, applications=[application])
    assert application.number in refusal.value.reason.it
    assert "4.000,00" in refusal.value.reason.it
    assert Reservation.objects.count() == AwardAct.objects.count() == 0


def test_no_money_no_draft(admitted, desk, line):
    one, two = admitted("Uno"), admitted("Due")
    type(line).objects.filter(pk=line.pk).update(allocated=Decimal("10000.00"))
    draft_award_act(actor=desk, applications=[one])
    with pytest.raises(Refused, match=r"4\.000,00"):
        draft_award_act(actor=desk, applications=[two])


def test_money_gone_in_the_meantime(admitted, desk, director, act_system, worker, line):
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[admitted()]), without_codes="Si scrivono dopo"
    )
    type(line).objects.filter(pk=line.pk).update(allocated=Decimal("5000.00"))
    worker()
    award = Award.objects.get()
    assert award.state == "act_returned"
    assert "5.000,00" in award.stop_reason_it
    assert Reservation.objects.get().state == "reserved", "the headroom was not confirmed alone"
    allocation = Movement.objects.get(kind="allocation")
    type(line).objects.filter(pk=line.pk).update(allocated=Decimal("100000.00"))
    allocate(actor=system("test"), line=line, amount=Decimal("1.00"), act=allocation.act, exercise=2026)
    assert retry_award_act(actor=desk, act=act).state == "effective"


def test_a_requirement_lost_in_the_meantime(admitted, desk, director, act_system, worker):
    application = admitted()
    send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[application]), without_codes="Si scrivono dopo"
    )
    application.enterprise.accounts.all().delete()
    for year in (today().year - 2, today().year - 1):
        application.enterprise.accounts.create(year=year, headcount=900, turnover=90_000_000, balance=90_000_000)
    worker()
    award = Award.objects.get()
    assert award.state == "act_returned"
    assert "media impresa" in award.stop_reason_it


def test_the_act_is_refused(admitted, desk, director, act_system, worker):
    application = admitted()
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[application]), without_codes="Si scrivono dopo"
    )
    act_system.behave({"refuse": "Manca il parere contabile"})
    worker()
    act.refresh_from_db()
    assert (act.state, act.closing_reason) == ("refused", "Manca il parere contabile")
    assert Award.objects.get().state == "refused"
    assert position(application.enterprise, on=today())["counted"] == "0.00"
    again = draft_award_act(actor=desk, applications=[application])
    assert again.awards.count() == 1


def test_a_draft_given_up_frees_everything(admitted, desk):
    application = admitted()
    act = draft_award_act(actor=desk, applications=[application])
    with pytest.raises(Refused):
        draft_award_act(actor=desk, applications=[application])
    OrderMove.objects.all().delete()
    cancel_award_act(actor=desk, act=act, reason="Errore materiale")
    moved = list(OrderMove.objects.values_list("opening", flat=True).distinct())
    assert moved == [application.opening_id], "what an award is moves the order of arrival"
    assert Reservation.objects.get().state == "released"
    assert draft_award_act(actor=desk, applications=[application]).state == "draft_act"


def test_an_expired_reservation_finds_its_place_again(admitted, desk, director, act_system, worker):
    send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[admitted()]), without_codes="Si scrivono dopo"
    )
    Reservation.objects.update(state="expired", closed_on=today())
    worker()
    assert Award.objects.get().state == "effective"
    assert Reservation.objects.filter(state="confirmed").count() == 1


def test_who_sees_what(admitted, desk, director, act_system, worker, officer, actor_for, person):
    application = admitted()
    act = draft_award_act(actor=desk, applications=[application])
    mandate = application.enterprise.mandates.first()
    owner = actor_for(mandate.user, application.enterprise)
    assert not Award.objects.visible_to(owner).exists()
    assert AwardAct.objects.visible_to(actor_for(officer("auditor", given="Ada"))).exists()
    assert not AwardAct.objects.visible_to(actor_for(officer("agency_staff", office="arti", given="Aldo"))).exists()
    assert not AwardAct.objects.visible_to(actor_for(person("Zoe", "Zeta"))).exists()
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    worker()
    assert Award.objects.visible_to(owner).get().state == "effective"


def test_only_admitted_applications(first_come, filled, desk, line):
    from levante.applications.api import declare_conflict, submit_application

    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    with pytest.raises(Refused, match="Prima dichiara"):
        draft_award_act(actor=desk, applications=[sent])
    declare_conflict(actor=desk, application=sent, has_conflict=False)
    with pytest.raises(Refused, match="non è ammessa"):
        draft_award_act(actor=desk, applications=[sent])
    with pytest.raises(Refused):
        draft_award_act(actor=desk, applications=[])
    with pytest.raises(Refused):
        draft_award_act(actor=actor, applications=[sent])


@pytest.mark.parametrize(
    "changes",
    [{"state": "effective"}, {"state": "refused"}, {"amount": 0}, {"state": "dreamt"}, {"stop_reason_it": "x"}],
)
def test_the_database_refuses_illegal_states(admitted, desk, changes):
    draft_award_act(actor=desk, applications=[admitted()])
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.update(**changes)
    if "state" in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            AwardAct.objects.update(state=changes["state"])


def at_once(*work):
    gate = threading.Barrier(len(work))

    def one(piece):
        try:
            gate.wait(timeout=20)
            return piece()
        except (Refused, DatabaseError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_officers_and_the_last_euro_of_the_line(admitted, desk, line):
    one, two = admitted("Uno"), admitted("Due")
    type(line).objects.filter(pk=line.pk).update(allocated=Decimal("6000.00"))
    outcomes = at_once(
        lambda: draft_award_act(actor=desk, applications=[one]), lambda: draft_award_act(actor=desk, applications=[two])
    )
    assert sorted(type(item).__name__ for item in outcomes) == ["AwardAct", "Refused"], outcomes
    assert Reservation.objects.count() == 1


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_officers_and_the_last_euro_of_headroom(admitted, desk):
    from levante.parties.api import OwnershipLink

    one, two = admitted("Uno"), admitted("Due")
    OwnershipLink.objects.create(owned=two.enterprise, holder_enterprise=one.enterprise, kind="participation", votes=80)
    aid_of(one.enterprise, "294000.00")
    outcomes = at_once(
        lambda: draft_award_act(actor=desk, applications=[one]), lambda: draft_award_act(actor=desk, applications=[two])
    )
    assert sorted(type(item).__name__ for item in outcomes) == ["AwardAct", "Refused"], outcomes
    assert position(one.enterprise, on=today())["counted"] == "300000.00"


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_answer(admitted, desk, director, act_system, monkeypatch):
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[admitted()]), without_codes="Si scrivono dopo"
    )
    monkeypatch.setattr(exchange_services, "apply_answer", lambda **_: None)
    exchange_services.deliver(actor=system("test"), request_id=act.request_id)
    monkeypatch.undo()
    at_once(*[
        lambda: exchange_services.apply_answer(actor=system("test"), request_id=act.request_id) for _ in range(3)
    ])  # fmt: skip
    assert Award.objects.get().state == "effective"
    assert AidRecord.objects.count() == Movement.objects.filter(kind="commitment").count() == 1


@pytest.mark.slow  # an act to its effect, tried three times
def test_a_firm_merged_while_its_act_is_signed_is_succeeded_and_the_effect_is_judged_on_the_heir(
    admitted, desk, director, act_system, worker, enterprise, signed_in, django_user_model
):
    application = admitted()
    firm, heir = application.enterprise, enterprise("Chi incorpora S.p.A.", vat_number(7))
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[application]), without_codes="Si scrivono dopo"
    )
    heirs_own = aid_of(heir, "295000.00")
    deed = {"on": today(), "parties": [firm.tax_code, heir.tax_code], "into": heir.tax_code, "deed": "Notaio, rep. 3"}
    event = record_merger(actor=director, **deed)
    one = {"succession": Succession.objects.get(), "act": "AD 12/2026"}
    with pytest.raises(Refused, match="non è ancora adottato"):
        approve_succession(actor=desk, **one)
    worker()
    award = Award.objects.get()
    assert (award.state, bool(award.stop_reason_it)) == ("act_returned", True), "the firm is no more"
    visura = {"award": award, "kind": "deggendorf", "vercor": "903", "made_on": today()}
    with pytest.raises(Refused, match="già partito"):
        record_award_visura(actor=desk, **visura, listed=False)
    approve_succession(actor=desk, **one)
    # Who is in the list of unlawful aid is granted nothing, also where it takes another's place (art. 46 L. 234/2012).
    retry_award_act(actor=desk, act=act)
    award.refresh_from_db()
    assert "manca la visura Deggendorf di Chi incorpora" in award.stop_reason_it
    browser = signed_in(django_user_model.objects.get(pk=desk.user_id))
    page = f"/ufficio/atti/{act.pk}/visure/{award.pk}/"
    assert page in browser.get(f"/ufficio/atti/{act.pk}/").content.decode()
    typed = {"kind": "deggendorf", "vercor": "902", "made_on": today().isoformat(), "listed": "yes"}
    assert browser.post(page, typed).status_code == 302
    retry_award_act(actor=desk, act=act)
    award.refresh_from_db()
    assert "Chi incorpora S.p.A.: l’impresa è nell’elenco" in award.stop_reason_it
    record_award_visura(actor=desk, **visura, listed=False)
    retry_award_act(actor=desk, act=act)
    award.refresh_from_db()
    assert (award.state, award.enterprise, award.awarded_to) == ("act_returned", heir, firm)
    assert "Il massimale de minimis non basta" in award.stop_reason_it, "the headroom is the heir's"
    heirs_own.delete()
    retry_award_act(actor=desk, act=act)
    award.refresh_from_db()
    assert (award.state, award.stop_reason_it, AwardAct.objects.get().state) == ("effective", "", "effective")
    assert position(heir, on=today())["counted"] == "6000.00", "made out to who was awarded, it is its successor's"
    assert not Notice.objects.filter(kind="award-effective", enterprise_id=firm.pk).exists()
    undo_event(actor=director, event=event, act="AD 13/2026", reason="Omonima")
    award.refresh_from_db()
    assert (award.enterprise, position(firm, on=today())["counted"]) == (firm, "6000.00")
