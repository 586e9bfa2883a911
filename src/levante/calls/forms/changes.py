"""What changed between two versions of a form, told field by field, and what it does to a draft that was being filled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from levante.calls.forms.model import Field, Form, Section
from levante.calls.plain_words import in_words
from levante.kernel.pure import Bilingual

#: What a change does to an answer that is there: nothing, it is lost, it is to be given, it is to be read again.
NOTHING, LOST, TO_GIVE, TO_REVIEW = "nothing", "lost", "to_give", "to_review"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``place`` is the field (``cost_items.amount`` for a column) or the section; ``kind`` names what changed;
    ``does`` what it does to an answer; ``codes`` the choices that are gone."""

    kind: str
    place: str
    text: Bilingual
    does: str = NOTHING
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one draft: its field, and in words."""

    field: str
    does: str
    text: Bilingual


def changes_between(before: Form, after: Form) -> list[Change]:
    """What changed, sections first, then fields in the order of the new form, then what is gone."""
    return [*_sections(before, after), *_fields(before, after), *_lists(before, after)]


def _sections(before: Form, after: Form) -> Iterator[Change]:
    old, new = {one.id: one for one in before.sections}, {one.id: one for one in after.sections}
    for section in after.sections:
        was = old.get(section.id)
        name = section.title
        if was is None:
            yield Change(
                "section_added", section.id, Bilingual(f"nuova sezione «{name.it}»", f"new section “{name.en}”")
            )
            continue
        if was.title != name:
            yield Change(
                "section_renamed",
                section.id,
                Bilingual(
                    f"la sezione «{was.title.it}» diventa «{name.it}»", f"section “{was.title.en}” becomes “{name.en}”"
                ),
            )
        if was.intro != section.intro:
            yield Change(
                "section_intro",
                section.id,
                Bilingual(f"«{name.it}»: cambia l’introduzione", f"“{name.en}”: its introduction changes"),
            )
        if was.each != section.each:
            now_it, now_en = (
                ("ogni impresa del gruppo", "each firm of a group")
                if section.each
                else ("chi fa domanda", "who applies")
            )
            yield Change(
                "section_each",
                section.id,
                Bilingual(f"«{name.it}»: ora la compila {now_it}", f"“{name.en}”: now {now_en} answers it"),
            )
        yield from _condition(was.show_if, section.show_if, section, before, after)
    for section in before.sections:
        if section.id not in new:
            yield Change(
                "section_removed",
                section.id,
                Bilingual(f"tolta la sezione «{section.title.it}»", f"section “{section.title.en}” is removed"),
            )
    kept = [one.id for one in after.sections if one.id in old]
    if kept != [one.id for one in before.sections if one.id in new]:
        yield Change(
            "sections_moved", "", Bilingual("cambia l’ordine delle sezioni", "the order of the sections changes")
        )


def _condition(was: str, now: str, subject: Section | Field, before: Form, after: Form) -> Iterator[Change]:
    if was == now:
        return
    name = subject.title if isinstance(subject, Section) else subject.label
    if not now:
        text = Bilingual(f"«{name.it}» si chiede sempre", f"“{name.en}” is always asked")
    else:
        words = in_words(now, after)
        text = Bilingual(f"«{name.it}» si chiede solo se {words.it}", f"“{name.en}” is asked only if {words.en}")
    yield Change("condition", subject.id, text, TO_REVIEW)


def _fields(before: Form, after: Form) -> Iterator[Change]:
    old = {item.id: (section, item) for section, item in before.fields()}
    new = {item.id for _, item in after.fields()}
    for section, item in after.fields():
        if item.id not in old:
            yield _added(item, item.id)
            continue
        was_in, was = old[item.id]
        if was_in.id != section.id:
            yield Change(
                "moved",
                item.id,
                Bilingual(
                    f"«{item.label.it}» passa a «{section.title.it}»",
                    f"“{item.label.en}” moves to “{section.title.en}”",
                ),
            )
        yield from _field(was, item, item.id, before, after)
    for _, item in before.fields():
        if item.id not in new:
            yield Change(
                "removed",
                item.id,
                Bilingual(f"«{item.label.it}» non si chiede più", f"“{item.label.en}” is no longer asked"),
                LOST,
            )


def _added(item: Field, place: str) -> Change:
    needed = bool(item.required) and item.kind != "computed"
    words = (
        (("da compilare", "to be filled in") if needed else ("facoltativa", "optional"))
        if item.kind != "computed"
        else ("calcolata", "computed")
    )
    return Change(
        "added", place, Bilingual(f"nuova domanda, {words[0]}: «{item.label.it}»", f"new question, {words[1]}: “{item.label.en}”"),
        TO_GIVE if needed else NOTHING,
    )  # fmt: skip


def _field(was: Field, item: Field, place: str, before: Form, after: Form) -> Iterator[Change]:
    it, en = f"«{item.label.it}»", f"“{item.label.en}”"

    def change(kind: str, words: tuple[str, str], does: str = NOTHING, codes: frozenset[str] = frozenset()) -> Change:
        return Change(kind, place, Bilingual(f"{it}: {words[0]}", f"{en}: {words[1]}"), does, codes)

    if was.kind != item.kind or was.result != item.result:
        yield change("kind", ("la risposta è di un altro genere", "the answer is of another kind"), LOST)
        return
    if was.label != item.label:
        yield change("label", (f"prima era «{was.label.it}»", f"it was “{was.label.en}”"), TO_REVIEW)
    if (was.help, was.why) != (item.help, item.why):
        yield change("help", ("cambia la spiegazione", "its explanation changes"))
    if was.required != item.required:
        if not item.required:
            yield change("required", ("non è più obbligatoria", "it is no longer required"))
        elif item.required == "true":
            yield change("required", ("ora è obbligatoria", "it is now required"), TO_GIVE)
        else:
            words = in_words(item.required, after)
            yield change("required", (f"è obbligatoria se {words.it}", f"it is required if {words.en}"), TO_GIVE)
    yield from _condition(was.show_if, item.show_if, item, before, after)
    yield from _choices(was, item, change)
    for name, words in _LIMITS.items():
        if getattr(was, name) != getattr(item, name):
            yield change("limits", words, TO_REVIEW)
    if was.reference != item.reference:
        words = (
            (f"ora cita {item.reference}", f"it now cites {item.reference}")
            if item.reference
            else ("non cita più una norma", "it cites no norm any more")
        )
        yield change("reference", words, TO_REVIEW)
    if was.formula != item.formula:
        said = in_words(item.formula, after, item)
        yield change("formula", (f"si calcola così: {said.it}", f"it is reckoned so: {said.en}"))
    if (was.must, was.must_text) != (item.must, item.must_text):
        rule = (
            ("una regola in meno", "a rule less")
            if item.must_text is None
            else (f"una regola: {item.must_text.it}", f"a rule: {item.must_text.en}")
        )
        yield change("rule", rule, TO_REVIEW if item.must else NOTHING)
    if (was.signed, was.deferrable, was.expires) != (item.signed, item.deferrable, item.expires):
        yield change(
            "document", ("cambia come si consegna il documento", "how the document is handed in changes"), TO_REVIEW
        )
    if item.kind == "group":
        columns = {column.id: column for column in was.fields}
        for column in item.fields:
            if column.id not in columns:
                yield _added(column, f"{place}.{column.id}")
            else:
                yield from _field(columns[column.id], column, f"{place}.{column.id}", before, after)
        for column in was.fields:
            if column.id not in {one.id for one in item.fields}:
                yield Change(
                    "removed",
                    f"{place}.{column.id}",
                    Bilingual(
                        f"{it}: «{column.label.it}» non si chiede più", f"{en}: “{column.label.en}” is no longer asked"
                    ),
                    LOST,
                )


_LIMITS = {
    "minimum": ("cambia il minimo", "its least changes"),
    "maximum": ("cambia il massimo", "its most changes"),
    "whole": ("cambia se vale solo un numero intero", "whether only a whole number holds changes"),
    "not_before": ("cambia il primo giorno ammesso", "the first day admitted changes"),
    "not_after": ("cambia l’ultimo giorno ammesso", "the last day admitted changes"),
    "not_past": ("cambia se può essere un giorno passato", "whether it can be a past day changes"),
    "region": ("cambia la regione dei comuni ammessi", "the region of the places admitted changes"),
    "max_length": ("cambia la lunghezza massima", "the longest text changes"),
    "min_rows": ("cambia il minimo di righe", "the least rows change"),
    "max_rows": ("cambia il massimo di righe", "the most rows change"),
    "accept": ("cambiano i tipi di file ammessi", "the kinds of files admitted change"),
    "max_files": ("cambia il massimo di documenti", "the most documents change"),
    "max_megabytes": ("cambia la grandezza massima dei file", "the largest size of files changes"),
}


def _choices(was: Field, item: Field, change: Any) -> Iterator[Change]:
    old, new = {one.code: one.label for one in was.choices}, {one.code: one.label for one in item.choices}
    for code, label in new.items():
        if code not in old:
            yield change("choice_added", (f"nuova voce «{label.it}»", f"new entry “{label.en}”"))
        elif old[code] != label:
            yield change(
                "choice_renamed",
                (f"la voce «{old[code].it}» diventa «{label.it}»", f"entry “{old[code].en}” becomes “{label.en}”"),
                TO_REVIEW,
                frozenset({code}),
            )
    for code, label in old.items():
        if code not in new:
            yield change(
                "choice_removed",
                (f"tolta la voce «{label.it}»", f"entry “{label.en}” is removed"),
                LOST,
                frozenset({code}),
            )


def _lists(before: Form, after: Form) -> Iterator[Change]:
    for name in sorted({*before.lists, *after.lists}):
        if tuple(before.lists.get(name, ())) != tuple(after.lists.get(name, ())):
            yield Change("list", name, Bilingual(f"cambia l’elenco «{name}»", f"the list “{name}” changes"))


def effects_on(changes: list[Change], answers: Mapping[str, Any]) -> list[Effect]:
    """What the changes do to the answers of a draft: those lost, those to give, those to read again."""
    found = []
    for change in changes:
        name, _, column = change.place.partition(".")
        touched = _touched(change, answers.get(name), column)
        if touched:
            found.append(Effect(name, change.does, change.text))
    return found


def _touched(change: Change, answer: Any, column: str) -> bool:
    if change.does == NOTHING:
        return False
    rows = answer if isinstance(answer, list) and all(isinstance(row, dict) for row in answer) else []
    values = [row.get(column) for row in rows] if column else [answer]
    there = [value for value in values if value is not None and value != "" and value != []]
    if change.codes:
        chosen = {
            code for value in there for code in (value if isinstance(value, list) else [value]) if isinstance(code, str)
        }
        return bool(chosen & change.codes)
    if change.does == TO_GIVE:
        return len(there) < len(values) if column else not there
    return bool(there)
