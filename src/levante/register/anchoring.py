"""Anchoring: once a day the last head of every log is stamped by an authority outside the house (RFC 3161).

From then on not even whoever holds the signing key and the database can write another past: the stamp would not fit.
Each call is a row, whatever came of it, and an entry of the log ``anchoring`` commits to the whole row.
"""

import hashlib
import logging
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate
from django.conf import settings
from django.db import IntegrityError, transaction

from levante.kernel.api import Actor, note, note_object, now, refuse, service
from levante.register.models import Anchor, Head, Log
from levante.register.pure import heads
from levante.register.pure.canonical import Json, canonical_bytes
from levante.register.pure.commitment import instant_text
from levante.register.pure.consistency import read_published
from levante.register.pure.timestamps import TimestampError, build_request, read_certificates, verify_response
from levante.register.services import ANCHORED, Draft, append_about_itself
from levante.register.storage import head_of

logger = logging.getLogger(__name__)

#: The log of the calls to the authorities. It grows with each stamp, so it alone is no reason to ask for another.
ANCHORING = "anchoring"

_LARGEST_ANSWER = 256 * 1024


def authority_url() -> str:
    """The address of the authority (``REGISTER_TSA_URL`` in the settings or ``LEVANTE_TSA_URL``); empty when none is chosen."""
    return str(getattr(settings, "REGISTER_TSA_URL", os.environ.get("LEVANTE_TSA_URL", "")))


def trusted_roots() -> list[Certificate]:
    """The certificates trusted for time stamps: a PEM file (``REGISTER_TSA_ROOTS`` or ``LEVANTE_TSA_ROOTS``)."""
    path = str(getattr(settings, "REGISTER_TSA_ROOTS", os.environ.get("LEVANTE_TSA_ROOTS", "")))
    return read_certificates(Path(path).read_bytes()) if path else []


def heads_folder() -> Path | None:
    """Where stamped heads are kept outside the database (``REGISTER_HEADS_FOLDER`` or ``LEVANTE_HEADS_FOLDER``), if anywhere:
    a disk that who keeps the database does not write."""
    path = str(getattr(settings, "REGISTER_HEADS_FOLDER", os.environ.get("LEVANTE_HEADS_FOLDER", "")))
    return Path(path) if path else None


def heads_outside() -> list[heads.Head]:
    """The heads kept outside the database. ``HeadError`` names a file that holds none."""
    folder = heads_folder()
    found = []
    for path in sorted(folder.glob("*.json")) if folder is not None and folder.is_dir() else ():
        try:
            found.append(read_published(path.read_bytes()).head)
        except heads.HeadError as error:
            raise heads.HeadError(f"{path.name}: {error.it}", f"{path.name}: {error.en}") from error
    return found


def _keep_outside(anchor: Anchor) -> None:
    """The head and its stamp as files: the head as JSON, the authority's answer as it came (``.tsr``)."""
    folder = heads_folder()
    if folder is None or anchor.outcome != Anchor.GRANTED:
        return
    head, name = anchor.head, f"{anchor.head.log.name}-{anchor.head.size}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.tsr").write_bytes(bytes(anchor.response or b""))
        (folder / f"{name}.json").write_bytes(canonical_bytes(head_of(head, head.log.name).as_json()))
    except OSError:
        logger.exception("the stamped head %s could not be kept in %s", name, folder)


def anchor_heads(*, actor: Actor, url: str | None = None, roots: Sequence[Certificate] | None = None) -> list[Anchor]:
    """Ask the authority to stamp the last head of each log that it has not stamped yet; one ``Anchor`` for each call.

    The network is asked outside any transaction; what came of it is then written, failures included, and tomorrow's run
    tries again. The log of the calls itself is stamped last, when another one was. Without an authority nothing is asked:
    ``Refused`` says so.
    """
    address = authority_url() if url is None else url
    if not address:
        refuse(
            "Non è stata scelta un'autorità di marcatura temporale (LEVANTE_TSA_URL).",
            "No time-stamping authority has been chosen (LEVANTE_TSA_URL).",
        )
    trusted = trusted_roots() if roots is None else roots
    made: list[Anchor] = []
    for log in Log.objects.filter(size__gt=0).exclude(name=ANCHORING).order_by("name"):
        made += _anchor(actor, log, address, trusted)
    if any(anchor.outcome == Anchor.GRANTED for anchor in made):
        made += _anchor(actor, Log.objects.get(name=ANCHORING), address, trusted)
    return made


