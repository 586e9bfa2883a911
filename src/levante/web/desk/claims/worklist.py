"""What claims have to say in “Today” of the offices: those that nobody has taken, one's own to be reviewed."""

from collections.abc import Iterable

from django.db.models import Count, Min, OuterRef, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from levante.claims.api import Claim, ClaimRequest, states
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.web.templatetags.levante import day_format
from levante.web.worklist import LIMIT, Item

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """One line for those to be taken, one for each of one's own whose review goes on, the oldest first. Two queries."""
    if not actor.has_role(*EXAMINERS):
        return
    seen = Claim.objects.visible_to(actor).order_by()
    new = seen.filter(state=states.SENT).aggregate(count=Count("pk"), first=Min("sent_at"))
    if new["count"]:
        text = ngettext("%(count)d claim to take in charge", "%(count)d claims to take in charge", new["count"])
        told = gettext("the oldest was sent on %(day)s") % {"day": date_format(localtime(new["first"]), day_format())}
        address = f"{reverse('desk:claims')}?state={states.SENT}"
        yield Item(text % {"count": new["count"]}, address, gettext("claim"), told, rank=35)
    last = ClaimRequest.objects.filter(claim=OuterRef("pk")).order_by("-pk").values("state")[:1]
    mine = seen.filter(state=states.REVIEW, officer_id=actor.user_id).annotate(last_request=Subquery(last))
    words = {
        ClaimRequest.ANSWERED: gettext("the enterprise answered: finish the review"),
        ClaimRequest.EXPIRED: gettext("the days to answer have passed"),
    }
    rows = mine.order_by("sent_at", "pk").values_list(
        "pk", "register_number", "award__enterprise__name", "last_request"
    )
    for pk, number, name, asked in rows[:LIMIT]:
        told = words.get(asked or "", gettext("review to finish"))
        yield Item(f"{number} · {name}", reverse("desk:claim", args=[pk]), gettext("claim"), told, rank=30)
