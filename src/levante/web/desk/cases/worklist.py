"""What requests have to say in “Today” of the offices."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.cases.api import Case, Referral, states
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.web.worklist import LIMIT, Item

WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.COMMUNICATION)


def my_turn(actor: Actor) -> Iterable[Item]:
    """One's own whose term runs, those nobody has taken, those an agency must accept or refuse. One query."""
    waiting = Referral.objects.filter(case=OuterRef("pk"), state=states.PENDING, office__code__in=actor.offices)
    mine = Q(owner_id=actor.user_id) & ~Q(state=states.REFERRED)
    free = Q(state=states.RECEIVED, office__code__in=actor.offices) if actor.has_role(*WORKERS) else Q(pk__in=[])
    rows = Case.objects.visible_to(actor).running().filter(mine | free | Exists(waiting))
    for case in rows.select_related("enterprise", "contact", "requested_by").order_by("due_at", "id")[:LIMIT]:
        yield Item(
            f"{case.number} · {case.subject}",
            reverse("desk:case", args=[case.pk]),
            gettext("request"),
            _why(case),
            due=case.due_at,
            tone="late" if case.is_overdue else states.TONES[case.state],
        )


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    """What the agencies decided about one's own referrals."""
    english = (get_language() or "it").startswith("en")
    rows = Referral.objects.filter(by_id=actor.user_id, decided_at__gt=since).select_related("case", "office")
    for row in rows.order_by("-decided_at")[:20]:
        office = row.office.name_en if english else row.office.name_it
        text = (
            gettext("%(office)s accepted it")
            if row.state == states.REFERRAL_ACCEPTED
            else gettext("%(office)s refused it")
        )
        yield Item(
            f"{row.case.number} · {row.case.subject}",
            reverse("desk:case", args=[row.case_id]),
            gettext("request"),
            text % {"office": office},
            at=row.decided_at,
            tone="done" if row.state == states.REFERRAL_ACCEPTED else "refused",
        )


def _why(case: Case) -> str:
    language = get_language()
    if case.state == states.RECEIVED:
        return gettext("nobody has taken it yet")
    if case.state == states.REFERRED:
        return gettext("the Section refers it to you: accept it or say why not")
    if case.state == states.REFUSED:
        return gettext("the agency did not accept it: refer it elsewhere or answer")
    return f"{states.STATES[case.state].in_language(language)} · {case.asked_by}"
