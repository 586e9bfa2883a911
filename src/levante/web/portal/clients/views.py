"""All the firms one acts for, on one page: their applications, whose turn each is, by when; and acting for one in a click."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import Work, clients_of, work_of
from levante.kernel.api import ENTERPRISE, Actor, Party, today
from levante.parties.api import plain
from levante.web.access import signed_in
from levante.web.acting import choose
from levante.web.components.numbers import whole_number
from levante.web.templatetags.levante import in_language

PAGE = 50

WHAT = {
    "draft": _("to be completed and sent"),
    "draft_closed": _("draft, not sent in time"),
    "to_seal": _("to be completed and sealed before it opens"),
    "to_send": _("sealed: to be sent now"),
    "sealed": _("sealed"),
    "integration": _("the office asks for something"),
    "notice": _("the office is about to reject it: it can be answered"),
    "part": _("a part is offered: to be accepted or not"),
    "document": _("a document to give"),
    "invitation": _("invited into a group: to be answered"),
    "group": _("its part in a group"),
    "office": _("the office is examining it"),
    "admitted": _("admitted"),
    "rejected": _("rejected"),
    "withdrawn": _("withdrawn"),
    "revoked": _("grant revoked"),
    "lapsed": _("not sent in time"),
}


class FilterForm(forms.Form):
    """What the list may be narrowed to."""

    q = forms.CharField(label=_("Name or tax code"), required=False, max_length=100)
    turn = forms.ChoiceField(
        label=_("Whose turn it is"),
        required=False,
        choices=[
            ("", _("Ours and the office’s")),
            ("mine", _("Ours")),
            ("office", _("The office’s")),
            ("closed", _("Closed")),
            ("all", _("all of them")),
        ],
    )
    call = forms.ChoiceField(label=_("Call"), required=False)

    def __init__(self, *arguments: Any, rows: list[Work], **names: Any) -> None:
        super().__init__(*arguments, **names)
        calls = {row.application.opening.call.code: row.application.opening.call for row in rows}
        titles = sorted(((code, in_language(call, "title")) for code, call in calls.items()), key=lambda one: one[1])
        field: Any = self.fields["call"]
        field.choices = [("", _("any")), *titles]


def _holds(row: Work, chosen: dict[str, Any]) -> bool:
    turn, text = chosen.get("turn") or "", chosen.get("q") or ""
    if turn != "all" and row.turn != turn and (turn or row.turn == "closed"):
        return False
    if chosen.get("call") and row.application.opening.call.code != chosen["call"]:
        return False
    one = row.client.enterprise
    words, code = plain(text).split(), text.upper().replace(" ", "")
    return not text or one.tax_code.startswith(code) or all(word in plain(one.name) for word in words)


@signed_in
def clients(request: HttpRequest) -> HttpResponse:
    """Everything of everybody one acts for: what is their turn first, by term."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = clients_of(actor.user_id, today())
    rows = work_of(mine) if mine else []
    form = FilterForm(request.GET or {}, rows=rows)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = [row for row in rows if _holds(row, chosen)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/clients/list.html",
        {
            "form": form,
            "page": page,
            "rows": [(row, WHAT[row.what]) for row in page],
            "clients": len(mine),
            "count": len(found),
            "turn": sum(row.turn == "mine" for row in rows),
            "idle": [one for pk, one in mine.items() if pk not in {row.client.enterprise.pk for row in rows}][:PAGE],
        },
    )


@require_POST
@signed_in
def act(request: HttpRequest) -> HttpResponse:
    """Act for one of them, and go to the thing that was chosen. From there on only what is of that one is seen."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    client, application, member = (whole_number(request.POST.get(name)) for name in ("client", "application", "member"))
    known = clients_of(actor.user_id, today())
    if client is None or client not in known:
        raise Http404
    choose(request, Party(ENTERPRISE, client))
    if member is not None:
        return redirect("portal:membership", member)
    if application is not None:
        return redirect("portal:application", application)
    return redirect("portal:home")
