"""Background work of parties."""

from procrastinate.contrib.django import app

from levante.kernel.api import system
from levante.parties.models import ImportRun
from levante.parties.register_import.run import Busy, carry_on
from levante.parties.register_import.source import BadFile


@app.task(name="parties.import_register", queue="imports")
def import_register(run_id: int) -> None:
    """Carry on an import; a file that cannot be read is told on the page, and is no failure of the job."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        carry_on(run, actor=system("parties.import_register"))
    except (BadFile, Busy):
        return
    refresh_sizes.defer()


@app.task(name="parties.refresh_sizes", queue="imports", queueing_lock="parties.refresh_sizes")
def refresh_sizes() -> None:
    """Derive the size of the enterprises that have accounts and no size yet, a block at a time."""
    from levante.parties.services.sizes import derive_sizes

    after = 0
    while after is not None:
        after = derive_sizes(actor=system("parties.refresh_sizes"), after=after)


def defer_import(run_id: int) -> None:
    """Queue an import, inside the transaction that asks for it; one job at a time for each."""
    import_register.configure(queueing_lock=f"parties.import_register:{run_id}").defer(run_id=run_id)
