"""A process that is killed at its work on claims: nothing is lost, nothing is done twice when another takes it up."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.claims.world import e_invoice

from levante.calls.api import Call
from levante.claims.api import Acceptance, ExpenseDocument, accept_award, add_invoices, ask_acceptances, open_claim
from levante.documents.api import StoredFile
from levante.grants.api import Award
from levante.kernel.api import Actor, Refused, now, system, today
from levante.register.api import Entry

#: As many as make a child work for a second.
INVOICES = 70


def database() -> str:
    """The address of the tests' database, for a process of its own."""
    parameters = connection.get_connection_params()
    if parameters.get("password"):
        pytest.skip("the server wants a password, which a child process is not given here")
    port = f"&port={parameters['port']}" if parameters.get("port") else ""
    host = parameters.get("host", "")
    return f"postgresql://{parameters.get('user', 'postgres')}@/{parameters['dbname']}?host={host}{port}"


def begin(actor: Actor, work: str) -> "subprocess.Popen[bytes]":
    """Another process that does ``work`` as an actor."""
    party = f"Party({actor.party.kind!r}, {actor.party.id})"
    program = (
        "import levante.cli; levante.cli.prepare_django()\n"
        "from pathlib import Path\n"
        "from django.conf import settings\n"
        f"settings.MEDIA_ROOT = {str(settings.MEDIA_ROOT)!r}\n"
        f"settings.REGISTER_KEYS = Path({str(settings.REGISTER_KEYS)!r})\n"
        "from levante.kernel.api import Actor, Party\n"
        f"actor = Actor(user_id={actor.user_id}, label='Figlio', party={party}, scopes=frozenset({sorted(actor.scopes)!r}))\n"
        f"{work}"
    )
    return subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "DATABASE_URL": database()})


@pytest.mark.slow(reason="an award to its effect, and processes of their own, killed in the middle of their work")
@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_nothing_half_and_another_takes_it_up(award, chief, tmp_path: Path) -> None:
    # Between the entry of the register and our own record of the acceptance: the child kills itself there.
    actor = chief(award)
    Call.objects.filter(pk=award.application.opening.call_id).update(terms={"acceptance_days": 20})
    ask_acceptances(actor=system("test"))
    held, last = Acceptance.objects.get(), today() + timedelta(days=90)
    entries = Entry.objects.count()
    child = begin(
        actor,
        "import os, signal\n"
        "from datetime import date\n"
        "from levante.claims import accepting\n"
        "accepting.acceptance_step = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"held = accepting.Acceptance.objects.get(pk={held.pk})\n"
        f"accepting.accept_award(actor=actor, acceptance=held, starts_on=date.fromisoformat('{today()}'), "
        f"ends_on=date.fromisoformat('{last}'))\n",
    )
    assert child.wait(60) == -signal.SIGKILL
    held.refresh_from_db()
    assert (held.state, held.register_number, Entry.objects.count()) == ("waiting", None, entries)
    accepted = accept_award(actor=actor, acceptance=held, starts_on=today(), ends_on=last)
    assert (accepted.state, Entry.objects.filter(kind="award.accepted").count()) == ("accepted", 1)

    # While it reads its invoices: those read are there whole, and the same files again are refused one by one, or read.
    award = Award.objects.select_related("application__opening__call", "enterprise", "aid", "acceptance").get(
        pk=award.pk
    )
    claim = open_claim(actor=actor, award=award, mode="sal")
    for place in range(INVOICES):
        (tmp_path / f"{place:03d}.xml").write_bytes(e_invoice(award, str(place), on=f"{now():%Y-%m-%d}").read())
    child = begin(
        actor,
        "from django.core.files.uploadedfile import SimpleUploadedFile\n"
        "from levante.claims.api import Claim, add_invoices\n"
        f"claim = Claim.objects.select_related('award__enterprise').get(pk={claim.pk})\n"
        f"for path in sorted(Path({str(tmp_path)!r}).glob('*.xml')):\n"
        "    upload = SimpleUploadedFile(path.name, path.read_bytes(), content_type='application/xml')\n"
        "    add_invoices(actor=actor, claim=claim, upload=upload)\n",
    )
    deadline = time.monotonic() + 120
    while ExpenseDocument.objects.count() < 20 and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    child.kill()
    child.wait()
    cut = ExpenseDocument.objects.count()
    assert 20 <= cut < INVOICES
    assert all(
        len(row.file.sha256) == 64 and row.file.enterprise_id == award.enterprise_id
        for row in ExpenseDocument.objects.all()
    )
    refused = 0
    for place in range(INVOICES):
        try:
            add_invoices(actor=actor, claim=claim, upload=e_invoice(award, str(place), on=f"{now():%Y-%m-%d}"))
        except Refused:
            refused += 1
    assert refused == cut, "what was read is not read twice"
    assert ExpenseDocument.objects.values("number").distinct().count() == ExpenseDocument.objects.count() == INVOICES
    assert StoredFile.objects.filter(pk__in=ExpenseDocument.objects.values("file")).count() == INVOICES
