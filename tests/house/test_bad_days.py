"""Bad days that belong to no single room: doors fed with two gigabytes, a health page asked while things are down, a merge
while an application is being sent. Those of one room are among that room's tests (docs/operations says which).
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from tests.applications.conftest import filled, firm, first_come  # noqa: F401
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.kernel.api import NotYours, Refused, system
from levante.law.doors import DOORS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def zeros(tmp_path: Path) -> Path:
    """Two gigabytes of zeros, that take no room on the disk."""
    path = tmp_path / "zeros"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    return path


@pytest.mark.slow(reason="a process of its own, with its memory bounded")
@pytest.mark.parametrize("door", [*(["law", name] for name in DOORS), ["calls", "allocate"]], ids=" ".join)
def test_two_gigabytes_into_a_json_door(zeros: Path, door: list[str]) -> None:
    """Refused after the largest case a door reads, with an error that says so; half a gigabyte of memory is plenty."""
    with zeros.open("rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-c", "import resource,sys; resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))\n"
             "from levante.cli import main; sys.exit(main(sys.argv[1:]))", *door],
            stdin=stdin, capture_output=True, check=False, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip
    assert done.returncode == 2, done.stderr[-500:]
    assert json.loads(done.stdout)["error"]["field"] == "$"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["zeros.csv", "zeros.xlsx"])
def test_two_gigabytes_into_the_register_import(zeros: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from levante.parties.cli import main

    path = zeros.rename(zeros.with_name(name))
    assert main(["import", str(path)]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "file"


@pytest.mark.slow(reason="the digest of half a gigabyte")
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["zeros.xml", "zeros.zip"])
def test_half_a_gigabyte_into_the_rna_import(zeros: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its digest is made first, of the file as it comes: here a quarter of the zeros says as much."""
    from levante.aid.cli import main

    path = zeros.rename(zeros.with_name(name))
    os.truncate(path, 2**29)
    assert main(["import-rna", str(path)]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "file"


ASK = """
import json, sys
from levante.cli import prepare_django
prepare_django()
from django.test import Client
client = Client(raise_request_exception=False)
print(json.dumps([[client.get(path).status_code, client.get(path).json()] for path in ("/healthz", "/readyz")]))
"""


@pytest.mark.slow(reason="a process of its own")
def test_with_the_database_down_the_process_is_healthy_and_not_ready(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "LEVANTE_VAR": str(tmp_path / "var"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/levante",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, check=False, timeout=60, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    health, ready = json.loads(done.stdout.splitlines()[-1])
    assert health == [200, {"status": "ok"}]
    assert ready[0] == 503
    assert any(problem.startswith("database: ") for problem in ready[1]["problems"])


@pytest.mark.django_db
def test_with_no_room_for_files_the_portal_is_not_ready(client, settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert client.get("/readyz").status_code == 200
    blocked = tmp_path / "a-file"
    blocked.write_text("not a folder")
    settings.MEDIA_ROOT = blocked / "files"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "files" in answer.json()["problems"][0]


def duplicate_of(survivor, name: str):  # type: ignore[no-untyped-def]
    from tests.conftest import vat_number

    from levante.parties.api import Enterprise

    return Enterprise.objects.create(name=name, tax_code=vat_number(900), size="small", size_on=survivor.size_on)


class Paused:
    """A step of a service that stops where the test says, until it is let go."""

    def __init__(self, step: Any, *, after: bool = False) -> None:
        self.step, self.after = step, after
        self.inside, self.go_on = threading.Event(), threading.Event()

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        done = self.step(*args, **arguments) if self.after else None
        self.inside.set()
        assert self.go_on.wait(60)
        return done if self.after else self.step(*args, **arguments)


def begun(work: Callable[[], Any], found: dict[str, Any], name: str) -> threading.Thread:
    def run() -> None:
        try:
            found[name] = work()
        except Exception as error:
            found[name] = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def until_somebody_waits() -> None:
    """Until a session of this database waits for a lock that another holds."""
    deadline = time.monotonic() + 60
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        assert time.monotonic() < deadline, "nobody waits: the two do not exclude each other"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow(reason="two connections, emptied afterwards")
@pytest.mark.parametrize("first", ["send", "merge"])
def test_a_merge_while_the_application_is_being_sent(first, first_come, filled, monkeypatch) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    """The second begins while the first is half-way, and waits. A sending that came first stands, with the copy of the file
    as it was, and follows to the file that remains; after a merge the person acts for the file that remains."""
    from levante.applications import submission
    from levante.applications.api import receipt_for, submit_application
    from levante.parties.api import merge_enterprises
    from levante.parties.services import merge

    draft, actor, _ = filled(first_come)
    absorbed, found = draft.enterprise, {}
    survivor = duplicate_of(absorbed, "Cantieri del Levante (doppione)")
    works = {
        "send": lambda: submit_application(actor=actor, application=draft),
        "merge": lambda: merge_enterprises(
            actor=system("test"), survivor=survivor, absorbed=absorbed, chosen={}, reason="doppione"
        ),
    }
    # The sending stops with its entry in the register, the merge with every row moved; neither is committed.
    if first == "send":
        paused = Paused(submission.append_within, after=True)
        monkeypatch.setattr(submission, "append_within", paused)
    else:
        paused = Paused(merge.refresh_size)
        monkeypatch.setattr(merge, "refresh_size", paused)
    second = "merge" if first == "send" else "send"
    threads = [begun(works[first], found, first)]
    assert paused.inside.wait(60)
    threads.append(begun(works[second], found, second))
    until_somebody_waits()
    assert second not in found
    paused.go_on.set()
    for thread in threads:
        thread.join(60)
    assert not isinstance(found["merge"], Exception), found["merge"]
    draft.refresh_from_db()
    assert draft.enterprise_id == survivor.pk
    if first == "send":
        assert found["send"].number == draft.number
        assert draft.frozen["enterprise"]["tax_code"] == absorbed.tax_code
        assert receipt_for(draft).public_number == draft.number
    else:
        assert isinstance(found["send"], NotYours), found["send"]
        assert (draft.state, draft.number) == ("draft", None)


@pytest.mark.django_db
def test_after_a_merge_the_draft_goes_on_for_the_file_that_remains(first_come, filled, actor_for) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    from levante.applications.api import submit_application
    from levante.parties.api import merge_enterprises

    draft, _, user = filled(first_come)
    absorbed = draft.enterprise
    survivor = duplicate_of(absorbed, "Cantieri del Levante (doppione)")
    merge_enterprises(
        actor=system("test"), survivor=survivor, absorbed=absorbed, chosen={}, reason="stessa impresa, due schede"
    )
    draft.refresh_from_db()
    assert draft.enterprise_id == survivor.pk
    sent = submit_application(actor=actor_for(user, survivor), application=draft)
    assert sent.number
    assert sent.frozen["enterprise"]["tax_code"] == survivor.tax_code


@pytest.mark.django_db
def test_two_files_with_an_application_each_in_one_window_are_not_merged(first_come, filled) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    """One of the two must be withdrawn first: the merge would make two applications of one enterprise."""
    from levante.parties.api import merge_enterprises

    one, _, _ = filled(first_come)
    other, _, _ = filled(first_come, "Cantieri del Levante (doppione)", given="Rita")
    with pytest.raises(Refused):
        merge_enterprises(
            actor=system("test"), survivor=one.enterprise, absorbed=other.enterprise, chosen={}, reason="doppione"
        )
    other.refresh_from_db()
    assert other.enterprise_id != one.enterprise_id
