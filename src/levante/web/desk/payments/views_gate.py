"""The gate of one claim, told in words: what is missing, what to do; the papers and the account it stands on."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.applications.api import may_read
from levante.claims.api import Claim
from levante.documents.api import StoredFile, store_upload
from levante.kernel.api import Actor, Refused, today
from levante.kernel.pure import ZERO
from levante.payments.api import (
    PAYEES,
    BankAccount,
    Check,
    DefaultOutcome,
    InsteadPayment,
    Payment,
    agree_to_less,
    confirm_default,
    confirm_instead,
    end_default,
    examines,
    gate_of,
    ground_to_release,
    in_default,
    instead_came_back,
    left_for_others,
    may_agree_to_less,
    may_confirm_default,
    may_confirm_instead,
    may_declare_urgency,
    may_order,
    may_pay_for,
    may_record_check,
    may_record_default,
    may_release_guarantee,
    may_verify_account,
    payments_of,
    record_check,
    record_collector_order,
    record_instead,
    record_release,
    refuse_account,
    release_guarantee,
    states,
    verify_account,
)
from levante.web.access import for_desk
from levante.web.components.forms import DayField, EuroField, say, tell
from levante.web.components.numbers import whole_number
from levante.web.desk.payments.forms import DefaultForm, PaperForm
from levante.web.desk.payments.shared import CHECK_TONES, PAYMENT_TONES, READERS, ROW_TONES, actor_of, language
from levante.web.site.files.views import send as send_file


def claim_or_404(request: HttpRequest, claim_id: int) -> Claim:
    rows = Claim.objects.visible_to(actor_of(request)).filter(sent_at__isnull=False)
    rows = rows.select_related(
        "award__act__call__office", "award__application__opening__call__office", "award__enterprise"
    )
    return get_object_or_404(rows, pk=claim_id)


def worked_or_404(request: HttpRequest, claim_id: int) -> Claim:
    """The claim, to who declared about its file and has no conflict: whoever reads its gate, and no other, works on it."""
    found = claim_or_404(request, claim_id)
    if not may_read(actor_of(request), found.award.application):
        raise Http404
    return found


@for_desk(*READERS, section=True, pays=True)
def gate(request: HttpRequest, claim_id: int) -> HttpResponse:
    found = claim_or_404(request, claim_id)
    if not may_read(actor_of(request), found.award.application):
        messages.info(request, gettext("First declare whether you have a conflict of interest about this application."))
        return redirect("desk:application", found.award.application_id)
    return _page(request, found, PaperForm(initial={"issued_on": today()}))


def _page(
    request: HttpRequest, found: Claim, form: PaperForm, status: int = 200, default_form: DefaultForm | None = None
) -> HttpResponse:
    actor = actor_of(request)
    firm, rows = found.award.enterprise, payments_of(found, actor)
    if not may_declare_urgency(actor, firm):
        form.fields.pop("urgent", None)
    checks = gate_of(found, on=today()).checks
    accounts = (
        BankAccount.objects.visible_to(actor)
        .filter(enterprise=firm)
        .select_related("verified_by", "second_by", "evidence", "enterprise")
    )
    declared = list(accounts.order_by("-id")[:20])
    current = next((one for one in declared if one.refused_at is None and one.failed_at is None), None)
    papers = Check.objects.visible_to(actor).filter(enterprise=firm)
    papers = papers.select_related("recorded_by", "document", "award", "release__released_by")
    shown = list(papers.order_by("-id")[:20])
    releasable = _to_release(actor, found, shown)
    return render(
        request,
        "desk/payments/gate.html",
        {
            "claim": found,
            "award": found.award,
            "checks": [
                {"check": one, "tone": CHECK_TONES[one.outcome]}
                for one in sorted(checks, key=lambda one: one.outcome == "yes")  # what is missing first
            ],
            "open": all(one.outcome == "yes" for one in checks),
            "account": current,
            "may_verify": may_verify_account(actor, current) if current else None,
            "older": [one for one in declared if one is not current][:5],
            "papers": shown,
            "to_release": releasable,
            "why_release": next(iter(releasable.values()), ""),
            "less": _less_told(actor, checks, shown),
            "money": [money_told(row, actor) for row in rows],
            "default": _default_told(actor, found, default_form),
            "form": form,
            "may_pay": bool(may_order(actor)) and all(may_pay_for(actor, row.liquidation.paid_by) for row in rows),
            "today": today(),
            "may_record": examines(actor, firm),
        },
        status=status,
    )


def _to_release(actor: Actor, found: Claim, papers: Iterable[Check]) -> dict[int, str]:
    """Of the papers shown, the guarantees of this award that who looks can give back, each with why. At most two queries, none where there
    is no guarantee."""
    held = [one for one in papers if one.kind == states.GUARANTEE and one.award_id == found.award_id]
    held = [one for one in held if one.outcome == states.CLEAR and not hasattr(one, "release")]
    for one in held:
        one.award = found.award  # with its call and office
    if not held or not may_release_guarantee(actor, held[0]):
        return {}
    ground = ground_to_release(found.award)
    return {one.pk: ground.in_language(language()) for one in held} if ground is not None else {}


def _less_told(actor: Actor, checks: Iterable[Any], papers: Iterable[Check]) -> dict[str, Any] | None:
    """The decision on the offset that waits for a second person, while it closes the gate."""
    closed = any(one.code == states.RECOVERIES and one.outcome != "yes" for one in checks)
    last = next((one for one in papers if one.kind == states.RECOVERIES), None) if closed else None
    if last is None or last.amount is None or last.second_by_id is not None or last.amount >= last.debt:
        return None
    return {"paper": last, "may": may_agree_to_less(actor, last)}


def _default_told(actor: Actor, found: Claim, form: DefaultForm | None) -> dict[str, Any] | None:
    """Of an enterprise in default: the answer, what followed it, and the form for what comes next."""
    paper = in_default(found.award.enterprise)
    if paper is None:
        return None
    outcomes = DefaultOutcome.objects.visible_to(actor).filter(check_paper=paper).order_by("-id")
    rows = list(outcomes.select_related("recorded_by", "confirmed_by", "document"))
    return {
        "paper": paper,
        "rows": [{"row": one, "may_confirm": may_confirm_default(actor, one)} for one in rows],
        "may": may_record_default(actor, found.award.enterprise),
        "form": form or DefaultForm(initial={"on": today()}),
    }


def money_told(row: Any, actor: Actor) -> dict[str, Any]:
    """A row of an act of liquidation with its payments, each with its tone."""
    payments = [
        {
            "payment": one,
            "tone": PAYMENT_TONES[one.state],
            "instead": [
                {
                    "row": each,
                    "may_confirm": each.confirmed_at is None and bool(may_confirm_instead(actor, each, one.order)),
                }
                for each in (one.instead.order_by("pk") if one.kept else [])
            ],
            "left": [
                {"code": code, "amount": left, "payees": {payee: states.PAYEES[payee] for payee in PAYEES[code]}}
                for code, left in (left_for_others(one) if one.kept and one.state == states.EXECUTED else {}).items()
            ],
        }
        for one in row.payments.all()
    ]
    return {"row": row, "tone": ROW_TONES[row.state], "payments": payments}


@require_POST
@for_desk(*READERS, section=True, pays=True)
def paper(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Record what a paper says; a refusal is told in the form, with what was written."""
    found, actor = worked_or_404(request, claim_id), actor_of(request)
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("document")
        try:
            file = None
            if upload is not None and may_record_check(actor, found.award.enterprise):
                file = store_upload(
                    actor=actor, upload=upload, purpose="proof", enterprise_id=found.award.enterprise_id
                )
            about = found.award if values["kind"] == states.GUARANTEE else None
            record_check(actor=actor, enterprise=found.award.enterprise, award=about, document=file, **values)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The paper is recorded: the checks are those of now."))
            return redirect("desk:payment_gate", found.pk)
    return _page(request, found, form, status=400)


