"""Loading a programme's folder: one transaction, repeatable, never against what is in use."""

from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel

from levante.identity.api import Office, save_office
from levante.kernel.api import Actor, Refused, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual
from levante.programme.change_words import NAMES
from levante.programme.changes import (
    Change,
    Changes,
    changes_of,
    movement_key,
    programme_attributes,
    refusals,
)
from levante.programme.checking import MODELS, Folder
from levante.programme.definitions import Sector
from levante.programme.frame import Act, Programme
from levante.programme.money import BudgetLine, Movement, Position
from levante.programme.policies import may_load_programme
from levante.programme.reading import read_programme
from levante.programme.schema import LINKS, MovementEntry
from levante.programme.services import record_movement, reprogramme
from levante.programme.ties import give_back

#: One load at a time, whatever the programme: any number no other lock of the house uses.
_LOCK = 7_305_001


def load_folder(path: Path, *, actor: Actor) -> dict[str, int]:
    """Read a folder and load it: ``{created, updated, unchanged, removed}``. ``Unreadable`` or ``Refused`` when it cannot be."""
    return load_programme(actor=actor, folder=read_programme(path))


@service("programme.load_programme")
def load_programme(*, actor: Actor, folder: Folder, ties_from_folder: bool = False) -> dict[str, int]:
    """Make the database say what the folder says, or refuse and change nothing.

    Loading the same folder twice changes nothing and leaves no trace. A row that is no longer in the folder is removed if
    nothing uses it; what uses it is named in the refusal, all of them at once. Movements are only ever added.
    """
    require(may_load_programme(actor))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    stopped = refusals(folder, ties_from_folder=ties_from_folder)
    if stopped:
        refuse(" ".join(each.it for each in stopped), " ".join(each.en for each in stopped))
    changes = changes_of(folder, ties_from_folder=ties_from_folder)
    programme = _programme(folder, changes)
    known = KnownRows(programme)
    _remove(
        programme, changes, ["direction_actions"]
    )  # first: two ties of one pair may not share a day, and nothing uses one
    for section in MODELS:
        _write_section(actor, programme, section, folder, changes, known)
    _remove(programme, changes, [section for section in MODELS if section != "direction_actions"])
    added = {change.code for change in changes.of("added") if change.section == "movements"}
    for code, entry in folder.rows["movements"].items():
        if code in added:
            record_entry(actor, programme, entry, movement_key(programme.code, code), known)
    counts = {
        "created": len(changes.of("added")),
        "updated": len(changes.of("changed")),
        "unchanged": changes.unchanged,
        "removed": len(changes.of("removed")),
    }
    give_back(actor, programme, changes.given_back)
    if changes.kept:
        counts["kept"] = len(changes.kept)
    if not changes:
        return unchanged(counts)
    note_object(programme)
    note(
        programme=programme.code,
        **counts,
        changes=[f"{row.kind} {row.section} {row.code}" for row in changes.rows][:500],
    )
    return counts


