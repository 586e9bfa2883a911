"""What loading a folder would change: compared with the database, and said in sentences an officer reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

from django.db.models import Count, Min, Q

from levante.identity.api import Office
from levante.kernel.pure import Bilingual, format_euro
from levante.programme import vocabulary as words
from levante.programme.change_words import NAMES, NAMES_EN, WORDS, field_named
from levante.programme.checking import MODELS, Folder, attributes
from levante.programme.definitions import DirectionAction, TieChange
from levante.programme.frame import Act, Programme
from levante.programme.money import Movement
from levante.programme.schema import LINKS, MovementEntry
from levante.programme.ties import held_at_desk

NOTHING = Bilingual("", "")
_NOT_IN_FOLDER = Bilingual("nella cartella non c’è", "it is not in the folder")
_STILL_IN_FOLDER = Bilingual("nella cartella c’è ancora", "it is still in the folder")
_OTHERWISE_IN_FOLDER = Bilingual("nella cartella è scritto diversamente", "the folder says otherwise")

#: What may no longer change once money has moved on it: the register would be rewritten.
FROZEN = {"lines": {"triennium"}, "acts": {"triennium"}}


@dataclass(frozen=True, slots=True)
class Change:
    """One row added, changed or removed. ``before`` and ``after`` map each changed attribute to its value."""

    section: str
    code: str
    kind: str  # added, changed, removed; kept: changed at the desk
    label: Bilingual = NOTHING
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    done: str = ""  # of what is kept: what the desk did
    why: Bilingual = NOTHING  # of what is kept: when, who and the reason

    def sentence(self, language: str = "it") -> str:
        english = language == "en"
        label = self.label.in_language(language)
        the = NAMES_EN[self.section] if english else NAMES[self.section][0]
        name = f"{the} “{self.code}”" + (f" ({label})" if label else "")
        if self.kind == "added":
            return f"New: {name}." if english else f"Si aggiunge {name}."
        if self.kind == "removed":
            return f"Removed: {name}." if english else f"Si toglie {name}."
        if self.kind == "kept":
            where = {"added": _NOT_IN_FOLDER, "removed": _STILL_IN_FOLDER}.get(self.done, _OTHERWISE_IN_FOLDER)
            why, told = self.why.in_language(language), where.in_language(language)
            if english:
                return f"As decided at the desk, {name} stays ({why}): {told}."
            return f"Resta com’è stato deciso alla scrivania {name} ({why}): {told}."
        parts = []
        for attribute in self.after:
            values = _where_they_differ(self.before[attribute], self.after[attribute])
            before, after = (_shown(_in_words(self.section, attribute, value, language), language) for value in values)
            called = field_named(attribute, language)
            parts.append(f"{called} from {before} to {after}" if english else f"{called} da {before} a {after}")
        return f"{'Changed' if english else 'Cambia'}{':' if english else ''} {name}: {'; '.join(parts)}."


@dataclass(slots=True)
class Changes:
    rows: list[Change]
    unchanged: int
    kept: list[Change] = field(default_factory=list)  # changed at the desk, and the folder says otherwise
    given_back: set[str] = field(default_factory=set)  # ties the desk had changed and the folder takes again

    def of(self, kind: str) -> list[Change]:
        return [change for change in self.rows if change.kind == kind]

    def __bool__(self) -> bool:
        return bool(self.rows)


def changes_of(folder: Folder, *, ties_from_folder: bool = False) -> Changes:
    """Compare a folder with the database. About one query a section.

    Ties changed at the desk are left alone and told apart (``kept``), unless they are to be taken from the folder again.
    """
    programme = Programme.objects.filter(code=folder.programme.code).first()
    found: list[Change] = []
    unchanged = 0
    wanted_head = programme_attributes(folder)
    if programme is None:
        found.append(
            Change(
                "programme",
                folder.programme.code,
                "added",
                Bilingual(folder.programme.name.it, folder.programme.name.en),
                after=wanted_head,
            )
        )
    else:
        kept = {name: getattr(programme, name) for name in wanted_head}
        unchanged += _compare("programme", folder.programme.code, kept, wanted_head, found)
    at_desk = held_at_desk(programme)
    held = {} if ties_from_folder else at_desk
    kept_changes = [change for code in sorted(held) if (change := _held(code, held[code], folder)) is not None]
    for section in MODELS:
        kept_rows = stored(section, programme, folder)
        for code, entry in folder.rows[section].items():
            wanted = attributes(section, entry)
            if section == "direction_actions" and code in held:
                unchanged += 1
            elif code not in kept_rows:
                found.append(Change(section, code, "added", _label(wanted), after=wanted))
            else:
                unchanged += _compare(section, code, kept_rows[code], wanted, found)
        if section != "bodies":  # offices are shared with other programmes: a folder that is silent does not close them
            for code in kept_rows.keys() - folder.rows[section].keys():
                if section == "direction_actions" and code in held:
                    continue
                found.append(Change(section, code, "removed", _label(kept_rows[code])))
    known = recorded_movements(programme)
    for code, entry in folder.rows["movements"].items():
        if code in known:
            unchanged += 1
        else:
            label = Bilingual(
                f"{format_euro(entry.amount)} sulla linea {entry.line}",
                f"{format_euro(entry.amount, 'en')} on line {entry.line}",
            )
            found.append(Change("movements", code, "added", label))
    return Changes(found, unchanged, kept_changes, set(at_desk) if ties_from_folder else set())


def kept_beside(folder: Folder) -> list[Bilingual]:
    """What the database holds and the folder does not, and loading never takes away: offices, which other programmes and
    people may share; acts and movements that came out of the work. Three queries."""
    offices = Office.objects.exclude(code__in=folder.rows["bodies"]).order_by("code").values_list("code", flat=True)
    found = [_kept("uffici", "offices", len(offices), offices)]
    programme = Programme.objects.filter(code=folder.programme.code).first()
    if programme is not None:
        acts = Act.objects.filter(programme=programme, code__startswith=words.AT_WORK).order_by("pk")
        codes = acts.values_list("code", flat=True)
        found.append(_kept("atti nati dal lavoro", "acts that came out of the work", len(codes), codes))
        ours = Q(idempotency_key__startswith=movement_key(programme.code, ""))
        at_work = Movement.objects.of(programme).exclude(ours).order_by("line__code").values_list("line__code")
        lines = dict(at_work.annotate(Count("pk")))
        it, en = "movimenti registrati lavorando, sulle linee", "movements recorded at work, on lines"
        found.append(_kept(it, en, sum(lines.values()), list(lines)))
    return [each for each in found if each is not None]


def _kept(it: str, en: str, count: int, names: Sequence[str]) -> Bilingual | None:
    """How many, and the first names among them."""
    told = ", ".join(names[:8]) + ("…" if len(names) > 8 else "")
    return (
        Bilingual(
            f"Nel database e non nella cartella: {count} {it} ({told}). Restano: caricare non li toglie.",
            f"In the database and not in the folder: {count} {en} ({told}). They stay: loading does not take them away.",
        )
        if count
        else None
    )


def _held(code: str, change: TieChange, folder: Folder) -> Change | None:
    """A tie that the desk holds, when the folder does not say the same of it."""
    entry = folder.rows["direction_actions"].get(code)
    wanted = attributes("direction_actions", entry) if entry is not None else {}
    told = {
        name: wanted[name].isoformat() if isinstance(wanted[name], date) else wanted[name]
        for name in change.after
        if wanted
    }
    if told == change.after:
        return None
    why = Bilingual(
        f"il {change.at:%d/%m/%Y} da {change.by_label or 'il sistema'}: {change.reason}",
        f"on {change.at:%d/%m/%Y} by {change.by_label or 'the system'}: {change.reason}",
    )
    return Change("direction_actions", code, "kept", done=change.kind, why=why, before=change.after, after=told)


def programme_attributes(folder: Folder) -> dict[str, Any]:
    head = folder.programme
    return {
        "name_it": head.name.it,
        "name_en": head.name.en,
        "region_it": head.region.it,
        "region_en": head.region.en,
        "nuts": head.nuts,
        "description_it": folder.texts["it"],
        "description_en": folder.texts["en"],
        "source": head.source,
    }


def stored(section: str, programme: Programme | None, folder: Folder) -> dict[str, dict[str, Any]]:
    """The rows of a section as the database holds them, as attributes by code."""
    model, links = MODELS[section], LINKS.get(section, {})
    if section == "bodies":
        rows = model.objects.filter(code__in=folder.rows["bodies"])
    elif programme is None:
        return {}
    else:
        rows = model.objects.filter(programme=programme)
    if section == "acts":
        rows = rows.exclude(code__startswith=words.AT_WORK)
    concrete = {each.name for each in model._meta.fields if each.name != "programme"}
    many = [each.name for each in model._meta.many_to_many if each.name in links]
    rows = rows.select_related(*(name for name in links if name in concrete)).prefetch_related(*many)
    found = {}
    for row in rows.order_by("pk"):
        kept: dict[str, Any] = {}
        for name in concrete:
            if name in links:
                target = getattr(row, name)
                kept[name] = target.code if target is not None else None
            else:
                kept[name] = getattr(row, name)
        for name in many:
            kept[name] = tuple(sorted(target.code for target in getattr(row, name).all()))
        found[row.code] = kept
    return found


def movement_key(programme_code: str, code: str) -> str:
    return f"programme:{programme_code}:{code}"


def recorded_movements(programme: Programme | None) -> dict[str, Movement]:
    """The movements that loading this programme's folder has recorded, by their code."""
    if programme is None:
        return {}
    start = movement_key(programme.code, "")
    rows = Movement.objects.filter(idempotency_key__startswith=start).order_by("pk")
    rows = rows.select_related("line", "act", "counterpart__line", "counterpart__act", "position")
    return {str(row.idempotency_key).removeprefix(start): row for row in rows.prefetch_related("position__sectors")}


