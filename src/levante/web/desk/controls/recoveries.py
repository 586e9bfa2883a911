"""Recoveries on the desk: what is owed with what is due when, and one with its plan and the money that came in."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import may_read, opens_to
from levante.claims.api import Claim
from levante.controls import api as controls
from levante.controls.api import RECOVERIES, PaymentNotice, PaymentReceipt, Recovery, Refund, places_of, states
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, require, today
from levante.kernel.pure import format_euro
from levante.web.access import for_desk
from levante.web.components.actions import Action, press, shown
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.controls import forms, told_money
from levante.web.desk.controls.views import PAGE, READERS, RELATED, SAMPLERS, _to_declare
from levante.web.portal.applications.filling import actor_of, language

TONES = {
    "to_ask": "attention", "owed": "waiting", "in_instalments": "active", "in_default": "late", "collection": "late",
    "uncollectable": "neutral", "closed": "done", "cancelled": "neutral",
}  # fmt: skip
INSTALMENT_TONES = {"due": "waiting", "paid": "done", "replaced": "neutral", "dropped": "neutral"}
#: In the filter by state: past their day, and to be reminded or handed over.
LATE = "late"


@for_desk(*READERS)
def recoveries(request: HttpRequest) -> HttpResponse:
    """What is owed, by its next day; filtered by state and by words."""
    actor = actor_of(request)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = Recovery.objects.visible_to(actor).select_related(*RELATED, "collected_by")
    if state in states.RECOVERIES:
        rows = rows.filter(state=state)
    elif state == LATE:
        rows = rows.overdue(today())
    elif state != "all" and not words:
        rows = rows.owing()
    if words:
        rows = rows.filter(Q(award__enterprise__name__icontains=words) | Q(award__application__number=words))
    due = Q(instalments__state=states.DUE)
    rows = rows.annotate(
        opens=opens_to(actor, of="award__application"), next_due=Min("instalments__due_on", filter=due),
        asked=Sum("instalments__amount", filter=due), had=Sum("instalments__received", filter=due),
    ).order_by("-pk")  # fmt: skip
    listing = Listing(request, "desk:recoveries", gettext("recoveries"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    return render(
        request,
        "desk/controls/recoveries.html",
        {
            "rows": [{"one": row, "tone": TONES[row.state], "left": (row.asked or 0) - (row.had or 0)} for row in found[:PAGE]],
            "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
            "listing": listing,
            "states": states.RECOVERIES,
            "state": state,
            "words": words,
            "today": today(),
            "bodies": bool(settings.PAYERS),
            "sampling": actor.in_section(*SAMPLERS),
        },
    )  # fmt: skip


def collector(row: Any) -> str:
    """Whom the money is owed to, as it is called."""
    body = row.collected_by
    if body is None:
        return gettext("the Section")
    return str(body.name_it if language() == "it" else body.name_en)


def _columns() -> tuple[Column, ...]:
    later = gettext("after the declaration")
    return (
        Column("enterprise", gettext("Enterprise"), lambda row: row.award.enterprise.name, fixed=True),
        Column("application", gettext("Application"), lambda row: row.award.application.number),
        Column("principal", gettext("Capital"), lambda row: row.principal if row.opens else later),
        Column("capital_in", gettext("Came back"), lambda row: row.capital_in if row.opens else later),
        Column(
            "left", gettext("Asked and not paid"), lambda row: (row.asked or 0) - (row.had or 0) if row.opens else later
        ),
        Column("next_due", gettext("Next day"), lambda row: row.next_due),
        *([Column("collected_by", gettext("Who recovers it"), collector)] if settings.PAYERS else []),
        Column("state", gettext("State"), lambda row: row.state_label.in_language(language())),
    )


@require_POST
@for_desk(roles.FINANCE, roles.DIRECTOR, section=True, pays=True)
def recovery_new(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What was paid over what a claim found to be earned is to come back."""
    actor = actor_of(request)
    rows = Claim.objects.visible_to(actor).select_related("award__application").defer("frozen", "steps")
    claim = get_object_or_404(rows, pk=claim_id)
    require(may_read(actor, claim.award.application))
    try:
        made = controls.recover_excess(actor=actor, claim=claim)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("desk:claim", claim.pk)
    return redirect("desk:recovery", made.pk)


