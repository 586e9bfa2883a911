"""The sheets of the judges: points with their reasons, saved as they are written, submitted and then locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from levante.applications.evaluation.access import may_chair_file, may_judge, seat_of
from levante.applications.models import EvaluationEvent, EvaluationFile, Score, Seat, Sheet
from levante.applications.models_evaluation import DRAFT, EXCLUDED, SUBMITTED
from levante.applications.scoring import evaluators_most
from levante.calls.api import Criterion, round_points
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify


@dataclass(frozen=True, slots=True)
class Mark:
    """The points on one criterion, and why; no points yet while it is being written."""

    points: Decimal | None
    reason: str = ""


def judged_criteria(file: EvaluationFile) -> list[Criterion]:
    """The criteria that judges score, in the call's order."""
    return [item for item in file.evaluation.opening.call.criteria.all() if item.kind != Criterion.AUTOMATIC]


def locked_file(file_id: int) -> EvaluationFile:
    """The file with its evaluation and call, its row locked until the transaction ends."""
    rows = EvaluationFile.objects.select_for_update(of=("self",))
    return rows.select_related("evaluation__opening__call__office", "application").get(pk=file_id)


@service("applications.save_sheet")
def save_sheet(
    *, actor: Actor, file: EvaluationFile, marks: Mapping[str, Mark], base_revision: int, submit: bool = False
) -> Sheet:
    """Write one's points on a file: by code of the criterion. ``base_revision`` is that of the sheet the page showed: written
    from another tab meanwhile, nothing is overwritten. ``submit`` locks it, once every criterion has points and a reason."""
    current = locked_file(file.pk)
    require(may_judge(actor, current))
    if current.evaluation.is_collegial:
        refuse(
            "In questo bando i punti li dà la commissione, in seduta.",
            "In this call the committee gives points together, in a session.",
        )
    return write_sheet(
        actor, current, seat_of(actor, current.evaluation), marks, base_revision=base_revision, submit=submit
    )


def write_sheet(
    actor: Actor,
    file: EvaluationFile,
    seat: Seat | None,
    marks: Mapping[str, Mark],
    *,
    base_revision: int,
    submit: bool,
) -> Sheet:
    """Inside a service, the file being locked: the sheet of a judge, or of the whole committee when there is no seat."""
    sheet, created = Sheet.objects.get_or_create(file=file, seat=seat, defaults={"saved_at": now()})
    if sheet.state == SUBMITTED:
        if submit and _same(sheet, marks):
            return unchanged(sheet)
        refuse(
            "La scheda è già consegnata: la riapre chi presiede.", "The sheet is submitted: the chair opens it again."
        )
    if not created and base_revision != sheet.revision:
        refuse(
            "La scheda è stata cambiata altrove dopo che l’hai aperta: ricaricala prima di salvare.",
            "The sheet was changed elsewhere after you opened it: load it again before saving.",
        )
    criteria = {item.code: item for item in judged_criteria(file)}
    if set(marks) - set(criteria):
        refuse("Questo criterio non è dei valutatori.", "Evaluators do not judge this criterion.", field="criterion")
    for code, mark in marks.items():
        _write(sheet, criteria[code], mark)
    sheet.revision += 1
    sheet.saved_at = now()
    sheet.state = DRAFT
    if submit:
        _require_whole(sheet, list(criteria.values()))
        sheet.state, sheet.submitted_at = SUBMITTED, now()
    sheet.save(update_fields=["revision", "saved_at", "state", "submitted_at"])
    note_object(sheet)
    note(file=file.code, submitted=submit, points={code: str(mark.points) for code, mark in marks.items()})
    return sheet


def _same(sheet: Sheet, marks: Mapping[str, Mark]) -> bool:
    there = {score.criterion.code: (score.points, score.reason) for score in sheet.scores.select_related("criterion")}
    return all(there.get(code) == (mark.points, mark.reason.strip()) for code, mark in marks.items())


