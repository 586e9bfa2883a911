"""Sealed before the opening, sent by the token, received at the closing: from draft to number."""

from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.applications.conftest import field
from tests.intake.conftest import ask, in_lane, ring  # noqa: F401

FIELDS = [field("costs", "money", min=1, required="true"), field("true", "declaration")]


@pytest.fixture
def click_day(own_call):
    """Make an opening whose applications are sealed: ``click_day(opens_in=timedelta(hours=1))``."""
    from levante.calls.api import Opening
    from levante.kernel.api import now

    def make(opens_in=timedelta(hours=1), fields=FIELDS, **values):
        opening = own_call(fields, procedure="click_day", code="giorno", **values)
        Opening.objects.filter(pk=opening.pk).update(opens_at=now() + opens_in)
        return Opening.objects.select_related("call", "form").get(pk=opening.pk)

    return make


@pytest.fixture
def draft_of(firm, actor_for):
    """Make a complete draft: ``application, actor``."""
    from levante.applications.api import save_answers, start_draft

    def make(opening, name="Cantieri del Levante S.r.l.", costs="4000.00", **names):
        made, user = firm(name, **names)
        actor = actor_for(user, made)
        draft = start_draft(actor=actor, opening=opening)
        answers = {"costs": costs, "true": True}
        save_answers(actor=actor, application=draft, answers=answers, base_revision=draft.revision)
        return draft, actor

    return make


def move(opening, **shift):
    """Put the window elsewhere: ``opens_in``, ``closes_in`` from now."""
    from levante.calls.api import Opening
    from levante.kernel.api import now

    found = Opening.objects.filter(pk=opening.pk)
    found.update(**{f"{name.removesuffix('_in')}_at": now() + value for name, value in shift.items()})


@pytest.mark.django_db
def test_a_complete_draft_is_sealed_before_the_opening_and_unsealed_until_it(click_day, draft_of, officer, actor_for):
    from levante.applications.api import (
        Application,
        save_answers,
        seal_application,
        sealed_of,
        submit_application,
        unseal_application,
    )
    from levante.intake.api import IntakeTicket
    from levante.kernel.api import Refused
    from levante.kernel.models import AuditEntry
    from levante.register.pure.canonical import canonical_bytes

    opening = click_day()
    draft, actor = draft_of(opening)
    with pytest.raises(Refused, match="sigillate"):
        submit_application(actor=actor, application=draft)
    sealed = seal_application(actor=actor, application=draft)
    assert (sealed.state, sealed.number, sealed.submitted_at) == ("sealed", None, None)
    entries = AuditEntry.objects.count()
    assert seal_application(actor=actor, application=draft).sealed_at == sealed.sealed_at
    assert AuditEntry.objects.count() == entries, "a second click leaves no trace"
    ticket = IntakeTicket.objects.get()
    committed = sha256(bytes(ticket.seal_salt) + canonical_bytes(sealed.frozen)).digest()
    first = sealed_of(sealed)
    assert (first.seal, first.address) == (committed.hex(), "giorno.prova")
    assert sha256(first.token.encode()).digest() == bytes(ticket.token_digest)
    assert first.token not in str(IntakeTicket.objects.values().get()), "nowhere in the database"
    with pytest.raises(Refused, match="sigillata"):
        save_answers(actor=actor, application=sealed, answers={"costs": "1.00"}, base_revision=1)
    director = actor_for(officer("director"))
    assert not Application.objects.visible_to(director).exists(), "an office does not see what was not sent"

    with pytest.raises(DatabaseError, match="sealed does not change"), transaction.atomic():
        Application.objects.filter(pk=draft.pk).update(answers={})

    again = unseal_application(actor=actor, application=sealed)
    assert (again.state, again.frozen, again.sealed_at, sealed_of(again)) == ("draft", None, None, None)
    second = sealed_of(seal_application(actor=actor, application=draft))
    assert second.token != first.token
    assert second.seal != first.seal
    move(opening, opens_in=timedelta(seconds=-1))
    with pytest.raises(Refused, match="si è aperta"):
        unseal_application(actor=actor, application=draft)


