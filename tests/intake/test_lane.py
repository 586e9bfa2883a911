"""The lane on a real database, called in this process: what it takes, what it refuses, in which order."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from tests.intake.conftest import ask, post, valid

from levante.intake.lane.sequencer import Limits

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(answer):
    status, body = answer
    return status, json.loads(body).get("code")


def audit(log, ring):
    from levante.intake.api import audit_intake, find_log

    found = audit_intake(find_log(log.code), ring.public_keys())
    assert not found.count, found.problems
    return found


def test_a_ticket_is_received_once_and_its_receipt_verifies(rehearsal, in_lane, ring):
    from levante.intake.api import IntakeEntry, place_of

    log, issued = rehearsal(3)

    async def twice(lane):
        return [await ask(lane, issued[0]), await ask(lane, issued[1]), await ask(lane, issued[0])]

    first, second, again = in_lane(twice)
    assert first[0] == second[0] == again[0] == 201
    assert first == again
    assert [json.loads(answer[1])["position"] for answer in (first, second)] == [1, 2]
    assert valid(first[1], ring)
    assert valid(second[1], ring)
    # Another front, which remembers nothing, makes the same bytes again.
    assert in_lane(lambda lane: ask(lane, issued[0])) == first
    assert IntakeEntry.objects.count() == 2
    assert place_of(log, issued[1].token).sequence == 2
    assert place_of(log, issued[2].token) is None
    assert audit(log, ring).size == 2


def test_the_command_verifies_a_receipt_without_a_database(rehearsal, in_lane, ring, tmp_path, capsys):
    from levante.register.cli import main

    _, issued = rehearsal(1)
    _, answer = in_lane(lambda lane: ask(lane, issued[0]))
    receipt, key = tmp_path / "receipt.json", tmp_path / "key.pem"
    receipt.write_text(json.dumps(json.loads(answer)["receipt"]))
    key.write_bytes(ring.public_bundle())
    assert main(["verify", str(receipt), "--key", str(key)]) == 0
    assert json.loads(capsys.readouterr().out)["valid"] is True
    receipt.write_text(receipt.read_text().replace('"leaf_index": 0', '"leaf_index": 1'))
    assert main(["verify", str(receipt), "--key", str(key)]) == 1


def test_what_is_not_taken_says_why_in_both_languages(rehearsal, in_lane):
    _, issued = rehearsal(2)

    async def wrong(lane):
        other = "0" * 64
        here = f"/intake/{issued[0].opening}"
        return {
            "unknown": await ask(lane, issued[0], token="x" * 43),
            "wrong_seal": await ask(lane, issued[0], seal=other),
            "unknown_opening": (await post(lane, "/intake/nobody.knows", b"{}"))[::2],
            "not_found": (await post(lane, "/elsewhere", b"{}"))[::2],
            "not_allowed": (await post(lane, here, method="GET"))[::2],
        }

    status = {"unknown": 404, "wrong_seal": 409, "unknown_opening": 404, "not_found": 404, "not_allowed": 405}
    for code, (found, body) in in_lane(wrong).items():
        told = json.loads(body)
        assert (found, told["code"], told["status"]) == (status[code], code, status[code])
        assert told["detail"] != told["detail_it"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"token":"%s"}' % (b"x" * 43),
        b'{"token":1,"seal":"%s"}' % (b"0" * 64),
        b'{"token":"%s","seal":"%s"}' % (b"x" * 43, b"A" * 64),
        b'{"token":"%s","seal":"%s","more":1}' % (b"x" * 43, b"0" * 64),
        b'{"token":"%s","seal":["%s"]}' % (b"x" * 43, b"0" * 64),
        b"[" * 3000,
    ],
)  # fmt: skip
def test_a_body_that_is_not_what_we_ask_for(rehearsal, in_lane, body):
    log, _ = rehearsal(1)
    status, headers, told = in_lane(lambda lane: post(lane, f"/intake/{log.code}", body))
    assert (status, json.loads(told)["code"]) == (422, "malformed")
    assert headers[b"content-type"] == b"application/problem+json"


def test_a_huge_body_is_not_read_to_its_end(rehearsal, in_lane):
    log, _ = rehearsal(1)

    async def huge(lane):
        declared = await post(lane, f"/intake/{log.code}", stall=True, headers=[(b"content-length", b"99999999")])
        endless = await post(lane, f"/intake/{log.code}", *[b" " * 3000] * 4, stall=True)
        return declared, endless

    for status, headers, _ in in_lane(huge):
        assert status == 413
        assert headers[b"connection"] == b"close"


def test_a_body_that_never_ends_is_cut(rehearsal, in_lane):
    log, issued = rehearsal(1)

    async def slow(lane):
        drop = await post(lane, f"/intake/{log.code}", b'{"tok', stall=True)
        return drop, await ask(lane, issued[0])

    (status, headers, _), after = in_lane(slow, limits=Limits(body_seconds=0.1))
    assert (status, headers[b"connection"]) == (408, b"close")
    assert after[0] == 201


def test_early_and_late_by_the_opening_s_own_window(window, in_lane, ring):
    from levante.calls.api import Opening

    log, issued = window(3, opens_in=timedelta(hours=1), closes_in=timedelta(hours=2))

    async def early(lane):
        found = []
        for one in issued[:2]:  # the second is refused without asking the database
            told = json.dumps({"token": one.token, "seal": one.seal}).encode()
            found.append(await post(lane, f"/intake/{log.code}", told))
        return found

    for status, headers, body in in_lane(early):
        assert (status, json.loads(body)["code"]) == (403, "early")
        assert 3500 < int(headers[b"retry-after"]) <= 3600
    Opening.objects.filter(code="click").update(opens_at=datetime.now(UTC) - timedelta(hours=1))
    first = in_lane(lambda lane: ask(lane, issued[0]))
    assert first[0] == 201
    Opening.objects.filter(code="click").update(state="suspended")
    assert code_of(in_lane(lambda lane: ask(lane, issued[1]))) == (403, "suspended")
    Opening.objects.filter(code="click").update(state="scheduled", closes_at=datetime.now(UTC))
    assert code_of(in_lane(lambda lane: ask(lane, issued[1]))) == (403, "late")
    assert in_lane(lambda lane: ask(lane, issued[0])) == first, "who lost the answer at the last instant has it"


def test_a_suspension_is_seen_by_a_front_at_work(window, in_lane):
    from levante.calls.api import Opening

    _, issued = window(2)

    async def suspended(lane):
        before = await ask(lane, issued[0])
        await asyncio.to_thread(
            lambda: (Opening.objects.filter(code="click").update(state="suspended"), connection.close())
        )
        return before, await ask(lane, issued[1])

    before, after = in_lane(suspended)
    assert before[0] == 201
    assert code_of(after) == (403, "suspended")


def test_a_clock_set_back_changes_neither_the_order_nor_who_is_taken(rehearsal, in_lane, ring):
    log, issued = rehearsal(4)
    opened = log.opens_at
    hours = iter([0.5, 0.2, -3, 0.1])

    def clock():
        return opened + timedelta(hours=next(hours))

    async def some(lane, which):
        return [json.loads((await ask(lane, one))[1]) for one in which]

    first = in_lane(lambda lane: some(lane, issued[:2]), clock=clock)
    # A front started after the clock was set back to before the opening.
    then = in_lane(lambda lane: some(lane, issued[2:]), clock=clock)
    assert [one["position"] for one in (*first, *then)] == [1, 2, 3, 4]
    assert len({one["received_at"] for one in (*first, *then)}) == 1
    assert audit(log, ring).size == 4


def test_two_fronts_keep_one_order_and_a_token_has_one_place(rehearsal, ring, in_lane):
    log, issued = rehearsal(60)

    async def both(lane):
        other = type(lane)(lane._connect, ring, lane.limits)
        try:
            return await asyncio.gather(
                *(ask(lane, one) for one in issued[:50]), *(ask(other, one) for one in issued[10:])
            )
        finally:
            await other.stop()

    answers = in_lane(both, limits=Limits(batch=7))
    assert {status for status, _ in answers} == {201}
    mine, theirs = answers[:50], answers[50:]
    assert mine[10:] == theirs[:40], "the token sent to both has the same bytes"
    places = {json.loads(body)["position"] for _, body in answers}
    assert places == set(range(1, 61))
    assert all(valid(body, ring) for _, body in answers)
    assert audit(log, ring).size == 60


def test_within_a_front_the_order_is_that_of_arrival(rehearsal, in_lane):
    _, issued = rehearsal(40)

    async def together(lane):
        return await asyncio.gather(*(ask(lane, one) for one in issued))

    answers = in_lane(together, limits=Limits(batch=6))
    assert [json.loads(body)["position"] for _, body in answers] == list(range(1, 41))


def test_a_full_queue_is_told_and_who_comes_back_is_received(rehearsal, in_lane):
    log, issued = rehearsal(12)

    async def flood(lane):
        async def one(ticket):
            told = json.dumps({"token": ticket.token, "seal": ticket.seal}).encode()
            return await post(lane, f"/intake/{log.code}", told)

        first = await asyncio.gather(*(one(ticket) for ticket in issued))
        refused = [ticket for ticket, answer in zip(issued, first, strict=True) if answer[0] == 503]
        return first, [await one(ticket) for ticket in refused]

    first, later = in_lane(flood, limits=Limits(queue=3, batch=2))
    busy = [answer for answer in first if answer[0] == 503]
    assert 0 < len(busy) < 12
    for _, headers, body in busy:
        assert json.loads(body)["code"] == "busy"
        assert int(headers[b"retry-after"]) >= 1
    assert {answer[0] for answer in later} == {201}


def test_who_waits_too_long_for_a_database_is_told_that_we_cannot_say(rehearsal, in_lane):
    """The log is locked by somebody else all the time; nothing is written, and the token is good afterwards."""
    from django.db import transaction

    from levante.intake.api import IntakeEntry, IntakeLog

    log, issued = rehearsal(1)
    with transaction.atomic():
        IntakeLog.objects.select_for_update().get(pk=log.pk)
        held = Limits(wait=0.2)

        async def stuck(lane):
            import levante.intake.lane.store as store

            plain = lane._connect

            async def impatient():
                found = await plain()
                await found.execute("SET lock_timeout = '100ms'")
                return found

            lane._connect = impatient
            assert store.LOST
            return await ask(lane, issued[0])

        assert code_of(in_lane(stuck, limits=held)) == (503, "not_written")
        assert not IntakeEntry.objects.exists()
    assert in_lane(lambda lane: ask(lane, issued[0]))[0] == 201


def test_a_connection_ended_in_the_middle_loses_nothing(rehearsal, in_lane, ring):
    log, issued = rehearsal(30)

    async def cut(lane):
        done = await asyncio.gather(*(ask(lane, one) for one in issued[:5]))
        killer = await lane._connect()
        rest = [asyncio.ensure_future(ask(lane, one)) for one in issued[5:]]
        await asyncio.sleep(0)
        await killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'levante intake' AND pid <> pg_backend_pid()"
        )
        await killer.close()
        return [*done, *await asyncio.gather(*rest)]

    answers = in_lane(cut, limits=Limits(batch=4))
    assert sorted(json.loads(body)["position"] for _, body in answers) == list(range(1, 31))
    assert audit(log, ring).size == 30


# -- the rows


def test_what_is_received_never_changes_and_only_a_rehearsal_is_wiped(window, rehearsal, in_lane, system):
    from levante.intake.api import IntakeEntry, IntakeHead, IntakeLog, IntakeTicket, wipe_rehearsal
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
