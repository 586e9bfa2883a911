"""An act that a director signs: its text printed, sent to the Region's system of acts, and what comes back from there.

Awards, liquidations and revocations are acts of one shape: a draft with a document, a stored request under a key of its own, then number,
date, visa and publication (or a refusal), and an act of the programme that the movements cite. What each brings about is of its room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from levante.documents.api import GeneratedDocument, generate_document, order_document
from levante.exchange.api import ExternalRequest, queue_request
from levante.identity.api import Office, adopting, body_of
from levante.kernel.api import Actor, Missing, system
from levante.kernel.pure import Bilingual, money_text
from levante.programme.at_work import record_act
from levante.programme.frame import Act, Triennium
from levante.programme.money import BudgetLine

SYSTEM, ADOPTED = "acts", "adopted"


@dataclass(frozen=True, slots=True)
class Returned:
    """What the system of acts gave an act that it adopted: number and date, the visa of accounting, where it is published."""

    their_id: str
    number: str
    date: date
    visa_number: str
    visa_date: date
    publication_number: str
    publication_date: date
    publication_where: str

    @property
    def reference(self) -> str:
        """As acts and letters cite it."""
        return f"{self.number} del {self.date:%d/%m/%Y}"


def print_act(
    *,
    actor: Actor,
    before: GeneratedDocument | None,
    long: bool,
    kind: str,
    template: str,
    title: str,
    data: Mapping[str, Any],
    subject: models.Model,
) -> GeneratedDocument:
    """The text of a draft, as a document. The PDF of a ``long`` one is the worker's, and so is that of one whose document (``before``) is
    still to come."""
    told: dict[str, Any] = {"kind": kind, "template": template, "title": title[:300], "data": data, "subject": subject}
    if long or (before is not None and before.is_coming):
        return order_document(actor=actor, instead_of=before, **told)
    return generate_document(actor=actor, **told)


def print_returned(
    *, by: str, signed: GeneratedDocument, told: Returned, subject: models.Model, more: Mapping[str, Any] | None = None
) -> GeneratedDocument:
    """The text that was signed, printed again with the number, date, visa and publication it came back with: what is served from now
    on. What was signed stays as it went, by the hash in its request. ``by`` is the service at work,
    ``more`` what the signature added to the text."""
    numbers = {
        "draft": False,
        "number": told.number,
        "date": f"{told.date:%d/%m/%Y}",
        "visa": f"{told.visa_number} del {told.visa_date:%d/%m/%Y}",
        "publication": f"n. {told.publication_number} del {told.publication_date:%d/%m/%Y}",
    }
    return print_act(
        actor=system(by), before=None, long=signed.asked_at is not None, kind=signed.kind, template=signed.template, title=signed.title,
        data={**signed.data, **numbers, **(more or {})}, subject=subject,
    )  # fmt: skip


def missing_document(document: GeneratedDocument | None) -> Iterable[Missing]:
    """What the document of a draft lacks to be signed."""
    if document is None:
        yield Missing(Bilingual("il testo dell’atto", "the text of the act"))
    elif document.is_coming:
        yield Missing(Bilingual("il PDF dell’atto, che si sta preparando", "the PDF of the act, which is being made"))
    elif not document.is_final:
        yield Missing(
            Bilingual(
                "il PDF dell’atto, che non è riuscito: scrivi di nuovo il testo",
                "the PDF of the act, which failed: write the text again",
            )
        )


def send_act(
    *,
    actor: Actor,
    kind: str,
    name: str,
    title: str,
    office: Office,
    line: BudgetLine,
    amount: Decimal,
    document: GeneratedDocument,
) -> ExternalRequest:
    """Send a draft to the system of acts, signed by the actor. ``kind`` says who hears the answer; ``name`` is the draft's own: with its
    document it makes the key, so that the same text goes once and another text is another act. ``amount`` in euro."""
    return queue_request(
        actor=actor,
        system=SYSTEM,
        kind=kind,
        key=f"{name}-{document.pk}",
        body={
            "type": adopting(office).kind.split()[0].lower(),
            "title": title,
            "office": office.code,
            "body": body_of(office).code,
            "amount": money_text(amount),
            "budget_line": line.code,
            "chapter": line.chapter,
            "signed_by": actor.label,
            "document_sha256": document.file.sha256 if document.file is not None else "",
            "text": document.data,
        },
    )


def was_adopted(request: ExternalRequest) -> bool:
    """Whether the act exists now; otherwise it was refused."""
    return request.outcome == ADOPTED


def returned(request: ExternalRequest | None) -> Returned:
    """What came back of an act that was adopted."""
    assert request is not None
    answer = request.answer
    assert answer is not None
    visa, publication = answer["accounting_visa"], answer["publication"]
    return Returned(
        request.their_id,
        answer["number"],
        date.fromisoformat(answer["date"]),
        visa["number"],
        date.fromisoformat(visa["date"]),
        publication["number"],
        date.fromisoformat(publication["date"]),
        publication["where"],
    )


def reason_of(request: ExternalRequest | None) -> str:
    """Why the system of acts refused it."""
    return str((request.answer or {}).get("reason", "") if request is not None else "") or "-"


def record_returned(
    *, by: str, told: Returned, code: str, title: str, triennium: Triennium, demonstration: bool
) -> Act:
    """The act as movements cite it. ``by`` is the service at work; ``code`` is ours, and once recorded it is that act."""
    act: Act = record_act(
        actor=system(by),
        triennium=triennium,
        code=code,
        number=told.number,
        adopted_on=told.date,
        title_it=title,
        title_en=title,
        demonstration=demonstration,
    )
    return act