@pytest.mark.django_db
def test_what_is_not_complete_is_not_sealed_and_neither_is_what_the_call_does_not_seal(
    click_day, draft_of, own_call, actor_for, firm
):
    from levante.applications.api import save_answers, seal_application, start_draft
    from levante.kernel.api import Actor, Refused

    opening = click_day()
    draft, actor = draft_of(opening)
    save_answers(actor=actor, application=draft, answers={"true": None}, base_revision=draft.revision)
    with pytest.raises(Refused):
        seal_application(actor=actor, application=draft)
    save_answers(actor=actor, application=draft, answers={"true": True}, base_revision=draft.revision)
    delegate = Actor(user_id=actor.user_id, party=actor.party, scopes=frozenset({"read", "apply"}))
    with pytest.raises(Refused, match="invio"):
        seal_application(actor=delegate, application=draft)
    move(opening, opens_in=timedelta(hours=-3), closes_in=timedelta(hours=-1))
    with pytest.raises(Refused, match="chiusa"):
        seal_application(actor=actor, application=draft)
    other = start_draft(actor=actor, opening=own_call(FIELDS, code="altro"))
    with pytest.raises(Refused, match="non si sigillano"):
        seal_application(actor=actor, application=other)


@pytest.mark.django_db
def test_the_papers_must_hold_on_the_day_of_the_opening(own_call, click_day, draft_of):
    from levante.applications.api import read_application
    from levante.kernel.api import day_of

    opening = click_day(timedelta(days=5))
    draft, _ = draft_of(opening)
    draft = type(draft).objects.select_related("opening__call", "form", "enterprise").get(pk=draft.pk)
    from levante.applications import reading

    assert reading._day_of(draft) == day_of(opening.opens_at)
    assert not read_application(draft).problems


