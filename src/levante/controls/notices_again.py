"""A notice of pagoPA that was refused is asked again, under another number, by who follows the money: what was wrong may have been
the partner's, or mended there. Until then what is owed is paid on the account of who is owed (``where_to_pay``)."""

from levante.controls import policies
from levante.controls.dues import locked_due
from levante.controls.models import Due, Instalment, PaymentNotice, Recovery
from levante.controls.moving import locked_recovery, write_event
from levante.controls.noticing import is_configured, issue_due_notice, issue_notices
from levante.identity.api import Office
from levante.kernel.api import Actor, note, note_object, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual


@service("controls.ask_notices_again")
def ask_notices_again(*, actor: Actor, recovery: Recovery) -> int:
    """Ask again for the notices of this recovery that were refused, each of what is left of its instalment. How many; the second click
    asks for none."""
    held = locked_recovery(recovery.pk)
    require(policies.may_recover(actor, held))
    refused = PaymentNotice.objects.filter(instalment__recovery=held).refused_now()
    rows = list(Instalment.objects.filter(pk__in=refused.values("instalment")).order_by("number"))
    if not rows:
        return unchanged(0)
    _require_partner(held.collected_by)
    issue_notices(actor, held, rows)
    write_event(held, actor, Bilingual("Avviso di pagamento chiesto di nuovo", "Notice to pay asked for again"))
    note(instalments=[row.pk for row in rows])
    note_object(held)
    return len(rows)


@service("controls.ask_due_notice_again")
def ask_due_notice_again(*, actor: Actor, due: Due) -> int:
    """Ask again for the notice of this quota, when it was refused. How many; the second click asks for none."""
    held = locked_due(due.pk)
    require(policies.may_take_in(actor, held.collected_by))
    if not held.notices.all().refused_now().exists():
        return unchanged(0)
    _require_partner(held.collected_by)
    issue_due_notice(actor, held)
    note_object(held)
    return 1


def _require_partner(body: Office | None) -> None:
    if not is_configured(body):
        refuse("Qui pagoPA non è configurato.", "pagoPA is not configured here.")
