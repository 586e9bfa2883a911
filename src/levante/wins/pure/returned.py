"""A mail that came back, read from its bytes: the delivery status notification of RFC 3464. No network, no database."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

#: An address in the words of a mail server: it is not kept.
_ADDRESS = re.compile(r"<?[^\s<>@,;:]+@[^\s<>@,;:]+>?")


@dataclass(frozen=True, slots=True)
class Returned:
    """The message that came back, by its Message-ID without brackets, and what the server says of it."""

    message_id: str
    problem: str


def read_returned(content: bytes) -> Returned | None:
    """None when it is no notice, when it does not say which message came back, or when the server still tries (``delayed``)."""
    mail = message_from_bytes(content, policy=default)
    if not isinstance(mail, EmailMessage) or mail.get_content_type() != "multipart/report":
        return None
    failed, words, original = False, "", ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in _blocks(part):
                if str(block.get("Action", "")).strip().lower() == "failed":
                    failed = True
                    words = " ".join(f"{block.get('Status', '')} {block.get('Diagnostic-Code', '')}".split())
        elif kind in ("text/rfc822-headers", "message/rfc822"):
            original = original or _message_id(part)
    return Returned(original, words or "failed") if failed and original else None


def without_addresses(words: str) -> str:
    """What a mail server says, in one line and without e-mail addresses."""
    return " ".join(_ADDRESS.sub("…", words.replace("\0", "")).split())


def _blocks(part: EmailMessage) -> list[EmailMessage]:
    found = part.get_payload()
    return [one for one in found if isinstance(one, EmailMessage)] if isinstance(found, list) else []


def _message_id(part: EmailMessage) -> str:
    inner = part.get_payload()
    if isinstance(inner, list):
        whole = inner[0] if inner else None
        text = str(whole.get("Message-ID", "")) if isinstance(whole, EmailMessage) else ""
    else:
        # As bytes, whatever the encoding that it says: servers name some that nobody knows.
        plain = part.get_payload(decode=True)
        headers = plain.decode("ascii", "replace") if isinstance(plain, bytes) else ""
        written = re.search(r"^Message-ID:\s*(<[^<>\s]+>)", headers, re.I | re.M)
        text = written[1] if written else ""
    return text.strip().strip("<>")
