"""The evaluation as a whole: begun, its files gathered and settled, concluded, reopened."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from levante.applications import states
from levante.applications.evaluation.access import may_chair, may_chair_file, may_direct, seats_in_force
from levante.applications.evaluation.calibration import Given, spread_of
from levante.applications.evaluation.committee import SUBJECT, locked_evaluation, path_of
from levante.applications.evaluation.sheets import locked_file
from levante.applications.models import (
    Application,
    Evaluation,
    EvaluationEvent,
    EvaluationFile,
    EvaluationSession,
    Ranking,
    Sheet,
)
from levante.applications.models_evaluation import CONCLUDED, PREPARING, SCORING, SUBMITTED
from levante.applications.terms import term_from
from levante.calls.api import adopted
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, Decision, steps_as_json
from levante.messages.api import notify
from levante.programme.api import Act

#: Letters and digits that nobody mistakes for one another.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 5


@service("applications.open_evaluation")
def open_evaluation(*, actor: Actor, evaluation: Evaluation) -> Evaluation:
    """Begin the scoring: the committee is there, the window is closed where the procedure wants it, the judgement of the call
    is frozen, every application admitted by the formal check gets its code."""
    held = locked_evaluation(evaluation.pk)
    require(may_direct(actor, held))
    if held.state != PREPARING:
        return unchanged(held)
    call = held.opening.call
    if call.rule.needs_closing and held.opening.phase(now()).code != "closed":
        refuse("La valutazione comincia a finestra chiusa.", "The evaluation begins once the window is closed.")
    held.judgement = call.judgement
    judges = sum(seat.judges for seat in seats_in_force(held))
    if judges < max(held.wanted, 1):
        refuse(f"Servono almeno {held.wanted} valutatori.", f"At least {held.wanted} judges are needed.")
    days = call.terms.get("evaluation_days")
    if days:
        due, steps = term_from(today(), int(days))
        held.due_on, held.steps = due, steps_as_json(steps)
    held.state, held.opened_at, held.opened_by_id = SCORING, now(), actor.user_id
    held.save(update_fields=["state", "judgement", "opened_at", "opened_by", "due_on", "steps"])
    added = gather(held)
    if not added:
        refuse("Nessuna domanda ha superato la verifica formale.", "No application has passed the formal check.")
    _event(held, "opened", actor)
    note(opening=held.opening.code, files=added, judgement=held.judgement)
    _tell_judges(
        held, actor, "opened",
        Bilingual(f"Comincia la valutazione (domande: {added})", f"The evaluation begins (applications: {added})"),
    )  # fmt: skip
    return held


def gather(evaluation: Evaluation) -> int:
    """Inside a transaction: give a code to each application admitted that has none. Returns how many."""
    missing = (
        Application.objects.filter(opening=evaluation.opening_id, state=states.ADMITTED, evaluation_file__isnull=True)
        .order_by("sequence")
        .values_list("pk", flat=True)
    )
    taken = set(EvaluationFile.objects.filter(evaluation=evaluation).values_list("code", flat=True))
    rows = []
    for pk in missing:
        code = new_code(taken)
        taken.add(code)
        rows.append(EvaluationFile(evaluation=evaluation, application_id=pk, code=code, added_at=now()))
    # In an order that says nothing of the arrival: ids too are seen.
    rows.sort(key=lambda row: row.code)
    EvaluationFile.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def new_code(taken: Iterable[str]) -> str:
    """A code at random that is not taken: it says nothing of the application."""
    known = set(taken)
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if code not in known:
            return code


@service("applications.gather_files")
def gather_files(*, actor: Actor) -> int:
    """Bring to their committees the applications admitted since: where files are judged as they come in."""
    added = 0
    waiting = Application.objects.filter(state=states.ADMITTED, evaluation_file__isnull=True)
    open_ones = Evaluation.objects.filter(state=SCORING, opening__in=waiting.values("opening"))
    for evaluation_id in open_ones.order_by("pk").values_list("pk", flat=True):
        held = locked_evaluation(evaluation_id)
        if held.state == SCORING:
            count = gather(held)
            added += count
            if count:
                _tell_judges(
                    held, actor, f"added-{now().isoformat(timespec='microseconds')}",
                    Bilingual(f"Domande nuove da valutare: {count}", f"More applications to judge: {count}"),
                )  # fmt: skip
    if not added:
        return unchanged(0)
    note(added=added)
    return added


# -- settling


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file is: sheets submitted of those wanted, and how far the judges are from each other."""

    file: EvaluationFile
    submitted: int
    wanted: int
    spread: Decimal
    diverges: bool

    @property
    def complete(self) -> bool:
        return self.submitted >= self.wanted


def in_the_running(evaluation: Evaluation) -> Q:
    """The files of an evaluation whose application is still in the running."""
    return Q(evaluation=evaluation) & ~Q(application__state__in=sorted(states.OUT))


