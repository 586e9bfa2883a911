from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from levante.applications.api import Ranking, money_of
from levante.calls.api import (
    Call,
    call_words,
    card_of,
    check_rules,
    list_calls,
    money_words,
    most,
    requirements_of,
    with_openings,
)
from levante.kernel.api import Actor, now, today
from levante.programme.api import Sector
from levante.web.access import public

#: Where a session keeps the answers of self-checks that somebody asked to keep: call -> requirement -> yes or no.
KEPT_ANSWERS = "self_checks"


def visible_call(request: HttpRequest, code: str) -> Call:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return get_object_or_404(with_openings(Call.objects.visible_to(actor)), code=code)


@public
def calls(request: HttpRequest) -> HttpResponse:
    """Every call: open, coming, closed, and the calendar of the planned ones."""
    sector, text = request.GET.get("settore", "")[:80], request.GET.get("q", "")[:100].replace("\x00", "")
    found = list_calls(instant=now(), sector=sector, text=text)
    sectors = Sector.objects.order_by("position", "code")
    shown = {"found": found, "sectors": sectors, "sector": sector, "text": text, "on": today()}
    return render(request, "site/calls/list.html", shown)


@public
def call(request: HttpRequest, code: str) -> HttpResponse:
    """One call: who, what, how much, until when; then everything else."""
    shown = visible_call(request, code)
    prefetch_related_objects([shown], "criteria", "budget_lines__line", "openings__lines")
    instant = now()
    card = card_of(shown, instant)
    context: dict[str, Any] = {
        "call": shown,
        "card": card,
        "openings": [(opening, opening.phase(instant)) for opening in shown.openings.all()],
        "amounts": money_words(shown.money),
        "most": most(shown.money),
        "requirements": requirements_of(shown),
        "criteria": shown.criteria.all(),
        "rules": call_words(shown),
        "events": shown.events.select_related("act", "opening")[:30],
        "rankings": Ranking.objects.filter(opening__call=shown, state="published")
        .select_related("opening", "line", "act")
        .defer("snapshot"),
        "money": money_of(card.opening) if card.opening and shown.rule.by_arrival else None,
        "documents": _documents(shown),
        "norms": [_dated(norm) for norm in shown.legal_basis],
    }
    return render(request, "site/calls/call.html", context)


def _dated(norm: dict[str, Any]) -> dict[str, Any]:
    """A norm of the legal basis with its days as days: ``on``, and ``until`` where it holds no more from some day on."""
    days = {name: date.fromisoformat(norm[name]) if norm.get(name) else None for name in ("on", "until")}
    return {**norm, **days}


def _documents(shown: Call) -> list[Any]:
    """The documents the form asks for, read from the form in force."""
    from levante.calls.api import form_of

    version = shown.forms.order_by("-number").first()
    return [item for _, item in form_of(version).fields() if item.kind == "file"] if version else []


@public
def self_check(request: HttpRequest, code: str) -> HttpResponse:
    """“May I take part?”: the questions and, when answered, the outcome. The answers travel in the page, and are kept only
    for who asks to go on with them."""
    shown = visible_call(request, code)
    said = {
        rule["code"]: value
        for rule in requirements_of(shown)
        if rule.get("ask") and (value := request.POST.get(rule["code"], "")) in {"yes", "no"}
    }
    if request.method == "POST" and request.POST.get("keep") and said:
        # Only because the person asks: until the application is started, in the session, which signing in goes on with.
        request.session[KEPT_ANSWERS] = {**request.session.get(KEPT_ANSWERS, {}), code: said}
        card = card_of(shown, now())
        if card.opening is not None:
            return redirect("portal:application_start", card.opening.pk)
    questions = [(rule, said.get(rule["code"], "")) for rule in requirements_of(shown) if rule.get("ask")]
    check = check_rules([rule for rule, _ in questions], facts={}, said=said) if request.method == "POST" else None
    return render(
        request,
        "site/calls/check.html",
        {
            "call": shown,
            "card": card_of(shown, now()),
            "questions": questions,
            "check": check,
            "said": said,
        },
    )
