"""The public page that verifies a receipt, and what is needed to verify it without us."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from levante.intake.api import find_intake_head, find_received, public_number
from levante.register.api import (
    REGISTER,
    KeyProblem,
    Verification,
    find_entry,
    find_head,
    head_document,
    holds,
    key_ring,
    parse_instant,
    recent_heads,
    verify_receipt,
)
from levante.register.pure.numbers import public_number as in_words
from levante.web.access import public
from levante.web.site.register.forms import ReceiptForm


@public
def verify(request: HttpRequest) -> HttpResponse:
    """Drop a receipt or paste it (POST); or arrive from the QR of a printed one (GET with number and hash)."""
    form = ReceiptForm(request.POST or None, request.FILES or None) if request.method == "POST" else ReceiptForm()
    context: dict[str, Any] = {
        "form": form,
        "outcome": None,
        "printed": None,
        "register": REGISTER,
        "keys": _keys(),
        "heads": recent_heads(REGISTER, 5),
    }
    status = 200
    if request.method == "POST":
        if form.is_valid():
            outcome = verify_receipt(form.document(), _public_keys())
            context |= {"outcome": outcome, **_details(outcome)}
        else:
            status = 422
    elif "number" in request.GET:
        context["printed"] = _printed(request)
    return render(request, "site/register/verify.html", context, status=status)


@public
def public_key(request: HttpRequest) -> HttpResponse:
    """Every public key of the register, the current one first, in PEM form."""
    try:
        bundle = key_ring().public_bundle()
    except KeyProblem as error:
        raise Http404(str(error)) from error
    response = HttpResponse(bundle, content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="levante-register.pem"'
    return response


@public
def signed_head(request: HttpRequest, log: str) -> HttpResponse:
    """A signed head (``?size=``; the last otherwise), with the proof that it continues an earlier one (``?since=``)."""
    try:
        size, since = (int(request.GET[name]) if name in request.GET else None for name in ("size", "since"))
        document = head_document(log, size, since) if max(size or 0, since or 0) < 1 << 40 else None
    except (ValueError, LookupError) as error:
        raise Http404("no such head") from error
    if document is None:
        raise Http404("no such head")
    return JsonResponse(document)


def _public_keys() -> dict[str, Any]:
    try:
        return key_ring().public_keys()
    except KeyProblem:
        return {}  # nothing was ever signed here: every receipt is of someone else


def _keys() -> list[dict[str, Any]]:
    """The keys as the page lists them, the current one first."""
    try:
        ring = key_ring().description()
    except KeyProblem:
        return []
    return [
        {"id": key["id"], "since": parse_instant(key["created_at"]), "current": key["id"] == ring["current"]}
        for key in reversed(ring["keys"])
    ]


def _details(outcome: Verification) -> dict[str, Any]:
    """What the page says of a valid receipt beside the verdict."""
    if not outcome or outcome.receipt is None:
        return {}
    receipt = outcome.receipt
    received = find_received(receipt["log"], receipt["number"])
    size = receipt["head"]["size"]
    head = find_head(receipt["log"], size) or find_intake_head(receipt["log"], size)
    return {
        "receipt": receipt,
        "called": public_number(received.log, received)
        if received
        else in_words(receipt["entry"]["kind"], receipt["number"]),
        "call": received.log.opening.call if received and received.log.opening else None,
        "received_at": parse_instant(receipt["received_at"]),
        "head_at": parse_instant(receipt["head"]["instant"]),
        "payload": json.dumps(receipt["entry"]["payload"], indent=2, ensure_ascii=False),
        "steps_up": len(receipt["inclusion_proof"]),
        # The arithmetic is enough; that the register of today still holds it is one thing more.
        "still_there": head is not None and head.root.hex() == receipt["head"]["root"],
    }


def _printed(request: HttpRequest) -> dict[str, Any]:
    """What the QR of a printed receipt asks: does the register hold this number with this hash?"""
    number, log = request.GET["number"][:40], request.GET.get("log", REGISTER)[:100]
    hashed = request.GET.get("hash", "")
    entry = find_entry(number, log)
    if entry is not None:
        found, received_at, number = holds(entry, hashed), entry.received_at, entry.public_number
    else:  # the log of a click day is not one of the register's: its last head is
        received = find_received(log, number)
        found = received is not None and bytes(received.ticket.entry_hash).hex() == hashed
        received_at = received.received_at if received is not None else None
        number = public_number(received.log, received) if received is not None else number
    return {"number": number, "log": log, "found": found, "received_at": received_at if found else None}
