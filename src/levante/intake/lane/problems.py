"""What the lane answers when it does not take something: ``application/problem+json`` (RFC 9457), in both languages."""

import json
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a submission was not taken. ``code`` is for programs; nothing here says what the lane holds of others."""

    code: str
    status: int
    it: str
    en: str
    retry_after: int | None = None
    #: What was sent is not read to its end: the connection is of no more use.
    closes: bool = False
    #: The methods that are answered here (RFC 9110, 15.5.6: a 405 says them).
    allow: str = ""

    def after(self, seconds: int) -> "Problem":
        """The same, with an honest ``Retry-After``."""
        return Problem(self.code, self.status, self.it, self.en, seconds, self.closes, self.allow)

    def body(self) -> bytes:
        told: dict[str, str | int] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.en,
            "detail_it": self.it,
        }
        if self.retry_after is not None:
            told["retry_after"] = self.retry_after
        return json.dumps(told, ensure_ascii=False).encode()

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Without the length, which is the body's."""
        found = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
        if self.retry_after is not None:
            found.append((b"retry-after", str(self.retry_after).encode()))
        if self.allow:
            found.append((b"allow", self.allow.encode()))
        if self.closes:
            found.append((b"connection", b"close"))
        return found


UNKNOWN_OPENING = Problem("unknown_opening", 404, "Non c’è questa finestra.", "There is no such opening.")
UNKNOWN = Problem("unknown", 404, "Questo gettone non è di questa finestra.", "This token is not one of this opening.")
EARLY = Problem("early", 403, "La finestra non è ancora aperta.", "The opening is not open yet.")
LATE = Problem("late", 403, "La finestra è chiusa.", "The opening is closed.")
SUSPENDED = Problem("suspended", 403, "La finestra è sospesa.", "The opening is suspended.")
EXHAUSTED = Problem("exhausted", 403, "Le risorse sono esaurite.", "The funds are exhausted.")
WRONG_SEAL = Problem(
    "wrong_seal",
    409,
    "Il sigillo non è quello della domanda sigillata con questo gettone.",
    "The seal is not that of what was sealed with this token.",
)
MALFORMED = Problem(
    "malformed",
    422,
    "Manda {\"token\", \"seal\"}: due testi, una volta ciascuno, e nient’altro; il sigillo sono 64 cifre esadecimali minuscole.",
    "Send {\"token\", \"seal\"}: two texts, once each, and nothing else; the seal is 64 lower-case hexadecimal digits.",
)  # fmt: skip
TOO_LARGE = Problem("too_large", 413, "Il corpo è troppo grande.", "The body is too large.", closes=True)
TOO_SLOW = Problem(
    "too_slow", 408, "Il corpo non è arrivato in tempo.", "The body did not arrive in time.", closes=True
)
BAD_REQUEST = Problem(
    "bad_request",
    400,
    "Questa richiesta HTTP/1.1 non si può leggere.",
    "This HTTP/1.1 request cannot be read.",
    closes=True,
)
LENGTH_REQUIRED = Problem(
    "length_required",
    411,
    "Scrivi la lunghezza del corpo (Content-Length), senza codifiche di trasferimento.",
    "State the length of the body (Content-Length), with no transfer coding.",
    closes=True,
)
HEAD_TOO_LARGE = Problem(
    "head_too_large", 431, "Le intestazioni sono troppe.", "The headers are too large.", closes=True
)
NOT_FOUND = Problem("not_found", 404, "Qui non c’è nulla.", "There is nothing here.")
NOT_ALLOWED = Problem(
    "not_allowed",
    405,
    "Qui si legge con GET o si manda con POST.",
    "Read with GET or send with POST here.",
    allow="GET, POST",
)
BUSY = Problem(
    "busy",
    503,
    "Troppe domande in attesa: questa non è stata presa in coda. Rimandala con lo stesso gettone.",
    "Too many are waiting: this one was not queued. Send it again with the same token.",
)
BUSY_COUNTER = Problem(
    "busy", 503, "Il contatore ora non si può leggere.", "The counter cannot be read now."
)  # fmt: skip
NOT_WRITTEN = Problem(
    "not_written",
    503,
    "Non sappiamo dire se la domanda è stata registrata: rimandala con lo stesso gettone, non sarà contata due volte.",
    "We cannot tell whether this was recorded: send it again with the same token, it will not be counted twice.",
)
