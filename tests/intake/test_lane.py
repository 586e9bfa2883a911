"""The lane on a real database, called in this process: what it takes, what it refuses, in which order."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from tests.intake.conftest import Served, answer_on, ask, audit, code_of, post, send, valid

from levante.intake.lane.answers import text_of
from levante.intake.lane.sequencer import Limits

pytestmark = pytest.mark.django_db(transaction=True)


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
            "not_allowed": (await post(lane, here, method="PUT"))[::2],
            "allow": (await post(lane, here, method="PUT"))[1],
        }

    status = {"unknown": 404, "wrong_seal": 409, "unknown_opening": 404, "not_found": 404, "not_allowed": 405}
    answers = in_lane(wrong)
    assert answers.pop("allow")[b"allow"] == b"get, post"
    for code, (found, body) in answers.items():
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
        b'{"token":"%s","seal":"%s","seal":"%s"}' % (b"x" * 43, b"1" * 64, b"0" * 64),
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
    head = f"POST /intake/{log.code} HTTP/1.1\r\nHost: x\r\n".encode()

    async def huge(lane):
        declared = await send(lane, head + b"Content-Length: 99999999\r\n\r\n")
        endless = await send(lane, head + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n" + b" " * 9000)
        headers = await send(lane, head + b"X: " + b"x" * 20_000)
        return declared, endless, headers

    found = in_lane(huge)
    assert [status for status, *_ in found] == [413, 411, 431]
    for _, headers, _ in found:
        assert headers[b"connection"] == b"close"


def test_a_body_that_never_ends_is_cut(rehearsal, in_lane):
    log, issued = rehearsal(1)

    async def slow(lane):
        head = f"POST /intake/{log.code} HTTP/1.1\r\nHost: x\r\nContent-Length: 120\r\n\r\n".encode()
        drop = await send(lane, head + b'{"tok')
        return drop, await ask(lane, issued[0])

    (status, headers, _), after = in_lane(slow, limits=Limits(body_seconds=0.1))
    assert (status, headers[b"connection"]) == (408, b"close")
    assert after[0] == 201


def test_the_counter_is_for_anybody_and_costs_a_question_a_second(window, in_lane):
    from levante.calls.api import Call

    log, issued = window(3)

    async def watch(lane):
        before = await asyncio.gather(*(post(lane, f"/intake/{log.code}", method="GET") for _ in range(20)))
        for one in issued[:2]:
            await ask(lane, one)
        return before, await post(lane, f"/intake/{log.code}", method="GET")

    before, (status, _, body) = in_lane(watch)
    told = json.loads(body)
    assert {answer[0] for answer in before} == {status} == {200}
    assert (json.loads(before[0][2])["received"], told["received"]) == (0, 2)
    assert set(told) == {"closes_at", "now", "opens_at", "received", "state"}
    assert told["opens_at"] < told["now"] < told["closes_at"]
    assert told["state"] == "open"
    Call.objects.filter(openings__code="click").update(state="approved", published_at=None)
    assert in_lane(lambda lane: post(lane, f"/intake/{log.code}", method="GET"))[0] == 404, "nothing of what is not out"


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


def test_a_batch_written_after_a_suspension_takes_who_arrived_before_it(window, in_lane, system, ring):
    """And refuses who arrived while it was in force, also in a batch written after the reopening."""
    from levante.calls.api import CallEvent, move_opening
    from levante.intake.api import IntakeEntry, find_log, frozen_order, order_summary, recompute_order

    log, issued = window(4)

    def act(transition):
        move_opening(
            actor=system, opening=log.opening, transition=transition, act=log.opening.call.act, reason_it="Prova"
        )
        return CallEvent.objects.filter(kind=transition).latest("id").at

    def sent(which, at):
        return code_of(in_lane(lambda lane: ask(lane, issued[which]), clock=lambda: at))

    moment = timedelta(microseconds=1)
    stopped = act("suspend")
    assert sent(0, stopped) == sent(1, stopped + moment) == (403, "suspended")
    assert in_lane(lambda lane: ask(lane, issued[0]), clock=lambda: stopped - moment)[0] == 201
    again = act("reopen")
    assert sent(1, again - moment) == (403, "suspended")
    assert in_lane(lambda lane: ask(lane, issued[1]), clock=lambda: again)[0] == 201
    over = act("close")
    assert sent(2, over) == (403, "late")
    assert in_lane(lambda lane: ask(lane, issued[2]), clock=lambda: over - moment)[0] == 201
    assert list(IntakeEntry.objects.order_by("id").values_list("received_at", flat=True)) == [
        stopped - moment, again, over - moment,
    ]  # fmt: skip
    # And anyone sees that it was so.
    log = find_log(log.code)
    assert audit(log, ring).size == 3
    order = {**order_summary(log), "entries": list(frozen_order(log))}
    assert recompute_order(order)["ok"]
    order["stops"][0]["from"] = order["entries"][0]["received_at"]
    assert "stopped" in recompute_order(order)["problems"][0]
    with pytest.raises(ValueError, match="stops cannot be read"):
        recompute_order({**order, "stops": [{"from": "yesterday", "until": None}]})


def test_an_act_takes_its_instant_when_the_batch_being_written_is_durable(window, system):
    """So that every place given so far is earlier than the act, and none is given until everybody can read of it."""
    from django.db import transaction

    from levante.calls.api import CallEvent, move_opening
    from levante.intake.api import IntakeLog

    log, _ = window(1)
    opening = log.opening

    def act():
        try:
            move_opening(actor=system, opening=opening, transition="suspend", act=opening.call.act, reason_it="Prova")
        finally:
            connection.close()

    thread = Thread(target=act)
    with transaction.atomic():
        IntakeLog.objects.select_for_update(no_key=True).get(pk=log.pk)  # a batch
        thread.start()
        waiting, deadline = 0, time.monotonic() + 60
        while not waiting:
            assert time.monotonic() < deadline, "the act does not wait for the batch"
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
                )
                (waiting,) = cursor.fetchone()
        written = datetime.now(UTC)
    thread.join(60)
    assert CallEvent.objects.get(kind="suspend").at > written


def test_the_instant_is_that_of_the_body_read_to_its_end(rehearsal, in_lane):
    """Headers sent before the opening, or before the closing, are neither early nor in time: the last byte says."""
    log, issued = rehearsal(3)
    at = {"now": log.opens_at - timedelta(seconds=1)}

    async def in_pieces(lane):
        sent = []
        for one in issued:
            reader, writer = await lane.dial()
            told = json.dumps({"token": one.token, "seal": one.seal}).encode()
            writer.write(f"POST /intake/{log.code} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(told)}\r\n\r\n".encode())
            writer.write(told[:-1])
            while not all(one.ahead for one in lane.front._connections.values()):
                await asyncio.sleep(0)
            sent.append((reader, writer))
        answers = []
        for (reader, writer), instant in zip(
            sent, (log.opens_at, log.closes_at - timedelta(microseconds=1), log.closes_at), strict=True
        ):
            at["now"] = instant
            writer.write(b"}")
            answers.append(await answer_on(reader))
            writer.close()
        return answers

    first, last, late = in_lane(in_pieces, clock=lambda: at["now"])
    assert [first[0], last[0]] == [201, 201]
    assert json.loads(first[2])["received_at"] == text_of(log.opens_at)
    assert (late[0], json.loads(late[2])["code"]) == (403, "late")


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
        other = Served(type(lane.lane)(lane.lane._connect, ring, lane.lane.limits))
        try:
            return await asyncio.gather(
                *(ask(lane, one) for one in issued[:50]), *(ask(other, one) for one in issued[10:])
            )
        finally:
            await other.front.stop()

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

            plain = lane.lane._connect

            async def impatient():
                found = await plain()
                await found.execute("SET lock_timeout = '100ms'")
                return found

            lane.lane._connect = impatient
            assert store.LOST
            return await ask(lane, issued[0])

        assert code_of(in_lane(stuck, limits=held)) == (503, "not_written")
        assert not IntakeEntry.objects.exists()
    assert in_lane(lambda lane: ask(lane, issued[0]))[0] == 201


def test_a_connection_ended_in_the_middle_loses_nothing(rehearsal, in_lane, ring):
    log, issued = rehearsal(30)

    async def cut(lane):
        done = await asyncio.gather(*(ask(lane, one) for one in issued[:5]))
        killer = await lane.lane._connect()
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
