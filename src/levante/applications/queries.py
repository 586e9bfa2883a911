"""What is asked about applications: lists, timelines, money left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from levante.applications.models import Application, OfficeFilling, Saving
from levante.applications.states import DISCARDED, GONE, OUT, UNSENT
from levante.calls.api import Opening
from levante.intake.api import public_numbers
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.register.pure.numbers import Quoted


def with_call(applications: "QuerySet[Application]") -> "QuerySet[Application]":
    """With all that a page shows of an application beside its answers, in one query; forms are read by checksum."""
    return applications.select_related("opening__call__office", "form", "enterprise", "line", "notice").defer(*UNREAD)


def applications_of(actor: Actor) -> "QuerySet[Application]":
    """The applications of the enterprise acted for, the newest first."""
    return (
        with_call(Application.objects.visible_to(actor))
        .filter(enterprise_id=actor.enterprise_id)
        .exclude(state=DISCARDED)
    )


#: What the pages and gates of an application never read of its call and enterprise; fetched on demand by who does.
UNREAD = (
    "form__definition",
    *(
        f"opening__call__{name}"
        for name in (
            "summary_it", "summary_en", "who_it", "who_en", "what_it", "what_en", "eligibility", "steps", "faq",
            "legal_basis", "sources", "assumptions", "planned_from", "planned", "templates", "results", "source_sha256",
            "created_at",
        )
    ),
    *(f"opening__call__office__{name}" for name in ("email", "pec", "url")),
    "enterprise__search_name",
)  # fmt: skip


#: What filling in a section reads, and nothing else: the page people open most often.
_FILLING = (
    "state", "answers", "applicant_kind", "by_office", "prefilled", "revision", "saved_at", "frozen", "slot", "number",
    "opening__code", "opening__state", "opening__opens_at", "opening__closes_at", "opening__form",
    "opening__call__code", "opening__call__state", "opening__call__title_it", "opening__call__title_en",
    "opening__call__money", "opening__call__procedure", "opening__call__delivery",
    "opening__call__applicants", "form__number", "form__checksum",
    *(f"enterprise__{name}" for name in ("legal_form", "ateco", "artisan", "founded_on", "status", "size", "sectors", "website")),
)  # fmt: skip


def for_filling(applications: "QuerySet[Application]") -> "QuerySet[Application]":
    """Like ``with_call`` with what a section of a draft needs alone; the rest is fetched if somebody asks for it."""
    return applications.select_related("opening__call", "form", "enterprise").only(*_FILLING)


def sent_before(application: Application) -> "QuerySet[Application]":
    """What its enterprise sent to the same opening before it and stands: where the call lets more come than count, the first
    or the last counts (``Call.repeat``)."""
    mine = Application.objects.filter(opening_id=application.opening_id, enterprise_id=application.enterprise_id)
    return mine.exclude(pk=application.pk).exclude(state__in=(*UNSENT, *GONE)).order_by("sequence")


@dataclass(frozen=True, slots=True)
class Money:
    """The money of an opening: its budget, what was asked by those sent and still standing, what is left."""

    budget: Decimal
    requested: Decimal
    count: int

    @property
    def left(self) -> Decimal:
        return max(Decimal("0.00"), self.budget - self.requested)

    @property
    def percent_left(self) -> int:
        return int(self.left * 100 / self.budget)


def money_of(opening: Opening) -> Money:
    """One query. What a rejected or withdrawn application asked for is free again: everybody sees it, so once it is told."""
    total = (
        Application.objects.filter(opening=opening)
        .exclude(state__in=OUT, held_from="")
        .aggregate(total=Sum("requested_amount"), count=Count("pk"))
    )
    return Money(opening.budget, total["total"] or Decimal("0.00"), total["count"])


def asked_of_calls(call_ids: Iterable[int]) -> dict[int, Decimal]:
    """What the applications sent and still standing ask of each call; those of which none asks are not there. One query."""
    rows = Application.objects.sent().filter(opening__call__in=list(call_ids)).exclude(state__in=OUT, held_from="")
    totals = rows.order_by().values_list("opening__call_id").annotate(total=Sum("requested_amount"))
    return {call: total for call, total in totals if total is not None}


def drafts_of_call(call_id: int) -> list[dict[str, Any]]:
    """The answers of the drafts open on a call, to say what a change of its form does to them. One query."""
    rows = Application.objects.filter(opening__call=call_id, state="draft").order_by("pk")
    return list(rows.values_list("answers", flat=True))


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline."""

    at: datetime
    title: Bilingual
    text: Bilingual
    user_id: int | None = None
    is_internal: bool = False
    who: str = ""


