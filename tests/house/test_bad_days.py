"""Bad days that belong to no single room: doors fed with two gigabytes, a health page asked while things are down, a merge
while an application is being sent. Those of one room are among that room's tests (docs/operations says which).
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connections
from tests.applications.conftest import filled, firm, first_come  # noqa: F401
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.kernel.api import Refused, system

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def zeros(tmp_path: Path) -> Path:
    """Two gigabytes of zeros, that take no room on the disk."""
    path = tmp_path / "zeros"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    return path


@pytest.mark.slow(reason="a process of its own, with its memory bounded")
@pytest.mark.parametrize(
    "door", [["law", "de-minimis"], ["law", "sme-size"], ["law", "gge"], ["law", "iban"], ["calls", "allocate"]]
)
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


@pytest.mark.slow(reason="the digest of two gigabytes")
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["zeros.xml", "zeros.zip"])
def test_two_gigabytes_into_the_rna_import(zeros: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from levante.aid.cli import main

    path = zeros.rename(zeros.with_name(name))
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow(reason="two connections, emptied afterwards")
def test_a_merge_while_the_application_is_being_sent(first_come, filled) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    """Whoever comes first, the application is sent once, belongs to the file that remains, and its copy is whole."""
    from levante.applications.api import receipt_for, submit_application
    from levante.parties.api import merge_enterprises

    draft, actor, _ = filled(first_come)
    absorbed = draft.enterprise
    survivor = duplicate_of(absorbed, "Cantieri del Levante (doppione)")
    start, found = threading.Barrier(2), {}

    def run(name, work) -> None:  # type: ignore[no-untyped-def]
        try:
            start.wait()
            found[name] = work()
        except Exception as error:
            found[name] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(
            target=run, args=["send", lambda: submit_application(actor=actor, application=draft)], daemon=True
        ),
        threading.Thread(
            target=run,
            args=[
                "merge",
                lambda: merge_enterprises(
                    actor=system("test"), survivor=survivor, absorbed=absorbed, chosen={}, reason="doppione"
                ),
            ],
            daemon=True,
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not isinstance(found["merge"], Exception), found["merge"]
    draft.refresh_from_db()
    assert draft.enterprise_id == survivor.pk
    if isinstance(found["send"], Exception):  # the merge came first: the person acts for the file that remains
        assert isinstance(found["send"], Refused) or found["send"].__class__.__name__ == "NotYours", found["send"]
        assert draft.number is None
    else:
        assert draft.number
        assert draft.frozen["enterprise"]["tax_code"] in {absorbed.tax_code, survivor.tax_code}
        assert receipt_for(draft).number == draft.number


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
