"""HTTP/1.1 read out of bytes: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.intake.lane import problems, wire
from levante.intake.lane.app import read_body
from levante.intake.lane.wire import EXPECTED, Request, Shown, Writer, read

BODY = b'{"token": "%s", "seal": "%s"}' % (b"t" * 43, b"0" * 64)
PLAIN = b"POST /intake/call.click HTTP/1.1\r\nHost: lane\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


def head(*lines: bytes, first=b"POST /intake/a HTTP/1.1", host=b"Host: x") -> bytes:
    return b"\r\n".join([first, *([host] if host else []), *lines, b"", b""])


def test_a_request_is_read_whole_and_the_rest_is_left():
    found = read(PLAIN + b"GET ", 4096)
    assert found == Request(b"POST", b"/intake/call.click", BODY, True, len(PLAIN))


@given(st.integers(0, len(PLAIN) - 1))
def test_what_is_not_whole_yet_is_nothing_yet(cut):
    assert read(PLAIN[:cut], 4096) is None


@pytest.mark.parametrize(
    ("first", "lines", "keeps"),
    [
        (b"GET /a HTTP/1.1", [], True),
        (b"GET /a HTTP/1.1", [b"Connection: close"], False),
        (b"GET /a HTTP/1.1", [b"connection: Keep-Alive, CLOSE"], False),
        (b"GET /a HTTP/1.1", [b"Connection: x-close"], True),
        (b"GET /a HTTP/1.0", [], False),
        (b"GET /a HTTP/1.0", [b"Connection: keep-alive"], True),
        (b"HEAD /a HTTP/1.1", [], False),
    ],
)
def test_whether_the_connection_serves_another(first, lines, keeps):
    found = read(head(*lines, first=first), 4096)
    assert isinstance(found, Request)
    assert (found.keeps, found.body) == (keeps, b"")


def test_the_query_is_not_part_of_the_path():
    assert read(head(first=b"GET /intake/a?x=1 HTTP/1.1"), 10).path == b"/intake/a"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (head(b"Content-Length: 5", b"Content-Length: 5"), problems.BAD_REQUEST),
        (head(b"Content-Length: +5"), problems.BAD_REQUEST),
        (head(b"Content-Length: 5, 5"), problems.BAD_REQUEST),
        (head(b"Content-Length : 5"), problems.BAD_REQUEST),
        (head(b"X: a", b" folded"), problems.BAD_REQUEST),
        (head(b"X: a\rContent-Length: 5"), problems.BAD_REQUEST),
        (head(b"X: a\nContent-Length: 5"), problems.BAD_REQUEST),
        (head(b"X: \x00"), problems.BAD_REQUEST),
        (head(host=b""), problems.BAD_REQUEST),
        (head(b"host: y"), problems.BAD_REQUEST),
        (head(first=b"POST /a"), problems.BAD_REQUEST),
        (head(first=b"POST /a HTTP/2.0"), problems.BAD_REQUEST),
        (head(first=b"POST  /a HTTP/1.1"), problems.BAD_REQUEST),
        (head(first=b"GET http://x/a HTTP/1.1"), problems.BAD_REQUEST),
        (b"\x16\x03\x01 TLS\r\n\r\n", problems.BAD_REQUEST),
        (head(b"Transfer-Encoding: chunked"), problems.LENGTH_REQUIRED),
        (head(b"Content-Length: 5", b"TRANSFER-ENCODING:chunked"), problems.LENGTH_REQUIRED),
        (head(b"Content-Length: 4097"), problems.TOO_LARGE),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 17_000, problems.HEAD_TOO_LARGE),
    ],
)
def test_what_is_ambiguous_is_refused(data, problem):
    assert read(data, 4096) is problem
    assert problem.closes


@given(st.binary(max_size=300))
def test_no_bytes_are_a_surprise(data):
    for found in (read(data, 4096), read(b"POST /a HTTP/1.1\r\n" + data + b"\r\n\r\n", 4096)):
        assert found is None or isinstance(found, Request | problems.Problem | wire.Expected)


def test_who_waits_for_a_continue_is_recognised():
    waiting = head(b"Content-Length: 3", b"Expect: 100-continue")
    assert read(waiting, 4096) is EXPECTED
    assert read(waiting + b"ab", 4096) is None
    assert read(waiting + b"abc", 4096).body == b"abc"


@given(st.binary(max_size=20), st.binary(max_size=20), st.sampled_from([b'", "', b'","', b'" ,"']))
def test_the_usual_body_is_read_as_json_reads_it(token, seal, between):
    """The quick reading and the patient one agree: white space sends it the other way."""
    for some, hexadecimal in ((b"t" * 20 + token, seal), (b"A_-9" * 5, b"0a" * 32), (b"A_-9" * 5, b"0A" * 32)):
        body = b'{"token": "' + some + between + b'seal": "' + hexadecimal + b'"}'
        assert read_body(body) == read_body(body + b"\n")


def test_answers_say_their_length_their_date_and_whether_they_are_the_last():
    writer = Writer()
    writer.at(0)
    assert writer.taken(b"{}") == (
        b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncache-control: no-store\r\n"
        b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\ncontent-length: 2\r\n\r\n{}"
    )
    last = writer.answer(b"{}", keeps=False)
    assert b"connection: close\r\n" in last
    assert last.startswith(b"HTTP/1.1 201 ")
    assert writer.answer(Shown(b"{}"), keeps=True).startswith(b"HTTP/1.1 200 OK\r\n")
    refused = writer.answer(problems.BUSY.after(7), keeps=True)
    assert refused.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"\r\nretry-after: 7\r\n" in refused
    assert b"connection" not in refused.lower()
