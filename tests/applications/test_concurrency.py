"""Ten at the same instant, and PostgreSQL killed in the middle: one application, one entry, no receipt without it."""

import threading

import pytest
from django.db import connection, connections

from levante.applications import submission
from levante.applications.api import (
    Application,
    admit_application,
    receipt_for,
    record_formal_check,
    request_integration,
    start_draft,
    submit_application,
    take_in_charge,
)
from levante.kernel.api import Refused
from levante.kernel.models import AuditEntry
from levante.register.api import entries_about

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]  # real transactions, emptied after each test


def together(count, work):
    """Run ``work(n)`` in as many threads, started together; each with its own connection."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(place):
        try:
            barrier.wait()
            results[place] = work(place)
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_ten_sendings_make_one_application(first_come, filled):
    draft, actor, _ = filled(first_come)
    results = together(10, lambda _: submit_application(actor=actor, application=draft))
    assert {result.number for result in results} == {results[0].number}
    assert len(entries_about(f"application:{draft.pk}")) == 1
    assert Application.objects.filter(number__isnull=False).count() == 1
    first = receipt_for(results[0]).to_bytes()
    assert all(receipt_for(result).to_bytes() == first for result in results)


def test_ten_starts_make_one_draft(first_come, firm, actor_for):
    made, user = firm()
    actor = actor_for(user, made)
    results = together(10, lambda _: start_draft(actor=actor, opening=first_come))
    assert len({result.pk for result in results}) == 1
    assert Application.objects.count() == 1


def test_many_enterprises_get_numbers_without_gaps(first_come, filled):
    drafts = [filled(first_come, f"Impresa {number}", given=f"N{number}") for number in range(6)]
    results = together(6, lambda place: submit_application(actor=drafts[place][1], application=drafts[place][0]))
    assert sorted(result.sequence for result in results) == list(range(1, 7))
    by_sequence = sorted(results, key=lambda result: result.sequence)
    instants = [result.submitted_at for result in by_sequence]
    assert instants == sorted(instants)


def test_two_officers_decide_one_file_and_one_wins(first_come, filled, officer, actor_for):
    """Taken in charge by two, then admitted by one while the other asks for documents: each time one of the two is told."""
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desks = [actor_for(officer("case_officer", email=f"{name}@region.example")) for name in ("anna", "bruno")]
    taken = together(2, lambda place: take_in_charge(actor=desks[place], application=sent, has_conflict=False))
    lost = [one for one in taken if isinstance(one, Refused)]
    assert (len(lost), len([one for one in taken if isinstance(one, Application)])) == (1, 1), taken
    mine = desks[taken.index(next(one for one in taken if one not in lost))]
    for item in sent.opening.call.checklists["formal"]:
        record_formal_check(actor=mine, application=sent, item=item["code"], outcome="met")
    ask = {"items": [{"it": "Preventivo", "en": "Quote"}], "text": "Il file non si legge"}
    done = together(
        2,
        lambda place: (
            admit_application(actor=mine, application=sent)
            if place
            else request_integration(actor=mine, application=sent, **ask)
        ),
    )
    told = [one for one in done if isinstance(one, Refused)]
    assert len(told) == 1, done
    state = Application.objects.get(pk=sent.pk).state
    assert state == ("admitted" if isinstance(done[1], Application) else "integration"), done
    verbs = AuditEntry.objects.filter(verb__in=["applications.admit_application", "applications.request_integration"])
    assert verbs.count() == 1


@pytest.mark.parametrize("moment", ["before_entry", "after_entry", "before_commit"])
def test_postgresql_killed_in_the_middle(first_come, filled, monkeypatch, moment):
    draft, actor, _ = filled(first_come)
    killed = []

    def kill():
        if killed:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        killed.append(pid)

        def terminate():
            with connection.cursor() as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            connections.close_all()

        thread = threading.Thread(target=terminate)
        thread.start()
        thread.join()

    original = submission.append_within

    def append(**arguments):
        if moment == "before_entry":
            kill()
        receipt = original(**arguments)
        if moment == "after_entry":
            kill()
        return receipt

    monkeypatch.setattr(submission, "append_within", append)
    if moment == "before_commit":
        save = AuditEntry.save

        def last(entry, **how):
            save(entry, **how)
            kill()

        monkeypatch.setattr(AuditEntry, "save", last)
    with pytest.raises(Exception, match=r"terminat|closed|lost|consuming"):
        submit_application(actor=actor, application=draft)
    connections.close_all()
    assert killed
    assert Application.objects.get(pk=draft.pk).number is None
    assert entries_about(f"application:{draft.pk}") == []
    retried = submit_application(actor=actor, application=draft)
    assert receipt_for(retried) is not None
    assert len(entries_about(f"application:{draft.pk}")) == 1
