"""`make demo` as a newcomer meets it."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import requests
from tests.demonstration import fingerprint

from levante.demo.load import load_demonstration
from levante.identity.api import roles

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow  # a served demonstration
@pytest.mark.browser
def test_the_front_door_answers_and_everybody_can_sign_in(demo_portal):
    assert requests.get(demo_portal.url + "/", timeout=30, allow_redirects=False).status_code == 200
    assert requests.get(demo_portal.url + "/readyz", timeout=30).json() == {"status": "ok", "problems": []}
    assert {row["role"] for row in demo_portal.people} >= set(roles.EVERY_ROLE) | {"legal_representative"}
    for row in (demo_portal.person("director"), demo_portal.person("legal_representative")):
        browser = requests.Session()
        page = browser.get(demo_portal.url + "/accounts/login/", timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"csrfmiddlewaretoken": token.group(1), "login": row["email"], "password": row["password"]}
        inside = browser.post(demo_portal.url + "/accounts/login/", data=form, timeout=30)
        assert inside.status_code == 200
        assert "/accounts/login" not in inside.url


@pytest.mark.slow  # a served demonstration
@pytest.mark.browser
def test_secrets_are_the_owner_s(demo_portal):
    for name in ("demo.json", "demo-password", "secret-key"):
        mode = stat.S_IMODE((demo_portal.folder / name).stat().st_mode)
        assert mode == 0o600, f"{name} is readable by others: {mode:o}"


@pytest.mark.slow  # loads the demonstration, once for all the tests that need it, and then a second time
@pytest.mark.timeout(900)
def test_a_second_load_changes_nothing(demonstration, settings):
    """The same programme and the same demonstration again: not a row more, not a value changed, not an audit entry."""
    # Loaded by a process of its own it has the passwords of a real installation.
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "django.contrib.auth.hashers.Argon2PasswordHasher"]
    files = sorted(settings.MEDIA_ROOT.rglob("*"))
    before = fingerprint()
    for _ in load_demonstration():
        pass
    after = fingerprint()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    assert before["kernel_auditentry"][0] > 500
    assert sorted(settings.MEDIA_ROOT.rglob("*")) == files


@pytest.mark.slow  # a second load, in a process of its own
@pytest.mark.browser
def test_the_command_changes_nothing_the_second_time(copy_of_demo):
    """On a copy of the served database, where no worker goes on with its own things."""
    before = all_rows(copy_of_demo.address)
    done = copy_of_demo.levante("programme", "load", "programmes/puglia-2023-2025")
    assert done.returncode == 0, done.stdout + done.stderr
    after = all_rows(copy_of_demo.address)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def all_rows(address):
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        return fingerprint(cursor)


@pytest.mark.slow  # starts processes
def test_a_taken_port_and_a_wrong_one_are_said_plainly(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for value, words, code in ((port, f"port {port} is taken", 1), (70000, "70000 is not a port", 2)):
            done = subprocess.run(
                [sys.executable, "-m", "levante.cli", "demo", "serve", "--port", str(value)],
                env={**os.environ, "LEVANTE_VAR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, words in done.stderr) == (code, True), done.stderr


@pytest.mark.slow  # a whole demonstration started and stopped
@pytest.mark.browser
def test_a_term_to_the_group_stops_everything(tmp_path):
    """Even in the middle of its preparation, nothing is left behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "levante.cli", "demo", "serve", "--port", "18999"],
        env={
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}},
            "LEVANTE_VAR": str(tmp_path),
            "PYTHONPATH": str(ROOT / "src"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while not (tmp_path / "pg" / "socket-address").exists():
        assert process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGTERM)
    try:
        said, _ = process.communicate(timeout=180)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, said
    assert "web server" not in said  # it did not go on preparing
    assert not (tmp_path / "pg" / "data" / "postmaster.pid").exists()
