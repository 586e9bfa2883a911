"""The committee: appointed by act, each member declares before seeing anything (art. 6-bis L. 241/1990, 35-bis D.Lgs. 165/2001)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from levante.applications import policies
from levante.applications.charge import directors_for
from levante.applications.evaluation.access import may_direct, seat_of
from levante.applications.evaluation.sheets import leave_out
from levante.applications.models import (
    Application,
    ConflictDeclaration,
    Evaluation,
    EvaluationEvent,
    Seat,
    SeatDeclaration,
    Sheet,
)
from levante.applications.models_evaluation import (
    CONCLUDED,
    EXCLUDED,
    JUDGES,
    PRESIDENT,
    SEAT_ROLES,
    SECRETARY,
)
from levante.applications.putting_forward import alone_declaring
from levante.applications.states import OUT
from levante.calls.api import Criterion, Opening, adopted
from levante.identity.api import Office, RoleGrant, User, roles
from levante.kernel.api import Actor, NotYours, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.messages.api import notify
from levante.programme.api import Act

SUBJECT = "applications.Evaluation"


def path_of(evaluation: Evaluation) -> str:
    return f"/ufficio/valutazioni/{evaluation.pk}/"


def appointing_path(evaluation: Evaluation) -> str:
    """Where the director changes the committee."""
    return f"/ufficio/valutazioni/commissioni/{evaluation.opening_id}/"


def wanted_of(evaluation: Evaluation) -> int:
    """How many must judge each file: as frozen when the scoring began, before that as the call says."""
    judgement = evaluation.judgement or evaluation.opening.call.judgement
    return 1 if judgement.get("scores") == "collegial" else int(judgement.get("evaluators", 1))


def short_of_judges(evaluation: Evaluation, among: Iterable[int] | None = None) -> set[int]:
    """The files in the running, not settled, that too few of today's judges can judge, by application: those who cannot sit and
    those with a conflict of interest left out. They wait for another judge. ``among``: of these alone. Two queries."""
    last = SeatDeclaration.objects.filter(seat=OuterRef("pk")).order_by("-declared_at", "-pk").values("no_convictions")
    seats = Seat.objects.filter(evaluation=evaluation, until__isnull=True, role__in=JUDGES).annotate(
        clear=Subquery(last[:1])
    )
    judges = list(seats.filter(Q(clear=None) | Q(clear=True)).order_by("pk").values_list("user_id", flat=True))
    files = applicants_of(evaluation).exclude(evaluation_file__settled_at__isnull=False)
    if among is not None:
        files = files.filter(pk__in=list(among))
    barred = Count("conflict_declarations", filter=Q(
        conflict_declarations__has_conflict=True, conflict_declarations__officer__in=judges
    ))  # fmt: skip
    few = files.annotate(barred=barred).filter(barred__gt=len(judges) - wanted_of(evaluation))
    return set(few.order_by("pk").values_list("pk", flat=True))


def short_told(evaluation: Evaluation, short: int) -> Bilingual:
    """What the director is to do about the files that too few can judge."""
    wanted = wanted_of(evaluation)
    return Bilingual(
        f"Domande che restano senza abbastanza valutatori (per ciascuna ne servono {wanted}): {short}. Va nominato con un atto un altro "
        "valutatore o un supplente: senza, non si possono chiudere.",
        f"Files left without enough judges ({wanted} needed for each): {short}. Another judge or a substitute must be appointed by "
        "act: without one they cannot be settled.",
    )


def wants_judges(opening: Opening) -> bool:
    """Has the call criteria that evaluators judge? One query unless they are there."""
    return any(item.kind != Criterion.AUTOMATIC for item in opening.call.criteria.all())


def eligible_judges(office_id: int, *, on: date) -> "QuerySet[User]":
    """Who can sit in the committees of an office's calls: its evaluators and examiners, those of its agency and
    of the Section. By name."""
    section = Q(office__kind=Office.SECTION) | Q(office__parent__kind=Office.SECTION)
    held = RoleGrant.objects.in_force(on)
    held = held.over(office_id) | held.filter(section)
    held = held.filter(role__in=(roles.EVALUATOR, *policies.EXAMINERS, roles.AGENCY_STAFF))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("family_name", "given_name", "pk")


@service("applications.appoint_committee")
def appoint_committee(*, actor: Actor, opening: Opening, act: Act, seats: Sequence[tuple[int, str]]) -> Evaluation:
    """The committee of an opening, as an act appoints it: ``(user id, role)``, one chair, enough judges. Another act replaces
    it: who stays keeps the seat, who goes keeps the row, and their points on files not settled yet are left out."""
    held = (
        Opening.objects.select_for_update(of=("self",), no_key=True).select_related("call__office").get(pk=opening.pk)
    )
    decision = policies.may_publish_ranking(actor, held)
    if not decision:
        refuse("La commissione la nomina il dirigente.", "The committee is appointed by the director.")
    if not wants_judges(held):
        refuse("Questo bando non ha criteri da valutare.", "This call has no criteria to be judged.")
    if not act.number:
        refuse(
            "La commissione si nomina con un atto numerato.", "A committee is appointed by a numbered act.", field="act"
        )
    adopted(act, held.call)
    wanted = dict(seats)
    _require_seats(held, seats)
    evaluation, created = Evaluation.objects.get_or_create(opening=held, defaults={"created_at": now()})
    evaluation = locked_evaluation(evaluation.pk)
    if evaluation.state == CONCLUDED:
        refuse("La valutazione è conclusa.", "The evaluation is concluded.")
    sitting = {seat.user_id: seat for seat in evaluation.seats.filter(until__isnull=True)}
    if not created and {user: seat.role for user, seat in sitting.items()} == wanted:
        return unchanged(evaluation)
    gone = [seat for user, seat in sitting.items() if wanted.get(user) != seat.role]
    for seat in gone:
        _end(seat, f"Sostituito con {act.name_it}.")
    came = [user for user, role in seats if user not in sitting or sitting[user].role != role]
    for user in came:
        Seat.objects.create(evaluation=evaluation, user_id=user, role=wanted[user], act=act, since=now())
    EvaluationEvent.objects.create(
        evaluation=evaluation, at=now(), kind="appointed", user_id=actor.user_id,
        data={"act": act.pk, "seats": [[user, role] for user, role in seats]},
    )  # fmt: skip
    note(opening=held.code, act=act.code, seats=[[user, role] for user, role in seats])
    call = held.call
    notify(
        actor=actor,
        users=came,
        kind="committee-appointed",
        title=Bilingual(
            f"Sei nella commissione di «{call.title_it}»",
            f"You sit in the committee of “{call.title_en or call.title_it}”",
        ),
        body=Bilingual(
            "Prima di aprire le domande dichiara l’assenza di condanne (art. 35-bis D.Lgs. 165/2001) e se hai conflitti "
            "di interessi (art. 6-bis L. 241/1990).",
            "Before opening the files declare that there are no convictions (art. 35-bis D.Lgs. 165/2001) and whether you "
            "have conflicts of interest (art. 6-bis L. 241/1990).",
        ),
        path=path_of(evaluation),
        subject_type=SUBJECT,
        subject_id=f"{evaluation.pk}:{act.pk}:{now().isoformat(timespec='microseconds')}",
    )
    return evaluation


def _require_seats(opening: Opening, seats: Sequence[tuple[int, str]]) -> None:
    people = [user for user, _ in seats]
    if any(role not in SEAT_ROLES for _, role in seats) or len(set(people)) != len(people):
        refuse("Ogni persona siede una volta, con un ruolo.", "Each person sits once, in one role.", field="seats")
    if sum(role == PRESIDENT for _, role in seats) != 1:
        refuse("La commissione ha un presidente.", "A committee has one chair.", field="seats")
    if sum(role == SECRETARY for _, role in seats) > 1:
        refuse("La commissione ha un segretario.", "A committee has one secretary.", field="seats")
    judges = sum(role in JUDGES for _, role in seats)
    least = int(opening.call.judgement.get("evaluators", 1))
    if judges < least:
        refuse(f"Il bando vuole almeno {least} valutatori.", f"The call wants at least {least} judges.", field="seats")
    able = eligible_judges(opening.call.office_id, on=today()).filter(pk__in=people).count()
    if able != len(people):
        refuse(
            "Non tutti possono far parte della commissione: serve il ruolo di valutatore o di istruttore.",
            "Not all of them can sit in the committee: they need the role of evaluator or of examiner.",
            field="seats",
        )


def _end(seat: Seat, reason: str) -> None:
    seat.until, seat.end_reason = now(), reason
    seat.save(update_fields=["until", "end_reason"])
    Sheet.objects.filter(seat=seat, file__settled_at__isnull=True).update(state=EXCLUDED, submitted_at=None)


def locked_evaluation(evaluation_id: int) -> Evaluation:
    """The evaluation with its call, its row locked until the transaction ends."""
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("opening__call__office")
    return rows.get(pk=evaluation_id)


def applicants_of(evaluation: Evaluation) -> "QuerySet[Application]":
    """Whose applications are in the running, by name: what a member declares about. Names, and nothing that says which file."""
    rows = Application.objects.filter(opening=evaluation.opening_id).exclude(state__in=OUT)
    return (
        rows.select_related("enterprise")
        .only("enterprise__name", "enterprise__tax_code")
        .order_by("enterprise__name", "enterprise__tax_code", "pk")
    )


def undeclared(evaluation: Evaluation, user_id: int) -> "QuerySet[Application]":
    """Those about which somebody has not declared yet."""
    said = ConflictDeclaration.objects.filter(officer_id=user_id).values("application")
    return applicants_of(evaluation).exclude(pk__in=said)


@service("applications.declare_as_judge")
def declare_as_judge(
    *, actor: Actor, evaluation: Evaluation, no_convictions: bool, conflicts: Mapping[int, str]
) -> SeatDeclaration:
    """What a member declares before the files open: no conviction, and with which applicants there is a conflict of interest
    (``conflicts``: application id -> which); with all the others there is none. Made again when others come in or something
    is found out later: a conflict, once declared, stays. A conflict hides the file and leaves that member's points out."""
    alone_declaring(actor)
    held = locked_evaluation(evaluation.pk)
    seat = seat_of(actor, held)
    if seat is None:
        raise NotYours
    norm = parameters.value("committee.convictions.declared", on=today())
    applicants = list(applicants_of(held).values_list("pk", flat=True))
    if set(conflicts) - set(applicants):
        raise NotYours
    if any(not text.strip() for text in conflicts.values()):
        refuse("Scrivi quale conflitto c’è.", "Write which conflict there is.", field="conflicts")
    said = dict(
        ConflictDeclaration.objects.filter(officer_id=actor.user_id, application__in=applicants)
        .order_by("declared_at", "pk")
        .values_list("application_id", "has_conflict")
    )
    fresh = [pk for pk in applicants if pk not in said and pk not in conflicts]
    found = [pk for pk in conflicts if not said.get(pk, False)]
    ConflictDeclaration.objects.bulk_create(
        [
            ConflictDeclaration(application_id=pk, officer_id=seat.user_id, has_conflict=False, declared_at=now())
            for pk in fresh
        ]
        + [
            ConflictDeclaration(
                application_id=pk,
                officer_id=seat.user_id,
                has_conflict=True,
                text=conflicts[pk].strip(),
                declared_at=now(),
            )
            for pk in found
        ],
        ignore_conflicts=True,
    )
    for pk in found:
        leave_out(user_id=actor.user_id or 0, application_id=pk)
    declaration = SeatDeclaration.objects.create(
        seat=seat,
        no_convictions=no_convictions,
        norm=norm.as_json(),
        conflicts=len(set(conflicts) | {pk for pk, has in said.items() if has}),
        applicants=len(applicants),
        declared_at=now(),
    )
    note_object(held)
    note(seat=seat.pk, no_convictions=no_convictions, conflicts=len(found), about=len(fresh) + len(found))
    if not no_convictions or found:
        _tell_directors(held, seat, no_convictions, found, declaration)
    return declaration


