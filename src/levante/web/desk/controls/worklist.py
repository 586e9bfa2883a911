"""What controls have to say in “Today” of the desk: procedures to decide, acts to sign or stopped, money to ask, receipts to look at."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.controls.api import Annulment, PaymentReceipt, Recovery, Revocation, states
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.web.worklist import LIMIT, Item

DECIDE = (roles.DIRECTOR, roles.CASE_OFFICER)


def my_turn(actor: Actor) -> Iterable[Item]:
    """For who examines what is to be decided or stopped, for the director what to sign, for finance what to ask. At most four queries."""
    if actor.in_section(*DECIDE):
        wanted = [states.HEARD, states.RETURNED, *([states.PROPOSED] if actor.in_section(roles.DIRECTOR) else [])]
        words = {
            states.HEARD: gettext("a revocation to be decided"),
            states.PROPOSED: gettext("an act of revocation to sign"),
            states.RETURNED: gettext("a revocation whose effect is stopped"),
        }
        rows = Revocation.objects.visible_to(actor).filter(state__in=wanted).select_related("award__application")
        for row in rows.order_by("pk")[:LIMIT]:
            yield Item(
                row.award.application.number or "", reverse("desk:revocation", args=[row.pk]), gettext("revocation"), words[row.state],
                rank=25,
            )  # fmt: skip
    if actor.in_section(roles.DIRECTOR):
        mine = Revocation.objects.visible_to(actor).order_by().values("pk")
        acts = Annulment.objects.filter(state__in=[states.PROPOSED, states.RETURNED], revocation__in=mine)
        for act in acts.select_related("revocation__award__application").order_by("pk")[:LIMIT]:
            yield Item(
                act.revocation.award.application.number or "", reverse("desk:revocation", args=[act.revocation_id]),
                gettext("revocation"), act.state_label.in_language(get_language() or "it"), rank=25,
            )  # fmt: skip
    if actor.in_section(roles.FINANCE):
        count = Recovery.objects.visible_to(actor).filter(state=states.TO_ASK).count()
        if count:
            text = ngettext("%(count)d recovery to ask for", "%(count)d recoveries to ask for", count) % {
                "count": count
            }
            yield Item(text, f"{reverse('desk:recoveries')}?state={states.TO_ASK}", gettext("recovery"), rank=35)
        count = PaymentReceipt.objects.visible_to(actor).to_look_at().count()
        if count:
            text = ngettext("%(count)d receipt to look at", "%(count)d receipts to look at", count) % {"count": count}
            told = gettext("money that matches no notice of ours")
            yield Item(text, reverse("desk:money_in"), gettext("money in"), told, rank=35)
