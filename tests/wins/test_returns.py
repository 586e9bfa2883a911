"""What comes back is read from a mailbox, whatever the server and the line do: nothing lost, each message once, nothing marked there."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.wins.imap_server import PASSWORD, USER, imap_server
from tests.wins.test_letters import RETURNED, post, send
from tests.wins.world import LATER, over, tell

from levante.exchange.api import NoUsableAnswer
from levante.kernel.api import clock_at, system
from levante.messages.api import Notice
from levante.wins import api, cli, jobs, returns_folder
from levante.wins.models import ReturnsRead
from levante.wins.pure.returned import read_returned
from levante.wins.returning import read_returns
from levante.wins.returns_folder import Mailbox, returns_mailbox

ACTOR = system("tests")


@pytest.fixture
def server():
    with imap_server() as one:
        yield one


def box(server, **other):
    given = {
        "scheme": "imap",
        "host": "127.0.0.1",
        "port": server.port,
        "folder": "Ritorni",
        "user": USER,
        "password": PASSWORD,
    }
    return Mailbox(**(given | other))


def read(server, timeout=5.0, **other):
    return read_returns(actor=ACTOR, mailbox=box(server, **other), timeout=timeout)


def back(message_id, kind="text/rfc822-headers"):
    return RETURNED.format(action="failed", message_id=message_id, kind=kind).replace("\n", "\r\n").encode()


@pytest.mark.django_db
def test_each_message_is_told_once_and_what_is_cut_is_read_the_next_time(
    desk, enterprise, representative, actor_for, server, monkeypatch, capsys, settings
):
    world = over(enterprise, representative, actor_for)
    win = tell(world)
    first = post(send(world, win))
    second = post(send(world, win, at=LATER + timedelta(hours=1), language="de"), LATER + timedelta(hours=1))
    other = tell(world, what="Alberi")
    third = post(send(world, other, at=LATER + timedelta(hours=2)), LATER + timedelta(hours=2))
    server.mails = {
        3: b"Subject: hello\r\n\r\nan answer of a person",
        4: back(first.message_id),
        6: back("somebody@else.example"),
        9: back(second.message_id, "message/rfc822"),
        12: back(third.message_id),
    }
    server.cut = 9

    def state(*letters):
        return list(
            api.CustomerLetter.objects.filter(pk__in=[one.pk for one in letters])
            .order_by("pk")
            .values_list("state", flat=True)
        )

    with clock_at(LATER + timedelta(hours=3)):
        found = read(server)
        assert (found.read, found.returned) == (3, 1), "those that had come whole are kept"
        assert found.problem
        assert state(first, second, third) == ["returned", "sent", "sent"]
        server.cut = None
        settings.RETURNS = {
            "inbox": f"imap://127.0.0.1:{server.port}/Ritorni", "user": USER, "password": PASSWORD
        }  # fmt: skip
        assert cli.main(["returned", "--mailbox"]) == 0
        assert json.loads(capsys.readouterr().out) == {"read": 2, "returned": 2, "unread": 0, "problem": ""}
        assert state(first, second, third) == ["returned"] * 3
        jobs.read_returned_letters(0)
        assert read(server).read == 0, "the last is named again by the server, and is not new"
        # Numbers that hold no more: all is read again, and told once.
        server.validity = 8
        assert (read(server).read, read(server).read) == (5, 0)
    assert Notice.objects.filter(kind="customer-letter-returned").count() == 3, "each once"
    assert not any(word.startswith(("SELECT", "UID STORE", "UID MOVE", "EXPUNGE")) for word in server.asked)
    kept = ReturnsRead.objects.get()
    assert (kept.mailbox, kept.validity, kept.last) == (f"{USER}@127.0.0.1:{server.port}/Ritorni", 8, 12)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnsRead.objects.update(validity=0)
    server.password = "another"
    with pytest.raises(NoUsableAnswer, match="AUTHENTICATIONFAILED"):
        jobs.read_returned_letters(0)
    assert cli.main(["returned", "--mailbox"]) == 2


@pytest.mark.django_db
def test_a_server_that_refuses_lacks_or_is_silent_is_told_and_nothing_is_kept(server):
    server.mails = {1: back("a@b")}
    assert "AUTHENTICATIONFAILED" in read(server, password="wrong").problem
    server.plain, server.password = False, "parola"
    assert "AUTHENTICATIONFAILED" in read(server, password="wrong").problem
    assert "ASCII" in read(server).problem, "only by PLAIN"
    assert "NONEXISTENT" in read(server, password="parola", folder='Altra "cartella"').problem
    for command in ("EXAMINE", "UID SEARCH", "UID FETCH"):
        server.mute = command
        silent = read(server, password="parola", timeout=0.2)
        assert (silent.read, "timed out" in silent.problem) == (0, True), command
    server.mute = ""
    assert not ReturnsRead.objects.exists()
    assert read(server, password="parola").read == 1
    server.shutdown()
    server.server_close()
    assert "ConnectionRefusedError" in read(server, password="parola").problem


@pytest.mark.django_db
def test_what_is_too_large_gone_or_written_badly_does_not_stop_the_others(server, monkeypatch):
    monkeypatch.setattr(returns_folder, "LARGEST", 2000)
    unknown = back("good@levante").replace(b"text/rfc822-headers", b"text/rfc822-headers; charset=x-nobody")
    binary = back("good@levante").replace(b"It did not arrive.", bytes(range(128, 256)))
    assert {read_returned(one).message_id for one in (unknown, binary)} == {"good@levante"}
    server.mails = {
        1: back("large@levante") + b"x" * 2000,
        2: back("gone@levante"),
        3: unknown,
        4: binary,
        5: b"\xff\xfe\0",
    }
    server.gone = {2}
    found = read(server)
    assert (found.read, found.unread, found.problem) == (5, 2, "")
    assert ReturnsRead.objects.get().last == 5


def test_how_it_is_set_is_checked(settings, monkeypatch, tmp_path):
    assert returns_mailbox() is None
    secret = tmp_path / "secret"
    secret.write_text("abc\n")
    good = {"inbox": "imaps://imap.example/Posta%20in%20arrivo/Ritorni", "user": "u", "password_file": str(secret)}
    monkeypatch.setenv("LEVANTE_RETURNS", json.dumps(good))
    found = returns_mailbox()
    assert (found.port, found.folder, found.password) == (993, "Posta in arrivo/Ritorni", "abc")
    assert "abc" not in repr(found) + found.name
    for wrong, said in (
        ("{", "not JSON"), ("[]", "not an object"), ({"inbox": "pop3s://h"}, "imaps://HOST"), ({"inbox": "imap://h"}, "in the clear"),
        (good | {"inbox": "imaps://h/Più"}, "ASCII"), (good | {"password_file": "/nowhere"}, "cannot be read"),
    ):  # fmt: skip
        monkeypatch.setenv("LEVANTE_RETURNS", wrong if isinstance(wrong, str) else json.dumps(wrong))
        with pytest.raises(NoUsableAnswer, match=said):
            returns_mailbox()
