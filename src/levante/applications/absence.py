"""Absences: for some days the files of a person are followed by another, and then come back (art. 5 L. 241/1990)."""

from datetime import date, timedelta

from django.db import connection
from django.db.models import Q

from levante.applications import policies
from levante.applications.coverage import acting_for
from levante.applications.models import Absence, Application
from levante.applications.states import OPEN
from levante.identity.api import RoleGrant, User, powers_of
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify

#: One lock for all absences: whether chains come back to whom they began with is asked of all of them together.
_LOCK = 0x616273

SUBJECT = "applications.Absence"
PATH = "/ufficio/carichi/"


@service("applications.record_absence")
def record_absence(*, actor: Actor, user: User, substitute: User, since: date, until: date) -> Absence:
    """Somebody is away from ``since`` to ``until``, both included, and ``substitute`` acts in their place. One's own, or of a
    person of an office that one directs. Refused when the days touch those of another absence, when the substitute is away
    or cannot examine what the person examines, when it began in the past."""
    require(policies.may_record_absence(actor, user.pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if until < since:
        refuse("L’ultimo giorno viene prima del primo.", "The last day is before the first.", field="until")
    if until < today():
        refuse("Sono giorni già passati.", "These days are already past.", field="until")
    _require_substitute(user, substitute, since, until)
    overlapping = Absence.objects.filter(
        user=user, cancelled_at__isnull=True, since__lte=until, until__gte=since
    ).first()
    if overlapping is not None:
        if (overlapping.since, overlapping.until, overlapping.substitute_id) == (since, until, substitute.pk):
            return unchanged(overlapping)
        refuse(
            f"C’è già un’assenza dal {overlapping.since:%d/%m/%Y} al {overlapping.until:%d/%m/%Y}.",
            f"There is already an absence from {overlapping.since.isoformat()} to {overlapping.until.isoformat()}.",
            field="since",
        )
    absence = Absence.objects.create(
        user=user, substitute=substitute, since=since, until=until, recorded_at=now(), recorded_by_id=actor.user_id
    )
    note(person=user.pk, substitute=substitute.pk, since=since.isoformat(), until=until.isoformat())
    _tell(actor, absence, "recorded")
    return absence


def _require_substitute(user: User, substitute: User, since: date, until: date) -> None:
    if substitute.pk == user.pk:
        refuse("Chi sostituisce è un’altra persona.", "The substitute is somebody else.", field="substitute")
    theirs, others = (_examined(person.pk, max(since, today())) for person in (user, substitute))
    if not others or not (policies.EVERYWHERE in others or theirs <= others):
        refuse(
            f"{substitute} non istruisce le pratiche che segue {user}.",
            f"{substitute} does not examine the files that {user} follows.",
            field="substitute",
        )
    around = Absence.objects.filter(cancelled_at__isnull=True, since__lte=until, until__gte=since)
    away = dict(around.order_by("pk").values_list("user_id", "substitute_id"))
    if substitute.pk in away:
        refuse(
            f"In quei giorni anche {substitute} è assente.",
            f"{substitute} is away too in those days.",
            field="substitute",
        )
    if acting_for(user.pk, {**away, user.pk: substitute.pk}) == user.pk:
        refuse(
            f"In quei giorni {substitute} è già coperto da {user}.", f"{user} covers for {substitute} in those days.",
            field="substitute",
        )  # fmt: skip


def _examined(user_id: int, day: date) -> frozenset[str]:
    """The offices whose files a person examines, ``policies.EVERYWHERE`` among them for who examines all of the Section."""
    return policies.examined_offices(Actor(user_id=user_id, **powers_of(user_id, day)))


@service("applications.end_absence")
def end_absence(*, actor: Actor, absence: Absence) -> Absence:
    """Back before the last day: from today the files are followed again by whose they are. An absence that has not begun is
    cancelled."""
    current = Absence.objects.select_for_update(of=("self",)).select_related("user", "substitute").get(pk=absence.pk)
    require(policies.may_record_absence(actor, current.user_id))
    if current.cancelled_at is not None or current.until < today():
        return unchanged(current)
    if current.since >= today():
        current.cancelled_at = now()
        current.save(update_fields=["cancelled_at"])
    else:
        current.until = today() - timedelta(days=1)
        current.save(update_fields=["until"])
    note(person=current.user_id, substitute=current.substitute_id, until=current.until.isoformat())
    _tell(actor, current, "ended")
    return current


def open_files_of(user_id: int) -> int:
    """How many files a person follows that are still to decide. One query."""
    return Application.objects.filter(case_officer_id=user_id, state__in=sorted(OPEN)).count()


def _tell(actor: Actor, absence: Absence, what: str) -> None:
    """Both are told, and the directors of the person's offices: everybody but who is doing it."""
    count = open_files_of(absence.user_id)
    days_it = f"dal {absence.since:%d/%m/%Y} al {absence.until:%d/%m/%Y}"
    days_en = f"from {absence.since.isoformat()} to {absence.until.isoformat()}"
    words = {
        "recorded": (
            Bilingual(
                f"{absence.substitute} sostituisce {absence.user}", f"{absence.substitute} covers for {absence.user}"
            ),
            Bilingual(
                f"{days_it.capitalize()} le pratiche di {absence.user} (oggi {count}) e i loro termini passano a "
                f"{absence.substitute}; poi tornano da sole.",
                f"{days_en.capitalize()} the files of {absence.user} ({count} today) and their terms pass to "
                f"{absence.substitute}; then they come back by themselves.",
            ),
        ),
        "ended": (
            Bilingual(f"{absence.user} segue di nuovo le sue pratiche", f"{absence.user} follows their files again"),
            Bilingual(
                f"L’assenza è finita: {absence.substitute} non le segue più.",
                f"The absence is over: {absence.substitute} no longer follows them.",
            ),
        ),
    }[what]
    told = {absence.user_id, absence.substitute_id, *directors_of(absence.user_id)} - {actor.user_id}
    notify(
        actor=actor,
        users=sorted(user_id for user_id in told if user_id is not None),
        kind=f"absence-{what}",
        title=words[0],
        body=words[1],
        path=PATH,
        subject_type=SUBJECT,
        subject_id=str(absence.pk),
    )


def directors_of(user_id: int) -> list[int]:
    """The directors of the offices in which a person holds a role today, and of their agencies."""
    mine = RoleGrant.objects.in_force(today()).filter(user_id=user_id).values("office")
    found = RoleGrant.objects.in_force(today()).filter(role="director", user__is_active=True)
    found = found.filter(Q(office__in=mine) | Q(office__kind="agency", office__parts__in=mine))
    return sorted(set(found.order_by("pk").values_list("user_id", flat=True)))