def refusals(folder: Folder, *, ties_from_folder: bool = False) -> list[Bilingual]:
    """What is not allowed: a recorded movement changed or taken out of the folder, a line moved to another triennium, a tie
    that would run beside one decided at the desk."""
    programme = Programme.objects.filter(code=folder.programme.code).first()
    if programme is None:
        return []
    ties = [] if ties_from_folder else list(_tie_refusals(folder, programme))
    return [*_movement_refusals(folder, programme), *_frozen_refusals(folder, programme), *ties]


def _tie_refusals(folder: Folder, programme: Programme) -> Iterator[Bilingual]:
    held = held_at_desk(programme)
    decided = DirectionAction.objects.filter(programme=programme, code__in=held).select_related("direction", "action")
    for row in decided.order_by("pk"):
        for code, entry in folder.rows["direction_actions"].items():
            apart = (entry.until and row.since and entry.until < row.since) or (
                entry.since and row.until and row.until < entry.since
            )
            if (
                code not in held
                and (entry.direction, entry.action) == (row.direction.code, row.action.code)
                and not apart
            ):
                yield Bilingual(
                    f"Il legame “{code}” corre negli stessi giorni di “{row.code}”, deciso alla scrivania: cambialo nella "
                    "cartella, o riprendi i legami della cartella con --ties-from-folder.",
                    f"Tie “{code}” runs in the same days as “{row.code}”, decided at the desk: change it in the folder, or "
                    "take the folder's ties again with --ties-from-folder.",
                )


