"""What requests have to say in “Today” of the offices."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.cases.api import Case, CaseMessage, Referral, states
from levante.identity.api import roles
from levante.kernel.api import PARTY_KINDS, Actor, now
from levante.kernel.pure import reads_english
from levante.web.access import may_open
from levante.web.worklist import LIMIT, Item, first_of, others

#: How many of each kind “what moved” tells at most.
RECENT = 20
WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.COMMUNICATION)


def my_turn(actor: Actor) -> Iterable[Item]:
    """One's own whose term runs, those nobody has taken, those an agency must accept or refuse; for who directs, also those
    of the office whose term has passed, whoever has them. What nobody has, or another has, is shared, and comes after one's own:
    however many, it hides none of them. One query; where there are more than fit, two for each of the two parts."""
    waiting = Referral.objects.filter(case=OuterRef("pk"), state=states.PENDING, office__code__in=actor.offices)
    mine = Q(owner_id=actor.user_id) & ~Q(state=states.REFERRED)
    free = Q(state=states.RECEIVED, office__code__in=actor.offices) if actor.has_role(*WORKERS) else Q(pk__in=[])
    late = Q(due_at__lt=now()) & _directed(actor)
    rows = Case.objects.visible_to(actor).running().select_related("owner", *PARTY_KINDS, "contact", "requested_by")
    rows = rows.filter(mine | free | Exists(waiting) | late).order_by("due_at", "id")
    some = list(rows[: LIMIT + 1])
    listed = reverse("desk:cases")
    for wanted, shared, address in (
        (mine, False, f"{listed}?mine=1&state=running"),
        (~mine, True, f"{listed}?state=running"),
    ):
        found = rows.filter(wanted)
        if len(some) > LIMIT:
            shown, left = first_of(found)
        else:
            shown, left = [case for case in some if _is_mine(case, actor) is not shared], 0
        for case in shown:
            yield Item(
                f"{case.number} · {case.subject}",
                reverse("desk:case", args=[case.pk]),
                gettext("request"),
                _why(case, actor),
                due=case.due_at,
                tone="late" if case.is_overdue else states.TONES[case.state],
                shared=shared,
            )
        past = found.overdue().count() - sum(case.is_overdue for case in shown) if left else 0
        yield from others(left, address, gettext("request"), shared=shared, late=past)


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    """The requests that arrived, the answers, and what the agencies decided, among those the actor sees; what one did oneself
    is no news. Two queries."""
    if not may_open(actor, "desk:case"):
        return
    language = get_language() or "it"
    seen = Case.objects.visible_to(actor)
    written = CaseMessage.objects.filter(case__in=seen.order_by(), at__gt=since).exclude(kind=states.NOTE)
    written = written.exclude(author_id=actor.user_id) if actor.user_id else written
    for message in written.select_related("case", "author").order_by("-at", "-pk")[:RECENT]:
        text, tone = gettext("it arrived"), "active"
        if message.kind == states.ANSWER:
            text, tone = gettext("answered by %(name)s") % {"name": message.author or gettext("the office")}, "done"
        yield _moved_item(message.case, text, message.at, tone)
    decided = Referral.objects.filter(case__in=seen.order_by(), decided_at__gt=since)
    decided = decided.exclude(decided_by_id=actor.user_id) if actor.user_id else decided
    for row in decided.select_related("case", "office").order_by("-decided_at", "-pk")[:RECENT]:
        accepted = row.state == states.REFERRAL_ACCEPTED
        office = row.office.name_en if reads_english(language) else row.office.name_it
        text = gettext("%(office)s accepted it") if accepted else gettext("%(office)s refused it")
        yield _moved_item(row.case, text % {"office": office}, row.decided_at, "done" if accepted else "refused")


def _moved_item(case: Case, why: str, at: datetime, tone: str) -> Item:
    title = f"{case.number} · {case.subject}"
    return Item(title, reverse("desk:case", args=[case.pk]), gettext("request"), why, at=at, tone=tone)


def _is_mine(case: Case, actor: Actor) -> bool:
    return case.owner_id == actor.user_id and case.state != states.REFERRED


def _directed(actor: Actor) -> Q:
    """What the actor directs: a director of the Section every case, of an agency those in its charge."""
    if actor.in_section(roles.DIRECTOR):
        return Q()
    return Q(office__code__in=[office for office, role in actor.grants if role == roles.DIRECTOR])


def _why(case: Case, actor: Actor) -> str:
    language = get_language()
    if case.is_overdue and case.owner is not None and case.owner_id != actor.user_id:
        return gettext("the term has passed: %(name)s has it") % {"name": case.owner}
    if case.state == states.RECEIVED:
        return gettext("nobody has taken it yet")
    if case.state == states.REFERRED:
        return gettext("the Section refers it to you: accept it or say why not")
    if case.state == states.REFUSED:
        return gettext("the agency did not accept it: refer it elsewhere or answer")
    return f"{states.STATES[case.state].in_language(language)} · {case.who_asks(actor)}"
