"""Background work of parties. What a task runs is imported inside it: the services that queue one import this module."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from levante.kernel.api import system


@app.task(name="parties.import_register", queue="imports")
def import_register(run_id: int) -> None:
    """Carry on an import; a file that cannot be read is told on the page, and is no failure of the job."""
    from levante.parties.models import ImportRun
    from levante.parties.register_import.run import Busy, carry_on
    from levante.parties.register_import.source import BadFile

    run = ImportRun.objects.get(pk=run_id)
    try:
        carry_on(run, actor=system("parties.import_register"))
    except (BadFile, Busy):
        return


@app.task(name="parties.refresh_sizes", queue="imports", queueing_lock="parties.refresh_sizes")
def refresh_sizes() -> None:
    """Derive the sizes that are empty or of another year, a block at a time."""
    from levante.parties.services.sizes import derive_sizes

    after = 0
    while after is not None:
        after = derive_sizes(actor=system("parties.refresh_sizes"), after=after)


@app.periodic(cron="40 0 * * *")
@app.task(queueing_lock="parties.turn_sizes")
def turn_sizes(timestamp: int) -> None:
    """Every night: a size changes by the mere passing of days, when a hold ends and when the year turns."""
    from levante.parties.services.sizes import derive_after_ended_links

    derive_after_ended_links(actor=system("parties.turn_sizes"))
    refresh_sizes()


@app.task(name="parties.send_invitation", queue="mail", pass_context=False, retry=5)
def send_invitation(invitation_id: int) -> None:
    """Write to who is invited; an invitation withdrawn or accepted meanwhile is not sent."""
    from levante.parties.invitation_mail import send_invitation_mail

    send_invitation_mail(invitation_id)


@app.periodic(cron="20 1 * * *")
@app.task(queueing_lock="parties.forget_invitations")
def forget_old_invitations(timestamp: int) -> None:
    """Every night: addresses of invitations that nobody accepted are not kept."""
    from levante.parties.services.invitations import forget_invitations

    forget_invitations(actor=system("parties.forget_invitations"))


def defer_import(run_id: int) -> None:
    """Queue an import, inside the transaction that asks for it; one job at a time for each."""
    import_register.configure(queueing_lock=f"parties.import_register:{run_id}").defer(run_id=run_id)


def defer_sizes() -> None:
    """Queue the derivation of the sizes that are empty; nothing when it waits already."""
    try:
        with transaction.atomic():
            refresh_sizes.defer()
    except AlreadyEnqueued:
        return
