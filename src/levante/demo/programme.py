"""Invented movements of the programme's money, for both triennia: what the dashboard of the demonstration tells."""

from pathlib import Path

from levante.kernel.api import system, today
from levante.programme.api import KnownRows, Movement, main_programme, read_movements, record_entry

PREFIX = "demo:programme:"


def load(folder: Path) -> None:
    """Record the movements of ``programme.yaml`` once each, in order of date; those of days still to come wait for their day."""
    programme = main_programme()
    if programme is None:
        raise RuntimeError("load the programme first: levante programme load FOLDER")
    actor = system("demonstration")
    day = today()
    # What is recorded already is not asked again: a second load leaves no trace, not even in the audit.
    keys = Movement.objects.filter(idempotency_key__startswith=PREFIX).values_list("idempotency_key", flat=True)
    done = {":".join(key.split(":")[:3]) for key in keys}
    known = KnownRows(programme)
    for entry in sorted(read_movements(folder / "programme.yaml", programme), key=lambda entry: entry.on):
        key = f"{PREFIX}{entry.code}"
        if entry.on <= day and key not in done:
            record_entry(actor, programme, entry, key, known)
