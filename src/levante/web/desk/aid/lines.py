"""One aid at the desk: what it is, determined again, annulled; and an aid declared by an enterprise, with its source."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from levante.aid.api import AidRecord, annul_aid, declare_aid, may_reserve, position, revise_aid
from levante.grants.api import closed_reservations
from levante.identity.api import roles
from levante.kernel.api import Refused, today
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.components.rehearsal import rehearse
from levante.web.components.standing import stamp_of
from levante.web.desk.aid import texts
from levante.web.desk.aid.forms import AnnulForm, DeclaredAid, ReviseForm
from levante.web.desk.aid.views import READERS

WORKERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def headroom_told(
    request: HttpRequest, form: Any, code: str, change: Callable[[], Any], *, outside: bool = False
) -> tuple[dict[str, Any] | None, bool]:
    """Headroom today before and after a change, without what is reserved for files that do not open to who asks (who is
    ``outside`` reads their own); whether it was written. Only what was told just before is written."""
    if not (request.method == "POST" and form.is_valid()):
        return None, False
    stamp = stamp_of([type(form).__name__, *sorted(form.cleaned_data.items())])
    hides = None if outside else partial(closed_reservations, request.actor)  # type: ignore[attr-defined]
    try:
        if request.POST.get("save") == stamp:
            change()
            return None, True
        before, after = rehearse(change, lambda: position(code, on=today(), outside=outside, hides=hides))
    except Refused as refusal:
        say(form, refusal)
        return None, False
    return {"before": before, "after": after, "stamp": stamp}, False


@for_desk(*READERS)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """An aid with its story; who decides on aid determines it again or annuls it."""
    actor = request.actor  # type: ignore[attr-defined]
    one = get_object_or_404(AidRecord.objects.visible_to(actor).select_related("enterprise"), pk=pk)
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    revise = ReviseForm(request.POST if doing == "revise" else None, initial={"on": today()})
    annul = AnnulForm(request.POST if doing == "annul" else None, initial={"on": today()})
    told: dict[str, Any] | None = None
    written = False
    if doing == "revise":
        told, written = headroom_told(
            request, revise, one.tax_code, lambda: revise_aid(actor=actor, aid=one, **revise.cleaned_data)
        )
    elif doing == "annul":
        told, written = headroom_told(
            request, annul, one.tax_code, lambda: annul_aid(actor=actor, aid=one, **annul.cleaned_data)
        )
    if written:
        messages.success(request, gettext("Recorded: the position counts it from now on."))
        return redirect("desk:aid_line", one.pk)
    return render(
        request,
        "desk/aid/line.html",
        {
            "aid": one,
            "regime": texts.regime_name(one.regime),
            "revisions": one.revisions.order_by("on", "id"),
            "revise": revise,
            "annul": annul,
            "doing": doing,
            "told": told,
            "may_change": bool(may_reserve(actor)) and one.annulled_on is None,
        },
    )


@for_desk(*WORKERS)
def declare(request: HttpRequest) -> HttpResponse:
    """Write an aid that an enterprise has declared on paper, saying where the declaration is."""
    form = DeclaredAid(request.POST or None, initial={"code": request.GET.get("code", "")[:30]})
    code = form.data.get("code", "").strip().upper() if form.is_bound else ""

    def write() -> None:
        values = dict(form.cleaned_data)
        declare_aid(actor=request.actor, tax_code=values.pop("code"), **values)  # type: ignore[attr-defined]

    told, written = headroom_told(request, form, code, write)
    if written:
        messages.success(request, gettext("The declared aid counts from now on."))
        return redirect(f"{reverse('desk:aid')}?{urlencode({'code': form.cleaned_data['code']})}")
    return render(request, "desk/aid/declare.html", {"form": form, "told": told})