def recovery_or_404(actor: Actor, pk: int) -> Recovery:
    rows = Recovery.objects.visible_to(actor).select_related(
        *RELATED,
        "award__act__call__office",
        "award__application__opening__call__office",
        "revocation",
        "claim",
        "kept_award",
        "act",
        "closing_act",
        "asked_by",
        "collected_by",
    )
    return get_object_or_404(
        told_money.with_waiting(rows.prefetch_related("award__application__conflict_declarations")), pk=pk
    )


@for_desk(*READERS)
def recovery(request: HttpRequest, recovery_id: int) -> HttpResponse:
    found = recovery_or_404(actor_of(request), recovery_id)
    if not may_read(actor_of(request), found.award.application):
        return _to_declare(request, found.award)
    return _page(request, found)


def _page(request: HttpRequest, found: Recovery, pressed: Any = None) -> HttpResponse:
    actor = actor_of(request)
    instalments = list(found.instalments.order_by("number"))
    shows = {
        "one": found,
        "award": found.award,
        "tone": TONES[found.state],
        "instalments": rows_of(instalments),
        "left": sum(row.left for row in instalments),
        "less_today": controls.less_today(instalments),
        "plans": list(found.plans.select_related("answered_by")),
        "notices": list(
            PaymentNotice.objects.filter(instalment__recovery=found).select_related("instalment").order_by("-pk")
        ),
        "told": list(
            PaymentReceipt.objects.filter(notice__instalment__recovery=found).exclude(problem_it="").order_by("-pk")
        ),
        "refunds": list(found.refunds.select_related("disposed_by").order_by("-pk")),
        "waiting": told_money.waiting(found),
        "incomings": list(found.incomings.select_related("recorded_by").order_by("-pk")),
        "lines": [line for one in found.steps for line in one["lines"]],
        "events": list(found.events.select_related("user").order_by("-pk")),
        "actions": shown(actions_of(actor, found), pressed),
        "actions_url": reverse("desk:recovery", args=[found.pk]) + "azioni/",
    }
    return render(request, "desk/controls/recovery.html", shows, status=409 if pressed else 200)


def rows_of(instalments: list[Any]) -> list[dict[str, Any]]:
    """Instalments with their place in their plan and their tone: one whose day passed is late."""
    places = places_of(instalments)
    return [
        {
            "row": row,
            "place": places[row.pk],
            "is_late": row.state == states.DUE and row.due_on < today(),
            "tone": "late" if row.state == states.DUE and row.due_on < today() else INSTALMENT_TONES[row.state],
        }
        for row in instalments
    ]


