"""Each step of the office writes its letter in its own transaction; what it says; terms that run from its receipt."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.applications.test_lifecycle import examine
from tests.letters.conftest import pec, without_pdf  # noqa: F401

from levante.applications.api import (
    admit_application,
    assign_application,
    declare_conflict,
    examination_term,
    give_rejection_notice,
    reject_application,
    request_integration,
    send_observations,
    submit_application,
    take_in_charge,
    withdraw_application,
)
from levante.applications.letters import LETTERS
from levante.applications.models import ApplicationEvent
from levante.applications.workflow import APPLICATIONS
from levante.exchange.api import ExternalRequest, deliver, mailboxes, read_mailbox
from levante.kernel.api import Refused, clock_at, day_of, now, system
from levante.letters.api import KINDS, Letter
from levante.letters.sending import advance

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    application = submit_application(actor=actor, application=draft)
    application.actor, application.desk = actor, actor_for(officer(given="Pia", family="Serra"))
    return application


def letter_about(application, kind):
    return Letter.objects.about(application).get(kind=kind)


def post():
    """What the workers do now with every letter."""
    for letter in Letter.objects.filter(state="ready"):
        advance(actor=system("test"), letter_id=letter.pk)
    for request in ExternalRequest.objects.filter(system="pec").exclude(state="applied"):
        deliver(actor=system("test"), request_id=request.pk)
    for mailbox in mailboxes():
        read_mailbox(actor=system("test"), mailbox=mailbox)


def test_the_letters_of_the_table_are_of_steps_and_kinds_there_are():
    assert set(LETTERS) <= set(APPLICATIONS.transitions)
    assert set(LETTERS.values()) <= set(KINDS)


def test_the_start_says_office_person_term_and_remedies_once(sent, officer, actor_for):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    one = letter_about(sent, "start_of_procedure")
    term = examination_term(sent)[0]
    for words in (
        "Responsabile del procedimento: Pia Serra",
        f"Termine per concludere: {term:%d/%m/%Y}",
        "potere sostitutivo",
    ):
        assert words in one.body
    assert one.reference == sent.number
    assert one.signatory == {"name": "Pia Serra", "role": "Il responsabile del procedimento"}
    assert f"/impresa/domande/{sent.pk}/" in one.body
    assert "/en/impresa" in one.courtesy_body
    director = actor_for(officer("director", given="Lia", family="Conti"))
    other = officer(given="Ugo", family="Neri")
    assign_application(actor=director, application=sent, officer_id=other.pk, reason="Carico di lavoro")
    assert Letter.objects.about(sent).count() == 1, "a handover is not another start"


def test_decisions_say_reasons_amounts_and_how_to_appeal(sent):
    examine(sent, sent.desk)
    admit_application(actor=sent.desk, application=sent, amount=Decimal("5000"), reason="Una voce non è ammissibile")
    one = letter_about(sent, "admitted")
    check = sent.opening.call.checklists["formal"][0]
    for words in (
        "5.000,00",
        "Una voce non è ammissibile.",
        f"- {check['it']}: superata",
        "Tribunale amministrativo regionale entro 60 giorni",
    ):
        assert words in one.body
    assert "€5,000.00" in one.courtesy_body


def test_a_call_says_its_letters_its_own_way(sent):
    call = sent.opening.call
    call.templates = {**call.templates, "letters": {"rejected": {"body": {"it": "NO. {reasons}\n\n{remedies}"}}}}
    call.terms = {**call.terms, "notice_applies": False}
    call.save(update_fields=["templates", "terms"])
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    reject_application(actor=sent.desk, application=sent, reason="Fuori termine {x} [[")
    one = letter_about(sent, "rejected")
    assert one.body.startswith("NO. Fuori termine {x} [[."), "what an officer writes is no template"
    assert (one.template, one.courtesy_body) == ("call", "")


def test_a_withdrawal_is_noted_by_the_office(sent):
    withdraw_application(actor=sent.actor, application=sent, reason="Fiera rinviata")
    one = letter_about(sent, "withdrawal_noted")
    assert "Motivo: Fiera rinviata." in one.body
    assert one.signatory["name"] == sent.opening.call.office.name_it, "not who withdrew"


def test_a_step_that_is_refused_leaves_no_letter(sent):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    with pytest.raises(Refused):
        request_integration(actor=sent.desk, application=sent, items=[], text="")
    assert not Letter.objects.filter(kind="integration_request").exists()


def test_the_days_to_answer_run_from_the_receipt(sent, pec):  # noqa: F811
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    pec.provider.behave({"hold": True, "at": (now() + timedelta(days=3)).isoformat()})
    request = request_integration(actor=sent.desk, application=sent, items=[{"it": "Visura"}], text="Manca")
    before = request.due_on
    post()
    request.refresh_from_db()
    assert request.due_on == before, "until it is received the day of sending is used"
    pec.provider.behave({})
    with clock_at(now() + timedelta(days=4)):
        post()
        post()
    one = letter_about(sent, "integration_request")
    request.refresh_from_db()
    assert one.state == "delivered"
    assert request.due_on >= before + timedelta(days=1)
    assert request.due_on >= day_of(one.delivered_at) + timedelta(days=request.days)
    assert "ricevimento" in request.steps[0]["text"]
    event = ApplicationEvent.objects.get(application=sent, kind="term_from_receipt")
    assert f"{request.due_on:%d/%m/%Y}" in event.text_it


def test_nobody_is_rejected_before_the_notice_was_received_and_its_days_are_over(sent, pec):  # noqa: F811
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    address = sent.enterprise.pec
    pec.provider.behave({"addresses": {address: "full"}})
    notice = give_rejection_notice(actor=sent.desk, application=sent, reasons="Non ha sede in Puglia")
    post()
    assert letter_about(sent, "pre_rejection_notice").state == "not_delivered"
    with clock_at(now() + timedelta(days=20)), pytest.raises(Refused) as error:
        reject_application(actor=sent.desk, application=sent, reason="Non ha sede in Puglia")
    assert "la consegna del preavviso" in error.value.reason.it
    from levante.letters.api import send_letter_otherwise

    with clock_at(now() + timedelta(days=20)):
        send_letter_otherwise(
            actor=sent.desk, letter=letter_about(sent, "pre_rejection_notice"), channel="registered_letter", reference="RR 1",
            sent_on=day_of(now()) - timedelta(days=8), delivered_on=day_of(now()) - timedelta(days=5),
        )  # fmt: skip
        notice.refresh_from_db()
        assert notice.due_on >= day_of(now()) + timedelta(days=5)
        with pytest.raises(Refused):
            reject_application(actor=sent.desk, application=sent, reason="Non ha sede in Puglia")
    with clock_at(now() + timedelta(days=33)):
        reject_application(actor=sent.desk, application=sent, reason="Non ha sede in Puglia")
    assert letter_about(sent, "rejected").state == "ready"


def test_observations_sent_early_leave_the_term_of_the_notice_alone(sent, pec):  # noqa: F811
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    pec.provider.behave({"hold": True, "at": (now() + timedelta(days=4)).isoformat()})
    notice = give_rejection_notice(actor=sent.desk, application=sent, reasons="Non ha sede in Puglia")
    post()
    send_observations(actor=sent.actor, application=sent, text="La sede è a Bari")
    pec.provider.behave({})
    with clock_at(now() + timedelta(days=5)):
        post()
        post()
    before = notice.due_on
    notice.refresh_from_db()
    assert notice.due_on == before


def test_the_notice_suspends_the_term_of_the_procedure(sent):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    before = examination_term(sent)[0]
    notice = give_rejection_notice(actor=sent.desk, application=sent, reasons="Non ha sede in Puglia")
    application = type(sent).objects.get(pk=sent.pk)
    assert examination_term(application)[0] == before + (notice.due_on - day_of(notice.given_at))
    with clock_at(now() + timedelta(days=2)):
        send_observations(actor=sent.actor, application=application, text="La sede è a Bari")
    application = type(sent).objects.get(pk=sent.pk)
    assert examination_term(application)[0] == before + timedelta(days=12)


def test_who_declared_a_conflict_reads_no_letter_about_the_file(sent):
    take_in_charge(actor=sent.desk, application=sent, has_conflict=False)
    assert Letter.objects.visible_to(sent.desk).exists()
    declare_conflict(actor=sent.desk, application=sent, has_conflict=True, text="È mio fratello")
    assert not Letter.objects.visible_to(sent.desk).exists()
