"""``kill -9`` of a real PostgreSQL in the middle of a transmission: no receipt without a durable entry, and no entry lost whose
receipt was shown. The server is the tests' own; the transmissions are of a process apart, which asks again as a browser does.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"

#: Where the server dies, one transmission each.
MOMENTS = ("before_entry", "after_entry", "before_commit", "before_answer")

SENDER = """
import os, sys, time
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "levante.settings"
import django
django.setup()
from django.db import InterfaceError, OperationalError, connection
from levante.applications import submission
from levante.applications.api import Application, receipt_for, submit_application
from levante.kernel.api import ENTERPRISE, Actor, Party, today
from levante.kernel.models import AuditEntry
from levante.parties.api import acting_scopes

folder, moment, met = Path(sys.argv[1]), "", set()

def reach(here):
    if here == moment and here not in met:
        met.add(here)
        (folder / f"at-{here}").touch()
        while not (folder / f"go-{here}").exists():
            time.sleep(0.02)

append, save = submission.append_within, AuditEntry.save

def appending(**arguments):
    reach("before_entry")
    receipt = append(**arguments)
    reach("after_entry")
    return receipt

def writing(entry, **how):
    save(entry, **how)
    reach("before_commit")

submission.append_within, AuditEntry.save = appending, writing
for given in sys.argv[2:]:
    moment, application, user, enterprise = given.split(":")
    while True:
        try:
            scopes = acting_scopes(int(user), int(enterprise), today())
            actor = Actor(user_id=int(user), party=Party(ENTERPRISE, int(enterprise)), scopes=scopes)
            sent = submit_application(actor=actor, application=Application.objects.get(pk=application))
            reach("before_answer")
            receipt = receipt_for(sent)
            break
        except (OperationalError, InterfaceError):
            connection.close()
            print("interrupted", flush=True)
    print(receipt.to_bytes().decode(), flush=True)  # the receipt is shown
"""

CHECK = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "levante.settings"
import django
django.setup()
from levante.applications.api import Application, receipt_for
from levante.register.api import entries_about, key_ring, verify_receipt
keys = key_ring().public_keys()
for line in sys.stdin.read().splitlines():
    sent = Application.objects.get(number="DOM-" + json.loads(line)["number"])
    assert verify_receipt(line, keys), line
    assert receipt_for(sent).to_bytes().decode() == line
    assert len(entries_about(f"application:{sent.pk}")) == 1
    print(sent.pk)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow(reason="a PostgreSQL of the tests' own, killed four times")
def test_postgresql_killed_while_applications_are_sent(own_server, first_come, filled, tmp_path):
    drafts = [filled(first_come, f"Impresa {moment}", given=f"N{place}") for place, moment in enumerate(MOMENTS)]
    address = own_server.copy_of_the_test_database("sendings")
    environment = os.environ | {
        "PYTHONPATH": str(SOURCE), "DATABASE_URL": address, "LEVANTE_VAR": str(tmp_path / "var"),
        "LEVANTE_REGISTER_KEYS": str(tmp_path / "keys"),
    }  # fmt: skip
    given = [
        f"{moment}:{draft.pk}:{user.pk}:{draft.enterprise_id}"
        for moment, (draft, _, user) in zip(MOMENTS, drafts, strict=True)
    ]
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(tmp_path), *given], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        for moment, (draft, _, _) in zip(MOMENTS, drafts, strict=True):
            reached(tmp_path / f"at-{moment}", sender)
            own_server.kill_and_start()
            with psycopg.connect(address) as session:
                found = session.execute("SELECT number FROM applications_application WHERE id = %s", [draft.pk])
                (number,) = found.fetchone()
            assert (number is not None) == (moment == "before_answer"), "durable once committed, and not before"
            (tmp_path / f"go-{moment}").touch()
        lines = sender.communicate(timeout=120)[0].splitlines()
        assert sender.returncode == 0
    finally:
        sender.kill()
        sender.wait()
    shown = [line for line in lines if line != "interrupted"]
    assert lines.count("interrupted") >= len(MOMENTS)
    assert len({json.loads(line)["number"] for line in shown}) == len(shown) == len(MOMENTS)
    run = {"env": environment, "capture_output": True, "text": True, "check": False}
    checked = subprocess.run([sys.executable, "-c", CHECK], input="\n".join(shown), **run)
    assert checked.stdout.split() == [str(draft.pk) for draft, _, _ in drafts], checked.stderr
    audit = subprocess.run([sys.executable, "-m", "levante.cli", "register", "audit"], **run)
    report = json.loads(audit.stdout)
    assert report["ok"], report["problems"]
    assert {log["log"]: log["size"] for log in report["logs"]}["applications"] == len(MOMENTS)


def reached(sign: Path, sender: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 120
    while not sign.exists():
        assert sender.poll() is None, "the sender ended before"
        assert time.monotonic() < deadline, "the sender does not get there"
        time.sleep(0.02)