def actions_of(actor: Actor, found: Recovery) -> list[Action]:
    def may(name: str) -> bool:
        return bool(RECOVERIES.may(name, actor, found, state=found.state))

    rows: list[Action] = []
    recovers = bool(controls.may_recover(actor, found))
    if may("ask"):
        rows.append(
            Action(
                "chiedi",
                _("Ask for it back"),
                lambda r, v: controls.ask_recovery(actor=actor, recovery=found),
                is_first=True,
            )
        )
    asked = found.plans.filter(state=states.ASKED).first()
    if asked is not None and may("grant"):
        rows.append(_plan(actor, asked))
    if recovers and found.state in states.PAYABLE:
        rows.append(
            Action(
                "versamento",
                _("Record money that came in: another person confirms it"),
                lambda r, v: controls.tell_incoming(actor=actor, recovery=found, **v),
                forms.IncomingForm,
                initial={"on": today()},
            )
        )
    if recovers:
        rows += told_money.actions(actor, found)
    if recovers and PaymentNotice.objects.filter(instalment__recovery=found).refused_now().exists():
        rows.append(
            Action(
                "avviso",
                _("Ask for the refused notice again"),
                lambda r, v: controls.ask_notices_again(actor=actor, recovery=found),
                is_first=True,
            )
        )
    if may("collect") and found.instalments.filter(state=states.DUE, due_on__lt=today()).exists():
        rows.append(
            Action(
                "riscossione",
                _("Hand over to compulsory collection"),
                lambda r, v: controls.hand_over_recovery(actor=actor, recovery=found, **v),
                forms.ReferenceForm,
                is_danger=True,
            )
        )
    if recovers:
        refunds = found.refunds.filter(state=states.REFUND_DUE).select_related(
            "enterprise", "recovery__award", "recovery__collected_by"
        )
        rows += refund_actions(actor, refunds)
    if may("write_off"):
        rows.append(
            Action(
                "inesigibile",
                _("Declare it uncollectable"),
                lambda r, v: controls.write_off_recovery(actor=actor, recovery=found, **v),
                forms.ActForm,
                is_danger=True,
            )
        )
    if may("cancel"):
        rows.append(
            Action(
                "annulla",
                _("Cancel the recovery"),
                lambda r, v: controls.cancel_recovery(actor=actor, recovery=found, **v),
                forms.CancelForm,
                is_danger=True,
            )
        )
    return rows


def refund_action(actor: Actor, refund: Refund, *, told_before: bool) -> Action | None:
    """Decide that money is given back (``told_before``: told what is asked before, in some queries); then another person says that it
    was. None for who decided."""
    who = refund.enterprise.name if refund.enterprise is not None else gettext("who paid")
    told = {"amount": format_euro(refund.amount, language()), "who": who}
    if refund.disposed_at is None or controls.is_to_be_asked_again(refund):
        asked = controls.asked_before(refund, on=today()) if told_before else []
        return Action(
            f"disponi-{refund.pk}",
            gettext("Decide to give %(amount)s back: %(who)s") % told,
            lambda r, v: controls.dispose_refund(actor=actor, refund=refund, **v),
            forms.DisposeForm,
            is_first=True,
            options={"asked": "; ".join(one.text.in_language(language()) for one in asked)},
        )
    if not controls.may_record_refund(actor, refund):
        return None
    if refund.kept:
        told["amount"] = gettext("%(amount)s, of which %(kept)s to the collection agency,") % {
            "amount": told["amount"], "kept": format_euro(refund.kept, language()),
        }  # fmt: skip
    return Action(
        f"resa-{refund.pk}",
        gettext("Record that %(amount)s were given back: %(who)s") % told,
        lambda r, v: controls.record_refund(actor=actor, refund=refund, **v),
        forms.RefundForm,
        is_first=True,
        initial={"on": today()},
        options={"to_collector": bool(refund.kept)},
    )


def refund_actions(actor: Actor, refunds: Iterable[Refund], *, told_before: bool = True) -> list[Action]:
    rows = [refund_action(actor, one, told_before=told_before) for one in refunds]
    return [one for one in rows if one is not None]


def _plan(actor: Actor, plan: Any) -> Action:
    def work(_request: HttpRequest, values: dict[str, Any]) -> object:
        granted = values["granted"] == "yes"
        return controls.answer_plan(
            actor=actor, plan=plan, granted=granted, first_due=values["first_due"], text=values["text"]
        )

    label = gettext("Answer the request of %(count)s instalments") % {"count": plan.count}
    return Action("rate", label, work, forms.PlanAnswerForm, is_first=True)


@require_POST
@for_desk(*READERS)
def recovery_act(request: HttpRequest, recovery_id: int, action: str) -> HttpResponse:
    actor = actor_of(request)
    found = recovery_or_404(actor, recovery_id)
    require(may_read(actor, found.award.application))
    pressed = press(request, actions_of(actor, found), action)
    if pressed is None:
        return redirect("desk:recovery", found.pk)
    return _page(request, recovery_or_404(actor, recovery_id), pressed)
