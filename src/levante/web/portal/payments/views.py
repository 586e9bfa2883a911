"""The account an enterprise is paid on, and what it was paid."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from levante.documents.api import store_upload
from levante.kernel.api import Actor, Refused, require
from levante.parties.api import Enterprise
from levante.payments.api import (
    BankAccount,
    LiquidationRow,
    Payment,
    WithholdingCertificate,
    declare_account,
    may_declare_account,
    states,
)
from levante.web.access import for_enterprise
from levante.web.components.forms import FileInput, say
from levante.web.site.files.views import send as send_file

MOST = 100
ROW_TONES = {"in_act": "waiting", "due": "waiting", "held": "waiting", "ordered": "active", "paid": "done"}


class AccountForm(forms.Form):
    iban = forms.CharField(
        label="IBAN", max_length=50, help_text=_("As your bank writes it: 27 characters for an Italian account.")
    )
    holder = forms.CharField(
        label=_("Holder of the account"), max_length=140, help_text=_("It must be the enterprise: nobody else is paid.")
    )
    evidence = forms.FileField(
        label=_("Statement of the bank with IBAN and holder"),
        required=False,
        widget=FileInput(accept=".pdf,.p7m,.png,.jpg,.jpeg,.eml"),
        help_text=_("With it the office verifies the account sooner."),
    )


def _mine(request: HttpRequest) -> Enterprise:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)


@for_enterprise()
def account(request: HttpRequest) -> HttpResponse:
    """The account that counts, those before it, and what was liquidated and paid."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    firm = _mine(request)
    accounts = list(BankAccount.objects.visible_to(actor).filter(enterprise=firm).order_by("-id")[:10])
    current = next((one for one in accounts if one.refused_at is None and one.failed_at is None), None)
    return render(
        request,
        "portal/payments/account.html",
        {
            "enterprise": firm,
            "account": current,
            "older": [one for one in accounts if one is not current],
            "money": money_of(actor),
            "certificates": list(_certificates(actor)[:20]),
            "may_declare": bool(may_declare_account(actor, firm)),
        },
    )


def _certificates(actor: Actor) -> "QuerySet[WithholdingCertificate]":
    """Those of the enterprise acted for, the latest year first."""
    rows = WithholdingCertificate.objects.visible_to(actor).filter(enterprise=actor.enterprise_id)
    return rows.select_related("document__file").order_by("-year", "-pk")


@for_enterprise()
def certificate(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """The certificate of what was withheld in a year, as PDF."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(_certificates(actor), pk=certificate_id)
    if found.document is None or found.document.file is None:
        raise Http404
    return send_file(found.document.file)


def money_of(actor: Actor) -> list[dict[str, Any]]:
    """What was liquidated to the enterprise acted for, with its payments, the latest first. Two queries."""
    seen = Payment.objects.exclude(state=states.WITHDRAWN).select_related("account").order_by("-pk")
    rows = LiquidationRow.objects.visible_to(actor).select_related("liquidation", "claim__award__application")
    found = rows.prefetch_related(Prefetch("payments", queryset=seen)).order_by("-pk")[:MOST]
    return [{"row": row, "tone": ROW_TONES[row.state]} for row in found]


@for_enterprise("submit")
def declare(request: HttpRequest) -> HttpResponse:
    """Name an account in the place of the one before."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    firm = _mine(request)
    form = AccountForm(request.POST or None, request.FILES or None, initial={"holder": firm.name})
    if request.method == "POST" and form.is_valid():
        try:
            require(may_declare_account(actor, firm))
            upload = form.cleaned_data["evidence"]
            file = None
            if upload is not None:
                file = store_upload(actor=actor, upload=upload, purpose="proof", enterprise_id=firm.pk)
            declare_account(
                actor=actor,
                enterprise=firm,
                iban=form.cleaned_data["iban"],
                holder=form.cleaned_data["holder"],
                evidence=file,
            )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The account is recorded: the office verifies it before it pays."))
            return redirect("portal:account")
    replaces = BankAccount.objects.visible_to(actor).usable().filter(enterprise=firm).exists()
    return render(request, "portal/payments/declare.html", {"form": form, "enterprise": firm, "replaces": replaces})
