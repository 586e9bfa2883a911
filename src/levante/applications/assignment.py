"""Giving files: one to somebody with the reason, and those that come in by the rule of their call."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from levante.applications import policies, states
from levante.applications.charge import TAKING, tell_officer
from levante.applications.coverage import substitutes_on
from levante.applications.drafts import locked
from levante.applications.models import Application, ApplicationEvent, AssignmentRule, ConflictDeclaration
from levante.applications.moving import move
from levante.applications.turns import ToGive, share_out
from levante.applications.workflow import APPLICATIONS
from levante.calls.api import Opening, OpeningLine
from levante.identity.api import Office, RoleGrant, User, roles
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, today, unchanged

#: Files given by a rule in one run of the job, and looked at in one question.
BATCH = 500


@service("applications.assign_application")
def assign_application(
    *, actor: Actor, application: Application, officer_id: int, reason: str = "", tell: bool = True
) -> Application:
    """Give a file to an officer, or pass it from one to another: then ``reason`` says why, and stays in the file's history.

    The officer declares on conflicts of interest before working on it. Terms run on. ``tell`` is for one file: who gives
    many tells each officer once.
    """
    current = locked(application.pk)
    require(policies.may_assign(actor, current))
    step = TAKING.get(current.state, "take_in_charge")
    require(APPLICATIONS.may(step, actor, current, state=current.state))
    require(policies.may_be_given(officer_id, current, on=today()))
    before = current.case_officer_id
    if before == officer_id:
        return unchanged(current)
    if before is not None and not reason.strip():
        refuse("Scrivi perché la pratica cambia mano.", "Write why the file changes hands.", field="reason")
    current.case_officer_id = officer_id
    current.taken_at, current.returned_at = now(), None
    current.__dict__.pop("_acting_officer", None)
    move(current, step, actor, data={"officer": officer_id, "before": before})
    current.save(update_fields=["state", "case_officer", "taken_at", "returned_at"])
    if before is not None:
        ApplicationEvent.objects.create(
            application=current, at=now(), kind="reassigned", from_state=current.state, to_state=current.state,
            text_it=reason.strip(), text_en=reason.strip(), is_internal=True, user_id=actor.user_id,
            data={"from": before, "to": officer_id},
        )  # fmt: skip
    note(officer=officer_id, before=before)
    if tell:
        for user_id, words in ((officer_id, "given"), (before, "taken")):
            if user_id is not None and user_id != actor.user_id:
                tell_officer(user_id, [current], words, actor=actor)
    return current


# -- whose turn


def plan_assignment(applications: Sequence[Application], officers: Sequence[int], *, way: str) -> dict[int, int | None]:
    """Who gets each file, by its id: in turn (counting the files of the same opening) or to who has fewest open files. Who is
    away gets none; who declared a conflict about a file does not get it. A few queries, whatever the number of files."""
    away = set(substitutes_on(today()))
    here = [officer for officer in officers if officer not in away]
    conflicts: dict[int, set[int]] = {}
    declared = ConflictDeclaration.objects.filter(application__in=[one.pk for one in applications], has_conflict=True)
    for application_id, officer_id in declared.values_list("application_id", "officer_id"):
        conflicts.setdefault(application_id, set()).add(officer_id)
    files = [ToGive(one.pk, conflicts.get(one.pk, ())) for one in applications]
    if way == AssignmentRule.BY_LOAD:
        return share_out(files, here, open_counts(here))
    given: dict[int, int | None] = {}
    for opening_id in dict.fromkeys(one.opening_id for one in applications):
        mine = {one.pk for one in applications if one.opening_id == opening_id}
        had = counts_in_opening(opening_id, here)
        given |= share_out([file for file in files if file.id in mine], here, had)
    return given


def open_counts(officers: Iterable[int]) -> dict[int, int]:
    """How many files still to decide each has. One query."""
    return _counted(Application.objects.filter(state__in=sorted(states.OPEN)), officers)


def counts_in_opening(opening_id: int, officers: Iterable[int]) -> dict[int, int]:
    """How many files of an opening each was given, decided ones included. One query."""
    return _counted(Application.objects.filter(opening_id=opening_id), officers)


def _counted(rows: "QuerySet[Application]", officers: Iterable[int]) -> dict[int, int]:
    mine = rows.filter(case_officer__in=list(officers)).order_by().values("case_officer_id")
    return {row["case_officer_id"]: row["count"] for row in mine.annotate(count=Count("pk"))}


def examiners_of(office_id: int) -> "QuerySet[User]":
    """Who can be given the files of an office's calls today: those of the office, of its agency and of the Section, by name. One
    query."""
    day = today()
    held = RoleGrant.objects.in_force(day)
    section = Q(office__kind=Office.SECTION) | Q(office__parent__kind=Office.SECTION)
    grants = held.filter(section, role__in=policies.EXAMINERS)
    grants |= held.over(office_id).filter(role__in=(*policies.EXAMINERS, roles.AGENCY_STAFF))
    return User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("family_name", "given_name", "pk")


# -- rules


@service("applications.set_assignment_rule")
def set_assignment_rule(
    *, actor: Actor, opening: Opening, line: OpeningLine | None, officers: Sequence[int], way: str
) -> AssignmentRule | None:
    """From now on what comes in to an opening (or one of its lines) is given to these, in turn or to who has least; with no
    officers the rule goes and files wait to be taken. ``None`` when there is no rule any more."""
    opening = (
        Opening.objects.select_for_update(of=("self",), no_key=True).select_related("call__office").get(pk=opening.pk)
    )
    require(policies.may_publish_ranking(actor, opening))
    if line is not None and line.opening_id != opening.pk:
        refuse("Questa linea non è della finestra.", "This line is not of the opening.", field="line")
    if way not in dict(AssignmentRule.WAYS):
        refuse("Scegli come assegnare.", "Choose how to give them.", field="way")
    wanted = list(dict.fromkeys(officers))
    able = set(examiners_of(opening.call.office_id).filter(pk__in=wanted).values_list("pk", flat=True))
    if able != set(wanted):
        refuse(
            "Non tutti istruiscono le domande di questo bando.", "Not all of them examine this call.", field="officers"
        )
    known = AssignmentRule.objects.filter(opening=opening, line=line).first()
    note(opening=opening.code, line=line.code if line else None, officers=wanted, way=way)
    if not wanted:
        if known is not None:
            known.delete()
        return None
    rule, _ = AssignmentRule.objects.update_or_create(
        opening=opening, line=line, defaults={"way": way, "since": now(), "made_by_id": actor.user_id}
    )
    rule.officers.set(wanted)
    return rule


def assign_by_rules(*, actor: Actor) -> int:
    """Give the files that nobody has, where a rule says to whom; each in its own transaction, each officer told once.
    Returns how many were given."""
    given: dict[int, list[Application]] = {}
    for rule in AssignmentRule.objects.prefetch_related("officers").order_by("pk"):
        waiting = Application.objects.filter(opening=rule.opening_id, case_officer__isnull=True, state=states.SUBMITTED)
        if rule.line_id is not None:
            waiting = waiting.filter(line=rule.line_id)
        elif AssignmentRule.objects.filter(opening=rule.opening_id, line__isnull=False).exists():
            waiting = waiting.exclude(line__in=AssignmentRule.objects.filter(opening=rule.opening_id).values("line"))
        files = list(waiting.order_by("sequence", "pk").only("pk", "opening")[:BATCH])
        plan = plan_assignment(files, [user.pk for user in rule.officers.all()], way=rule.way)
        for file in files:
            officer = plan[file.pk]
            if officer is None:
                continue
            try:
                done = assign_application(actor=actor, application=file, officer_id=officer, tell=False)
            except Refused:
                continue  # taken meanwhile by somebody, or the officer lost the role: the next run looks again
            given.setdefault(officer, []).append(done)
    for officer, files in given.items():
        tell_officer(officer, files, "given", actor=actor)
    return sum(len(files) for files in given.values())


# -- loads


def loads_of(applications: "QuerySet[Application]") -> dict[int, dict[str, int]]:
    """By officer: files still to decide, of which waiting for the enterprise, late, to conclude within a week. One query.

    ``applications`` are those the reader sees.
    """
    day = today()
    running = Q(deadlines__kind="examination", deadlines__state="running")
    rows = (
        applications.filter(state__in=sorted(states.OPEN), case_officer__isnull=False)
        .order_by()
        .values("case_officer_id")
        .annotate(
            open=Count("pk", distinct=True),
            waiting=Count("pk", filter=Q(state__in=[states.INTEGRATION, states.NOTICE]), distinct=True),
            late=Count("pk", filter=running & Q(deadlines__due_on__lt=day), distinct=True),
            soon=Count(
                "pk", filter=running & Q(deadlines__due_on__range=(day, day + timedelta(days=7))), distinct=True
            ),
        )
    )
    return {row["case_officer_id"]: {name: row[name] for name in ("open", "waiting", "late", "soon")} for row in rows}
