"""Quotas of initiatives on the desk: which are due, one with its notice and the money that came in, asking an enterprise for one."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.controls import api as controls
from levante.controls.api import Due, states
from levante.identity.api import roles
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, Refused, require, today
from levante.parties.api import Enterprise
from levante.payments.api import bodies_of, managed_by
from levante.web.access import for_desk
from levante.web.components.actions import Action, press, shown
from levante.web.components.forms import say
from levante.web.components.listing import Column, Listing
from levante.web.components.numbers import whole_number
from levante.web.desk.controls import forms, told_money
from levante.web.desk.controls.recoveries import refund_actions
from levante.web.desk.controls.views import PAGE, READERS, SAMPLERS
from levante.web.portal.applications.filling import actor_of, language
from levante.web.templatetags.levante import either

ISSUERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AGENCY_STAFF)


def tone_of(due: Due) -> str:
    if due.state == states.DUE_OPEN:
        return "late" if due.due_on < today() else "waiting"
    return "done" if due.state == states.DUE_PAID else "neutral"


@for_desk(*READERS)
def dues(request: HttpRequest) -> HttpResponse:
    """The quotas, those to be paid first; filtered by state and by words."""
    actor = actor_of(request)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = Due.objects.visible_to(actor).select_related("enterprise", "buyer", "initiative").order_by("-pk")
    if state in states.DUES:
        rows = rows.filter(state=state)
    elif state != "all" and not words:
        rows = rows.filter(state=states.DUE_OPEN)
    if words:
        named = Q(enterprise__name__icontains=words) | Q(buyer__name__icontains=words)
        rows = rows.filter(named | Q(initiative__title_it__icontains=words))
    listing = Listing(request, "desk:dues", gettext("quotas"), _columns())
    if listing.wants_file:
        return listing.file(rows.iterator(chunk_size=1000))
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    told = {
        "rows": [{"one": row, "tone": tone_of(row)} for row in found[:PAGE]],
        "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
        "listing": listing,
        "states": states.DUES,
        "state": state,
        "words": words,
        "may": any(actor.has_role(role) or actor.in_section(role) for role in ISSUERS),
        "today": today(),
        "sampling": actor.in_section(*SAMPLERS),
    }
    return render(request, "desk/controls/dues.html", told)


def _columns() -> tuple[Column, ...]:
    return (
        Column("enterprise", gettext("Who owes it"), lambda row: row.debtor.name, fixed=True),
        Column("initiative", gettext("Initiative"), lambda row: row.initiative.title_it),
        Column("reason", gettext("What for"), lambda row: either(row.what)),
        Column("amount", gettext("Amount"), lambda row: row.amount),
        Column("received", gettext("Received"), lambda row: row.received),
        Column("due_on", gettext("Due on"), lambda row: row.due_on),
        Column("state", gettext("State"), lambda row: row.state_label.in_language(language())),
    )


@for_desk(*ISSUERS)
def due_new(request: HttpRequest) -> HttpResponse:
    """Ask an enterprise for the quota of an initiative."""
    actor = actor_of(request)
    initiatives = Initiative.objects.visible_to(actor).exclude(state="cancelled").order_by("-starts_on", "code")
    if not actor.in_section(*ISSUERS):
        theirs = managed_by(bodies_of(actor, roles.FINANCE, roles.DIRECTOR)).order_by().values("pk")
        initiatives = initiatives.filter(Q(lead_office__code__in=actor.offices) | Q(lead_office__in=theirs))
    asked = whole_number(request.GET.get("iniziativa"))
    form = forms.DueForm(
        request.POST or None,
        initiatives=initiatives,
        initial={"reason": controls.QUOTA.it, "initiative": asked},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        firm = Enterprise.objects.filter(tax_code=values.pop("tax_code"), merged_into__isnull=True).first()
        if firm is None:
            form.add_error("tax_code", gettext("No enterprise has this code."))
        else:
            try:
                made = controls.issue_due(actor=actor, enterprise=firm, **values)
            except Refused as refusal:
                say(form, refusal)
            else:
                return redirect("desk:due", made.pk)
    return render(request, "desk/controls/due_new.html", {"form": form})


def due_or_404(actor: Actor, pk: int) -> Due:
    rows = Due.objects.visible_to(actor).select_related(
        "enterprise", "buyer", "initiative__lead_office__parent__parent", "issued_by", "collected_by"
    )
    return get_object_or_404(told_money.with_waiting(rows), pk=pk)


@for_desk(*READERS)
def due(request: HttpRequest, due_id: int) -> HttpResponse:
    return _page(request, due_or_404(actor_of(request), due_id))


def _page(request: HttpRequest, found: Due, pressed: Any = None) -> HttpResponse:
    actor = actor_of(request)
    shows = {
        "one": found,
        "tone": tone_of(found),
        "is_late": found.state == states.DUE_OPEN and found.due_on < today(),
        "notices": list(found.notices.order_by("-pk")),
        "waiting": told_money.waiting(found),
        "incomings": list(found.incomings.order_by("-pk")),
        "refunds": list(found.refunds.select_related("disposed_by").order_by("-pk")),
        "actions": shown(_actions(actor, found), pressed),
        "actions_url": reverse("desk:due", args=[found.pk]) + "azioni/",
    }
    return render(request, "desk/controls/due.html", shows, status=409 if pressed else 200)


def _actions(actor: Actor, found: Due) -> list[Action]:
    rows: list[Action] = []
    takes_in = bool(controls.may_take_in(actor, found.collected_by))
    if takes_in and found.state == states.DUE_OPEN:
        rows.append(
            Action(
                "versamento", _("Record money that came in: another person confirms it"),
                lambda r, v: controls.tell_due_payment(actor=actor, due=found, **v), forms.IncomingForm, initial={"on": today()},
            )
        )  # fmt: skip
    if takes_in:
        rows += told_money.actions(actor, found)
    if takes_in and found.notices.all().refused_now().exists():
        rows.append(
            Action(
                "avviso", _("Ask for the refused notice again"),
                lambda r, v: controls.ask_due_notice_again(actor=actor, due=found), is_first=True,
            )
        )  # fmt: skip
    if takes_in:
        rows += refund_actions(
            actor, found.refunds.filter(state=states.REFUND_DUE).select_related("enterprise", "collected_by")
        )
    if found.state != states.DUE_CANCELLED and controls.may_issue_due(actor, found.initiative):
        rows.append(
            Action(
                "annulla", _("Cancel the quota"), lambda r, v: controls.cancel_due(actor=actor, due=found, **v), forms.ReasonForm,
                is_danger=True,
            )
        )  # fmt: skip
    return rows


@require_POST
@for_desk(*READERS)
def due_act(request: HttpRequest, due_id: int, action: str) -> HttpResponse:
    actor = actor_of(request)
    found = due_or_404(actor, due_id)
    require(controls.may_issue_due(actor, found.initiative) or controls.may_take_in(actor, found.collected_by))
    pressed = press(request, _actions(actor, found), action)
    return redirect("desk:due", found.pk) if pressed is None else _page(request, due_or_404(actor, due_id), pressed)
