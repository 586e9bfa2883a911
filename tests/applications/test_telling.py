"""Every step that concerns the enterprise is told to its mandates in force, once each, with the term in the text."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from tests.applications.test_lifecycle import examine

from levante.applications.api import (
    admit_application,
    answer_integration,
    declare_conflict,
    expire_integration,
    give_rejection_notice,
    reject_application,
    request_integration,
    resume_examination,
    send_observations,
    submit_application,
    take_in_charge,
    withdraw_application,
)
from levante.applications.jobs import tell_sent
from levante.applications.telling import WORDS
from levante.applications.workflow import APPLICATIONS
from levante.kernel.api import clock_at, now, today
from levante.messages.api import Notice
from levante.messages.services import send_pending
from levante.parties.api import Mandate

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(first_come, filled, representative, officer, actor_for):
    """A sent application; ``.told(kind)`` are the notices of a step; somebody's mandate is over, somebody's to come."""
    draft, actor, user = filled(first_come)
    helper = representative(draft.enterprise, kind="delegate", scopes=["read"], given="Ugo")
    gone, coming = (representative(draft.enterprise, kind="delegate", given=name) for name in ("Eva", "Ivo"))
    Mandate.objects.filter(user=gone).update(until=today() - timedelta(days=1))
    Mandate.objects.filter(user=coming).update(since=today() + timedelta(days=60))
    application = submit_application(actor=actor, application=draft)
    application.actor, application.desk = actor, actor_for(officer(given="Pia", family="Serra"))
    application.people = {user.pk, helper.pk}
    return application


def told(application, step):
    """The one notice of a step, the same for everybody who has to read it."""
    rows = Notice.objects.filter(kind=f"application-{step}", enterprise_id=application.enterprise_id).order_by("-pk")
    latest = [row for row in rows if row.subject_id == rows[0].subject_id]
    assert {row.user_id for row in latest} == application.people
    assert len(latest) == len(application.people), "once each"
    assert latest[0].path == f"/impresa/domande/{application.pk}/"
    assert application.number in latest[0].title_it
    assert application.number in latest[0].title_en
    return latest[0]


def test_every_step_of_the_table_is_told_or_concerns_nobody_else():
    # What a click day received is told as sent: by ``tell_sent``, when it has its number; a decision taken back was told to nobody;
    # what an act of revocation does, or undoes, is told by the act.
    assert set(APPLICATIONS.transitions) - set(WORDS) == {
        "discard", "end_place", "give_place_back", "receive", "undo", "undo_to_notice",
    }  # fmt: skip


def test_a_transmission_is_told_with_its_number_once_whatever_the_job_does(sent, django_capture_on_commit_callbacks):
    tell_sent(application_id=sent.pk)
    tell_sent(application_id=sent.pk)
    row = told(sent, "submit")
    assert sent.number in row.body_it
    assert Notice.objects.filter(kind="application-submit").count() == 2
    users = sorted(sent.people)
    send_pending(kind=row.kind, subject_type=row.subject_type, subject_id=row.subject_id, user_ids=users)
    assert len(mail.outbox) == 2
    assert f"/impresa/domande/{sent.pk}/" in mail.outbox[0].body


def test_the_transmission_defers_its_notice_in_its_own_transaction(sent):
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name="applications.tell_sent").order_by("-id")
    assert jobs.values_list("args", flat=True)[0] == {"application_id": sent.pk}


def test_integration_is_told_with_what_why_and_by_when(sent):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    taken = told(sent, "take-in-charge")
    assert "Responsabile del procedimento: Pia Serra" in taken.body_it
    assert "Case officer: Pia Serra" in taken.body_en
    request = request_integration(
        actor=sent.desk, application=sent, items=[{"it": "Preventivo", "en": "Quote"}], text="Il file non si legge"
    )
    row = told(sent, "request-integration")
    due = f"{request.due_on:%d/%m/%Y}"
    assert due in row.title_it
    assert row.body_it == f"Serve: Preventivo. Motivo: Il file non si legge. Rispondi entro il {due}."
    assert row.body_en == f"Needed: Quote. Reason: Il file non si legge. Answer by {due}."
    answered = answer_integration(actor=sent.actor, application=sent, text="Eccolo")
    assert answered.number in told(sent, "answer-integration").body_it
    again = request_integration(actor=sent.desk, application=sent, items=[{"it": "Visura"}], text="Manca")
    assert "Visura" in told(sent, "request-integration").body_it, "a second request is a second notice"
    with clock_at(now() + timedelta(days=(again.due_on - today()).days + 1)):
        expire_integration(actor=sent.desk, application=sent)
    told(sent, "expire-integration")


def test_the_notice_of_art_10_bis_is_told_with_reasons_and_days(sent):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    notice = give_rejection_notice(actor=sent.desk, application=sent, reasons="Non ha sede in Puglia")
    row = told(sent, "give-notice")
    assert f"osservazioni entro il {notice.due_on:%d/%m/%Y}" in row.body_it
    assert "Non ha sede in Puglia. " in row.body_it
    assert "art. 10-bis" in row.body_en
    send_observations(actor=sent.actor, application=sent, text="La sede è a Bari")
    told(sent, "observe")
    resume_examination(actor=sent.desk, application=sent, reason="Hanno ragione")
    told(sent, "resume")


def test_decisions_are_told(sent):
    examine(sent, sent.desk)
    admit_application(actor=sent.desk, application=sent, amount=Decimal("5000"), reason="Una voce non è ammissibile")
    row = told(sent, "admit")
    assert "5.000,00" in row.body_it
    assert "€5,000.00" in row.body_en
    assert "Una voce non è ammissibile." in row.body_it
    assert "solo con l’atto di concessione" in row.body_it


def test_a_rejection_and_a_withdrawal_are_told(sent, first_come, filled):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    give_rejection_notice(actor=sent.desk, application=sent, reasons="Non ha sede in Puglia")
    with clock_at(now() + timedelta(days=15)):
        reject_application(actor=sent.desk, application=sent, reason="Non ha sede in Puglia")
        assert "Non ha sede in Puglia." in told(sent, "reject").body_it
    other, actor, user = filled(first_come, "Altra impresa", given="Ada")
    other = submit_application(actor=actor, application=other)
    other.people = {user.pk}
    withdraw_application(actor=actor, application=other)
    told(other, "withdraw")


def test_what_is_the_offices_own_is_not_told(sent):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    before = Notice.objects.filter(enterprise_id=sent.enterprise_id).count()
    declare_conflict(actor=sent.desk, application=sent, has_conflict=True, text="È mio fratello")
    assert Notice.objects.filter(enterprise_id=sent.enterprise_id).count() == before
