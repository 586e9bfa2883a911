"""Money that comes in, on the desk: receipts that match no notice of ours, what must be given back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.controls import api as controls
from levante.controls.api import Due, PaymentReceipt, Recovery, Refund, states
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.payments.api import own
from levante.web.access import for_desk
from levante.web.components.actions import Action, press, shown
from levante.web.components.numbers import whole_number
from levante.web.desk.controls import forms
from levante.web.desk.controls.recoveries import refund_actions
from levante.web.desk.controls.views import PAGE
from levante.web.portal.applications.filling import actor_of
from levante.web.templatetags.levante import either

PEOPLE = (roles.FINANCE, roles.DIRECTOR, roles.CASE_OFFICER, roles.AUDITOR)
#: Candidates offered for a match: the same payer cannot be known from a receipt, so those of the same amount come first.
MOST_CHOICES = 200


@for_desk(*PEOPLE, section=True, pays=True)
def money_in(request: HttpRequest) -> HttpResponse:
    """What waits for a person: receipts of nothing of ours, money to be given back."""
    actor = actor_of(request)
    return _page(request, actor)


def _page(request: HttpRequest, actor: Actor, pressed: Any = None) -> HttpResponse:
    after = whole_number(request.GET.get("after"))
    rows = PaymentReceipt.objects.visible_to(actor).of_nothing()
    every = request.GET.get("state") == "all"
    if not every:
        rows = rows.to_look_at()
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(
        rows.select_related(
            "notice", "refund", "match__incoming__recovery", "match__due_incoming__due", "collected_by"
        ).order_by("-pk")[: PAGE + 1]
    )
    refunds = Refund.objects.visible_to(actor).select_related(
        "recovery__award", "due", "enterprise", "receipt", "payment__row", "collected_by", "disposed_by"
    )
    if not every:
        refunds = refunds.filter(state=states.REFUND_DUE)
    told = {
        "rows": found[:PAGE],
        "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
        "refunds": list(refunds.order_by("-pk")[:PAGE]),
        "actions": shown(_refunds(actor), pressed),
        "actions_url": reverse("desk:money_in") + "azioni/",
        "every": every,
        "sampling": actor.in_section(*PEOPLE),
    }  # fmt: skip
    return render(request, "desk/controls/money_in.html", told, status=409 if pressed else 200)


def _refunds(actor: Actor) -> list[Action]:
    """Those of a recovery are closed on its page; the others here."""
    rows = (
        Refund.objects.visible_to(actor)
        .select_related("enterprise", "collected_by")
        .filter(own(actor, path="collected_by"), state=states.REFUND_DUE, recovery__isnull=True)
        .order_by("pk")[:PAGE]
    )
    return refund_actions(actor, (one for one in rows if controls.may_refund(actor, one)), told_before=False)


@require_POST
@for_desk(*PEOPLE, section=True, pays=True)
def money_in_act(request: HttpRequest, action: str) -> HttpResponse:
    actor = actor_of(request)
    pressed = press(request, _refunds(actor), action)
    return redirect("desk:money_in") if pressed is None else _page(request, actor, pressed)


def _receipt(actor: Actor, pk: int) -> PaymentReceipt:
    rows = PaymentReceipt.objects.visible_to(actor).of_nothing()
    return get_object_or_404(rows.select_related("notice", "refund", "match__made_by", "collected_by"), pk=pk)


@for_desk(*PEOPLE, section=True, pays=True)
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """One receipt that matches nothing: what it says, what it may be for."""
    actor = actor_of(request)
    return _receipt_page(request, _receipt(actor, receipt_id))


def _receipt_page(request: HttpRequest, found: PaymentReceipt, pressed: Any = None) -> HttpResponse:
    actor = actor_of(request)
    told = {
        "one": found,
        "refund": getattr(found, "refund", None),
        "match": getattr(found, "match", None),
        "actions": shown(_actions(actor, found), pressed),
        "actions_url": reverse("desk:receipt", args=[found.pk]) + "azioni/",
    }
    return render(request, "desk/controls/receipt.html", told, status=409 if pressed else 200)


def _actions(actor: Actor, found: PaymentReceipt) -> list[Action]:
    if not controls.may_take_in(actor, found.collected_by) or hasattr(found, "refund") or hasattr(found, "match"):
        return []

    def match(_request: HttpRequest, values: dict[str, Any]) -> object:
        kind, _sep, pk = str(values["debt"]).partition("-")
        rows: Any = Due.objects.visible_to(actor) if kind == "due" else Recovery.objects.visible_to(actor)
        return controls.match_receipt(
            actor=actor, receipt=found, debt=get_object_or_404(rows, pk=pk), reason=values["reason"]
        )

    rows = [
        Action(
            "rendi", _("It is of nothing of ours: give it back"),
            lambda r, v: controls.refund_receipt(actor=actor, receipt=found, **v), forms.ReasonForm,
        )
    ]  # fmt: skip
    debts = _debts(actor, found)
    if debts:
        rows.insert(
            0,
            Action("abbina", _("Say what it is for"), match, forms.MatchForm, is_first=True, options={"debts": debts}),
        )
    return rows


def _debts(actor: Actor, found: PaymentReceipt) -> list[tuple[str, str]]:
    """What money may still come in for: of the same amount first. Two queries."""
    owed = (
        Recovery.objects.visible_to(actor)
        .filter(state__in=states.PAYABLE, collected_by=found.collected_by_id)
        .select_related("award__enterprise", "award__application")
    )
    dues = Due.objects.visible_to(actor).filter(state=states.DUE_OPEN, collected_by=found.collected_by_id)
    dues = dues.select_related("enterprise", "buyer", "initiative")
    same = {
        one.recovery_id
        for one in controls.Instalment.objects.filter(state=states.DUE, amount=found.amount).only("recovery_id")
    }
    rows = [
        (
            one.pk in same,
            f"recovery-{one.pk}",
            f"{one.award.enterprise.name}: {_('recovery')} {one.award.application.number}",
        )
        for one in owed.order_by("-pk")[:MOST_CHOICES]
    ]
    rows += [
        (one.left == found.amount, f"due-{one.pk}", f"{one.debtor.name}: {either(one.what)}, {one.initiative}")
        for one in dues.order_by("-pk")[:MOST_CHOICES]
    ]
    return [(code, label) for _same, code, label in sorted(rows, key=lambda row: (not row[0], row[2]))]


@require_POST
@for_desk(*PEOPLE, section=True, pays=True)
def receipt_act(request: HttpRequest, receipt_id: int, action: str) -> HttpResponse:
    actor = actor_of(request)
    found = _receipt(actor, receipt_id)
    pressed = press(request, _actions(actor, found), action)
    if pressed is None:
        return redirect("desk:receipt", found.pk)
    return _receipt_page(request, _receipt(actor, receipt_id), pressed)