@require_POST
@for_desk(*READERS, section=True, pays=True)
def less(request: HttpRequest, claim_id: int, check_id: int) -> HttpResponse:
    """Confirm that less is kept as an offset than can be; then back to the claim."""
    found = worked_or_404(request, claim_id)
    papers = Check.objects.visible_to(actor_of(request)).filter(enterprise=found.award.enterprise_id)
    paper, why = get_object_or_404(papers, pk=check_id), request.POST.get("why", "")
    tell(request, agree_to_less, gettext("It is confirmed: the checks are those of now."), paper=paper, why=why)
    return redirect("desk:payment_gate", found.pk)


@require_POST
@for_desk(*READERS, section=True, pays=True)
def default(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Record what followed an answer in default: the order of the collector, or the decision to pay without one."""
    found, actor = worked_or_404(request, claim_id), actor_of(request)
    checked = in_default(found.award.enterprise)
    if checked is None:
        raise Http404
    form = DefaultForm(request.POST, request.FILES)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            if values["kind"] == states.RELEASED:
                record_release(actor=actor, paper=checked, reason=values["reason"])
            else:
                upload, file = values["document"], None
                if upload is not None and may_record_default(actor, found.award.enterprise):
                    file = store_upload(
                        actor=actor, upload=upload, purpose="proof", enterprise_id=found.award.enterprise_id
                    )
                record_collector_order(
                    actor=actor,
                    paper=checked,
                    number=values["number"],
                    amount=values["amount"] or ZERO,
                    served_on=values["on"] or today(),
                    document=file,
                )
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("It is recorded: it counts once another person confirms it."))
            return redirect("desk:payment_gate", found.pk)
    return _page(request, found, PaperForm(initial={"issued_on": today()}), status=400, default_form=form)


@require_POST
@for_desk(*READERS, section=True, pays=True)
def default_act(request: HttpRequest, claim_id: int, outcome_id: int, action: str) -> HttpResponse:
    """Confirm what followed an answer in default, or say that it no longer holds; then back to the claim."""
    found = worked_or_404(request, claim_id)
    rows = DefaultOutcome.objects.visible_to(actor_of(request)).filter(check_paper__enterprise=found.award.enterprise)
    outcome = get_object_or_404(rows.select_related("check_paper__enterprise"), pk=outcome_id)
    if action == "conferma":
        tell(request, confirm_default, gettext("It is confirmed: the checks are those of now."), outcome=outcome)
    elif action == "chiudi":
        reason = request.POST.get("reason", "")
        tell(request, end_default, gettext("It no longer holds."), outcome=outcome, reason=reason)
    else:
        raise Http404
    return redirect("desk:payment_gate", found.pk)


@require_POST
@for_desk(*READERS, section=True, pays=True)
def guarantee(request: HttpRequest, claim_id: int, check_id: int) -> HttpResponse:
    """Give a guarantee of the award back; then back to the claim."""
    found, actor = claim_or_404(request, claim_id), actor_of(request)
    rows = Check.objects.visible_to(actor).filter(award=found.award_id, kind=states.GUARANTEE)
    one = get_object_or_404(rows, pk=check_id)
    tell(request, release_guarantee, gettext("The guarantee is released: the enterprise is told."), guarantee=one)
    return redirect("desk:payment_gate", found.pk)


@for_desk(*READERS, section=True, pays=True)
def file(request: HttpRequest, claim_id: int, file_id: int) -> HttpResponse:
    """A paper of the enterprise, or the proof of whose an account is, to who looks at the gate of one of its claims."""
    found, actor = worked_or_404(request, claim_id), actor_of(request)
    firm = found.award.enterprise
    held = {
        *BankAccount.objects.visible_to(actor)
        .filter(enterprise=firm, evidence=file_id)
        .values_list("evidence", flat=True),
        *Check.objects.visible_to(actor).filter(enterprise=firm, document=file_id).values_list("document", flat=True),
        *DefaultOutcome.objects.visible_to(actor)
        .filter(check_paper__enterprise=firm, document=file_id)
        .values_list("document", flat=True),
    }
    return send_file(get_object_or_404(StoredFile, pk__in=held))


@require_POST
@for_desk(*READERS, section=True, pays=True)
def account(request: HttpRequest, account_id: int, action: str) -> HttpResponse:
    """Verify an account, or say that it cannot be used; then back to the claim it was looked at from."""
    actor = actor_of(request)
    found = get_object_or_404(BankAccount.objects.visible_to(actor), pk=account_id)
    claim = worked_or_404(request, whole_number(request.POST.get("claim")) or 0)
    if claim.award.enterprise_id != found.enterprise_id:
        raise Http404
    if action == "verifica":
        tell(
            request, verify_account, gettext("The account is verified."), account=found, how=request.POST.get("how", "")
        )
    elif action == "rifiuta":
        reason = request.POST.get("reason", "")
        tell(
            request,
            refuse_account,
            gettext("The enterprise is asked for another account."),
            account=found,
            reason=reason,
        )
    else:
        raise Http404
    return redirect("desk:payment_gate", claim.pk)


@require_POST
@for_desk(*READERS, section=True, pays=True)
def instead(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Record what was paid in the enterprise's stead, confirm what another person recorded, or say that it came back; then back to the
    claim."""
    actor = actor_of(request)
    found = get_object_or_404(Payment.objects.visible_to(actor).select_related("row"), pk=payment_id)
    back = whole_number(request.POST.get("came_back"))
    confirmed = whole_number(request.POST.get("confirm"))
    if confirmed is not None:
        one = get_object_or_404(InsteadPayment.objects.visible_to(actor).filter(payment=found), pk=confirmed)
        tell(request, confirm_instead, gettext("The payment in the enterprise’s stead is confirmed."), instead=one)
    elif back is not None:
        one = get_object_or_404(InsteadPayment.objects.visible_to(actor).filter(payment=found), pk=back)
        reason = request.POST.get("reason", "")
        tell(request, instead_came_back, gettext("It is recorded: it is to be paid still."), instead=one, reason=reason)
    else:
        try:
            values = {
                "amount": EuroField().clean(request.POST.get("amount")),
                "paid_on": DayField().clean(request.POST.get("paid_on")),
            }
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("desk:payment_gate", found.row.claim_id)
        tell(
            request,
            record_instead,
            gettext("It is recorded: another person of finance confirms it."),
            payment=found,
            institute=request.POST.get("institute", ""),
            reference=request.POST.get("reference", ""),
            **values,
        )
    return redirect("desk:payment_gate", found.row.claim_id)