@pytest.mark.django_db(transaction=True)
def test_at_the_closing_the_applications_get_their_numbers_from_the_log(
    click_day, draft_of, in_lane, ring, monkeypatch  # noqa: F811
):  # fmt: skip
    """Three are sealed, two are sent, the second first; the job is killed in the middle and goes on."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from levante.applications import receiving
    from levante.applications.api import (
        Application,
        finish_click_day,
        promise_file,
        receipt_for,
        seal_application,
        sealed_of,
        unfinished_days,
    )
    from levante.applications.jobs import tell_lapsed
    from levante.applications.models import LaterDocument
    from levante.intake.api import close_log, find_log
    from levante.kernel.api import Refused, day_of, system
    from levante.kernel.models import AuditEntry
    from levante.messages.models import Notice
    from levante.register.pure.receipts import verify_receipt

    permit = field("permit", "file", deferrable={"days": 30, "until": "award"})
    opening = click_day(fields=[*FIELDS, permit])
    sealed = []
    for name in ("Prima S.r.l.", "Seconda S.r.l.", "Terza S.r.l."):
        draft, actor = draft_of(opening, name, given=name.split()[0])
        promise_file(actor=actor, application=draft, field_id="permit", promised=True)
        sealed.append((seal_application(actor=actor, application=draft), actor))
    tickets = []
    for one, _ in sealed:
        found = sealed_of(one)
        tickets.append(SimpleNamespace(opening=found.address, token=found.token, seal=found.seal))
    assert in_lane(lambda lane: ask(lane, tickets[0]))[0] == 403
    move(opening, opens_in=timedelta(minutes=-5))
    assert in_lane(lambda lane: ask(lane, tickets[1]))[0] == 201
    assert in_lane(lambda lane: ask(lane, tickets[0]))[0] == 201
    assert sealed_of(sealed[1][0]).position == 1
    log = find_log(tickets[0].opening)
    me = system("test")
    with pytest.raises(Refused, match="non è chiuso"):
        finish_click_day(actor=me, log=log)
    type(opening).objects.filter(pk=opening.pk).update(state="closed")
    close_log(actor=me, log=log)
    assert unfinished_days() == [log]

    monkeypatch.setattr(receiving, "STEP", 1)
    real, calls = receiving.defer_each, []

    def killed(*args):
        calls.append(args)
        if len(calls) == 2:  # the numbers of the second batch are written, its transaction is not ended
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(receiving, "defer_each", killed)
    with pytest.raises(KeyboardInterrupt):
        finish_click_day(actor=me, log=log)
    states = dict(Application.objects.values_list("pk", "state"))
    assert [states[one.pk] for one, _ in sealed] == ["sealed", "submitted", "sealed"]
    assert finish_click_day(actor=me, log=log) == 2
    assert unfinished_days() == []
    first, second, third = (Application.objects.get(pk=one.pk) for one, _ in sealed)
    year = second.submitted_at.year
    assert [(one.number, one.sequence) for one in (second, first)] == [
        (f"CD{log.pk}-{year}/0000001", 1), (f"CD{log.pk}-{year}/0000002", 2),
    ]  # fmt: skip
    assert second.submitted_at <= first.submitted_at
    assert second.submitted_by_id == sealed[1][1].user_id
    assert (third.state, third.number) == ("lapsed", None)
    assert third.events.get(kind="lapse").to_state == "lapsed"
    assert AuditEntry.objects.filter(verb="applications.lapse_unsent", object_id=str(third.pk)).count() == 1
    for _ in range(2):
        tell_lapsed(application_id=third.pk)
    assert Notice.objects.filter(kind="application-lapse", user=sealed[2][1].user_id).count() == 1
    receipt = receipt_for(first)
    assert verify_receipt(receipt.to_bytes(), ring.public_keys())
    assert (receipt.subject, receipt.received_at[:19]) == (
        f"application:{first.pk}",
        f"{first.submitted_at:%Y-%m-%dT%H:%M:%S}",
    )
    entries = AuditEntry.objects.count()
    assert finish_click_day(actor=me, log=log) == 0
    assert AuditEntry.objects.count() == entries
    told = ProcrastinateJob.objects.filter(task_name="applications.tell_sent").order_by("id")
    assert [job.args["application_id"] for job in told] == [second.pk, first.pk], "each is told once, in order"
    awaited = LaterDocument.objects.order_by("pk")
    assert [row.application_id for row in awaited] == [second.pk, first.pk], "what was promised is awaited, once"
    assert awaited[0].due_on > day_of(second.submitted_at)


@pytest.mark.django_db
def test_a_limit_that_looks_beyond_one_firm_is_judged_in_the_order_of_the_log(click_day, firm, actor_for, monkeypatch):
    """Two for each undertaking: a mother seals two, its daughter one, and the log decides which two count."""
    import json

    from levante.applications import receiving
    from levante.applications.api import (
        limits_of_sent,
        places_of,
        receive_sealed,
        save_answers,
        seal_application,
        start_draft,
        written_case,
    )
    from levante.calls.api import allocate_case
    from levante.intake.api import IntakeLog, Received
    from levante.kernel.api import now, system
    from levante.parties.api import OwnershipLink

    words = {"it": "Al massimo due", "en": "Two at most"}
    limit = {"code": "two", **words, "of": "undertaking", "within": "call", "most": 2}
    opening = click_day(limits=[limit, {**limit, "code": "each", "of": "enterprise", "within": "opening"}])
    mother, anna = firm("Capogruppo S.p.A.")
    daughter, bruno = firm("Controllata S.r.l.")
    OwnershipLink.objects.create(
        owned=daughter, holder_enterprise=mother, kind="participation", capital=80, votes=80, source="register"
    )

    def sealed(user, made):
        actor = actor_for(user, made)
        draft = start_draft(actor=actor, opening=opening)
        save_answers(actor=actor, application=draft, answers={"costs": "4000.00", "true": True}, base_revision=0)
        return seal_application(actor=actor, application=draft)

    first, second, other = sealed(anna, mother), sealed(anna, mother), sealed(bruno, daughter)
    assert start_draft(actor=actor_for(anna, mother), opening=opening) == first, "a third is one too many"
    log = IntakeLog.objects.get()
    IntakeLog.objects.filter(pk=log.pk).update(closed_at=now(), register_number="2026/1")
    log = IntakeLog.objects.select_related("opening__call").get()
    arrived = [
        Received(place, opening.opens_at, f"application:{one.pk}")
        for place, one in enumerate((first, other, second), 1)
    ]
    monkeypatch.setattr(receiving, "received_after", lambda _log, after, most: arrived[after:])
    assert receive_sealed(actor=system("test"), log=log) == 3
    for one in (first, second, other):
        one.refresh_from_db()
    assert [one.over_limit for one in (first, other, second)] == ["", "", "two"]
    assert "ce ne sono già 2 dell’impresa unica" in second.events.get(kind="over_limit").text_it
    assert {item.outcome for _, item in limits_of_sent(first)} == {"yes"}
    assert {item.code: item.outcome for _, item in limits_of_sent(second)}["limit-two"] == "no"
    assert {pk: one.outcome for pk, one in places_of(opening, None).items() if one.position is None} == {
        second.pk: "void"
    }
    case = "".join(written_case(log))
    assert json.loads(case)["over_limit"] == [second.number]
    outcome = json.loads(allocate_case(case.encode())[1])
    assert outcome["void"] == [{"id": second.number, "reason": "over_limit"}], "and so does who recomputes it"
    assert outcome["order"] == [first.number, other.number]


@pytest.mark.parametrize("repeat", ["refused", "first_counts"])
@pytest.mark.django_db
def test_a_firm_of_two_sealed_groups_counts_in_the_first_of_the_log(click_day, firm, repeat):
    from levante.applications.api import Application, limits_of_sent
    from levante.applications.models import GroupMember
    from levante.kernel.api import now

    opening = click_day(applicants={"kinds": ["network"], "members": {"least": 2}}, repeat=repeat)
    partner, _ = firm("Partner S.r.l.")
    sent = []
    for place in (1, 2):
        lead, _ = firm(f"Capofila {place}")
        one = Application.objects.create(
            opening=opening, form=opening.form, enterprise=lead, applicant_kind="network", created_at=now(),
            state="submitted", sealed_at=now(), submitted_at=now(), number=f"CD/{place}", sequence=place,
            frozen={"answers": {}}, frozen_sha256="0" * 64, requested_amount=100,
        )  # fmt: skip
        for made in (lead, partner):
            GroupMember.objects.create(
                application=one,
                enterprise=made,
                is_lead=made == lead,
                state="accepted",
                invited_at=now(),
                joined_at=now(),
            )
        sent.append(one)
    told = [[(made.name, item.outcome) for made, item in limits_of_sent(one)] for one in sent]
    assert told == [
        [("Capofila 1", "yes"), ("Partner S.r.l.", "yes")],
        [("Capofila 2", "yes"), ("Partner S.r.l.", "no")],
    ]


@pytest.mark.django_db
def test_many_that_were_never_sent_lapse_in_as_many_statements_as_few(click_day, firm, monkeypatch):
    from django.test.utils import CaptureQueriesContext
    from procrastinate.contrib.django.models import ProcrastinateJob

    from levante.applications import receiving
    from levante.applications.api import Application, lapse_unsent
    from levante.applications.models import ApplicationEvent
    from levante.intake.api import IntakeLog
    from levante.kernel.api import now, system

    opening, (made, _) = click_day(), firm()
    Application.objects.bulk_create(
        Application(
            opening=opening, form=opening.form, enterprise=made, slot=slot, created_at=now(), state="sealed",
            sealed_at=now(), frozen={"answers": {}}, frozen_sha256="0" * 64, requested_amount=100,
        )
        for slot in range(12)
    )  # fmt: skip
    log = IntakeLog.objects.create(
        code="prova", opening=opening, created_at=now(), closed_at=now(), register_number="2026/1"
    )
    asked = []
    for step in (2, 10):
        monkeypatch.setattr(receiving, "STEP", step)
        with CaptureQueriesContext(connection) as queries:
            assert lapse_unsent(actor=system("test"), log=log) == step
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert lapse_unsent(actor=system("test"), log=log) == 0
    lapsed = Application.objects.filter(state="lapsed").count()
    jobs = ProcrastinateJob.objects.filter(task_name="applications.tell_lapsed").count()
    assert lapsed == jobs == ApplicationEvent.objects.filter(kind="lapse").count() == 12


@pytest.mark.django_db(transaction=True)
def test_two_clicks_seal_once(click_day, draft_of):
    from threading import Barrier, Thread

    from levante.applications.api import seal_application
    from levante.intake.api import IntakeLog, IntakeTicket

    opening = click_day()
    pairs = [draft_of(opening, name, given=name) for name in ("Uno", "Due")]
    together, failed = Barrier(4), []

    def click(draft, actor):
        try:
            together.wait(10)
            seal_application(actor=actor, application=draft)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=click, args=pair) for pair in (*pairs, *pairs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert IntakeLog.objects.count() == 1
    assert sorted(IntakeTicket.objects.values_list("subject", flat=True)) == sorted(
        f"application:{draft.pk}" for draft, _ in pairs
    )


@pytest.mark.slow(reason="real transactions, emptied after the test")
@pytest.mark.django_db(transaction=True)
def test_two_openings_of_a_call_received_at_once_take_one_where_one_may(click_day, firm, monkeypatch):
    """A mother in one opening, its daughter in the other, one for each undertaking: both are numbered, and one counts."""
    from threading import Barrier, Thread

    from levante.applications import receiving
    from levante.applications.api import Application, receive_sealed
    from levante.calls.api import Opening
    from levante.intake.api import IntakeLog, Received
    from levante.kernel.api import now, system
    from levante.parties.api import OwnershipLink

    words = {"it": "Una sola", "en": "One only"}
    first = click_day(limits=[{"code": "one", **words, "of": "undertaking", "within": "call", "most": 1}])
    other = Opening.objects.create(
        call=first.call, form=first.form, code="altra", opens_at=first.opens_at, closes_at=first.closes_at, budget=1000
    )
    (mother, _), (daughter, _) = firm("Capogruppo S.p.A."), firm("Controllata S.r.l.")
    OwnershipLink.objects.create(
        owned=daughter, holder_enterprise=mother, kind="participation", capital=80, votes=80, source="register"
    )
    sealed, logs = {}, []
    for opening, made in ((first, mother), (other, daughter)):
        log = IntakeLog.objects.create(
            code=opening.code, opening=opening, created_at=now(), closed_at=now(), register_number=f"2026/{opening.pk}"
        )
        sealed[log.pk] = Application.objects.create(
            opening=opening, form=opening.form, enterprise=made, created_at=now(), state="sealed", sealed_at=now(),
            frozen={"answers": {}, "facts": {}}, frozen_sha256="0" * 64, requested_amount=100,
        )  # fmt: skip
        logs.append(log)
    monkeypatch.setattr(
        receiving,
        "received_after",
        lambda log, *_: [Received(1, now(), f"application:{sealed[log.pk].pk}")],
    )
    both, real, failed = Barrier(2), receiving.hold_call, []

    def hold(opening):  # each has its own numbered, and knows nothing of the other's yet
        both.wait(20)
        real(opening)

    def receive(log):
        try:
            receive_sealed(actor=system("test"), log=log)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(receiving, "hold_call", hold)
    threads = [Thread(target=receive, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    received = Application.objects.order_by("pk")
    assert [one.number is None for one in received] == [False, False]
    assert sorted(one.over_limit for one in received) == ["", "one"]
