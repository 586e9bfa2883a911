"""Who may do what in an evaluation: the committee by its seats, the office by its roles."""

from levante.applications.doors import may_read
from levante.applications.models import ConflictDeclaration, Evaluation, EvaluationFile, Seat, SeatDeclaration
from levante.applications.models_evaluation import (
    CONCLUDED,
    EVALUATION_STATES,
    FOLLOWERS,
    PRESIDENT,
    SCORING,
    SECRETARY,
)
from levante.applications.states import OUT
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision


def seat_of(actor: Actor, evaluation: Evaluation) -> Seat | None:
    """The seat in which an actor sits today. One query for each evaluation object."""
    known: dict[int, Seat] | None = evaluation.__dict__.get("_seats")
    if known is None:
        rows = Seat.objects.filter(evaluation=evaluation, until__isnull=True).select_related("user").order_by("pk")
        known = evaluation.__dict__["_seats"] = {row.user_id: row for row in rows}
    return known.get(actor.user_id or 0)


def seats_in_force(evaluation: Evaluation) -> list[Seat]:
    """The committee of today, in the order of appointment, the chair first."""
    rows = Seat.objects.filter(evaluation=evaluation, until__isnull=True).select_related("user", "act")
    return sorted(rows, key=lambda seat: (seat.role != PRESIDENT, seat.role == SECRETARY, seat.pk))


def directs(actor: Actor, evaluation: Evaluation) -> bool:
    office = evaluation.opening.call.office.code
    return actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=office)


def may_direct(actor: Actor, evaluation: Evaluation) -> Decision:
    """Begin, and begin again: the director of the office of the call."""
    if directs(actor, evaluation):
        return Decision.yes()
    return Decision.no("Spetta al dirigente dell’ufficio del bando.", "It is for the director of the call’s office.")


def may_chair(actor: Actor, evaluation: Evaluation) -> Decision:
    """Open a submitted sheet again, settle a file, conclude: the chair."""
    seat = seat_of(actor, evaluation)
    if actor.is_system or (seat is not None and seat.role == PRESIDENT):
        return Decision.yes()
    return Decision.no("Spetta a chi presiede la commissione.", "It is for the chair of the committee.")


def may_chair_file(actor: Actor, file: EvaluationFile) -> Decision:
    """The chair for one file; the director where the chair has a conflict of interest about it."""
    decision = may_chair(actor, file.evaluation)
    barred = ConflictDeclaration.objects.filter(application=file.application_id, has_conflict=True)
    if decision:
        if actor.is_system or not barred.filter(officer_id=actor.user_id).exists():
            return decision
        return Decision.no(
            "Hai dichiarato un conflitto di interessi: di questa domanda si occupa il dirigente.",
            "You declared a conflict of interest: the director deals with this file.",
        )
    chair = next((seat for seat in seats_in_force(file.evaluation) if seat.role == PRESIDENT), None)
    away = chair is None or barred.filter(officer_id=chair.user_id).exists()
    return may_direct(actor, file.evaluation) if away else decision


def may_write_sessions(actor: Actor, evaluation: Evaluation) -> Decision:
    """Hold a session and write its minutes: the chair and the secretary."""
    seat = seat_of(actor, evaluation)
    if actor.is_system or (seat is not None and seat.role in (PRESIDENT, SECRETARY)):
        return Decision.yes()
    return Decision.no(
        "Le sedute le scrive chi presiede la commissione o il segretario.",
        "Sessions are written by the chair or the secretary.",
    )


def follows(actor: Actor, evaluation: Evaluation) -> bool:
    """Follows it from the office, without sitting in it: sees whose the files are, also while the judges do not."""
    if seat_of(actor, evaluation) is not None:
        return False
    office = evaluation.opening.call.office.code
    return (
        actor.in_section(*FOLLOWERS)
        or actor.has_role(*FOLLOWERS, office=office)
        or actor.has_role(roles.AGENCY_STAFF, office=office)
    )


def last_declaration(seat: Seat) -> SeatDeclaration | None:
    return SeatDeclaration.objects.filter(seat=seat).order_by("-declared_at", "-pk").first()


def may_open_files(actor: Actor, evaluation: Evaluation) -> Decision:
    """See the files of an evaluation: who sits in it, once declared; who follows it from the office."""
    seat = seat_of(actor, evaluation)
    if seat is None:
        if actor.is_system or follows(actor, evaluation):
            return Decision.yes()
        return Decision.no("Non sei nella commissione.", "You do not sit in the committee.")
    declared = last_declaration(seat)
    if declared is None:
        return Decision.no(
            "Prima di aprire le domande dichiara l’assenza di condanne e i conflitti di interessi.",
            "Before opening the files declare that there are no convictions, and which conflicts of interest.",
        )
    if not declared.no_convictions:
        return Decision.no(
            "Per quanto hai dichiarato non puoi far parte della commissione (art. 35-bis D.Lgs. 165/2001).",
            "For what you declared you cannot sit in the committee (art. 35-bis D.Lgs. 165/2001).",
        )
    return Decision.yes()


def may_open_file(actor: Actor, file: EvaluationFile) -> Decision:
    """See one file: whoever declared a conflict about it does not, and who has not declared about it not yet. To who follows
    from the office it opens as it does there."""
    decision = may_open_files(actor, file.evaluation)
    if not decision:
        return decision
    if seat_of(actor, file.evaluation) is None:
        return may_read(actor, file.application)
    declared = ConflictDeclaration.objects.filter(application=file.application_id, officer_id=actor.user_id)
    answers = set(declared.values_list("has_conflict", flat=True))
    if True in answers:
        return Decision.no(
            "Hai dichiarato un conflitto di interessi: questa domanda la valutano gli altri (art. 6-bis L. 241/1990).",
            "You declared a conflict of interest: the others judge this file (art. 6-bis L. 241/1990).",
        )
    if not answers:
        return Decision.no(
            "C’è una domanda nuova: prima dichiara se hai un conflitto di interessi.",
            "A new application came: first declare whether you have a conflict of interest.",
        )
    return Decision.yes()


def may_judge(actor: Actor, file: EvaluationFile) -> Decision:
    """Give points to a file now."""
    evaluation = file.evaluation
    seat = seat_of(actor, evaluation)
    if seat is None or not seat.judges:
        return Decision.no(
            "I punti li dà chi siede nella commissione.", "Points are given by who sits in the committee."
        )
    decision = may_open_file(actor, file)
    if not decision:
        return decision
    return is_being_judged(file)


def is_being_judged(file: EvaluationFile) -> Decision:
    state = file.evaluation.state
    if state != SCORING:
        words = EVALUATION_STATES[state]
        return Decision.no(f"La valutazione è {words.it}.", f"The evaluation is {words.en}.")
    if file.settled_at is not None:
        return Decision.no(
            "La valutazione di questa domanda è chiusa: la riapre chi presiede.",
            "The judgement of this file is settled: the chair opens it again.",
        )
    if file.application.state in OUT:
        return Decision.no("Questa domanda non è più in gara.", "This application is no longer in the running.")
    return Decision.yes()


def is_over(evaluation: Evaluation) -> bool:
    return evaluation.state == CONCLUDED