class KnownRows:
    """Rows by section and code: read once a section, kept up as they are made."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.rows: dict[str, dict[str, Any]] = {}

    def get(self, section: str, code: str) -> Any:
        if section not in self.rows:
            model = MODELS[section]
            rows = model.objects.all() if section == "bodies" else model.objects.filter(programme=self.programme)
            self.rows[section] = {row.code: row for row in rows.order_by("pk")}
        return self.rows[section][code]

    def put(self, section: str, row: Any) -> None:
        if section in self.rows:
            self.rows[section][row.code] = row


def _programme(folder: Folder, changes: Changes) -> Programme:
    programme = Programme.objects.filter(code=folder.programme.code).first()
    wanted = programme_attributes(folder)
    if programme is None:
        return Programme.objects.create(code=folder.programme.code, loaded_at=now(), **wanted)
    if changes:
        for name, value in wanted.items():
            setattr(programme, name, value)
        programme.loaded_at = now()
        programme.save()
    return programme


def _write_section(
    actor: Actor, programme: Programme, section: str, folder: Folder, changes: Changes, known: KnownRows
) -> None:
    links = LINKS.get(section, {})
    for change in _in_order(section, changes):
        values = {
            name: known.get(links[name], value) if name in links and value is not None else value
            for name, value in change.after.items()
            if not isinstance(value, tuple) or name not in links
        }
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        many = {name: codes for name, codes in change.after.items() if isinstance(codes, tuple) and name in links}
        if section == "bodies":
            row = _save_office(actor, change.code, values)
        elif change.kind == "added":
            row = MODELS[section].objects.create(programme=programme, **values)
        else:
            row = known.get(section, change.code)
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
        known.put(section, row)
        for name, codes in many.items():
            getattr(row, name).set([known.get(links[name], code) for code in codes])


def _save_office(actor: Actor, code: str, values: dict[str, Any]) -> Office:
    fields = {name: value for name, value in values.items() if name != "code"}
    return save_office(actor=actor, code=code, **fields)


def _in_order(section: str, changes: Changes) -> list[Change]:
    """Added and changed rows of a section, each after the rows of the same section that it names."""
    waiting = {row.code: row for row in changes.rows if row.section == section and row.kind != "removed"}
    own = [name for name, target in LINKS.get(section, {}).items() if target == section]
    ordered: list[Change] = []
    while waiting:
        for code in list(waiting):
            if not any(
                waiting[code].after.get(name) in waiting for name in own if waiting[code].after.get(name) != code
            ):
                ordered.append(waiting.pop(code))
    return ordered


def what_stops(*, actor: Actor, folder: Folder, ties_from_folder: bool = False) -> list[Bilingual]:
    """Why loading would be refused, empty when it would not: the load itself, done and undone. Nothing is changed."""
    stopped = refusals(folder, ties_from_folder=ties_from_folder)
    if stopped:
        return stopped
    try:
        with transaction.atomic():
            load_programme(actor=actor, folder=folder, ties_from_folder=ties_from_folder)
            transaction.set_rollback(True)
    except Refused as refused:
        return [refused.reason]
    except DatabaseError as error:
        told = str(error).strip().splitlines()[0]
        return [Bilingual(told, told)]
    return []


def _remove(programme: Programme, changes: Changes, sections: list[str]) -> None:
    """Delete what the folder no longer has, last sections first; refuse if something else still uses it."""
    kept: list[Bilingual] = []
    for section in reversed(sections):
        gone = {change.code for change in changes.of("removed") if change.section == section}
        if not gone:
            continue
        rows = {row.code: row for row in MODELS[section].objects.filter(programme=programme, code__in=gone)}
        own = {name for name, target in LINKS.get(section, {}).items() if target == section}
        # A chain within the section (3.5 and 3.5.b) goes from its end: rows that only rows not yet gone name come later.
        while rows:
            free = [row for row in rows.values() if not _named_by(row, rows, own)]
            for row in free or list(rows.values()):
                used = uses_of(row)
                if used:
                    the, _ = NAMES[section]
                    kept.append(
                        Bilingual(
                            f"Non si può togliere {the} “{row.code}”: è in uso da {', '.join(each.it for each in used)}.",
                            f"“{row.code}” ({section}) cannot be removed: it is used by "
                            f"{', '.join(each.en for each in used)}.",
                        )
                    )
                else:
                    row.delete()
                del rows[row.code]
    if kept:
        refuse(" ".join(each.it for each in kept), " ".join(each.en for each in kept))


def _named_by(row: Any, rows: dict[str, Any], own: set[str]) -> bool:
    return any(getattr(other, f"{name}_id") == row.pk for other in rows.values() if other is not row for name in own)


def uses_of(row: models.Model) -> list[Bilingual]:
    """What still points to a row, in any room: how many, of what, and the codes of the first: ``2 × linea (A/2024, A/2025)``."""
    italian: dict[Any, str] = {model: NAMES[section][1] for section, model in MODELS.items()}
    italian |= {Movement: NAMES["movements"][1], Position: "posizione di un soggetto"}
    found = []
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        model: Any = relation.related_model
        owner = model._meta.auto_created or model  # the table of a list belongs to the model that has the list
        if owner is not model and issubclass(owner, type(row)) and relation.field.name == row._meta.model_name:
            continue  # the row's own lists go with it
        rows = model._base_manager.filter(**{relation.field.name: row})
        count = rows.count()
        if count:
            codes = _codes(rows) if owner is model and hasattr(model, "code") else ""
            verbose = str(owner._meta.verbose_name)
            name = italian.get(owner, verbose)
            found.append(Bilingual(f"{count} × {name}{codes}", f"{count} × {verbose}{codes}"))
    return sorted(found, key=lambda each: each.it)


def _codes(rows: Any) -> str:
    first = list(rows.order_by("pk").values_list("code", flat=True)[:4])
    return f" ({', '.join(map(str, first[:3]))}{'…' if len(first) > 3 else ''})"


def record_entry(actor: Actor, programme: Programme, entry: MovementEntry, key: str, known: Any = None) -> Movement:
    """Record one movement written in a file, once: its key finds it again."""
    rows = known or KnownRows(programme)
    line: BudgetLine = rows.get("lines", entry.line)
    act: Act = rows.get("acts", entry.act)
    reason = entry.reason or entry.source
    try:
        if entry.to is not None:
            return reprogramme(
                actor=actor,
                source=line,
                target=rows.get("lines", entry.to),
                amount=entry.amount,
                act=act,
                target_act=rows.get("acts", entry.to_act) if entry.to_act else None,
                exercise=entry.exercise,
                on=entry.on,
                reason=reason,
                idempotency_key=key,
                demonstration=entry.demonstration,
            )
        subject = entry.subject
        sectors: list[Sector] | None = None
        if subject is not None and subject.sectors is not None:
            sectors = [rows.get("sectors", code) for code in subject.sectors]
        return record_movement(
            actor=actor,
            line=line,
            kind=entry.kind,
            amount=entry.amount,
            act=act,
            exercise=entry.exercise,
            on=entry.on,
            chapter=entry.chapter,
            commitment_number=entry.commitment_number,
            subject_type=subject.type if subject else "",
            subject_id=subject.id if subject else "",
            subject_label=subject.label if subject else "",
            comune=(subject.comune or "") if subject else "",
            sectors=sectors,
            release_of=entry.release_of,
            reason=reason,
            idempotency_key=key,
            demonstration=entry.demonstration,
        )
    except Refused as error:
        refuse(
            f"Movimento “{entry.code}”: {error.reason.it}",
            f"Movement “{entry.code}”: {error.reason.en}",
            field=error.field,
        )
