"""What controls have to say in “Today” of the desk: procedures to decide, acts to sign or stopped, money to ask, receipts to look at."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.claims.api import Claim
from levante.controls.api import (
    BARRING,
    Annulment,
    InstalmentPlan,
    PaymentNotice,
    PaymentReceipt,
    Recovery,
    Refund,
    Revocation,
    RevocationPaper,
    ToldIncoming,
    barrings,
    decide_by,
    excesses_to_ask,
    last_day_to_annul,
    states,
)
from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.kernel.pure import format_euro
from levante.payments.api import holds, own
from levante.web.desk.controls.visit_work import of_visits
from levante.web.worklist import Item, first_of, others

DECIDE = (roles.DIRECTOR, roles.CASE_OFFICER)


def my_turn(actor: Actor) -> Iterable[Item]:
    """For who examines what is to be decided or stopped, for the director what to sign, for finance what to ask, to answer, to
    give back: each of what its own body decides, or is owed; samples and visits. At most twelve queries, where no firm is barred."""
    if actor.has_role(*DECIDE):
        wanted = [states.HEARD, states.RETURNED, *([states.PROPOSED] if actor.has_role(roles.DIRECTOR) else [])]
        words = {
            states.HEARD: gettext("a revocation to be decided"),
            states.PROPOSED: gettext("an act of revocation to sign"),
            states.RETURNED: gettext("a revocation whose effect is stopped"),
        }
        given_up = gettext("the enterprise gave the grant up: write the act")
        rows = Revocation.objects.visible_to(actor).filter(state__in=wanted).select_related("award__application")
        found, left = first_of(rows.order_by("pk"))
        for row in found:
            yield Item(
                row.award.application.number or "", reverse("desk:revocation", args=[row.pk]), gettext("revocation"),
                given_up if row.by_enterprise and row.state == states.HEARD else words[row.state],
                due=row.act_date if row.state == states.RETURNED else decide_by(row), rank=25,
                shared=row.state != states.PROPOSED,
            )  # fmt: skip
        yield from others(left, reverse("desk:revocations"), gettext("revocation"), shared=True)
        asked = RevocationPaper.objects.filter(
            state=states.ASKED,
            kind__in=states.REQUESTS,
            revocation__in=Revocation.objects.visible_to(actor).filter(state__in=states.OPEN).order_by().values("pk"),
        )
        papers, left = first_of(asked.select_related("revocation__award__application").order_by("pk"))
        for paper in papers:
            yield Item(
                paper.revocation.award.application.number or "", reverse("desk:revocation", args=[paper.revocation_id]),
                gettext("revocation"), paper.kind_label.in_language(get_language() or "it"), rank=25, shared=True,
            )  # fmt: skip
        yield from others(left, reverse("desk:revocations"), gettext("revocation"), shared=True)
        for one in barrings(actor):
            if (
                one.conditional
            ):  # paid or awarded under it; otherwise the page of the award says so, and the office weighs it
                address = f"{reverse('desk:revocation_new', args=[one.award.pk])}?reason={BARRING}"
                told = gettext(
                    "barring anti-mafia information after what was paid under a condition: begin the revocation"
                )
                title = f"{one.award.application.number} · {one.award.enterprise.name}"
                yield Item(title, address, gettext("revocation"), told, rank=20, shared=True)
    if actor.has_role(roles.DIRECTOR):
        mine = Revocation.objects.visible_to(actor).order_by().values("pk")
        acts = Annulment.objects.filter(state__in=[states.PROPOSED, states.RETURNED], revocation__in=mine)
        signed, left = first_of(acts.select_related("revocation__award__application").order_by("pk"))
        for act in signed:
            yield Item(
                act.revocation.award.application.number or "", reverse("desk:revocation", args=[act.revocation_id]),
                gettext("revocation"), act.state_label.in_language(get_language() or "it"),
                due=act.act_date if act.state == states.RETURNED else last_day_to_annul(act.revocation), rank=25,
            )  # fmt: skip
        yield from others(left, reverse("desk:revocations"), gettext("revocation"))
    if holds(actor, roles.FINANCE):
        ours = own(actor, path="collected_by")
        to_recover = Recovery.objects.visible_to(actor).filter(ours)
        is_late = Q(pk__in=to_recover.overdue(today()).order_by().values("pk"))
        counts = to_recover.aggregate(ask=Count("pk", filter=Q(state=states.TO_ASK)), late=Count("pk", filter=is_late))
        if count := counts["late"]:
            text = ngettext("%(count)d recovery past its day", "%(count)d recoveries past their day", count) % {
                "count": count
            }
            told = gettext("remind the enterprise, or hand it over to compulsory collection")
            yield Item(
                text, f"{reverse('desk:recoveries')}?state=late", gettext("recovery"), told, rank=30, tone="late",
                shared=True, count=count, late=count,
            )  # fmt: skip
        if count := counts["ask"]:
            text = ngettext("%(count)d recovery to ask for", "%(count)d recoveries to ask for", count) % {
                "count": count
            }
            address = f"{reverse('desk:recoveries')}?state={states.TO_ASK}"
            yield Item(text, address, gettext("recovery"), rank=35, shared=True, count=count)
        # Those whose award waits for an act are, till then, the turn of who examines.
        seen_claims = Claim.objects.visible_to(actor).order_by().values("pk")
        excesses, left = first_of(excesses_to_ask(actor).filter(pk__in=seen_claims).order_by("pk"))
        for claim in excesses:
            told = gettext("more was due than is earned, %(amount)s: make the recovery") % {
                "amount": format_euro(claim.excess, get_language() or "it")
            }
            yield Item(
                claim.register_number or "",
                reverse("desk:claim", args=[claim.pk]),
                gettext("recovery"),
                told,
                rank=35,
                shared=True,
            )
        yield from others(left, f"{reverse('desk:claims')}?state=excess", gettext("recovery"), shared=True)
        plans = InstalmentPlan.objects.filter(
            state=states.ASKED, recovery__in=Recovery.objects.visible_to(actor).filter(ours).order_by().values("pk")
        ).select_related("recovery__award__enterprise")
        asked_plans, left = first_of(plans.order_by("pk"))
        for plan in asked_plans:
            told = gettext("the enterprise asks to pay in instalments")
            name, address = plan.recovery.award.enterprise.name, reverse("desk:recovery", args=[plan.recovery_id])
            yield Item(name, address, gettext("recovery"), told, rank=30, shared=True)
        yield from others(left, reverse("desk:recoveries"), gettext("recovery"), shared=True)
        of_ours = Q(due__isnull=True) & own(actor, path="recovery__collected_by")
        of_ours |= Q(recovery__isnull=True) & own(actor, path="due__collected_by")
        by_others = ToldIncoming.objects.visible_to(actor).waiting().filter(of_ours).exclude(told_by=actor.user_id)
        related = ("recovery__award__enterprise", "due__enterprise", "due__buyer")
        told_in, left = first_of(by_others.select_related(*related).order_by("pk"))
        for one in told_in:
            told = gettext("%(amount)s said to have come in, to be confirmed") % {
                "amount": format_euro(one.amount, get_language() or "it")
            }
            name = one.due.debtor.name if one.due_id else one.recovery.award.enterprise.name
            page = reverse("desk:due" if one.due_id else "desk:recovery", args=[one.due_id or one.recovery_id])
            yield Item(name, page, gettext("money in"), told, rank=28, shared=True)
        yield from others(left, reverse("desk:recoveries"), gettext("money in"), shared=True)
        owed = Q(due__isnull=True) & own(actor, path="instalment__recovery__collected_by")
        owed |= Q(instalment__isnull=True) & own(actor, path="due__collected_by")
        refused = PaymentNotice.objects.visible_to(actor).filter(owed).refused_now()
        seen: set[str] = set()
        notices, left = first_of(
            refused.select_related("instalment__recovery__award__enterprise", "due__enterprise").order_by("pk")
        )
        for notice in notices:
            debt = notice.due or notice.instalment.recovery
            name = "desk:due" if notice.due_id else "desk:recovery"
            firm = debt.enterprise if notice.due_id else debt.award.enterprise
            address = reverse(name, args=[debt.pk])
            if address in seen:
                continue
            seen.add(address)
            told = gettext("pagoPA refused the notice: ask for it again, or tell the enterprise where to pay")
            yield Item(firm.name, address, gettext("money in"), told, rank=30, shared=True)
        yield from others(left, reverse("desk:money_in"), gettext("money in"), shared=True)
        count = Refund.objects.visible_to(actor).filter(ours, state=states.REFUND_DUE).count()
        if count:
            text = ngettext("%(count)d sum to give back", "%(count)d sums to give back", count) % {"count": count}
            told = gettext("money that came in and is not ours")
            yield Item(text, reverse("desk:money_in"), gettext("money in"), told, rank=35, shared=True, count=count)
        count = PaymentReceipt.objects.visible_to(actor).filter(ours).to_look_at().count()
        if count:
            text = ngettext("%(count)d receipt to look at", "%(count)d receipts to look at", count) % {"count": count}
            told = gettext("money that matches no notice of ours")
            yield Item(text, reverse("desk:money_in"), gettext("money in"), told, rank=35, shared=True, count=count)
    yield from of_visits(actor)
