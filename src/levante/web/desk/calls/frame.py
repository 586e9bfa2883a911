"""What every page of a call has around it: where it stands, what the checker says and where it is mended, what comes next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from levante.calls.api import CALLS, Call, Finding, errors_of, findings_in, read_entry
from levante.web.desk.calls.chapters import CHAPTERS, chapter_of, place_url, url_of
from levante.web.desk.calls.lists import TONES
from levante.web.desk.calls.places import entry_at
from levante.web.desk.calls.roles import actor_of, may_design


def findings_for(call: Call, document: Mapping[str, Any]) -> list[Finding]:
    """What the checker says of the document at hand, without asking the database for it again."""
    return findings_in(read_entry(document), fund_kind=call.fund.kind if call.fund else "")


def page_of(request: HttpRequest, call: Call, document: Mapping[str, Any], here: str = "") -> dict[str, Any]:
    """What the frame of every page of a call shows."""
    findings = findings_for(call, document)
    return {
        "call": call,
        "here": here,
        "state": CALLS.states[call.state],
        "tone": TONES[call.state],
        "may_design": may_design(request, call),
        "outline": outline(call, here, findings),
        "findings": told(call, findings, document),
        "errors_count": len(errors_of(findings)),
        "doubts": len(findings) - len(errors_of(findings)),
    }


def outline(call: Call, here: str, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The chapters, each with how many contradictions and doubts it has."""
    wrong = Counter(chapter_of(one.path).code for one in errors_of(list(findings)))
    doubtful = Counter(chapter_of(one.path).code for one in findings if one.level != "error")
    return [
        {
            "label": chapter.label,
            "url": url_of(call, chapter.code),
            "current": chapter.code == here,
            "wrong": wrong[chapter.code],
            "doubtful": doubtful[chapter.code],
        }
        for chapter in CHAPTERS.values()
    ]


def told(call: Call, findings: Sequence[Finding], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The checker's list, each line with the link to its place."""
    language = get_language()
    return [
        {
            "is_error": one.level == "error",
            "where": chapter_of(one.path).label.in_language(language),
            "entry": entry_at(one.path, language, document),
            "text": one.text,
            "reference": one.reference,
            "to_confirm": one.to_confirm,
            "url": place_url(call, one.path),
        }
        for one in findings
    ]


def moves_of(request: HttpRequest, call: Call) -> list[dict[str, Any]]:
    """The steps of the call from where it is: those one may take, and what the others lack."""
    actor = actor_of(request)
    steps = []
    for name, step in CALLS.transitions.items():
        if call.state not in step.sources:
            continue
        decision = step.allowed(actor, call)
        missing = CALLS.missing(name, call) if decision else []
        steps.append(
            {
                "name": name,
                "label": step.label,
                "allowed": bool(decision) and not missing,
                "checked": bool(step.needs),
                "reason": decision.reason,
                "missing": [{"text": one.text, "url": place_url(call, one.field)} for one in missing],
                "url": reverse("desk:call_move", args=[call.code, name]),
            }
        )
    return steps