def standings(evaluation: Evaluation, *, with_enterprise: bool = False) -> list[Standing]:
    """Every file in the running, with how far it is, by code; with whose it is for who may know. Three queries."""
    given: dict[int, list[Given]] = {}
    rows = Sheet.objects.filter(file__evaluation=evaluation, state=SUBMITTED).exclude(scores__isnull=True)
    for file_id, sheet, criterion, points in rows.order_by("pk").values_list(
        "file_id", "pk", "scores__criterion_id", "scores__points"
    ):
        given.setdefault(file_id, []).append(Given(str(file_id), str(sheet), str(criterion), points))
    limit = divergence_of(evaluation)
    related = ("application__enterprise",) if with_enterprise else ("application",)
    files = EvaluationFile.objects.filter(in_the_running(evaluation)).select_related(*related).order_by("code")
    files = files.defer("application__answers", "application__frozen")
    counts = dict(
        Sheet.objects.filter(file__evaluation=evaluation, state=SUBMITTED)
        .order_by()
        .values_list("file_id")
        .annotate(count=Count("pk"))
    )
    found = []
    for file in files:
        spread = spread_of(given.get(file.pk, []))
        diverges = limit is not None and spread > limit
        found.append(Standing(file, counts.get(file.pk, 0), evaluation.wanted, spread, diverges))
    return found


def divergence_of(evaluation: Evaluation) -> Decimal | None:
    """The points between two judges above which they must talk, where the call says so."""
    value = evaluation.judgement.get("divergence")
    return Decimal(value) if value is not None else None


def standing_of(file: EvaluationFile) -> Standing:
    """How far one file is."""
    sheets = Sheet.objects.filter(file=file, state=SUBMITTED).prefetch_related("scores").order_by("pk")
    given = [
        Given(file.code, str(sheet.pk), str(score.criterion_id), score.points)
        for sheet in sheets
        for score in sheet.scores.all()
    ]
    limit, spread = divergence_of(file.evaluation), spread_of(given)
    return Standing(file, len(sheets), file.evaluation.wanted, spread, limit is not None and spread > limit)


@service("applications.settle_file")
def settle_file(*, actor: Actor, file: EvaluationFile, text: str = "") -> EvaluationFile:
    """The points of a file are final: all that must have judged it. Where the judges diverge more than the call allows the
    chair says, in ``text``, what came of talking about it: nobody's points are corrected by the system."""
    current = locked_file(file.pk)
    require(may_chair_file(actor, current))
    if current.settled_at is not None:
        return unchanged(current)
    require(may_settle(current, text))
    settle(current, actor, text)
    return current


def may_settle(file: EvaluationFile, text: str = "") -> Decision:
    if file.evaluation.state != SCORING:
        return Decision.no("La valutazione non è in corso.", "The evaluation is not under way.")
    standing = standing_of(file)
    if not standing.complete:
        return Decision.no(
            f"{file.code}: schede consegnate {standing.submitted} su {standing.wanted}.",
            f"{file.code}: {standing.submitted} sheets submitted of {standing.wanted}.",
        )
    if standing.diverges and not text.strip():
        return Decision.no(
            f"{file.code}: i valutatori distano {standing.spread} punti: scrivi che cosa è emerso dal confronto.",
            f"{file.code}: the judges are {standing.spread} points apart: write what came of talking about it.",
        )
    return Decision.yes()


def settle(file: EvaluationFile, actor: Actor, text: str) -> None:
    """Inside a service, once it may be done."""
    file.settled_at, file.settled_by_id, file.settled_note = now(), actor.user_id, text.strip()
    file.save(update_fields=["settled_at", "settled_by", "settled_note"])
    EvaluationEvent.objects.create(
        evaluation=file.evaluation, file=file, at=now(), kind="settled", user_id=actor.user_id, text=text.strip()
    )
    note_object(file)
    note(file=file.code)


@service("applications.settle_files")
def settle_files(*, actor: Actor, evaluation: Evaluation) -> int:
    """Settle every file that is complete and on which the judges do not diverge; the others wait, one by one."""
    held = locked_evaluation(evaluation.pk)
    require(may_chair(actor, held))
    done = 0
    for standing in standings(held):
        ready = standing.complete and not standing.diverges and standing.file.settled_at is None
        standing.file.evaluation = held
        if ready and may_chair_file(actor, standing.file):
            settle_file(actor=actor, file=standing.file)
            done += 1
    note_object(held)
    note(settled=done)
    return done