TITLES = {
    "created": Bilingual("Bozza creata", "Draft created"),
    "seal": Bilingual("Domanda sigillata", "Application sealed"),
    "unseal": Bilingual("Sigillo tolto", "Seal taken off"),
    "lapse": Bilingual("Non inviata in tempo", "Not sent in time"),
    "over_limit": Bilingual("Oltre un limite del bando", "Beyond a limit of the call"),
    "submit": Bilingual("Domanda inviata", "Application sent"),
    "withdraw": Bilingual("Domanda ritirata", "Application withdrawn"),
    "take_in_charge": Bilingual("Presa in carico", "Taken in charge"),
    "take_over_integration": Bilingual("Presa in carico", "Taken in charge"),
    "take_over_notice": Bilingual("Presa in carico", "Taken in charge"),
    "reassigned": Bilingual("Passata a un’altra persona", "Passed to somebody else"),
    "request_integration": Bilingual("Integrazione richiesta", "Integration requested"),
    "answer_integration": Bilingual("Integrazione ricevuta", "Integration received"),
    "expire_integration": Bilingual("Termine per l’integrazione scaduto", "Term for the integration over"),
    "give_notice": Bilingual("Preavviso di rigetto", "Pre-rejection notice"),
    "observe": Bilingual("Osservazioni ricevute", "Observations received"),
    "resume": Bilingual("Istruttoria ripresa", "Examination resumed"),
    "admit": Bilingual("Domanda ammessa", "Application admitted"),
    "reject": Bilingual("Domanda respinta", "Application rejected"),
    "member_left": Bilingual("Un’impresa è uscita dal gruppo", "A firm left the group"),
    "document_delivered": Bilingual("Documento consegnato", "Document given"),
    "discard": Bilingual("Bozza eliminata", "Draft discarded"),
    "term_from_receipt": Bilingual("Comunicazione ricevuta", "Letter received"),
    "conflict_declared": Bilingual("Conflitto di interessi dichiarato", "Conflict of interest declared"),
    "renounce": Bilingual("Rinuncia", "Given up"),
    "revoke": Bilingual("Decadenza", "Admission taken back"),
    "award_restored": Bilingual("Revoca annullata", "Revocation annulled"),
    "award_heir": Bilingual("Subentro nella concessione", "Who has the firm’s place in the award"),
    "end_place": Bilingual("Contributo revocato", "Grant revoked"),
    "give_place_back": Bilingual(
        "Revoca annullata: la domanda è di nuovo ammessa", "Revocation annulled: admitted again"
    ),
    "admission_told": Bilingual("Ammissione comunicata", "Admission told"),
    "rejection_told": Bilingual("Rigetto comunicato", "Rejection told"),
    "undo": Bilingual("Decisione ritirata prima di comunicarla", "Decision taken back before it was told"),
    "undo_to_notice": Bilingual("Decisione ritirata prima di comunicarla", "Decision taken back before it was told"),
    "award_drafted": Bilingual("Atto di concessione in preparazione", "Award act being prepared"),
    "award_effective": Bilingual("Contributo concesso", "Grant awarded"),
    "award_in_force": Bilingual("Concessione efficace: aiuto registrato", "Award in force: aid registered"),
    "award_stopped": Bilingual("Concessione fermata", "Award stopped"),
    "award_cancelled": Bilingual("Concessione annullata", "Award cancelled"),
    "award_reduced": Bilingual("Contributo ridotto", "Grant reduced"),
    "award_revoked": Bilingual("Contributo revocato", "Grant revoked"),
    "award_registers": Bilingual("Dai registri nazionali", "From the national registers"),
}
_NOTHING = Bilingual("", "")


def timeline(application: Application, *, internal: bool = False) -> list[Moment]:
    """What happened, the oldest first; the office's own lines only for the office (``internal``). One query."""
    moments = [Moment(application.created_at, TITLES["created"], _NOTHING)]
    if application.submitted_at is not None:
        words = Bilingual(f"Numero {application.number}", f"Number {application.number}")
        moments.append(Moment(application.submitted_at, TITLES["submit"], words))
    for event in application.events.select_related("user").order_by("at", "id"):
        if event.is_internal and not internal:
            continue
        moments.append(
            Moment(
                event.at,
                event_title(event.kind),
                Bilingual(event.text_it, event.text_en),
                event.user_id if internal else None,
                event.is_internal,
                event.user.get_full_name() if internal and event.user else "",
            )
        )
    return sorted(moments, key=lambda moment: moment.at)


def event_title(kind: str) -> Bilingual:
    """What an event of the timeline is called."""
    return TITLES.get(kind, Bilingual(kind, kind))


def written_by(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """What a person did in applications (arts. 15 and 20 GDPR): those begun or sent, and each saving of a draft with what
    was typed in it; the times an office filled in, for them or by them. Three queries."""
    rows = Application.objects.filter(Q(created_by=user_id) | Q(submitted_by=user_id)).order_by("pk")
    savings = Saving.objects.filter(user=user_id).order_by("pk")
    fillings = OfficeFilling.objects.filter(Q(officer=user_id) | Q(caller=user_id)).order_by("pk")
    return {
        "applications": [
            {
                "number": row.number,
                "enterprise": row.enterprise.name,
                "state": row.state_told,
                "begun_by_you": row.created_by_id == user_id,
                "sent_by_you": row.submitted_by_id == user_id,
                "created_at": row.created_at.isoformat(),
                "submitted_at": row.submitted_at.isoformat() if row.submitted_at else None,
            }
            for row in rows.select_related("enterprise")
        ],
        "savings": [
            {
                "application": row.application_id,
                "at": row.at.isoformat(),
                "changes": row.changes,
                "conflicts": row.conflicts,
            }
            for row in savings
        ],
        "filled_in_by_offices": [
            {
                "application": row.application_id,
                "office": row.office.name_it,
                "you": "on the phone" if row.caller_id == user_id else "officer",
                "started_at": row.started_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in fillings.select_related("office")
        ],
    }


def numbers_of(asked: Quoted) -> list[str]:
    """The numbers that an application quoted so may have: of the register's, of a click day's. One query when it is quoted
    without letters."""
    if not asked.prefix:
        return [*asked.written("application.submitted"), *public_numbers(asked.bare)]
    return [f"{asked.prefix}-{asked.bare}"] if asked.prefix.startswith("CD") else asked.written("application.submitted")
