"""What is asked about letters: those that wait too long, those that want somebody, how one went."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from levante.identity.api import roles
from levante.kernel.api import Actor, now, today
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.letters import states
from levante.letters.models import Dispatch, Letter, LetterReceipt

#: What a receipt is called.
RECEIPTS = {
    "accettazione": Bilingual("Accettata dal gestore", "Accepted by the provider"),
    "non-accettazione": Bilingual("Non accettata dal gestore", "Not accepted by the provider"),
    "presa-in-carico": Bilingual("Presa in carico dall’altro gestore", "Taken over by the other provider"),
    "avvenuta-consegna": Bilingual("Consegnata nella casella", "Delivered to the mailbox"),
    "preavviso-errore-consegna": Bilingual("Non ancora consegnata (preavviso)", "Not delivered yet (warning)"),
    "errore-consegna": Bilingual("Mancata consegna", "Not delivered"),
    "rilevazione-virus": Bilingual("Rilevato un virus", "A virus was found"),
}


def undelivered_hours() -> int:
    """Within so many hours the provider must have said that a message did not arrive."""
    return int(parameters.value("pec.undelivered.hours", on=today()).value)


def waits_too_long() -> Q:
    """On its way by PEC since longer than a provider may be silent."""
    before = now() - timedelta(hours=undelivered_hours())
    return Q(channel=states.PEC, state__in=[states.QUEUED, states.SENT], queued_at__lt=before)


def wants_somebody() -> Q:
    """Letters that a person must look at: not delivered, silent for too long, or that cannot leave."""
    return Q(state=states.NOT_DELIVERED) | waits_too_long() | (Q(state=states.READY) & ~Q(problem=""))


def to_follow(actor: Actor) -> "QuerySet[Letter]":
    """Those that want somebody and are this officer's: of one's own files; for a director those of nobody too."""
    rows = Letter.objects.visible_to(actor).filter(wants_somebody())
    mine = Q(officer_id=actor.user_id) | Q(author_id=actor.user_id, officer__isnull=True)
    if actor.has_role(roles.DIRECTOR):
        mine |= Q(officer__isnull=True)
    return rows.filter(mine).order_by("-pk")


def is_late(letter: Letter) -> bool:
    """Silent for longer than a provider may be."""
    on_its_way = letter.channel == states.PEC and letter.state in {states.QUEUED, states.SENT}
    return (
        on_its_way and letter.queued_at is not None and letter.queued_at < now() - timedelta(hours=undelivered_hours())
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """A line in the way of a letter: when, what, in whose words, with the receipt that says it."""

    at: datetime
    title: Bilingual
    text: str = ""
    receipt: LetterReceipt | None = None
    tone: str = "neutral"


def way_of(dispatch: Dispatch) -> list[Happened]:
    """How a going went, the oldest first; its receipts come prefetched."""
    found = [Happened(dispatch.made_at, Bilingual("Preparata per l’invio", "Prepared"), dispatch.address)]
    if dispatch.handed_at is not None:
        found.append(
            Happened(
                dispatch.handed_at, Bilingual("Affidata al gestore", "Handed to the provider"), dispatch.handed_text
            )
        )
    ours = len(found)
    for receipt in dispatch.receipts.all():
        tone = "neutral"
        if not receipt.counted:
            tone = "attention"
        elif receipt.kind == "avvenuta-consegna":
            tone = "done"
        elif receipt.error != "nessuno":
            tone = "refused"
        said = receipt.error_text or receipt.provider
        if not receipt.counted:
            said = receipt.signature.get("reason", "")
        found.append(Happened(receipt.at, RECEIPTS[receipt.kind], said, receipt, tone))
    if dispatch.channel in states.BY_PEOPLE and dispatch.accepted_at is not None:
        found.append(Happened(dispatch.accepted_at, Bilingual("Spedita", "Posted"), dispatch.reference))
    if dispatch.channel in (*states.BY_PEOPLE, states.PORTAL) and dispatch.delivered_at is not None:
        words = Bilingual("Letta nel portale", "Read in the portal")
        if dispatch.channel != states.PORTAL:
            words = Bilingual("Arrivata", "Arrived")
        found.append(Happened(dispatch.delivered_at, words, tone="done"))
    if dispatch.failed_at is not None and not any(row.tone == "refused" for row in found):
        found.append(
            Happened(dispatch.failed_at, states.FAILURES[dispatch.failure], dispatch.failure_text, tone="refused")
        )
    # The provider tells its instants to the second, by its own clock: what we did before comes before.
    return found[:ours] + sorted(found[ours:], key=lambda row: row.at)


def letters_with(file_id: int) -> "QuerySet[Letter]":
    """The letters that a stored file belongs to: the paper, an attachment, the message as it went, a receipt, a proof."""
    goings = Dispatch.objects.filter(Q(mail=file_id) | Q(proof=file_id) | Q(receipts__file=file_id))
    return Letter.objects.filter(
        Q(pk__in=Letter.attachments.through.objects.filter(storedfile_id=file_id).values("letter_id"))
        | Q(document__file=file_id)
        | Q(pk__in=goings.order_by().values("letter"))
    )