@service("applications.unsettle_file")
def unsettle_file(*, actor: Actor, file: EvaluationFile, reason: str) -> EvaluationFile:
    """Judge a file again while the evaluation is under way: the chair, with the reason."""
    current = locked_file(file.pk)
    require(may_chair_file(actor, current))
    if current.settled_at is None:
        return unchanged(current)
    if current.evaluation.state != SCORING:
        refuse(
            "La valutazione è conclusa: la riapre il dirigente.",
            "The evaluation is concluded: the director reopens it.",
        )
    if not reason.strip():
        refuse("Scrivi perché si riapre.", "Write why it is opened again.", field="reason")
    current.settled_at, current.settled_by, current.settled_note = None, None, ""
    current.save(update_fields=["settled_at", "settled_by", "settled_note"])
    EvaluationEvent.objects.create(
        evaluation=current.evaluation,
        file=current,
        at=now(),
        kind="unsettled",
        user_id=actor.user_id,
        text=reason.strip(),
    )
    note(file=current.code)
    return current


# -- the end


@service("applications.conclude_evaluation")
def conclude_evaluation(*, actor: Actor, evaluation: Evaluation) -> Evaluation:
    """All files are settled and all minutes approved: from here on the points are those of the list, and judges know whose
    files they were."""
    held = locked_evaluation(evaluation.pk)
    require(may_chair(actor, held))
    if held.state == CONCLUDED:
        return unchanged(held)
    missing = missing_to_conclude(held)
    if missing:
        refuse(
            "Manca: " + "; ".join(item.it for item in missing) + ".",
            "Missing: " + "; ".join(i.en for i in missing) + ".",
        )
    held.state, held.concluded_at, held.concluded_by_id = CONCLUDED, now(), actor.user_id
    held.save(update_fields=["state", "concluded_at", "concluded_by"])
    _event(held, "concluded", actor)
    note(opening=held.opening.code)
    return held


def missing_to_conclude(evaluation: Evaluation) -> list[Bilingual]:
    """What is missing before the evaluation can be concluded; the gate and the page read the same."""
    found = []
    if evaluation.state == PREPARING:
        found.append(Bilingual("la valutazione non è cominciata", "the evaluation has not begun"))
    open_files = EvaluationFile.objects.filter(in_the_running(evaluation), settled_at__isnull=True).count()
    if open_files:
        many = Bilingual(f"{open_files} domande non ancora chiuse", f"{open_files} files not settled yet")
        found.append(many if open_files > 1 else Bilingual("1 domanda non ancora chiusa", "1 file not settled yet"))
    waiting = EvaluationSession.objects.filter(evaluation=evaluation).exclude(state="approved").count()
    if waiting:
        many = Bilingual(f"{waiting} verbali da approvare", f"the minutes of {waiting} sessions to be approved")
        found.append(
            many if waiting > 1 else Bilingual("1 verbale da approvare", "the minutes of 1 session to be approved")
        )
    return found


@service("applications.reopen_evaluation")
def reopen_evaluation(*, actor: Actor, evaluation: Evaluation, reason: str, act: Act | None = None) -> Evaluation:
    """Judge again what was concluded: the director, with the reason; once a list was published, with a numbered act too."""
    held = locked_evaluation(evaluation.pk)
    require(may_direct(actor, held))
    if held.state != CONCLUDED:
        return unchanged(held)
    if not reason.strip():
        refuse("Scrivi perché si riapre.", "Write why it is opened again.", field="reason")
    published = Ranking.objects.filter(opening=held.opening_id, state=Ranking.PUBLISHED).exists()
    if published and (act is None or not act.number):
        refuse(
            "La graduatoria è pubblicata: serve un atto numerato.", "The list is published: a numbered act is needed.",
            field="act",
        )  # fmt: skip
    if act is not None:
        adopted(act, held.opening.call)
    held.state, held.concluded_at, held.concluded_by = SCORING, None, None
    held.save(update_fields=["state", "concluded_at", "concluded_by"])
    _event(held, "reopened", actor, text=reason.strip(), data={"act": act.pk if act else None})
    note(opening=held.opening.code, act=act.code if act else None)
    return held


def _event(
    evaluation: Evaluation, kind: str, actor: Actor, *, text: str = "", data: dict[str, object] | None = None
) -> None:
    EvaluationEvent.objects.create(
        evaluation=evaluation, at=now(), kind=kind, user_id=actor.user_id, text=text, data=data or {}
    )


def _tell_judges(evaluation: Evaluation, actor: Actor, what: str, title: Bilingual) -> None:
    call = evaluation.opening.call
    until_it = f" Entro il {evaluation.due_on:%d/%m/%Y}." if evaluation.due_on else ""
    until_en = f" By {evaluation.due_on.isoformat()}." if evaluation.due_on else ""
    notify(
        actor=actor,
        users=[seat.user_id for seat in seats_in_force(evaluation) if seat.user_id != actor.user_id],
        kind="evaluation-files",
        title=title,
        body=Bilingual(f"«{call.title_it}».{until_it}", f"“{call.title_en or call.title_it}”.{until_en}"),
        path=path_of(evaluation),
        subject_type=SUBJECT,
        subject_id=f"{evaluation.pk}:{what}"[:100],
    )
