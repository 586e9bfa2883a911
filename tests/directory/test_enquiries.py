"""Enquiries: from the link to the answer; terms, reminders, what is forgotten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cases.conftest import CONTACT
from tests.directory.world import AT, make_world, published

from levante.cases import api as cases
from levante.directory import api
from levante.kernel.api import ANONYMOUS, NotYours, Refused, clock_at, system
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db
SYSTEM = system("tests")


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    made = make_world(enterprise, representative, actor_for)
    made.desk = desk
    published(made)
    return made


def asked(world, key="k", **changes):
    with clock_at(AT):
        return api.ask_by_mail(
            actor=ANONYMOUS,
            profile=world.profile,
            text="How much?",
            key=key,
            contact=CONTACT | changes,
            product=world.product,
        )


def confirmed(world, **changes):
    draft = asked(world, **changes)
    with clock_at(AT):
        return api.confirm_enquiry(actor=ANONYMOUS, token=api.token_of(draft))


def passed(world):
    made = confirmed(world)
    with clock_at(AT):
        return api.pass_enquiry(actor=world.desk.anna, enquiry=made)


def test_one_form_is_one_enquiry_and_its_link_answers_once(world):
    assert asked(world).pk == asked(world).pk
    token = api.token_of(asked(world))
    with clock_at(AT):
        made = api.confirm_enquiry(actor=ANONYMOUS, token=token)
        assert (made.state, made.case.requester, made.case.contact.email) == ("new", "external", "jane@example.org")
        with pytest.raises(NotYours):
            api.confirm_enquiry(actor=ANONYMOUS, token=token)
        with pytest.raises(NotYours):
            api.confirm_enquiry(actor=ANONYMOUS, token="x" + token)
    assert not api.EnquiryDraft.objects.exists()


def test_what_waits_for_its_link_is_not_sent_to_a_profile_that_was_hidden_since(world, client):
    token = api.token_of(asked(world))
    with clock_at(AT):
        api.hide_profile(actor=world.desk.anna, profile=world.profile, reason="x", reason_en="x")
        page = client.post(f"/vetrina/conferma/{token}/")
        assert "non è più pubblico" in page.content.decode()
        assert not api.SupplierEnquiry.objects.exists()
        assert api.EnquiryDraft.objects.exists(), "it may be public again before the last day"


def test_what_nobody_confirms_goes_away_after_its_last_day(world):
    draft = asked(world)
    with clock_at(AT + timedelta(days=3)):
        assert api.drop_unconfirmed(actor=SYSTEM) == 0
        assert api.draft_of(api.token_of(draft)) is not None
    with clock_at(AT + timedelta(days=4)):
        assert api.draft_of(api.token_of(draft)) is None
        assert api.drop_unconfirmed(actor=SYSTEM) == 1
        assert api.drop_unconfirmed(actor=SYSTEM) == 0


def test_a_profile_that_is_no_longer_public_is_asked_nothing(world):
    api.withdraw_profile(actor=world.actor, profile=world.profile)
    with pytest.raises(Refused):
        asked(world)


def test_it_is_passed_by_who_works_on_it_and_told_to_the_enterprise(world):
    made = confirmed(world)
    with clock_at(AT):
        for actor in (world.actor, world.desk.paola, world.desk.eva):
            with pytest.raises(Refused):
                api.pass_enquiry(actor=actor, enquiry=made)
        done = api.pass_enquiry(actor=world.desk.anna, enquiry=made)
        assert (done.state, done.answer_by) == ("passed", AT.date() + timedelta(days=7))
        assert done.case.owner_id == world.desk.users.anna.pk, "who passes it takes it"
        api.pass_enquiry(actor=world.desk.anna, enquiry=made)
        with pytest.raises(Refused):
            api.pass_enquiry(actor=world.desk.bruno, enquiry=confirmed_by(world, world.desk.anna))
    told = Notice.objects.get(user=world.user)
    assert told.path == f"/impresa/vetrina/richieste/{made.pk}/"


def confirmed_by(world, owner):
    """An enquiry that somebody has taken already."""
    made = confirmed(world, key="other")
    made.case = cases.assign_case(actor=owner, case=made.case)
    return made


def test_the_enterprise_answers_and_the_term_stops(world, enterprise, representative, actor_for):
    row = passed(world)
    other = make_world(enterprise, representative, actor_for, "Altra S.r.l.")
    with clock_at(AT + timedelta(days=1)):
        for actor in (other.actor, world.desk.anna, ANONYMOUS):
            with pytest.raises(Refused):
                api.answer_enquiry(actor=actor, enquiry=row, text="x")
        done = api.answer_enquiry(actor=world.actor, enquiry=row, text="6 euro.")
        done.case.refresh_from_db()
        assert (done.state, done.case.state, done.answered_by_id) == ("answered", "answered", world.user.pk)
        first = done.answered_at
        api.answer_enquiry(actor=world.actor, enquiry=row, text="Anche 5.")
        done.refresh_from_db()
        assert done.answered_at == first
        written = list(done.case.messages.filter(kind="answer").values_list("text", flat=True))
        assert written == ["Frantoio Àncora S.r.l.:\n\n6 euro.", "Frantoio Àncora S.r.l.:\n\nAnche 5."]
        case = cases.Case.objects.get(pk=done.case_id)
        cases.close_case(actor=world.desk.anna, case=case, reason="")
        with pytest.raises(Refused, match="chiusa"):
            api.answer_enquiry(actor=world.actor, enquiry=row, text="x")
    assert api.SupplierEnquiry.objects.in_state("closed").count() == 1


def test_states_are_told_apart_as_they_are_filtered(world):
    new = confirmed(world)
    done = api.SupplierEnquiry.objects.select_related("case").get(pk=new.pk)
    assert [code for code in api.states.ENQUIRIES if api.SupplierEnquiry.objects.in_state(code).exists()] == [
        done.state
    ]
    with clock_at(AT):
        done = api.pass_enquiry(actor=world.desk.anna, enquiry=done)
    assert [code for code in api.states.ENQUIRIES if api.SupplierEnquiry.objects.in_state(code).exists()] == [
        done.state
    ]


def test_an_enterprise_that_is_late_is_reminded_once(world):
    row = passed(world)
    with clock_at(AT + timedelta(days=7)):
        assert api.remind_firms(actor=SYSTEM) == 0
        assert not api.SupplierEnquiry.objects.late().exists()
    with clock_at(AT + timedelta(days=8)):
        assert api.SupplierEnquiry.objects.late().get().pk == row.pk
        assert api.SupplierEnquiry.objects.select_related("case").get().is_late
        assert api.remind_firms(actor=SYSTEM) == 1
        assert api.remind_firms(actor=SYSTEM) == 0
    assert Notice.objects.filter(user=world.user).count() == 2


def test_the_database_holds_no_answer_before_the_passing(world):
    confirmed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        api.SupplierEnquiry.objects.update(answered_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        api.SupplierEnquiry.objects.update(passed_at=AT)


def test_who_asked_is_forgotten_and_the_figures_stay(world):
    row = passed(world)
    with clock_at(AT):
        api.answer_enquiry(actor=world.actor, enquiry=row, text="Dear Jane")
        case = cases.Case.objects.get(pk=row.case_id)
        cases.close_case(actor=world.desk.anna, case=case, reason="")
        cases.erase_contact(actor=world.desk.dir, contact=case.contact)
    case.refresh_from_db()
    said = [case.subject, *case.messages.values_list("text", flat=True)]
    said += Notice.objects.filter(subject_type="cases.Case").values_list("body_it", flat=True)
    assert not [text for text in said if "Jane" in text or "Doe" in text]
    assert api.SupplierEnquiry.objects.in_state("closed").count() == 1


def test_one_s_own_enterprise_is_not_asked(world):
    with clock_at(AT), pytest.raises(Refused, match="tua impresa"):
        api.ask_supplier(actor=world.actor, profile=world.profile, text="x", key="k")
