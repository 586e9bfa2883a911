"""What variations have to say in “Today” of the offices: to take, to decide, acts of reduction to draft, to sign or stopped, awards not
accepted."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.applications.api import covered_by
from levante.claims.api import Acceptance, Reduction, Variation, decide_by, plans_to_reduce
from levante.claims.api import carrying_states as states
from levante.controls.api import Revocation
from levante.grants.api import Award, Succession
from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.web.worklist import Item, first_of, once, others

EXAMINERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def my_turn(actor: Actor) -> Iterable[Item]:
    """Variations that nobody has taken, one's own and of those of whom one covers, each with the last day to decide where the call
    sets one; awards not accepted in time, and those whose firm a deed changed, as one line each, acts of reduction. Four queries."""
    if not actor.has_role(*EXAMINERS):
        return
    kind = gettext("variation")
    covered = once(covered_by, actor.user_id or 0, today())
    mine = Q(state=states.REVIEW, officer_id__in=[actor.user_id, *covered])
    lower = plans_to_reduce(Variation.objects.all()).filter(award__in=Award.objects.in_force()).order_by().values("pk")
    asked = Variation.objects.visible_to(actor).filter(Q(state=states.SENT) | mine | Q(pk__in=lower))
    asked = asked.select_related("award__act__call", "award__enterprise", "officer")
    # One's own (under review) and the acts to draft before those sent, which may be many.
    first = Case(When(state=states.SENT, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows, left = first_of(asked.order_by(first, "sent_at", "pk"))
    for row in rows:
        if row.state in states.GRANTED:
            told, address = (
                gettext("a lower plan was approved: draft the act of reduction"),
                reverse("desk:variation", args=[row.pk]),
            )
            yield Item(
                f"{row.register_number} · {row.award.enterprise.name}", address, kind, told, rank=28, shared=True
            )
            continue
        told = gettext("nobody has taken it yet") if row.state == states.SENT else gettext("variation to decide")
        if row.state == states.REVIEW and row.officer_id in covered:
            told = gettext("you cover for %(name)s: %(why)s") % {"name": row.officer, "why": told}
        title, address = (
            f"{row.register_number} · {row.award.enterprise.name}",
            reverse("desk:variation", args=[row.pk]),
        )
        yield Item(title, address, kind, told, due=decide_by(row), rank=30, shared=row.state == states.SENT)
    yield from others(left, f"{reverse('desk:variations')}?state={states.SENT}", kind, shared=True)
    late = Acceptance.objects.visible_to(actor).filter(award__state="effective").order_by()
    over = late.filter(state=states.OVER).values_list("pk", Value("over"))
    lapsed = late.filter(state=states.LAPSED).exclude(
        award__in=Revocation.objects.standing().order_by().values("award")
    )
    lapsed = lapsed.values_list("pk", Value("lapsed"))
    changed = Succession.objects.visible_to(actor).open().order_by().values_list("pk", Value("changed"))
    counts = Counter(what for _pk, what in over.union(changed, lapsed, all=True))
    if count := counts["over"]:
        text = ngettext("%(count)d award not accepted in time", "%(count)d awards not accepted in time", count)
        told = gettext("give more days or decide the forfeiture")
        address = f"{reverse('desk:acceptances')}?state={states.OVER}"
        yield Item(text % {"count": count}, address, gettext("acceptance"), told, rank=35, shared=True, count=count)
    # Who begins a revocation, or takes a late acceptance.
    if actor.in_section(roles.DIRECTOR, roles.CASE_OFFICER) and (count := counts["lapsed"]):
        text = ngettext("%(count)d award to be forfeited", "%(count)d awards to be forfeited", count)
        told = gettext("begin the revocation, or let the director take a late acceptance")
        address = f"{reverse('desk:acceptances')}?state={states.LAPSED}"
        yield Item(text % {"count": count}, address, gettext("acceptance"), told, rank=33, shared=True, count=count)
    if count := counts["changed"]:
        text = ngettext(
            "%(count)d award whose firm a deed changed", "%(count)d awards whose firm a deed changed", count
        )
        told = gettext("decide who has its place: nothing is paid until then")
        address = reverse("desk:successions")
        yield Item(text % {"count": count}, address, gettext("succession"), told, rank=25, shared=True, count=count)
    acts = Q(state=states.RETURNED)
    if actor.has_role(roles.DIRECTOR):  # who drafts the act does not sign it
        acts |= Q(state=states.DRAFTED) & (Q(drafted_by__isnull=True) | ~Q(drafted_by=actor.user_id))
    words = {
        states.DRAFTED: gettext("act of reduction to sign"),
        states.RETURNED: gettext("a reduction whose effect is stopped"),
    }
    rows = Reduction.objects.visible_to(actor).filter(acts).order_by("pk")
    rows = rows.select_related("variation__award__enterprise", "claim__award__enterprise").only(
        "state", "variation__register_number", "variation__award__enterprise__name", "claim__register_number",
        "claim__award__enterprise__name",
    )  # fmt: skip
    found, left = first_of(rows)
    for held in found:
        page = "desk:claim" if held.claim_id else "desk:variation"
        address = reverse(page, args=[held.claim_id or held.variation_id])
        of = held.claim or held.variation
        yield Item(
            f"{of} · {held.award.enterprise.name}",
            address,
            kind,
            words[held.state],
            rank=25,
            shared=held.state != states.DRAFTED,
        )
    yield from others(left, reverse("desk:variations"), kind, shared=True)
