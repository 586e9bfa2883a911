"""Sessions: who was there, the points given together and the votes, the minutes that all approve or one signs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from levante.applications.evaluation.access import (
    is_being_judged,
    last_declaration,
    may_open_file,
    may_write_sessions,
    seat_of,
    seats_in_force,
)
from levante.applications.evaluation.committee import SUBJECT, locked_evaluation
from levante.applications.evaluation.minutes import minutes_data
from levante.applications.evaluation.panel import may_settle, settle
from levante.applications.evaluation.sheets import Mark, locked_file, write_sheet
from levante.applications.models import (
    Application,
    Attendance,
    ConflictDeclaration,
    Evaluation,
    EvaluationEvent,
    EvaluationFile,
    EvaluationSession,
    FileDecision,
    Seat,
    Vote,
)
from levante.applications.models_evaluation import PRESIDENT, SCORING, SECRETARY
from levante.applications.models_session import AGAINST, APPROVED, AWAY, CLOSED, FOR, OPEN
from levante.applications.policies import TO_DECLARE
from levante.applications.putting_forward import undeclared_among
from levante.documents.api import StoredFile, generate_document, store_upload, verify_signatures
from levante.kernel.api import Actor, NotYours, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify

TEMPLATE = "applications/pdf_minutes.html"


@service("applications.begin_session")
def begin_session(
    *, actor: Actor, evaluation: Evaluation, place: str, present: Mapping[int, bool], notes: Mapping[int, str] | None = None,
    began_at: datetime | None = None,
) -> EvaluationSession:  # fmt: skip
    """Open a session: where, who is there (by seat id). One at a time; enough judges must be there, each having declared."""
    held = locked_evaluation(evaluation.pk)
    require(may_write_sessions(actor, held))
    if held.state != SCORING:
        refuse("La valutazione non è in corso.", "The evaluation is not under way.")
    current = EvaluationSession.objects.filter(evaluation=held, state=OPEN).first()
    if current is not None:
        refuse(f"La seduta {current.number} è ancora aperta.", f"Session {current.number} is still open.")
    if not place.strip():
        refuse("Scrivi dove si tiene.", "Write where it is held.", field="place")
    start = began_at or now()
    if start > now():
        refuse("Una seduta si apre quando comincia.", "A session is opened when it begins.", field="began_at")
    seats = seats_in_force(held)
    there = [seat for seat in seats if present.get(seat.pk)]
    _require_quorum(held, there)
    last = EvaluationSession.objects.filter(evaluation=held).order_by("-number").first()
    session = EvaluationSession.objects.create(
        evaluation=held,
        number=(last.number if last else 0) + 1,
        began_at=start,
        place=place.strip()[:200],
        opened_by_id=actor.user_id,
    )
    Attendance.objects.bulk_create(
        [
            Attendance(
                session=session,
                seat=seat,
                present=bool(present.get(seat.pk)),
                note=(notes or {}).get(seat.pk, "")[:300],
            )
            for seat in seats
        ]
    )
    note(opening=held.opening.code, session=session.number, present=[seat.pk for seat in there])
    return session


def _require_quorum(evaluation: Evaluation, there: Sequence[Seat]) -> None:
    judges = [seat for seat in there if seat.judges]
    least = max(int(evaluation.judgement.get("evaluators", 1)), 1)
    if len(judges) < least:
        refuse(
            f"Devono essere presenti almeno {least} valutatori: ce ne sono {len(judges)}.",
            f"At least {least} judges must be there: there are {len(judges)}.",
            field="present",
        )
    for seat in there:
        declared = last_declaration(seat)
        if declared is None or not declared.no_convictions:
            refuse(
                f"{seat.user} non ha ancora dichiarato l’assenza di condanne e di conflitti.",
                f"{seat.user} has not yet declared on convictions and conflicts.",
                field="present",
            )


@service("applications.decide_in_session")
def decide_in_session(
    *,
    actor: Actor,
    session: EvaluationSession,
    file: EvaluationFile,
    text: str,
    votes: Mapping[int, str],
    marks: Mapping[str, Mark] | None = None,
    base_revision: int = 0,
) -> FileDecision:
    """What the session decides of a file: the points given together where they are collegial, the votes (by seat id) and the
    text for the minutes. With a majority of those who vote for it the file is settled; otherwise it stays open. Whoever has a
    conflict of interest is out of the room, whatever is told."""
    held = EvaluationSession.objects.select_for_update(of=("self",)).select_related("evaluation").get(pk=session.pk)
    current = locked_file(file.pk)
    if current.evaluation_id != held.evaluation_id:
        raise NotYours
    require(may_write_sessions(actor, current.evaluation))
    require(may_open_file(actor, current))
    if held.state != OPEN:
        refuse("La seduta è chiusa.", "The session is closed.")
    require(is_being_judged(current))
    if not text.strip():
        refuse("Scrivi che cosa si è deciso.", "Write what was decided.", field="text")
    counted = _votes(held, current, votes)
    if current.evaluation.is_collegial:
        write_sheet(actor, current, None, marks or {}, base_revision=base_revision, submit=True)
    decision, _ = FileDecision.objects.update_or_create(
        session=held, file=current, defaults={"text": text.strip(), "decided_at": now()}
    )
    decision.votes.all().delete()
    Vote.objects.bulk_create([Vote(decision=decision, seat_id=seat, vote=vote) for seat, vote in counted.items()])
    taken = list(counted.values())
    if taken.count(FOR) > taken.count(AGAINST):
        require(may_settle(current, text))
        settle(current, actor, text)
    elif current.evaluation.is_collegial:
        current.sheets.filter(seat__isnull=True).update(state="draft", submitted_at=None)
    note_object(decision)
    note(file=current.code, session=held.number, votes={str(seat): vote for seat, vote in counted.items()})
    return decision


def _votes(session: EvaluationSession, file: EvaluationFile, votes: Mapping[int, str]) -> dict[int, str]:
    """The votes of the judges that are there; who has a conflict is away."""
    there = session.attendances.filter(present=True).select_related("seat").order_by("seat_id")
    judges = [row.seat for row in there if row.seat.judges]
    barred = set(
        ConflictDeclaration.objects.filter(
            application=file.application_id, has_conflict=True, officer__in=[seat.user_id for seat in judges]
        ).values_list("officer_id", flat=True)
    )
    counted: dict[int, str] = {}
    for seat in judges:
        if seat.user_id in barred:
            counted[seat.pk] = AWAY
            continue
        vote = votes.get(seat.pk, "")
        if vote not in dict(Vote.VOTES) or vote == AWAY:
            refuse(f"Manca il voto di {seat.user}.", f"The vote of {seat.user} is missing.", field=f"vote-{seat.pk}")
        counted[seat.pk] = vote
    if not [vote for vote in counted.values() if vote != AWAY]:
        refuse("Nessuno dei presenti può valutare questa domanda.", "Nobody there can judge this file.")
    return counted


@service("applications.close_session")
def close_session(*, actor: Actor, session: EvaluationSession, text: str = "") -> EvaluationSession:
    """End the session and write its minutes: who was there, declarations, files, points, votes, decisions."""
    held = EvaluationSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    evaluation = locked_evaluation(held.evaluation_id)
    require(may_write_sessions(actor, evaluation))
    if held.state != OPEN:
        return unchanged(held)
    if not text.strip() and not held.decisions.exists():
        refuse(
            "Una seduta senza decisioni ha almeno un testo: scrivi di che cosa si è parlato.",
            "A session without decisions has at least a text: write what was talked about.",
            field="text",
        )
    held.state, held.ended_at, held.text = CLOSED, now(), text.strip()
    data = minutes_data(held, evaluation)
    held.minutes = generate_document(
        actor=actor,
        kind="minutes",
        subject=held,
        title=data["title"],
        template=TEMPLATE,
        data=data,
    )
    held.save(update_fields=["state", "ended_at", "text", "minutes"])
    note(session=held.number, minutes=held.minutes_id)
    told = held.attendances.filter(present=True).exclude(seat__user=actor.user_id or 0).order_by("pk")
    notify(
        actor=actor,
        users=list(told.values_list("seat__user_id", flat=True)),
        kind="minutes-to-approve",
        title=Bilingual(f"Verbale {held.number} da approvare", f"Minutes {held.number} to be approved"),
        body=Bilingual(f"«{evaluation.opening.call.title_it}».", f"“{evaluation.opening.call.title_en}”."),
        path=f"/ufficio/valutazioni/{evaluation.pk}/sedute/{held.number}/",
        subject_type=SUBJECT,
        subject_id=f"minutes:{held.pk}",
    )
    return held


@service("applications.approve_minutes")
def approve_minutes(*, actor: Actor, session: EvaluationSession) -> EvaluationSession:
    """Approve the minutes of a session one was at; once all have, they are approved and never change."""
    held = EvaluationSession.objects.select_for_update(of=("self",)).select_related("evaluation").get(pk=session.pk)
    seat = seat_of(actor, held.evaluation)
    mine = held.attendances.filter(seat=seat, present=True).first() if seat is not None else None
    if mine is None:
        refuse("I verbali li approva chi era presente.", "Minutes are approved by who was there.")
    if held.state == OPEN:
        refuse("La seduta è ancora aperta.", "The session is still open.")
    if mine.approved_at is not None or held.state == APPROVED:
        return unchanged(held)
    decided = Application.objects.filter(evaluation_file__decisions__session=held)
    if undeclared_among(actor, decided).exists():
        require(TO_DECLARE)
    mine.approved_at = now()
    mine.save(update_fields=["approved_at"])
    if not held.attendances.filter(present=True, approved_at__isnull=True).exists():
        _approve(held)
    note(session=held.number, seat=mine.seat_id)
    return held


def _approve(session: EvaluationSession) -> None:
    session.state, session.approved_at = APPROVED, now()
    session.save(update_fields=["state", "approved_at", "signed"])


@service("applications.keep_signed_minutes")
def keep_signed_minutes(*, actor: Actor, session: EvaluationSession, upload: Any) -> EvaluationSession:
    """The minutes signed digitally outside, in place of the approvals: the signature is verified, and what was signed must be
    the document that was written here."""
    held = (
        EvaluationSession.objects.select_for_update(of=("self",))
        .select_related("evaluation", "minutes")
        .get(pk=session.pk)
    )
    require(may_write_sessions(actor, held.evaluation))
    if held.state == OPEN or held.minutes is None:
        refuse("Prima si chiude la seduta.", "The session must be closed first.")
    if held.signed_id is not None:
        return unchanged(held)
    if held.minutes.file is None:
        refuse("Il verbale non ha ancora il suo PDF.", "The minutes have no PDF yet.")
    file = store_upload(actor=actor, upload=upload, purpose="attachment", accept=("pdf", "p7m"))
    _require_signed(held, file)
    held.signed = file
    if held.state == CLOSED:
        _approve(held)
    else:
        held.save(update_fields=["signed"])
    EvaluationEvent.objects.create(
        evaluation=held.evaluation,
        at=now(),
        kind="minutes_signed",
        user_id=actor.user_id,
        data={"session": held.number},
    )
    note(session=held.number, sha256=file.sha256)
    return held


def _require_signed(session: EvaluationSession, file: StoredFile) -> None:
    """The signature holds, the document is the minutes, and one who signed is the chair or the secretary that was there."""
    assert session.minutes is not None
    found = verify_signatures(file, at=now(), original=session.minutes.file)
    if not found.holds:
        reason = found.reason or Bilingual("la firma non è valida", "the signature does not hold")
        refuse(f"Il file non è il verbale firmato: {reason.it}.", f"The file is not the signed minutes: {reason.en}.")
    there = session.attendances.filter(present=True, seat__role__in=(PRESIDENT, SECRETARY)).select_related("seat__user")
    codes = {row.seat.user.codice_fiscale for row in there if row.seat.user.codice_fiscale}
    if not codes & {str(signer.get("tax_code", "")) for signer in found.signers}:
        refuse(
            "Il verbale lo firma chi presiede o il segretario, presente alla seduta: il codice fiscale della firma è un altro.",
            "The minutes are signed by the chair or the secretary that was there: the signature has another tax code.",
        )