def _anchor(actor: Actor, log: Log, address: str, trusted: Sequence[Certificate]) -> list[Anchor]:
    """The call about the last head of a log; none when it has its stamp."""
    head = Head.objects.of_log(log.pk).order_by("-id").first()
    if head is None or Anchor.objects.filter(head=head, authority=address, outcome=Anchor.GRANTED).exists():
        return []
    call = _ask(address, head_of(head, log.name).signed_bytes(), trusted)
    try:
        anchor = record_anchor(actor=actor, head=head, authority=address, call=call)
    except IntegrityError:
        # Another run had the same head stamped in the meantime: one stamp is enough.
        logger.info("the head %s was stamped by another run", head)
        return []
    _keep_outside(anchor)
    return [anchor]


@service("register.record_anchor")
def record_anchor(*, actor: Actor, head: Head, authority: str, call: dict[str, Any]) -> Anchor:
    """Write down a call to an authority, whatever came of it, and commit to what was written in the log of the calls."""
    with transaction.atomic():
        anchor = Anchor.objects.create(head=head, authority=authority, operator=actor.label[:200], **call)
        about: Json = {"log": head.log.name, "outcome": anchor.outcome, "row": row_digest(anchor), "size": head.size}
        draft = Draft(ANCHORED, anchor_subject(anchor), about, anchor_subject(anchor))
        append_about_itself(log=ANCHORING, draft=draft)
    note_object(anchor)
    note(log=head.log.name, size=head.size, outcome=anchor.outcome)
    return anchor


def anchor_subject(anchor: Anchor) -> str:
    """How the entry about a call names it."""
    return f"anchor:{anchor.pk}"


def row_digest(anchor: Anchor) -> str:
    """The SHA-256, in hexadecimal, of the canonical JSON of a call's row (``docs/formats/log.md``, Anchoring)."""
    row = {
        "asked_at": instant_text(anchor.asked_at),
        "authority": anchor.authority,
        "head": str(anchor.head_id),
        "id": str(anchor.pk),
        "instant": instant_text(anchor.instant) if anchor.instant else None,
        "nonce": str(int(anchor.nonce)),
        "operator": anchor.operator,
        "outcome": anchor.outcome,
        "reason": anchor.reason,
        "request": bytes(anchor.request).hex(),
        "response": None if anchor.response is None else bytes(anchor.response).hex(),
        "serial": anchor.serial,
    }
    return hashlib.sha256(canonical_bytes(row)).hexdigest()


def _ask(address: str, data: bytes, roots: Sequence[Certificate]) -> dict[str, Any]:
    """One call: what was asked, what came back and what it is worth, as the fields of an ``Anchor``."""
    nonce = secrets.randbits(63)
    call: dict[str, Any] = {"asked_at": now(), "nonce": nonce, "request": build_request(data, nonce)}
    try:
        call["response"] = _post(address, call["request"])
        stamp = verify_response(call["response"], data, roots=roots, nonce=nonce)
    except TimestampError as error:
        return call | {"outcome": Anchor.REFUSED, "reason": str(error)[:500]}
    except (OSError, ValueError) as error:  # urllib's errors are OSErrors; ValueError is an address that is not one
        return call | {"outcome": Anchor.FAILED, "reason": f"{type(error).__name__}: {error}"[:500]}
    return call | {"outcome": Anchor.GRANTED, "instant": stamp.instant, "serial": str(stamp.serial)}


def _post(address: str, body: bytes) -> bytes:
    if not address.startswith(("http://", "https://")):
        raise ValueError("the address of the authority is not http or https")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        address, body, {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the scheme is checked above
        data: bytes = answer.read(_LARGEST_ANSWER + 1)
    if len(data) > _LARGEST_ANSWER:
        raise ValueError("the answer is too large to be a time stamp")
    return data
