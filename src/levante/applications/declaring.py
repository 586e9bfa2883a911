"""Declaring on conflicts of interest about many files in one act (art. 6-bis L. 241/1990): those on a page, or all that came to
an opening."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.db import connection
from django.db.models import QuerySet

from levante.applications import policies
from levante.applications.charge import declare_conflict
from levante.applications.models import Application, ConflictDeclaration
from levante.applications.putting_forward import alone_declaring, undeclared_among
from levante.calls.api import Opening
from levante.kernel.api import Actor, audit_each, note, note_object, now, refuse, service, unchanged

#: As many files as one declares about in one go.
MOST_DECLARED = 500


@dataclass(frozen=True, slots=True)
class Declared:
    """What declaring about many wrote: files without a conflict, with one, and those left as they were."""

    without: int = 0
    conflicts: int = 0
    left: int = 0


@service("applications.declare_about_many")
def declare_about_many(*, actor: Actor, files: Iterable[int], conflicts: Mapping[int, str]) -> Declared:
    """Say of many files (ids) that there is no conflict of interest, but for those of ``conflicts``: id -> which one.

    One declaration and one audit entry a file, as if said one by one; all or none. Left as it was: what one had declared
    about already (a second click), unless the conflict is found now, and what one does not examine or see any more.
    """
    asked = list(dict.fromkeys(files))
    if not asked:
        refuse("Non c’è nessuna pratica.", "There is no file.")
    if len(asked) > MOST_DECLARED:
        refuse(
            f"Sono {len(asked)} pratiche: al massimo {MOST_DECLARED} alla volta.",
            f"These are {len(asked)} files: {MOST_DECLARED} at most at a time.",
        )
    if not set(conflicts) <= set(asked):
        refuse("Un conflitto è su una pratica che non è in elenco.", "A conflict is about a file not in the list.")
    alone_declaring(actor)
    # All locked at once and in one order: two who declare about the same files take turns.
    rows = Application.objects.visible_to(actor).sent().filter(pk__in=asked).select_for_update(of=("self",))
    rows = rows.select_related("opening__call__office").defer("answers", "frozen").order_by("pk")
    without: list[Application] = []
    in_conflict = 0
    for one in rows.prefetch_related("conflict_declarations"):
        text = conflicts.get(one.pk)
        if not policies.may_examine(actor, one) or (text is None and policies.declarations_of(actor.user_id, one)):
            continue
        if text is not None and not text.strip():
            refuse(
                f"Scrivi quale conflitto c’è sulla pratica {one.number}.",
                f"Write which conflict there is about file {one.number}.",
                field=f"text-{one.pk}",
            )
        if text is None:
            without.append(one)
            continue
        declare_conflict(actor=actor, application=one, has_conflict=True, text=text)
        in_conflict += 1
    told = Declared(len(without), in_conflict, len(asked) - len(without) - in_conflict)
    if told.left == len(asked):
        return unchanged(told)
    # Five hundred are as many statements as one: a declaration without a conflict changes nothing else of a file.
    ConflictDeclaration.objects.bulk_create(
        [
            ConflictDeclaration(application=one, officer_id=actor.user_id or 0, has_conflict=False, declared_at=now())
            for one in without
        ],
        ignore_conflicts=True,
    )
    audit_each("applications.declare_conflict", actor=actor, subjects=without, conflict=False)
    note(files=told.without + in_conflict, conflicts=in_conflict)
    return told


@service("applications.declare_about_opening")
def declare_about_opening(
    *, actor: Actor, opening: Opening, upto: datetime, count: int, conflicts: Mapping[int, str]
) -> Declared:
    """Say once, of all the files of an opening that had come by an instant, that there is no conflict of interest, but for those
    of ``conflicts``: id -> which one (art. 6-bis L. 241/1990). ``count`` is how many were said to wait for it: were they others
    meanwhile, nothing is written. What comes later is not covered.

    One audit entry, of the opening; and a declaration a file, as if said one by one. Left as they were: those declared about
    already, unless the conflict is found now.
    """
    alone_declaring(actor)
    opening = Opening.objects.select_for_update(of=("self",), no_key=True).get(pk=opening.pk)
    if not policies.examines_for(actor, opening.call.office.code):
        refuse("Non istruisci le domande di questo bando.", "You do not examine the applications of this call.")
    seen = Application.objects.visible_to(actor).sent().filter(opening=opening)
    waiting = undeclared_among(actor, seen.filter(submitted_at__lte=upto))
    found = waiting.count()
    if found != count:
        _changed(found)
    barred = list(seen.filter(pk__in=conflicts).order_by("pk"))
    if len(barred) != len(conflicts):
        refuse(
            "Un conflitto è su una pratica che non è della finestra.", "A conflict is about a file of another opening."
        )
    if not found and not barred:
        return unchanged(Declared())
    excepted = waiting.filter(pk__in=conflicts).count()
    for one in barred:
        text = conflicts[one.pk]
        if not text.strip():
            refuse(
                f"Scrivi quale conflitto c’è sulla pratica {one.number}.",
                f"Write which conflict there is about file {one.number}.",
                field=f"text-{one.pk}",
            )
        declare_conflict(actor=actor, application=one, has_conflict=True, text=text)
    rows = undeclared_among(actor, seen.filter(submitted_at__lte=upto)).order_by().values("pk")
    without = _write_none(actor, rows)
    if without != found - excepted:
        _changed(without + excepted)
    note_object(opening)
    note(files=without + len(barred), conflicts=[one.number for one in barred], upto=upto.isoformat())
    return Declared(without, len(barred))


def _changed(found: int) -> NoReturn:
    refuse(
        f"Intanto le pratiche sono cambiate: ora ne aspettano {found}. Guarda di nuovo e dichiara.",
        f"The files have changed meanwhile: {found} wait now. Look again, and declare.",
    )


def _write_none(actor: Actor, files: "QuerySet[Any, Any]") -> int:
    """A declaration without a conflict about each of these files (their keys); how many. One statement, be they 100,000."""
    asked, values = files.query.sql_with_params()
    table = connection.ops.quote_name(ConflictDeclaration._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (application_id, officer_id, has_conflict, text, declared_at) "  # noqa: S608 - its own names
            f"SELECT files.id, %s, false, '', %s FROM ({asked}) AS files(id) ON CONFLICT DO NOTHING",
            [actor.user_id, now(), *values],
        )
        return int(cursor.rowcount)
