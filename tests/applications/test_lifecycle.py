"""From the draft to the decision, for both kinds of procedure."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.applications.conftest import pdf

from levante.applications.api import (
    APPLICATIONS,
    Application,
    admit_application,
    answer_integration,
    examination_term,
    give_rejection_notice,
    preview_bulk,
    read_application,
    receipt_for,
    record_formal_check,
    reject_application,
    request_integration,
    resume_examination,
    save_answers,
    send_observations,
    start_draft,
    submit_application,
    take_in_charge,
    timeline,
    withdraw_application,
)
from levante.applications.terms import suspensions_of
from levante.kernel.api import Refused, clock_at, now, today
from levante.letters.api import Letter
from levante.register.api import entries_about

pytestmark = pytest.mark.django_db


def examine(application, actor):
    take_in_charge(actor=actor, application=application, has_conflict=False)
    for item in application.opening.call.checklists["formal"]:
        record_formal_check(actor=actor, application=application, item=item["code"], outcome="met")


def test_what_we_know_is_not_asked(first_come, firm, actor_for):
    made, user = firm()
    draft = start_draft(actor=actor_for(user, made), opening=first_come)
    assert draft.answers["pec"] == "ditta@pec.example.org"
    assert "pec" in draft.prefilled


def test_starting_twice_gives_the_same_draft(first_come, firm, actor_for):
    made, user = firm()
    actor = actor_for(user, made)
    assert start_draft(actor=actor, opening=first_come).pk == start_draft(actor=actor, opening=first_come).pk


def test_what_is_missing_is_said_with_its_place(first_come, firm, actor_for):
    made, user = firm()
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=first_come)
    missing = {(p.section, p.field) for p in read_application(draft).problems}
    assert ("fair", "fair_name") in missing
    assert ("declarations", "privacy") in missing
    assert ("fair", "stand_with") not in missing
    with pytest.raises(Refused) as refusal:
        submit_application(actor=actor, application=draft)
    assert "Nome della fiera" in refusal.value.reason.it


def test_an_application_is_sent_once_with_its_receipt(first_come, filled):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    again = submit_application(actor=actor, application=draft)
    assert sent.pk == again.pk
    assert sent.number == again.number
    assert sent.requested_amount == Decimal("6000.00")
    first, second = receipt_for(sent), receipt_for(again)
    assert first is not None
    assert first.to_bytes() == second.to_bytes()
    assert sent.frozen["answers"]["fair_area"] == "eu"
    assert sent.frozen["enterprise"]["name"] == "Cantieri del Levante S.r.l."
    assert sent.frozen["facts"]["operating_regions"] == ["Puglia"]


def test_what_was_sent_never_changes(first_come, filled):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    with pytest.raises(Refused):
        save_answers(actor=actor, application=sent, answers={"goal": "Altro"}, base_revision=sent.revision)
    for change in ({"answers": {}}, {"number": "2026/9999999"}, {"requested_amount": Decimal("1")}, {"frozen": {}}):
        with pytest.raises(Exception, match="does not change"), transaction.atomic():
            Application.objects.filter(pk=sent.pk).update(**change)
    sent.enterprise.name = "Un altro nome"
    sent.enterprise.save()
    assert Application.objects.get(pk=sent.pk).frozen["enterprise"]["name"] == "Cantieri del Levante S.r.l."


@pytest.mark.parametrize("state", ["submitted", "under_check", "admitted", "rejected"])
def test_the_database_refuses_states_without_what_they_imply(first_come, filled, state):
    draft, _, _ = filled(first_come)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=draft.pk).update(state=state)


@pytest.mark.parametrize(
    ("offset", "accepted"),
    [
        (timedelta(0), False),
        (timedelta(milliseconds=-1), True),
        (timedelta(microseconds=-1), True),
        (timedelta(milliseconds=1), False),
    ],
)
def test_the_window_closes_at_an_instant(first_come, filled, offset, accepted):
    draft, actor, _ = filled(first_come)
    with clock_at(first_come.closes_at + offset):
        if accepted:
            assert submit_application(actor=actor, application=draft).number
        else:
            with pytest.raises(Refused, match="chiusa"):
                submit_application(actor=actor, application=draft)


@pytest.mark.parametrize(("offset", "accepted"), [(timedelta(microseconds=-1), False), (timedelta(0), True)])
def test_the_window_opens_at_an_instant(first_come, firm, actor_for, offset, accepted):
    made, user = firm()
    with clock_at(first_come.opens_at + offset):
        if accepted:
            assert start_draft(actor=actor_for(user, made), opening=first_come).pk
        else:
            with pytest.raises(Refused, match="non è ancora aperta"):
                start_draft(actor=actor_for(user, made), opening=first_come)


def test_who_cannot_send_fills_in_and_does_not_send(first_come, filled, firm, actor_for, representative):
    draft, _, _ = filled(first_come)
    helper = representative(draft.enterprise, kind="delegate", scopes=["read", "apply"], given="Luca")
    with pytest.raises(Refused, match="non comprende l’invio"):
        submit_application(actor=actor_for(helper, draft.enterprise), application=draft)


def test_admitted(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    with pytest.raises(Refused, match="Manca"):
        admit_application(actor=desk, application=sent)
    examine(sent, desk)
    admitted = admit_application(actor=desk, application=sent)
    assert admitted.state == "admitted"
    assert admitted.admitted_amount == Decimal("6000.00")
    assert [moment.title.it for moment in timeline(admitted)] == [
        "Bozza creata", "Domanda inviata", "Presa in carico", "Domanda ammessa",
    ]  # fmt: skip


def test_integration_stops_the_clock(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    before, _ = examination_term(Application.objects.get(pk=sent.pk))
    with pytest.raises(Refused):
        request_integration(actor=desk, application=sent, items=[], text="x")
    request = request_integration(
        actor=desk, application=sent, items=[{"it": "Preventivo", "en": "Quote"}], text="Il file non si legge"
    )
    assert request.suspends
    with clock_at(now() + timedelta(days=4)):
        answered = answer_integration(actor=actor, application=sent, text="Eccolo")
    assert answered.number
    current = Application.objects.get(pk=sent.pk)
    assert current.state == "under_check"
    after, steps = examination_term(current)
    assert (after - before).days == 4
    assert any("sospensione" in step.text.it for step in steps)


def test_a_late_answer_is_refused(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    request = request_integration(actor=desk, application=sent, items=[{"it": "Visura"}], text="Manca")
    with (
        clock_at(now() + timedelta(days=(request.due_on - today()).days + 2)),
        pytest.raises(Refused, match="scaduto"),
    ):
        answer_integration(actor=actor, application=sent, text="Tardi")


def test_no_rejection_before_the_notice_has_run(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    with pytest.raises(Refused, match="10-bis"):
        reject_application(actor=desk, application=sent, reason="Non ha sede in Puglia")
    notice = give_rejection_notice(actor=desk, application=sent, reasons="Non ha sede in Puglia")
    with pytest.raises(Refused, match="osservazioni"):
        reject_application(actor=desk, application=sent, reason="Non ha sede in Puglia")
    assert notice.due_on >= (now() + timedelta(days=9)).date()
    with clock_at(now() + timedelta(days=15)):
        assert reject_application(actor=desk, application=sent, reason="Non ha sede in Puglia").state == "rejected"


def test_observations_close_the_notice(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    give_rejection_notice(actor=desk, application=sent, reasons="Non ha sede in Puglia")
    notice = send_observations(actor=actor, application=sent, text="La sede è a Bari", uploads=[pdf("visura.pdf")])
    assert notice.number.startswith("OSS")
    assert notice.attachments.get().file.name == "visura.pdf"
    entry = entries_about(f"application:{sent.pk}")[-1]
    assert (entry.kind, notice.number.endswith(entry.number)) == ("application.observations_sent", True)
    with pytest.raises(Refused, match="perché le osservazioni"):
        reject_application(actor=desk, application=sent, reason="La sede è chiusa")
    rejected = reject_application(
        actor=desk, application=sent, reason="La sede è chiusa", answer="La visura è di un’altra sede"
    )
    assert rejected.state == "rejected"
    said = Letter.objects.about(sent).get(kind="rejected").body
    assert "non accolte: La visura è di un’altra sede." in said, "the reasons answer the observations (art. 10-bis)"


def test_each_round_has_its_notice(first_come, filled, officer, actor_for):
    """Accepted observations end a notice: a rejection on other reasons is heard anew, and both rounds stop the term."""
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk = actor_for(officer())
    take_in_charge(actor=desk, application=sent, has_conflict=False)
    give_rejection_notice(actor=desk, application=sent, reasons="Non ha sede in Puglia")
    send_observations(actor=actor, application=sent, text="La sede è a Bari")
    held = Application.objects.get(pk=sent.pk)
    run = preview_bulk(actor=desk, action="reject", files=[sent.pk], data={"reason": "No"})
    assert "rispondendo" in run.items.get(allowed=False).reason_it, "each wants its own answer"
    pauses = suspensions_of(held)
    resume_examination(actor=desk, application=sent, reason="Hanno ragione")
    with pytest.raises(Refused, match="un nuovo preavviso"):
        reject_application(actor=desk, application=sent, reason="La fiera è fuori periodo")
    second = give_rejection_notice(actor=desk, application=sent, reasons="La fiera è fuori periodo")
    held = Application.objects.get(pk=sent.pk)
    assert (held.notice, held.state) == (second, "notice")
    assert suspensions_of(held)[:1] == pauses
    assert len(suspensions_of(held)) == 2
    assert list(held.deadlines.filter(kind="notice").order_by("ref").values_list("state", flat=True)) == [
        "met",
        "running",
    ]
    assert Letter.objects.about(sent).filter(kind="pre_rejection_notice").count() == 2
    with pytest.raises(Refused, match="osservazioni"):
        reject_application(actor=desk, application=sent, reason="La fiera è fuori periodo")


def test_withdrawn_leaves_the_place_free(first_come, filled):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    with pytest.raises(Refused, match="già inviato"):
        start_draft(actor=actor, opening=first_come)
    withdraw_application(actor=actor, application=sent, reason="Non andiamo più")
    assert start_draft(actor=actor, opening=first_come).pk != sent.pk


def test_others_see_nothing(first_come, filled, firm, actor_for, officer):
    draft, actor, _ = filled(first_come)
    other, user = firm("Un’altra impresa")
    desk = actor_for(officer())
    assert not Application.objects.visible_to(actor_for(user, other)).exists()
    assert not Application.objects.visible_to(desk).exists()
    submit_application(actor=actor, application=draft)
    assert Application.objects.visible_to(desk).exists()
    assert not Application.objects.visible_to(actor_for(officer("communication"))).exists()


def test_every_transition_has_a_way_in(first_come):
    reached = {"draft"} | {row.target for row in APPLICATIONS.transitions.values()}
    assert reached == set(APPLICATIONS.states)