def _write(sheet: Sheet, criterion: Criterion, mark: Mark) -> None:
    if mark.points is None:
        if mark.reason.strip():
            _refuse_points(criterion, "scrivi anche i punti", "write the points too")
        Score.objects.filter(sheet=sheet, criterion=criterion).delete()
        return
    most = evaluators_most(criterion)
    if not 0 <= mark.points <= most:
        _refuse_points(criterion, f"i punti vanno da 0 a {most}", f"points go from 0 to {most}")
    if mark.points != round_points(mark.points):
        _refuse_points(criterion, "due decimali al massimo", "two decimals at most")
    if criterion.step is not None and mark.points % criterion.step:
        _refuse_points(criterion, f"i punti vanno di {criterion.step} in {criterion.step}",
                       f"points go by steps of {criterion.step}")  # fmt: skip
    Score.objects.update_or_create(
        sheet=sheet,
        criterion=criterion,
        defaults={"points": mark.points, "most": most, "reason": mark.reason.strip()},
    )


def _refuse_points(criterion: Criterion, it: str, en: str) -> NoReturn:
    name_en = criterion.name_en or criterion.name_it
    refuse(f"«{criterion.name_it}»: {it}.", f"“{name_en}”: {en}.", field=f"points-{criterion.code}")


def _require_whole(sheet: Sheet, criteria: Sequence[Criterion]) -> None:
    there = {score.criterion_id: score for score in sheet.scores.all()}
    for item in criteria:
        score = there.get(item.pk)
        if score is None:
            _refuse_points(item, "mancano i punti", "the points are missing")
        if not score.reason:
            _refuse_points(item, "scrivi il motivo del punteggio", "write the reason of the score")


@service("applications.reopen_sheet")
def reopen_sheet(*, actor: Actor, sheet: Sheet, reason: str) -> Sheet:
    """Let a judge mend a submitted sheet, before the file is settled: the chair, with the reason; both stay in the history."""
    file = locked_file(sheet.file_id)
    require(may_chair_file(actor, file))
    current = Sheet.objects.select_for_update(of=("self",)).select_related("seat__user").get(pk=sheet.pk)
    if current.state != SUBMITTED:
        return unchanged(current)
    if file.settled_at is not None:
        refuse("La valutazione di questa domanda è chiusa.", "The judgement of this file is settled.")
    if not reason.strip():
        refuse("Scrivi perché si riapre.", "Write why it is opened again.", field="reason")
    current.state, current.submitted_at = DRAFT, None
    current.save(update_fields=["state", "submitted_at"])
    EvaluationEvent.objects.create(
        evaluation=file.evaluation, file=file, at=now(), kind="sheet_reopened", user_id=actor.user_id,
        text=reason.strip(), data={"sheet": current.pk, "points": points_text(current)},
    )  # fmt: skip
    note(file=file.code, seat=current.seat_id)
    if current.seat is not None and current.seat.user_id != actor.user_id:
        notify(
            actor=actor,
            users=[current.seat.user_id],
            kind="sheet-reopened",
            title=Bilingual(f"Scheda {file.code} da rivedere", f"Sheet {file.code} to be mended"),
            body=Bilingual(f"Motivo: {reason.strip()}", f"Reason: {reason.strip()}"),
            path=f"/ufficio/valutazioni/{file.evaluation_id}/domande/{file.code}/",
            subject_type="applications.Sheet",
            subject_id=f"{current.pk}:{current.revision}",
        )
    return current


def points_text(sheet: Sheet) -> dict[str, str]:
    """The points of a sheet by criterion, as text: for the history."""
    return {score.criterion.code: str(score.points) for score in sheet.scores.select_related("criterion")}


def leave_out(*, user_id: int, application_id: int) -> None:
    """Inside a service: the points of somebody with a conflict of interest count no more, and a file settled upon them is
    judged again while the evaluation is under way. What was concluded is for the director to reopen."""
    for sheet in Sheet.objects.filter(file__application=application_id, seat__user=user_id).select_related(
        "file__evaluation"
    ):
        file = locked_file(sheet.file_id)
        if file.evaluation.state == "concluded":
            continue
        if file.settled_at is not None:
            file.settled_at, file.settled_by, file.settled_note = None, None, ""
            file.save(update_fields=["settled_at", "settled_by", "settled_note"])
        Sheet.objects.filter(pk=sheet.pk).update(state=EXCLUDED, submitted_at=None)
        EvaluationEvent.objects.create(
            evaluation=file.evaluation, file=file, at=now(), kind="judge_left_out", user_id=user_id,
            data={"sheet": sheet.pk, "points": points_text(sheet)},
        )  # fmt: skip
