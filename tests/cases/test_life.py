"""The life of a case: every step, who may take it, what it leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from tests.cases.conftest import CONTACT

from levante.cases import api
from levante.cases.jobs import send_answer
from levante.cases.models import Case, CaseCounter, CaseMessage
from levante.identity.api import Office
from levante.kernel.api import ANONYMOUS, Party, Refused, clock_at, now, today
from levante.kernel.models import AuditEntry
from levante.messages.api import Notice
from levante.parties.api import Mandate
from levante.web.worklist import LIMIT

pytestmark = pytest.mark.django_db

AGENCY = "puglia-sviluppo"


def refer(desk, case, office=AGENCY):
    api.assign_case(actor=desk.anna, case=case)
    return api.refer_case(actor=desk.anna, case=case, office=Office.objects.get(code=office), note_text="It is yours")


def test_from_the_investor_to_the_agency_to_the_answer(desk, asked):
    case = asked()
    assert case.number.startswith("R20")
    assert (case.state, case.owner, case.office.code) == ("received", None, "sezione")
    refer(desk, case)
    case = api.accept_referral(actor=desk.paola, case=case)
    assert (case.state, case.office.code, case.owner_id) == ("accepted", AGENCY, desk.paola.user_id)
    with pytest.raises(Refused):
        api.answer_case(actor=desk.anna, case=case, text="the Section no longer answers")
    message = api.answer_case(actor=desk.paola, case=case, text="Here is the site.")
    send_answer(message_id=message.pk)
    send_answer(message_id=message.pk)
    assert [m.to for m in mail.outbox] == [["jane@example.org"]], "once, whatever the job does"
    assert case.number in mail.outbox[0].subject
    case = api.close_case(actor=desk.paola, case=case)
    assert case.state == "closed"
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {
        "cases.open_case",
        "cases.assign_case",
        "cases.refer_case",
        "cases.accept_referral",
        "cases.answer_case",
    } <= verbs
    assert "jane@example.org" not in str(list(AuditEntry.objects.values_list("data", "actor_label")))


def test_an_agency_refuses_with_a_reason_and_the_case_comes_back(desk, asked):
    case = asked()
    refer(desk, case)
    with pytest.raises(Refused) as why:
        api.refuse_referral(actor=desk.paola, case=case, reason="  ")
    assert why.value.field == "reason"
    with pytest.raises(Refused):
        api.refuse_referral(actor=desk.nino, case=case, reason="not asked of us")
    case = api.refuse_referral(actor=desk.paola, case=case, reason="It is about research: ARTI")
    assert (case.state, case.office.code, case.owner_id) == ("refused", "sezione", desk.anna.user_id)
    assert Notice.objects.filter(user_id=desk.anna.user_id, title_it__contains="non ha accettato").count() == 1
    api.refer_case(actor=desk.anna, case=case, office=Office.objects.get(code="arti"))
    assert api.accept_referral(actor=desk.nino, case=case).office.code == "arti"


def test_a_second_referral_needs_the_first_decided(desk, asked):
    case = asked()
    refer(desk, case)
    with pytest.raises(Refused):
        api.refer_case(actor=desk.anna, case=case, office=Office.objects.get(code="arti"))
    with pytest.raises(Refused):
        api.refer_case(actor=desk.dir, case=case, office=Office.objects.get(code="sezione"))


def test_only_the_owner_or_the_director_moves_what_is_taken(desk, asked):
    case = asked()
    api.assign_case(actor=desk.anna, case=case)
    for step in (
        lambda: api.assign_case(actor=desk.bruno, case=case),
        lambda: api.answer_case(actor=desk.bruno, case=case, text="mine"),
        lambda: api.assign_case(actor=desk.paola, case=case),
        lambda: api.assign_case(actor=desk.anna, case=case, owner=desk.users.paola),
    ):
        with pytest.raises(Refused):
            step()
    assert api.assign_case(actor=desk.dir, case=case, owner=desk.users.bruno).owner_id == desk.bruno.user_id


def test_a_case_is_closed_without_answer_only_saying_why(desk, asked):
    case = asked()
    with pytest.raises(Refused):
        api.close_case(actor=desk.anna, case=case)
    assert api.close_case(actor=desk.anna, case=case, reason="Advertising").state == "closed"
    case = api.reopen_case(actor=desk.anna, case=case, text="It was not")
    assert (case.state, case.owner) == ("received", None)


def test_reopening_starts_a_new_term(desk, asked):
    with clock_at(datetime(2026, 11, 2, 9, tzinfo=UTC)):
        case = asked()
        assert case.due_at.date().isoformat() == "2026-11-09", "five working days"
        api.assign_case(actor=desk.anna, case=case)
        api.answer_case(actor=desk.anna, case=case, text="No")
    with clock_at(datetime(2026, 11, 16, 9, tzinfo=UTC)):
        case = api.reopen_case(actor=desk.anna, case=case, text="asks again by telephone")
        assert (case.state, case.answered_at) == ("reopened", None)
        assert case.due_at.date().isoformat() == "2026-11-23"


def test_the_term_says_how_it_was_counted_and_skips_holidays(asked):
    with clock_at(datetime(2026, 12, 4, 9, tzinfo=UTC)):  # a Friday; Tuesday the 8th is a holiday
        case = asked()
    assert case.due_at.astimezone(UTC).date().isoformat() == "2026-12-14"
    assert case.term["days"] == 5
    assert case.term["steps"]
    assert case.term["confidence"] == "assumption"


def test_a_kind_without_a_service_level_has_the_general_term(asked):
    with clock_at(datetime(2026, 11, 2, 9, tzinfo=UTC)):
        case = asked(kind="other")
    assert "241/1990" in case.term["reference"]
    assert case.due_at.date().isoformat() == "2026-12-02"


def test_overdue_first_then_by_term_then_the_finished(desk, asked):
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    with clock_at(start):
        late, answered = asked(subject="late"), asked(subject="answered")
        api.assign_case(actor=desk.anna, case=answered)
        api.answer_case(actor=desk.anna, case=answered, text="Yes")
    with clock_at(start + timedelta(days=14)):
        fresh = asked(subject="fresh")
        slow = asked(subject="slow", kind="other")
        assert [c.pk for c in api.list_cases(desk.anna)] == [late.pk, fresh.pk, slow.pk, answered.pk]
        assert [c.pk for c in api.list_cases(desk.anna, state="overdue")] == [late.pk]
        found = api.discipline(Case.objects.all())
        assert (found.received, found.answered, found.in_time, found.overdue) == (4, 1, 1, 1)


def test_numbers_have_no_gaps_even_when_something_fails(desk, asked):
    asked()
    with pytest.raises(Refused):
        asked(text=" ")

    def opened_and_lost():
        with transaction.atomic():
            asked()
            raise LookupError

    with pytest.raises(LookupError):
        opened_and_lost()
    asked()
    sequences = sorted(Case.objects.values_list("sequence", flat=True))
    assert sequences == [1, 2]


def test_the_same_key_gives_the_same_case(asked):
    first, second = asked(idempotency_key="k"), asked(idempotency_key="k")
    third = asked(idempotency_key="other")
    assert first.pk == second.pk
    assert third.sequence == first.sequence + 1
    assert CaseCounter.objects.get().last == 2
    assert CaseMessage.objects.filter(case=first).count() == 1


def test_nobody_asks_for_an_enterprise_not_their_own(desk, enterprise, representative, actor_for):
    mine, other = enterprise("Mia"), enterprise("Altra")
    anna = actor_for(representative(mine), mine)
    ask = {"kind": "question", "subject": "s", "text": "t", "channel": "portal"}
    assert api.open_case(actor=anna, party=Party("enterprise", mine.pk), **ask).requester == "enterprise"
    with pytest.raises(Refused):
        api.open_case(actor=anna, party=Party("enterprise", other.pk), **ask)
    with pytest.raises(Refused):
        api.open_case(actor=ANONYMOUS, party=Party("enterprise", mine.pk), **ask)
    with pytest.raises(ValueError, match="exactly one"):
        api.open_case(actor=anna, **ask)


def test_who_sees_what(desk, asked, enterprise, representative, person, actor_for):
    mine, other = enterprise("Mia"), enterprise("Altra")
    user = representative(mine)
    writes = actor_for(user, mine)
    ours = api.open_case(actor=writes, party=writes.party, kind="question", subject="s", text="t", channel="portal")
    outside = asked()

    def seen(actor):
        return set(Case.objects.visible_to(actor).values_list("pk", flat=True))

    assert seen(desk.anna) == seen(desk.dir) == {ours.pk, outside.pk}
    assert seen(desk.paola) == seen(desk.eva) == seen(actor_for(person("Zoe", "Sole"))) == set()
    assert seen(writes) == {ours.pk}
    assert seen(actor_for(user)) == set(), "the person alone has not the enterprise's powers"
    assert seen(actor_for(representative(other), other)) == set()
    refer(desk, outside)
    assert seen(desk.paola) == {outside.pk}
    assert seen(desk.nino) == set()


def test_a_director_of_an_agency_does_not_see_the_section_s_cases(desk, asked, officer, actor_for):
    asked()
    actor = actor_for(officer("director", AGENCY))
    assert not Case.objects.visible_to(actor).exists()


def test_a_contact_is_forgotten_once_the_case_is_closed(desk, asked):
    case = asked(subject="A plant – Doe Industries")
    api.assign_case(actor=desk.anna, case=case)
    api.note_in_case(actor=desk.anna, case=case, text="Jane called back")
    api.answer_case(actor=desk.anna, case=case, text="Dear Jane")
    with pytest.raises(Refused):
        api.erase_contact(actor=desk.anna, contact=case.contact)
    api.close_case(actor=desk.anna, case=case, reason="test")
    gone = api.erase_contact(actor=desk.anna, contact=case.contact)
    assert (gone.name, gone.email) == ("", "")
    case.refresh_from_db()
    left = [*CaseMessage.objects.values_list("text", flat=True), case.subject, case.closing_reason]
    left += Notice.objects.values_list("title_it", "body_it", "title_en", "body_en")
    for word in ("5,000", "Jane", "Doe"):
        assert word not in str(left)
    assert case.number


@pytest.mark.parametrize(
    "change",
    [{"state": "assigned"}, {"state": "answered"}, {"state": "closed"}, {"state": "lost"}, {"requester": "person"}],
)
def test_illegal_states_cannot_be_written(asked, change):
    case = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)


def test_the_answer_reaches_who_acts_for_the_enterprise_and_never_who_typed_the_request(
    desk, enterprise, representative
):
    firm = enterprise()
    today_there = [representative(firm), representative(firm, kind="delegate", scopes=["read"], given="Ugo")]
    gone, coming = (representative(firm, kind="delegate", given=name) for name in ("Eva", "Ivo"))
    day = today()
    Mandate.objects.filter(user=gone).update(until=day - timedelta(days=1))
    Mandate.objects.filter(user=coming).update(since=day + timedelta(days=1))
    case = api.open_case(
        actor=desk.anna, kind="question", subject="Una fiera", text="Hanno chiamato", channel="phone",
        party=Party("enterprise", firm.pk),
    )  # fmt: skip
    assert case.requested_by_id is None, "an officer who enters a telephone call asks nothing"
    api.assign_case(actor=desk.bruno, case=case)
    api.answer_case(actor=desk.bruno, case=case, text="Ecco.")
    told = Notice.objects.filter(kind__startswith="case-answered")
    assert set(told.values_list("user_id", flat=True)) == {user.pk for user in today_there}
    assert set(told.values_list("enterprise_id", flat=True)) == {firm.pk}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("attivita", "subject"), ("atività produttive", "subject"), ("cafe", "contact"), ("Doe Industrie", "contact"),
        ("perù", "firm"), ("Cantiere Salnto", "firm"), ("zzz", ""),
    ],
)  # fmt: skip
def test_the_list_forgives_accents_and_typing_mistakes(desk, asked, enterprise, text, found):
    firm = enterprise("Peru Cantieri del Salento S.r.l.")
    cases = {
        "subject": asked(subject="Attività produttive", contact=CONTACT | {"organisation": "", "name": "Ugo"}),
        "contact": asked(contact=CONTACT | {"organisation": "Café Doe Industries"}),
        "firm": api.open_case(
            actor=desk.anna, kind="question", subject="s", text="t", channel="phone", party=Party("enterprise", firm.pk)
        ),
    }
    assert list(api.list_cases(desk.anna, text=text)) == ([cases[found]] if found else [])
    assert list(api.list_cases(desk.anna, text=cases["firm"].number)) == [cases["firm"]]


def test_today_shows_the_director_what_is_late_and_everyone_what_their_office_sees_move(desk, asked):
    from levante.web.desk.cases import worklist

    case, start = asked(), now() - timedelta(minutes=1)
    api.assign_case(actor=desk.anna, case=case)
    late = case.due_at + timedelta(days=1)
    assert not list(worklist.my_turn(desk.dir)), "in its term it is Anna's"
    with clock_at(late):
        (item,) = worklist.my_turn(desk.dir)
        assert item.tone == "late"
        assert "Anna" in item.why
        assert not list(worklist.my_turn(desk.bruno)), "who does not direct has one's own"
        fields = {
            name: value for name, value in vars(Case.objects.get(pk=case.pk)).items() if name not in {"_state", "id"}
        }
        api.refer_case(actor=desk.anna, case=case, office=Office.objects.get(code=AGENCY), note_text="It is yours")
        api.accept_referral(actor=desk.paola, case=case)
        api.answer_case(actor=desk.paola, case=case, text="Here is the site.")
        whys = [item.why for item in worklist.moved(desk.bruno, start)]
        assert len(whys) == 3, "it arrived, the agency accepted, it answered"
        assert len(list(worklist.moved(desk.paola, start))) == 1, "what she did herself is no news"
        assert not list(worklist.moved(desk.nino, start)), "another agency does not see it"
        assert not list(worklist.moved(desk.eva, start))
        # Many of others, late, do not hide one's own; of those without a line of their own the number is told.
        mine = asked()
        api.assign_case(actor=desk.dir, case=mine)
        Case.objects.bulk_create(
            Case(**fields | {"number": f"R{case.year}/7{n:05}", "sequence": 700_000 + n, "idempotency_key": None})
            for n in range(LIMIT + 20)
        )
        *told, rest = worklist.my_turn(desk.dir)
        assert [item.shared for item in told] == [False] + [True] * LIMIT
        assert (mine.number in told[0].title, rest.count, rest.late, rest.shared) == (True, 20, 20, True)
