"""The body's own protocol number beside the register's (DPR 445/2000 art. 53): asked after the transmission, never in it.

The receipt does not wait for it: a protocol system that is slow or down costs the enterprise nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from levante.applications import states
from levante.applications.models import Application
from levante.applications.submission import KIND as SENT_KIND
from levante.applications.submission import LOG, receipt_for
from levante.exchange.api import ExternalRequest, queue_request
from levante.identity.api import office_codes
from levante.kernel.api import Actor, note, service
from levante.register.pure.numbers import public_number

SYSTEM, KIND = "protocol", "application"


@dataclass(frozen=True, slots=True)
class ProtocolNumber:
    """The protocol number that came beside a register number, once it is there."""

    application_id: int
    text: str
    on: date | None


def protocol_numbers(log: str, numbers: Iterable[str]) -> dict[str, ProtocolNumber]:
    """What the protocol system answered for register numbers of a log, by the number as the log holds it; empty until it does. One query.

    A number says nothing of who wrote or what: who reads the register reads this too.
    """
    if log != LOG:
        return {}
    given = {called: number for number in numbers for called in (number, public_number(SENT_KIND, number))}
    rows = Application.objects.filter(number__in=list(given)).order_by()
    return {
        given[number]: ProtocolNumber(pk, text, on)
        for number, pk, text, on in rows.values_list("number", "pk", "protocol_number", "protocol_on")
        if number is not None
    }


#: Applications asked for in one run of the job.
BATCH = 200


def ask_missing_numbers(*, actor: Actor) -> int:
    """Ask a protocol number for every sent application that has none and was not asked for; returns how many."""
    asked = ExternalRequest.objects.filter(key=Concat(Value(f"{SYSTEM}:{KIND}:"), Cast(OuterRef("pk"), TextField())))
    rows = (
        Application.objects.filter(number__isnull=False, protocol_number="")
        .exclude(state__in=states.UNSENT)
        .exclude(Exists(asked))
        .select_related("opening__call__office__parent")
        .order_by("sequence", "pk")
    )
    done = 0
    for application in rows[:BATCH]:
        receipt = receipt_for(application)
        if receipt is None:
            continue
        offices = office_codes(application.opening.call.office)
        queue_request(
            actor=actor,
            system=SYSTEM,
            kind=KIND,
            key=f"{SYSTEM}:{KIND}:{application.pk}",
            body={
                "office": offices[0],
                "body": offices[-1],
                "register": receipt.log,
                "number": receipt.number,
                "received_at": receipt.received_at,
                "entry_hash": receipt.entry_hash.hex(),
                "direction": "in",
                "subject": application.opening.call.title_it,
                "counterpart": str((application.frozen or {}).get("enterprise", {}).get("tax_code", "")),
            },
        )
        done += 1
    return done


@service("applications.record_protocol_number")
def record_protocol_number(*, actor: Actor, request: ExternalRequest) -> Application:
    """The protocol system answered: its number goes beside the register's. The second time nothing changes."""
    application = Application.objects.select_for_update().get(pk=int(request.key.rsplit(":", 1)[1]))
    answer = request.answer or {}
    if not application.protocol_number and answer.get("text"):
        application.protocol_number = answer["text"]
        application.protocol_on = date.fromisoformat(answer["date"])
        application.save(update_fields=["protocol_number", "protocol_on"])
    note(protocol=application.protocol_number)
    return application


def protocol_answered(actor: Actor, request: ExternalRequest) -> None:
    """What an answer of the protocol system has as its consequence (``exchange.on_answer``)."""
    record_protocol_number(actor=actor, request=request)
