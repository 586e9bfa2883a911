"""What a provider of certified mail writes back: receipts and notices, read from the bytes of the mail. No network, no database.

The rules are those of DM 2/11/2005 (its annex; RFC 6109 tells them in English): a header ``X-Ricevuta`` says which receipt it
is, ``X-Riferimento-Message-ID`` of which message, and the attachment ``daticert.xml`` certifies both, with the instant. The
whole is signed by the provider (S/MIME): :func:`signed_parts` gives what is to be verified, by who can.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from hashlib import sha256

ACCEPTED, NOT_ACCEPTED = "accettazione", "non-accettazione"
TAKEN_OVER, DELIVERED = "presa-in-carico", "avvenuta-consegna"
WARNING, NOT_DELIVERED, VIRUS = "preavviso-errore-consegna", "errore-consegna", "rilevazione-virus"
KINDS = (ACCEPTED, NOT_ACCEPTED, TAKEN_OVER, DELIVERED, WARNING, NOT_DELIVERED, VIRUS)
#: Notices that say that the message did not arrive, or went nowhere.
FAILURES = (NOT_ACCEPTED, NOT_DELIVERED, VIRUS)

#: The errors that ``daticert.xml`` knows.
ERRORS = ("nessuno", "no-dest", "no-dominio", "virus", "altro")
LARGEST = 64 * 1024 * 1024


class Unreadable(Exception):
    """It says to be a receipt and is not one that can be understood."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt: its ``kind`` (one of ``KINDS``), the message it is about, when the provider says it happened, and who says it."""

    kind: str
    message_id: str
    receipt_id: str
    at: datetime
    provider: str = ""
    sender: str = ""
    recipient: str = ""
    error: str = "nessuno"
    error_text: str = ""
    form: str = ""
    #: Whether it brings the original message back (*ricevuta completa*), and with which Message-ID.
    original_id: str = ""


def kind_in(headers: bytes) -> tuple[str, str]:
    """The kind of receipt and the Message-ID it is about, from the headers alone; empty when it is not a receipt.

    A mail from outside comes in an envelope (``X-Trasporto``: *busta di trasporto*, *busta di anomalia*): whatever it holds, it
    is not a receipt.
    """
    message = BytesHeaderParser(policy=default).parsebytes(re.split(rb"\r?\n\r?\n", headers, maxsplit=1)[0])
    if _header(message, "X-Trasporto"):
        return "", ""
    kind = _header(message, "X-Ricevuta").lower()
    return (kind, _identity(_header(message, "X-Riferimento-Message-ID"))) if kind in KINDS else ("", "")


def read_receipt(raw: bytes) -> Receipt:
    """The receipt in these bytes. ``Unreadable`` says why it is none."""
    if len(raw) > LARGEST:
        raise Unreadable("larger than any receipt")
    kind, reference = kind_in(raw)
    if not kind:
        raise Unreadable("not a receipt")
    try:
        return _read(raw, kind, reference)
    except Unreadable:
        raise
    except Exception as error:  # a mail from outside may trip the parsers of mail and XML anywhere
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from error


def _read(raw: bytes, kind: str, reference: str) -> Receipt:
    message = message_from_bytes(raw, policy=default)
    certified = _part(message, "daticert.xml")
    if certified is None:
        raise Unreadable("daticert.xml is missing")
    root = _xml(certified)
    if root.tag != "postacert" or root.get("tipo") != kind:
        raise Unreadable(f"the header says {kind}, daticert.xml says {str(root.get('tipo'))[:40]}")
    named = _identity(root.findtext("dati/msgid") or "")
    if named and reference and named != reference:
        raise Unreadable("the header and daticert.xml name different messages")
    if not (named or reference):
        raise Unreadable("it does not say which message it is about")
    error = root.get("errore", "nessuno")
    ricevuta = root.find("dati/ricevuta")
    recipients = [element.text or "" for element in root.findall("intestazione/destinatari")]
    own = _identity(_header(message, "Message-ID"))
    return Receipt(
        kind=kind,
        message_id=named or reference,
        receipt_id=(own or sha256(raw).hexdigest())[:200],
        at=_instant(root),
        provider=_text(root, "dati/gestore-emittente"),
        sender=_text(root, "intestazione/mittente"),
        recipient=_text(root, "dati/consegna") or (recipients[0].strip()[:254] if len(recipients) == 1 else ""),
        error=error if error in ERRORS else "altro",
        error_text=_text(root, "dati/errore-esteso", 2000),
        form=(ricevuta.get("tipo") or "")[:20] if ricevuta is not None else "",
        original_id=_original_id(message) if kind == DELIVERED else "",
    )


def _xml(data: bytes):  # type: ignore[no-untyped-def]
    from defusedxml.ElementTree import fromstring

    return fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)


def _instant(root) -> datetime:  # type: ignore[no-untyped-def]
    """``<data zona="+0100"><giorno>24/11/2026</giorno><ora>10:03:17</ora></data>``."""
    found = root.find("dati/data")
    if found is None:
        raise Unreadable("daticert.xml has no date")
    words = (
        f"{found.findtext('giorno', '').strip()} {found.findtext('ora', '').strip()} {found.get('zona', '').strip()}"
    )
    return datetime.strptime(words, "%d/%m/%Y %H:%M:%S %z").astimezone(UTC)


def _text(root, path: str, longest: int = 254) -> str:  # type: ignore[no-untyped-def]
    return " ".join((root.findtext(path) or "").split())[:longest]


def _part(message: EmailMessage, name: str) -> bytes | None:
    """The attachment with that name of the mail itself, never of the message it brings back."""
    for part in _own_parts(message):
        if (part.get_filename() or "").lower() == name:
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else None
    return None


def _own_parts(message: EmailMessage):  # type: ignore[no-untyped-def]
    if message.get_content_type() == "message/rfc822":
        return
    if message.is_multipart():
        for part in message.iter_parts():
            yield from _own_parts(part)
    else:
        yield message


def _original_id(message: EmailMessage) -> str:
    """The Message-ID of the message a full receipt brings back (``postacert.eml``); a provider may give it one of its own and
    keep ours beside."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inside = part.get_content()
            return _identity(_header(inside, "X-Riferimento-Message-ID") or _header(inside, "Message-ID"))
    return ""


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, "") or "").strip()


def _identity(text: str) -> str:
    """A Message-ID without what surrounds it, in its angle brackets."""
    found = re.search(r"<\s*([^<>\s]+)\s*>", text)
    bare = found[1] if found else text.strip().strip("<>").strip()
    return f"<{bare}>" if bare and " " not in bare else ""


def signed_parts(raw: bytes) -> tuple[bytes, bytes] | None:
    """What the provider signed and its signature (DER), byte for byte as they came; ``None`` when nothing is signed. Only the head of
    the mail and the signature are read: what is signed may bring a whole message back."""
    message = BytesHeaderParser(policy=default).parsebytes(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0])
    boundary = message.get_boundary()
    if message.get_content_type() != "multipart/signed" or not boundary:
        return None
    mark = b"--" + boundary.encode("ascii", "replace")
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1]
    pieces = re.split(rb"(?:^|\r?\n)" + re.escape(mark) + rb"(?:--)?[ \t]*(?:\r?\n|$)", body)
    if len(pieces) not in (3, 4):  # what comes before, two parts, and what comes after unless the mail is cut
        return None
    signature = message_from_bytes(pieces[2], policy=default).get_payload(decode=True)
    return (pieces[1], signature) if isinstance(signature, bytes) and signature else None
