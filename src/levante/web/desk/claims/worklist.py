"""What claims have to say in “Today” of the offices: those that nobody has taken, one's own to be reviewed, awards to bring down
after the last."""

from collections.abc import Iterable

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from levante.applications.api import covered_by
from levante.claims.api import Claim, ClaimRequest, days_to_pay, due_after, pay_by, states, to_redetermine
from levante.controls.api import Revocation
from levante.identity.api import roles
from levante.kernel.api import ROME, Actor, today
from levante.web.templatetags.levante import day_format
from levante.web.worklist import Item, first_of, once, others

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """One line for those to be taken, one for each of one's own, or of those of whom one covers today, whose review goes on, the oldest
    first. Each with the last day to pay, where the call sets one; and one's own last claims that earned less than was awarded. Six
    queries."""
    if not actor.has_role(*EXAMINERS):
        return
    seen = Claim.objects.visible_to(actor).order_by()
    new = list(
        seen.filter(state=states.SENT)
        .annotate(day=TruncDate("sent_at", tzinfo=ROME))
        .values_list("award__act__call__payment", "mode", "day")
        .annotate(count=Count("pk"))
    )
    if new:
        count = sum(row[3] for row in new)
        text = ngettext("%(count)d claim to take in charge", "%(count)d claims to take in charge", count)
        first = min(row[2] for row in new)
        told = gettext("the oldest was sent on %(day)s") % {"day": date_format(first, day_format())}
        address = f"{reverse('desk:claims')}?state={states.SENT}"
        terms = [(due_after(day, days_to_pay(payment, mode)), many) for payment, mode, day, many in new]
        due = min((day for day, _many in terms if day is not None), default=None)
        late = sum(many for day, many in terms if day is not None and day < today())
        yield Item(
            text % {"count": count},
            address,
            gettext("claim"),
            told,
            due=due,
            rank=35,
            shared=True,
            count=count,
            late=late,
        )
    covered = once(covered_by, actor.user_id or 0, today())
    mine = seen.filter(state=states.REVIEW, officer_id__in=[actor.user_id, *covered])
    words = {
        ClaimRequest.ANSWERED: gettext("the enterprise answered: finish the review"),
        ClaimRequest.EXPIRED: gettext("the days to answer have passed"),
    }
    rows = mine.select_related("award__act__call", "award__enterprise", "officer").prefetch_related("requests")
    found, left = first_of(rows.order_by("sent_at", "pk"))
    for row in found:
        asked = max(row.requests.all(), key=lambda one: one.pk, default=None)
        told = words.get(asked.state if asked is not None else "", gettext("review to finish"))
        if row.officer_id in covered:
            told = gettext("you cover for %(name)s: %(why)s") % {"name": row.officer, "why": told}
        title = f"{row.register_number} · {row.award.enterprise.name}"
        yield Item(title, reverse("desk:claim", args=[row.pk]), gettext("claim"), told, due=pay_by(row), rank=30)
    yield from others(left, f"{reverse('desk:claims')}?state={states.REVIEW}&mine=1", gettext("claim"))
    closed = to_redetermine(seen.filter(officer_id__in=[actor.user_id, *covered]))
    closed = closed.exclude(award__in=Revocation.objects.standing().order_by().values("award"))
    fields = ("pk", "register_number", "award__enterprise__name", "earned_sum", "excess")
    ended, left = first_of(closed.order_by("decided_at", "pk").values_list(*fields))
    for pk, number, name, earned, excess in ended:
        told = gettext("less was earned than is awarded: bring the award down, or say why not")
        if excess:
            told = gettext("more was paid than is earned: bring the award down, then finance asks for the money")
        if not earned:
            told = gettext("nothing was earned: begin the revocation, or say why not")
        yield Item(f"{number} · {name}", reverse("desk:claim", args=[pk]), gettext("claim"), told, rank=32)
    yield from others(left, f"{reverse('desk:claims')}?mine=1", gettext("claim"))