def _movement_refusals(folder: Folder, programme: Programme) -> Iterator[Bilingual]:
    recorded = recorded_movements(programme)
    positions = {row.position_id for row in recorded.values() if row.position_id is not None}
    made = Movement.objects.filter(position__in=positions).order_by().values_list("position").annotate(first=Min("pk"))
    first_of = dict(made)
    for code, row in recorded.items():
        entry = folder.rows["movements"].get(code)
        if entry is None:
            amount = abs(row.amount)
            yield Bilingual(
                f"Il movimento “{code}” è registrato ({format_euro(amount)} sulla linea {row.line.code}) e non si può "
                "togliere: si corregge registrandone un altro.",
                f"Movement “{code}” is recorded ({format_euro(amount, 'en')} on line {row.line.code}) and cannot be taken "
                "away: another one mends it.",
            )
            continue
        changed = _changed(entry, row, first=row.position_id is None or first_of[row.position_id] == row.pk)
        if changed:
            it, en = (", ".join(field_named(name, language) for name in changed) for language in ("it", "en"))
            yield Bilingual(
                f"Il movimento “{code}” è già registrato e non si può cambiare ({it}): si corregge registrandone un altro.",
                f"Movement “{code}” is already recorded and cannot be changed ({en}): another one mends it.",
            )


