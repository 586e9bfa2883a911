"""The drawing of a stand: its parts, and whose each module is."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, note, note_object, refuse, require, service, unchanged
from levante.participations import policies, states
from levante.participations.holding import locked_selection
from levante.participations.models import Participation, Selection, StandElement
from levante.participations.pure.drawing import Part, in_rows, overlapping

#: A drawing has at most so many parts, and is at most so wide or deep (cm).
MOST_PARTS, MOST_SIDE = 300, 20_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part as somebody draws it, in centimetres."""

    code: str
    kind: str
    x: int
    y: int
    width: int
    depth: int
    label_it: str = ""
    label_en: str = ""


class Hall(NamedTuple):
    """The space that the stand is in, in centimetres."""

    width: int
    depth: int


def mark_of_drawing(selection: Selection, elements: Iterable[StandElement]) -> str:
    """What a drawing is, in a word (16 letters of a SHA-256): who saves gives the mark of what they had read, so that two who
    draw at once do not undo each other. Whose the modules are is not in it."""
    parts = sorted(
        [one.code, one.kind, one.x, one.y, one.width, one.depth, one.label_it, one.label_en] for one in elements
    )
    return _mark([selection.hall_width, selection.hall_depth, parts])


def mark_of_holders(elements: Iterable[StandElement]) -> str:
    """Whose the modules are, in a word, as ``mark_of_drawing``."""
    return _mark(sorted([one.code, one.holder_id] for one in elements if one.kind == states.MODULE))


def _mark(what: object) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]


def _still(read: str | None, mark: str) -> None:
    if read is not None and read != mark:
        refuse(
            "Qualcuno ha salvato un’altra versione mentre la modificavi: quello che hai scritto non è salvato. Confronta e salva di nuovo.",
            "Somebody kept another version while you were changing it: what you wrote is not kept. Compare, then keep it again.",
            field="read",
        )


@service("participations.draw_stand")
def draw_stand(
    *,
    actor: Actor,
    initiative: Initiative,
    parts: Sequence[Drawn],
    hall: Hall | Literal["as it is"] | None = "as it is",
    read: str | None = None,
) -> Selection:
    """Replace the drawing. Parts do not overlap and are within the space there is (``hall``, cm; none: not known yet); a module
    that is somebody's stays theirs by its code, and is not taken off. ``read``: the mark of the drawing that was changed; refused
    when it is no longer that one."""
    selection = locked_selection(initiative.pk)
    require(policies.may_keep(actor, selection.initiative))
    held = {one.code: one for one in selection.elements.select_for_update()}
    _still(read, mark_of_drawing(selection, held.values()))
    if hall == "as it is":
        hall = Hall(selection.hall_width, selection.hall_depth or 0) if selection.hall_width else None
    _check(parts, hall)
    kept = {part.code: part for part in parts}
    for code, element in held.items():
        if element.holder_id is not None and (code not in kept or kept[code].kind != states.MODULE):
            refuse(
                f"Il modulo {code} è assegnato: prima si libera.",
                f"Module {code} is assigned: free it first.",
                field="parts",
            )
    selection.elements.exclude(code__in=list(kept)).delete()
    for part in parts:
        element = held.get(part.code) or StandElement(selection=selection, code=part.code)
        element.kind, element.x, element.y, element.width, element.depth = (
            part.kind,
            part.x,
            part.y,
            part.width,
            part.depth,
        )
        element.label_it, element.label_en = part.label_it[:60], part.label_en[:60]
        element.save()
    selection.hall_width, selection.hall_depth = (hall.width, hall.depth) if hall is not None else (None, None)
    selection.save(update_fields=["hall_width", "hall_depth"])
    note(parts=len(parts), hall=f"{hall.width}×{hall.depth}" if hall is not None else "")
    note_object(selection)
    return selection


