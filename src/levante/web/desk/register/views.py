"""The register at the desk: logs, entries, signed heads, stamps, keys, audits. Everything is read by its place; nothing is counted."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import Application, protocol_numbers
from levante.kernel.api import Refused
from levante.register.api import (
    ERASERS,
    OWN_KINDS,
    READERS,
    AuditRun,
    Entry,
    KeyProblem,
    Log,
    entries_before,
    erase_entry_content,
    find_entry,
    head_over,
    heads_before,
    key_ring,
    last_anchors,
    last_audit,
    last_heads,
    may_audit_register,
    may_erase_content,
    parse_instant,
    request_audit,
)
from levante.register.api import defer_audit as defer
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number

LARGEST_PLACE = 1 << 40


@for_desk(*READERS, section=True)
def register(request: HttpRequest) -> HttpResponse:
    """The logs with their counters and last heads, the last stamps, the keys, the last audit."""
    actor = request.actor  # type: ignore[attr-defined]
    logs = list(Log.objects.visible_to(actor).order_by("name"))
    heads = last_heads(logs)
    keys, key_problem = _keys()
    return render(
        request,
        "desk/register/register.html",
        {
            "logs": [{"log": log, "head": heads.get(log.pk)} for log in logs],
            "anchors": last_anchors(),
            "keys": keys,
            "key_problem": key_problem,
            "last": last_audit(),
            "may_audit": bool(may_audit_register(actor)),
            **_going(AuditRun.objects.visible_to(actor).filter(state__in=AuditRun.GOING).first()),
        },
    )


@for_desk(*READERS, section=True)
def entries(request: HttpRequest, log: str) -> HttpResponse:
    """The entries of a log, the last first; ``?number=`` goes to one of them."""
    one = _log(request, log)
    number = request.GET.get("number", "").strip()[:40]
    missing = ""
    if number:
        found = find_entry(number, one.name)
        if found is not None:
            return redirect("desk:register_entry", one.name, found.sequence)
        missing = number
    piece = entries_before(one, before=_place(request))
    return render(
        request,
        "desk/register/entries.html",
        {
            "log": one,
            "missing": missing,
            "number": number,
            "rows": _with_protocol(one, piece.rows),
            "cursor": piece.cursor,
        },
    )


@for_desk(*READERS, section=True)
def heads(request: HttpRequest, log: str) -> HttpResponse:
    """The signed heads of a log, the last first, each with its stamps."""
    one = _log(request, log)
    piece = heads_before(one, before=_place(request))
    return render(request, "desk/register/heads.html", {"log": one, "rows": piece.rows, "cursor": piece.cursor})


@for_desk(*READERS, section=True)
def entry(request: HttpRequest, log: str, sequence: int) -> HttpResponse:
    """What the register says of one entry in the clear; its content is for who may see what it is about."""
    actor = request.actor  # type: ignore[attr-defined]
    one = _log(request, log)
    if not 0 < sequence < LARGEST_PLACE:
        raise Http404
    row = get_object_or_404(Entry.objects.visible_to(actor).of_log(one.pk).defer("content", "salt"), sequence=sequence)
    protocol = protocol_numbers(one.name, [row.number]).get(row.number)
    about = None
    if protocol is not None:
        about = Application.objects.visible_to(actor).filter(pk=protocol.application_id).first()
    return render(
        request,
        "desk/register/entry.html",
        {
            "log": one,
            "entry": row,
            "protocol": protocol,
            "about": about,
            "head": head_over(row),
            "may_erase": bool(row.subject and may_erase_content(actor)) and not row.kind.startswith(OWN_KINDS),
        },
    )


@for_desk(*ERASERS, section=True)
@require_POST
def erase_entry(request: HttpRequest, log: str, sequence: int) -> HttpResponse:
    """Take away the content of an entry (art. 17 GDPR); the number, the instant and the proofs stay."""
    actor = request.actor  # type: ignore[attr-defined]
    one = _log(request, log)
    if not 0 < sequence < LARGEST_PLACE:
        raise Http404
    row = get_object_or_404(Entry.objects.visible_to(actor).of_log(one.pk), sequence=sequence)
    try:
        erase_entry_content(actor=actor, entry=row, reason=request.POST.get("reason", "")[:500])
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
    else:
        messages.success(request, gettext("The content has been erased; numbers, instants and proofs stay."))
    return redirect("desk:register_entry", one.name, sequence)


@for_desk(*READERS, section=True)
def audits(request: HttpRequest) -> HttpResponse:
    """The audits asked for, the last first."""
    rows = AuditRun.objects.visible_to(request.actor).order_by("-id")  # type: ignore[attr-defined]
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    return render(request, "desk/register/audits.html", {"page": page})


@for_desk(*READERS, section=True)
@require_POST
def start_audit(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        run = request_audit(actor=request.actor)  # type: ignore[attr-defined]
        if run.state == AuditRun.WAITING:
            defer(run.pk)
    messages.success(request, gettext("The audit is queued: this page follows it."))
    return redirect("desk:register_audit", run.pk)


@for_desk(*READERS, section=True)
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(AuditRun.objects.visible_to(request.actor), pk=pk)  # type: ignore[attr-defined]
    return render(request, "desk/register/audit.html", _going(run))


@for_desk(*READERS, section=True)
def audit_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that moves (HTMX)."""
    run = get_object_or_404(AuditRun.objects.visible_to(request.actor), pk=pk)  # type: ignore[attr-defined]
    return render(request, "desk/register/audit_progress.html", _going(run))


def _going(run: AuditRun | None) -> dict[str, Any]:
    return {"run": run, "going": run is not None and run.is_going and not run.is_stopped}


def _log(request: HttpRequest, name: str) -> Log:
    found: Log = get_object_or_404(Log.objects.visible_to(request.actor), name=name)  # type: ignore[attr-defined]
    return found


def _place(request: HttpRequest) -> int | None:
    """Where the list goes on from; what is not a place is the beginning."""
    return whole_number(request.GET.get("after"))


def _with_protocol(log: Log, rows: list[Entry]) -> list[tuple[Entry, Any]]:
    known = protocol_numbers(log.name, [row.number for row in rows])
    return [(row, known.get(row.number)) for row in rows]


def _keys() -> tuple[list[dict[str, Any]], str]:
    """Every key with its dates, the current one first; or why they cannot be read."""
    try:
        ring = key_ring().description()
    except KeyProblem as error:
        return [], str(error)
    rows = [
        {
            "id": key["id"],
            "since": parse_instant(key["created_at"]),
            "until": parse_instant(key["retired_at"]) if key["retired_at"] else None,
        }
        for key in reversed(ring["keys"])
    ]
    return rows, ""