def _changed(entry: MovementEntry, row: Movement, *, first: bool) -> list[str]:
    """The fields that a recorded movement would have otherwise. ``first``: it is the one that made its subject's position,
    which says where the money goes."""
    source = row.counterpart if row.counterpart is not None else row
    pairs: list[tuple[str, Any, Any]] = [
        ("kind", entry.kind, row.kind),
        ("line", entry.line, source.line.code),
        ("act", entry.act, source.act.code),
        ("amount", entry.amount, row.amount),
        ("on", entry.on, row.on),
        ("exercise", entry.exercise, row.exercise),
        ("reason", entry.reason or entry.source, row.reason),
        ("demonstration", entry.demonstration, row.demonstration),
        ("to", entry.to, row.line.code if row.counterpart is not None else None),
    ]
    if row.counterpart is not None:
        pairs.append(("to_act", entry.to_act or entry.act, row.act.code))
        return [name for name, wanted, kept in pairs if wanted != kept]
    pairs.append(("commitment_number", entry.commitment_number, row.commitment_number))
    if entry.chapter:  # without one of its own it took the chapter that the line had then
        pairs.append(("chapter", entry.chapter, row.chapter))
    if entry.release_of:
        pairs.append(("release_of", entry.release_of == "reserved", row.from_reserved > 0))
    if row.position is not None:
        subject, position = entry.subject, row.position
        told: tuple[Any, ...] = (subject.type, subject.id) if subject else ("", "")
        kept: tuple[Any, ...] = (row.subject_type, row.subject_id)
        if first:
            told += (subject.label, subject.comune or "") if subject else ("", "")
            kept += (position.label, position.comune)
        pairs.append(("subject", told, kept))
        if first and subject is not None and subject.sectors is not None:
            here = {sector.code for sector in position.sectors.all()}
            pairs.append(("sectors", set(subject.sectors), here))
    return [name for name, wanted, kept in pairs if wanted != kept]


def _frozen_refusals(folder: Folder, programme: Programme) -> Iterator[Bilingual]:
    for section, path in (("lines", "line__code"), ("acts", "act__code")):
        used = set(Movement.objects.of(programme).order_by().values_list(path, flat=True).distinct())
        kept = stored(section, programme, folder)
        for code in sorted(used & folder.rows[section].keys()):
            for name in FROZEN[section]:
                if getattr(folder.rows[section][code], name) != kept[code][name]:
                    yield Bilingual(
                        f"Non si può cambiare il campo {field_named(name, 'it')} di “{code}” ({NAMES[section][1]}): "
                        "vi sono già movimenti registrati.",
                        f"The {name} of “{code}” ({section}) cannot be changed: movements are already recorded.",
                    )


def _compare(section: str, code: str, kept: dict[str, Any], wanted: dict[str, Any], found: list[Change]) -> int:
    different = [name for name, value in wanted.items() if _plain(kept[name]) != _plain(value)]
    if not different:
        return 1
    before = {name: kept[name] for name in different}
    after = {name: wanted[name] for name in different}
    found.append(Change(section, code, "changed", _label(wanted), before, after))
    return 0


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _label(row: dict[str, Any]) -> Bilingual:
    def said(language: str) -> str:
        text = next((row[name] for stem in ("short", "name", "title") if row.get(name := f"{stem}_{language}")), "")
        return text if len(text) <= 90 else text[:89] + "…"

    return Bilingual(said("it"), said("en"))


def _in_words(section: str, attribute: str, value: Any, language: str) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(_in_words(section, attribute, each, language) for each in value)
    labels = words.CONFIDENCE if attribute == "confidence" else WORDS.get((section, attribute), {})
    return labels[value].in_language(language) if value in labels else value


def _where_they_differ(before: Any, after: Any) -> tuple[Any, Any]:
    """Two long texts, from shortly before the first letter that differs; anything else as it is."""
    if not (isinstance(before, str) and isinstance(after, str)) or max(len(before), len(after)) <= 80:
        return before, after
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    start = max(0, same - 20)
    return tuple(("…" if start else "") + text[start:] for text in (before, after))  # type: ignore[return-value]


def _shown(value: Any, language: str) -> str:
    english = language == "en"
    if value in (None, "", ()):
        return "empty" if english else "vuoto"
    if isinstance(value, bool):
        return ("no", "sì", "no", "yes")[value + 2 * english]
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return str(value) if english else str(value).replace(".", ",")
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    text = str(value)
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”"
