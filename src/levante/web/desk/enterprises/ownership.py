"""Who holds an enterprise, at the desk: add, correct, end, verify; the effect on size and undertaking is told first."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.kernel.api import Refused, today
from levante.parties.api import (
    HOLDER_KINDS,
    KEEPERS,
    Enterprise,
    OwnershipLink,
    correct_ownership,
    end_ownership,
    record_holder,
    verify_ownership,
)
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.components.standing import Effect, effect_of, stamp_of
from levante.web.desk.enterprises.ownership_forms import (
    HOLDERS,
    CorrectLinkForm,
    DeskHolderForm,
    EndLinkForm,
    VerifyLinkForm,
)


def told_before(
    request: HttpRequest, form: Any, enterprise: Enterprise, change: Callable[[], Any], *, write: Callable[[], Any]
) -> tuple[Effect | None, str, bool]:
    """The effect of a valid form, its stamp, and whether it was written: only what was told just before is."""
    if not (request.method == "POST" and form.is_valid()):
        return None, "", False
    stamp = stamp_of(sorted(form.cleaned_data.items()))
    try:
        if request.POST.get("save") == stamp:
            write()
            return None, stamp, True
        return effect_of(change, enterprise, actor=request.actor, on=today()), stamp, False
    except Refused as refusal:
        say(form, refusal)
        return None, "", False


@for_desk(*KEEPERS, section=True)
def holder_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a holder: which kind, who, how; then what changes; then it is written."""
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor), pk=pk)  # type: ignore[attr-defined]
    holder = holder_asked(request)
    form = DeskHolderForm(request.POST or None, holder=holder)

    def record() -> None:
        record_holder(
            actor=request.actor,  # type: ignore[attr-defined]
            owned=one,
            holder=form.whose(),
            terms=form.terms(),
            source=form.cleaned_data["source"],
        )

    effect, stamp, written = told_before(request, form, one, record, write=record)
    if written:
        messages.success(request, gettext("The holder has been recorded."))
        return redirect("desk:enterprise", one.pk)
    return render(
        request,
        "desk/enterprises/holder.html",
        {
            "enterprise": one,
            "form": form,
            "title": gettext("Add a holder"),
            "kinds": HOLDERS,
            "holder": holder,
            "effect": effect,
            "stamp": stamp,
            "warnings": warnings_of(one, form) if effect else [],
        },
    )


def holder_asked(request: HttpRequest) -> str:
    asked = request.POST.get("holder") or request.GET.get("holder") or HOLDER_KINDS[0]
    if asked not in HOLDER_KINDS:
        raise Http404
    return asked


def warnings_of(enterprise: Enterprise, form: Any, link: OwnershipLink | None = None) -> list[str]:
    """What is not wrong by itself and yet is seldom right."""
    terms = form.terms()
    found = []
    others = enterprise.holders.filter(until__isnull=True, capital__isnull=False)
    if link is not None:
        others = others.exclude(pk=link.pk)
    if terms["until"] is None and terms["capital"] is not None:
        total = sum((row.capital or 0 for row in others), terms["capital"])
        if total > 100:
            found.append(
                gettext("With this one the shares in force make %(total)s %%: one of them may have ended.")
                % {"total": f"{total.normalize():f}"}
            )
    if terms["since"] is None:
        found.append(gettext("Without a first day the link counts as if it had always been there."))
    return found


@for_desk(*KEEPERS, section=True)
def holder_change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Correct a link, end it, or say that its proof was seen."""
    visible = Enterprise.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    links = OwnershipLink.objects.select_related("owned", "holder_enterprise", "holder_person", "holder_institution")
    link = get_object_or_404(links.filter(owned__in=visible), pk=pk)
    actor = request.actor  # type: ignore[attr-defined]
    form: Any
    write: Callable[[], Any]
    if what == "correggi":
        title = gettext("Correct a holder")
        form = CorrectLinkForm(
            request.POST or None,
            initial=CorrectLinkForm.terms_of(link) | {"source": link.source},
            person=link.holder_person_id is not None,
        )

        def write() -> Any:
            reason, source = form.cleaned_data["reason"], form.cleaned_data["source"]
            return correct_ownership(actor=actor, link=link, terms=form.terms(), reason=reason, source=source)
    elif what == "chiudi":
        title = gettext("End a holder")
        form = EndLinkForm(request.POST or None, initial={"on": today()})

        def write() -> Any:
            return end_ownership(actor=actor, link=link, on=form.cleaned_data["on"])
    elif what == "verifica":
        title = gettext("Verify a holder")
        form = VerifyLinkForm(request.POST or None, initial={"evidence": link.evidence})

        def write() -> Any:
            return verify_ownership(actor=actor, link=link, evidence=form.cleaned_data["evidence"])
    else:
        raise Http404
    effect, stamp, written = told_before(request, form, link.owned, write, write=write)
    if written:
        messages.success(request, gettext("The link has been updated."))
        return redirect("desk:enterprise", link.owned_id)
    return render(
        request,
        "desk/enterprises/holder.html",
        {
            "enterprise": link.owned,
            "link": link,
            "form": form,
            "title": title,
            "effect": effect,
            "stamp": stamp,
            "warnings": warnings_of(link.owned, form, link) if effect and what == "correggi" else [],
        },
    )
