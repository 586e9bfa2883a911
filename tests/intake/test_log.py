"""The rows of a click day, its audit, its end, and the commands around it."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from tests.intake.conftest import ask, code_of, receive_here

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_received_never_changes_and_only_a_rehearsal_is_wiped(window, rehearsal, in_lane, system):
    from levante.intake.api import (
        IntakeEntry,
        IntakeHead,
        IntakeLog,
        IntakeTicket,
        audit_intake,
        last_head,
        place_of,
        progress_of,
        receipt_of_entry,
        submissions_of,
        wipe_rehearsal,
    )
    from levante.kernel.api import Refused

    log, issued = window(2)
    trial, tests = rehearsal(2)
    for one in (*issued, *tests):
        assert in_lane(lambda lane, one=one: ask(lane, one))[0] == 201
    statements = [
        "UPDATE intake_entry SET received_at = now()",
        "UPDATE intake_head SET size = size",
        f"DELETE FROM intake_entry WHERE log_id = {log.pk}",
        f"DELETE FROM intake_head WHERE log_id = {log.pk}",
        f"DELETE FROM intake_ticket WHERE log_id = {log.pk}",
        f"DELETE FROM intake_log WHERE id = {log.pk}",
        "UPDATE intake_ticket SET amount = 1",
        "UPDATE intake_log SET size = 0, last_instant = NULL",
        f"UPDATE intake_log SET rehearsal = true WHERE id = {log.pk}",
        "TRUNCATE intake_entry",
    ]
    for statement in statements:
        with pytest.raises(DatabaseError, match="pgtrigger"), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(Refused):
        wipe_rehearsal(actor=system, log=log)
    with CaptureQueriesContext(connection) as read:
        entry = place_of(log, issued[0].token)
        assert receipt_of_entry(entry).leaf_index == 0
        assert (last_head(log).size, len(list(submissions_of(log))), progress_of(log).issued) == (2, 2, None)
        audit_intake(log, {})
    by_log = [one["sql"] for one in read if re.search(r'"intake_(entry|head)"."log_id" =', one["sql"])]
    assert by_log == [], "a range of ids, or the ticket: by log they have no index"
    assert wipe_rehearsal(actor=system, log=trial) == 2
    for model, left in ((IntakeLog, 1), (IntakeTicket, 2), (IntakeEntry, 2), (IntakeHead, 2)):
        assert model.objects.count() == left, model
    assert code_of(in_lane(lambda lane: ask(lane, tests[0]))) == (404, "unknown_opening")


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE intake_entry SET received_at = received_at + interval '1 second' WHERE sequence = 2", "leaf"),
        ("UPDATE intake_entry SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE sequence = 2", "leaf"),
        ("UPDATE intake_ticket SET seal = decode(repeat('00', 32), 'hex')", "content"),
        ("UPDATE intake_head SET signature = decode(repeat('00', 64), 'hex')", "signature"),
        ("DELETE FROM intake_entry WHERE sequence = 3", "not there"),
        ("DELETE FROM intake_head WHERE size = 2", "does not follow"),
        ("UPDATE intake_log SET size = 9", "counter"),
    ],
)
def test_the_audit_finds_what_whoever_owns_the_database_changed(rehearsal, in_lane, ring, statement, what):
    import pgtrigger

    from levante.intake.api import audit_intake, find_log

    log, issued = rehearsal(3)
    for one in issued:
        in_lane(lambda lane, one=one: ask(lane, one))
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statement)
    found = audit_intake(find_log(log.code), ring.public_keys())
    assert any(what in problem["what"] for problem in found.problems), found.problems


def test_what_is_unsealed_is_worth_nothing(window, in_lane, system):
    from decimal import Decimal

    from levante.intake.api import ToSeal, issue_tickets, void_ticket
    from levante.kernel.api import Refused

    log, issued = window(2)
    void_ticket(actor=system, log=log, subject="application:1")
    assert code_of(in_lane(lambda lane: ask(lane, issued[0]))) == (404, "unknown")
    (again,) = issue_tickets(
        actor=system, log=log, sealed=[ToSeal("application:1", "00000000001", Decimal(4000), {"application": 1})]
    )
    assert in_lane(lambda lane: ask(lane, again))[0] == 201
    with pytest.raises(Refused, match="già stata ricevuta"):
        void_ticket(actor=system, log=log, subject="application:1")


# -- the end of the day


def test_closing_writes_the_head_in_the_register_and_nothing_is_taken_any_more(window, in_lane, system, ring):
    from levante.calls.api import Opening
    from levante.intake.api import close_log, find_log, frozen_order, progress_of
    from levante.kernel.api import Refused
    from levante.register.api import find_entry, receipt_of
    from levante.register.pure import tree

    log, issued = window(3)
    for one in issued[:2]:
        in_lane(lambda lane, one=one: ask(lane, one))
    with pytest.raises(Refused, match="120"):
        close_log(actor=system, log=log)
    Opening.objects.filter(code="click").update(closes_at=datetime.now(UTC) - timedelta(seconds=60))
    with pytest.raises(Refused, match="120"):  # somebody who arrived in time may still be queued
        close_log(actor=system, log=log)
    Opening.objects.filter(code="click").update(state="closed", closes_at=datetime.now(UTC) + timedelta(hours=1))
    closed = close_log(actor=system, log=log)
    assert close_log(actor=system, log=log).register_number == closed.register_number
    payload = receipt_of(find_entry(closed.register_number)).payload
    rows = list(frozen_order(closed))
    assert [row["position"] for row in rows] == [1, 2]
    leaves = [bytes.fromhex(row["leaf_hash"]) for row in rows]
    assert payload["head"]["root"] == tree.root_of_leaves(leaves).hex()
    assert (payload["size"], payload["log"]) == (2, f"intake.{log.code}")
    assert code_of(in_lane(lambda lane: ask(lane, issued[2]))) == (403, "late")
    assert in_lane(lambda lane: ask(lane, issued[0]))[0] == 201, "a receipt is given again for ever"
    assert progress_of(find_log(log.code)).received == 2


def test_the_window_that_ended_is_closed_after_the_grace(window, system):
    from levante.calls.api import Opening
    from levante.intake.api import close_log

    log, _ = window(1)
    Opening.objects.filter(code="click").update(closes_at=datetime.now(UTC) - timedelta(minutes=3))
    assert close_log(actor=system, log=log).size == 0


def test_a_window_closed_early_is_closed_after_the_grace_too(window, system):
    """Who arrived before the act may still be queued, and is in."""
    from levante.calls.api import move_opening
    from levante.intake.api import close_log
    from levante.intake.queries import ended_logs
    from levante.kernel.api import Refused, clock_at, now

    log, _ = window(1)
    opening = log.opening
    move_opening(actor=system, opening=opening, transition="close", act=opening.call.act, reason_it="Prova")
    with pytest.raises(Refused, match="120"):
        close_log(actor=system, log=log)
    assert not ended_logs()
    with clock_at(now() + timedelta(seconds=121)):
        assert ended_logs() == [log]
        assert close_log(actor=system, log=log).closed_at


def test_a_log_that_does_not_hold_is_not_closed(window, in_lane, system):
    import pgtrigger

    from levante.calls.api import Opening
    from levante.intake.api import close_log
    from levante.kernel.api import Refused

    log, issued = window(1)
    in_lane(lambda lane: ask(lane, issued[0]))
    Opening.objects.filter(code="click").update(state="closed")
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute("UPDATE intake_entry SET leaf_hash = decode(repeat('00', 32), 'hex')")
    with pytest.raises(Refused, match="non torna"):
        close_log(actor=system, log=log)


def test_the_commands_of_a_rehearsal(window, in_lane, ring, tmp_path, capsys):
    from types import SimpleNamespace

    from levante.calls.allocation_case import run
    from levante.intake.api import IntakeLog, IntakeTicket
    from levante.intake.cli import main

    window(1)
    out, case = tmp_path / "tokens.jsonl", tmp_path / "case.json"
    assert main(["rehearse", "--opening", "click", "--count", "6", "--out", str(out)]) == 0
    made = json.loads(capsys.readouterr().out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == 6
    assert {frozenset(line) for line in lines} == {frozenset({"opening", "token", "seal"})}
    assert {line["opening"] for line in lines} == {made["opening"]}
    assert out.stat().st_mode & 0o077 == 0
    for line in reversed(lines):
        assert in_lane(lambda lane, line=line: ask(lane, SimpleNamespace(**line)))[0] == 201
    assert main(["rehearse", "--judge", "--opening", "click", "--case", str(case)]) == 0
    judged = json.loads(capsys.readouterr().out)
    assert (judged["holds"], judged["received"], judged["budget"]) == (True, 6, "9000.00")
    code, answer = run(case.read_bytes())
    outcome = json.loads(answer)
    assert code == 0
    assert outcome["order"] == [f"test:{n}" for n in (6, 5, 4, 3, 2, 1)]
    assert len(outcome["funded"]) == judged["funded"]
    assert main(["audit", made["opening"]]) == 0
    assert main(["close", made["opening"]]) == 1
    assert main(["rehearse", "--wipe"]) == 0
    assert not IntakeLog.objects.filter(rehearsal=True).exists()
    assert IntakeTicket.objects.count() == 1
    assert main(["rehearse", "--judge"]) == 2


@pytest.mark.parametrize(
    "argv", [[], ["serve"], ["serve", "--port", "0"], ["rehearse"], ["rehearse", "--count", "0"], ["close", "nothing"]]
)
def test_a_command_that_cannot_be_understood(argv, capsys):
    from levante.intake.cli import main

    assert main(argv) == 2
    assert "error" in json.loads(capsys.readouterr().out)


def test_who_may_not_run_a_click_day(window, actor_for, officer, system):
    from levante.intake.api import issue_tickets, open_log
    from levante.kernel.api import Refused

    log, _ = window(1)
    stranger = actor_for(officer("case_officer", office="altra-agenzia"))
    with pytest.raises(Refused):
        issue_tickets(actor=stranger, log=log, sealed=[])
    with pytest.raises(Refused):
        open_log(actor=stranger, opening=log.opening)
    assert open_log(actor=actor_for(officer("director", given="Rosa")), opening=log.opening) == log


def test_what_those_before_asked_for_is_summed_a_block_once(window, ring, monkeypatch, django_assert_num_queries):
    from decimal import Decimal

    from django.core.cache import caches

    from levante.intake import queries

    log, _ = window(5)
    receive_here(log)
    caches["template_fragments"].delete(f"intake.asked:{log.pk}")
    monkeypatch.setattr(queries, "_TOGETHER", 2)
    assert [queries.asked_before(log, place) for place in (4, 1, 2, 5, 3)] == [
        Decimal(5000 * before) for before in (3, 0, 1, 4, 2)
    ]
    with django_assert_num_queries(1):
        queries.asked_before(log, 5)
    caches["template_fragments"].delete(f"intake.asked:{log.pk}")