def _check(parts: Sequence[Drawn], hall: Hall | None) -> None:
    if hall is not None and not (0 < hall.width <= MOST_SIDE and 0 < hall.depth <= MOST_SIDE):
        refuse(
            f"Lo spazio ha due lati, da 1 a {MOST_SIDE} cm.",
            f"The space has two sides, of 1 to {MOST_SIDE} cm.",
            field="hall",
        )
    if len(parts) > MOST_PARTS:
        refuse(f"Al massimo {MOST_PARTS} parti.", f"At most {MOST_PARTS} parts.", field="parts")
    codes = [part.code.strip() for part in parts]
    if any(not code or len(code) > 12 for code in codes) or len(set(codes)) != len(codes):
        refuse(
            "Ogni parte ha un codice suo, di 12 caratteri al massimo.",
            "Each part has a code of its own, of at most 12 characters.",
            field="parts",
        )
    for part in parts:
        inside = part.x >= 0 and part.y >= 0 and part.x + part.width <= MOST_SIDE and part.y + part.depth <= MOST_SIDE
        if part.kind not in states.ELEMENTS or part.width < 1 or part.depth < 1 or not inside:
            refuse(
                f"La parte {part.code} non ha misure possibili.",
                f"Part {part.code} has no possible measures.",
                field="parts",
            )
        if hall is not None and (part.x + part.width > hall.width or part.y + part.depth > hall.depth):
            refuse(
                f"{part.code} esce dallo spazio, che è di {hall.width} × {hall.depth} cm.",
                f"{part.code} is out of the space, which is of {hall.width} × {hall.depth} cm.",
                field="parts",
            )
    clash = overlapping([Part(one.code, one.x, one.y, one.width, one.depth) for one in parts])
    if clash:
        one, other = clash[0]
        refuse(f"{one} e {other} si sovrappongono.", f"{one} and {other} overlap.", field="parts")


def first_drawing(selection: Selection, columns: int = 4) -> list[Drawn]:
    """A first drawing with a module for each place, in rows, to be mended by hand."""
    return [
        Drawn(part.code, states.MODULE, part.x, part.y, part.width, part.depth)
        for part in in_rows(selection.places, columns=columns)
    ]


@service("participations.assign_module")
def assign_module(*, actor: Actor, element: StandElement, row: Participation | None) -> StandElement:
    """Give a module to who has a place, or free it (``row`` none). No more modules than were accepted."""
    selection = locked_selection(
        StandElement.objects.values_list("selection__initiative_id", flat=True).get(pk=element.pk)
    )
    held = StandElement.objects.select_for_update().get(pk=element.pk)
    require(policies.may_keep(actor, selection.initiative))
    if held.holder_id == (row.pk if row is not None else None):
        return unchanged(held)
    if row is not None:
        current = Participation.objects.select_for_update().get(pk=row.pk)
        if current.selection_id != selection.pk or current.state not in states.SEATED:
            refuse("Non ha un posto in questa iniziativa.", "It has no place in this initiative.", field="row")
        if held.kind != states.MODULE:
            refuse("Non è un modulo.", "It is not a module.")
        if current.modules_held.exclude(pk=held.pk).count() >= current.modules:
            refuse("Ha già tutti i suoi moduli.", "It has all its modules already.", field="row")
    held.holder_id = row.pk if row is not None else None
    held.save(update_fields=["holder"])
    note(code=held.code, participation=held.holder_id)
    return held


@service("participations.exchange_modules")
def exchange_modules(
    *, actor: Actor, initiative: Initiative, holders: Mapping[int, int | None], read: str | None = None
) -> Selection:
    """Say whose each of these modules is (numbers of the element and of the place, none to free it), all or none: what changes hands does
    at once, so that two may be exchanged. ``read``: the mark of whose they were; refused when they are no longer."""
    selection = locked_selection(initiative.pk)
    require(policies.may_keep(actor, selection.initiative))
    elements = {one.pk: one for one in selection.elements.select_for_update().order_by("pk")}
    _still(read, mark_of_holders(elements.values()))
    if any(pk not in elements or elements[pk].kind != states.MODULE for pk in holders):
        refuse("Non è un modulo di questo stand.", "It is no module of this stand.")
    changed = [elements[pk] for pk in sorted(holders) if elements[pk].holder_id != holders[pk]]
    if not changed:
        return unchanged(selection)
    rows = {row.pk: row for row in selection.participations.seated().select_for_update(of=("self",)).order_by("pk")}
    for element in changed:
        element.holder_id = holders[element.pk]
    held = Counter(one.holder_id for one in elements.values() if one.holder_id is not None)
    for element in changed:
        if element.holder_id is None:
            continue
        if element.holder_id not in rows:
            refuse("Non ha un posto in questa iniziativa.", "It has no place in this initiative.", field="holder")
        if held[element.holder_id] > rows[element.holder_id].modules:
            refuse("Ha già tutti i suoi moduli.", "It has all its modules already.", field="holder")
    StandElement.objects.bulk_update(changed, ["holder"])
    note(modules={one.code: one.holder_id for one in changed})
    note_object(selection)
    return selection