def _tell_directors(
    evaluation: Evaluation, seat: Seat, no_convictions: bool, found: list[int], declaration: SeatDeclaration
) -> None:
    """The director learns that a member cannot sit, or cannot judge some files (not which, where the evaluation is blind), and
    whether too few are left to judge them."""
    short = len(short_of_judges(evaluation, found)) if no_convictions and seat.judges else 0
    left = short_told(evaluation, short)
    conflicts = len(found)
    told = [user for user in directors_for(evaluation.opening.call.office_id, on=today()) if user != seat.user_id]
    call = evaluation.opening.call
    body = (
        Bilingual(
            f"{seat.user} ha dichiarato di non poter far parte della commissione: serve un altro componente.",
            f"{seat.user} declared that they cannot sit in the committee: another member is needed.",
        )
        if not no_convictions
        else Bilingual(
            f"{seat.user} ha dichiarato {conflicts} conflitti di interessi"
            + (f". {left.it}" if short else ": quelle domande le valutano gli altri."),
            f"{seat.user} declared {conflicts} conflicts of interest"
            + (f". {left.en}" if short else ": the others judge those files."),
        )
    )
    notify(
        actor=Actor(label="applications.declare_as_judge", is_system=True),
        users=told,
        kind="committee-declaration",
        title=Bilingual(f"Commissione di «{call.title_it}»", f"Committee of “{call.title_en or call.title_it}”"),
        body=body,
        path=appointing_path(evaluation) if short or not no_convictions else path_of(evaluation),
        subject_type=SUBJECT,
        subject_id=f"declaration:{declaration.pk}",
    )


def tell_if_short(declaration: ConflictDeclaration) -> None:
    """Inside a service: who declared from the file itself may sit in its committee; the director learns when too few are left."""
    sitting = Seat.objects.filter(user=declaration.officer_id, until__isnull=True, role__in=JUDGES)
    rows = sitting.filter(evaluation__opening__applications=declaration.application_id).exclude(
        evaluation__state=CONCLUDED
    )
    seat = rows.select_related("evaluation__opening__call").first()
    short = len(short_of_judges(seat.evaluation, [declaration.application_id])) if seat is not None else 0
    if seat is None or not short:
        return
    call = seat.evaluation.opening.call
    notify(
        actor=Actor(label="applications.declare_conflict", is_system=True),
        users=[user for user in directors_for(call.office_id, on=today()) if user != seat.user_id],
        kind="committee-short",
        title=Bilingual(f"Commissione di «{call.title_it}»", f"Committee of “{call.title_en or call.title_it}”"),
        body=short_told(seat.evaluation, short),
        path=appointing_path(seat.evaluation),
        subject_type=SUBJECT,
        subject_id=f"short:{declaration.pk}",
    )


def require_direct(actor: Actor, evaluation: Evaluation) -> None:
    require(may_direct(actor, evaluation))
