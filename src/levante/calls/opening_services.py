"""What happens to the openings of a published call: others added, one changed, the closing moved on, more money. Each with its
act and words for the public; suspending, exhausting, reopening and closing early are ``services.move_opening``."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from levante.calls import services, writing
from levante.calls.checker import Surroundings, check_call, errors_of
from levante.calls.definition import place_of, words_of
from levante.calls.document import document_of, read_entry
from levante.calls.editing import Malformed, Wrong, keep_revision
from levante.calls.holding import hold
from levante.calls.models import Call, Opening
from levante.calls.phases import CLOSED
from levante.calls.schema import CallEntry, OpeningEntry
from levante.calls.workflow import DESIGN
from levante.kernel.api import Actor, day_of, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, format_euro
from levante.programme.api import Act


def _held(call_id: int, actor: Actor, act: Act | None, text: tuple[str, str]) -> tuple[Call, Act]:
    call = Call.objects.select_for_update(of=("self",)).select_related("office", "programme", "fund").get(pk=call_id)
    require(DESIGN(actor, call))
    if call.state != "published":
        refuse(
            "Una finestra di una bozza si cambia con la bozza.", "The openings of a draft are changed with the draft."
        )
    act = services.adopted(act, call)
    if not text[0].strip():
        refuse("Scrivi che cosa cambia: sarà pubblico.", "Write what changes: it will be public.", field="text")
    return call, act


def _told(call: Call, kind: str, actor: Actor, opening: Opening, act: Act, text: tuple[str, str]) -> None:
    services.tell(
        call, kind, actor=actor, opening=opening, act_id=act.pk,
        text=(text[0].strip(), text[1].strip() or text[0].strip()),
    )  # fmt: skip
    call.revision += 1
    call.save(update_fields=["revision"])
    keep_revision(call, "openings", actor)


def _read(document: Mapping[str, Any]) -> CallEntry:
    try:
        return read_entry(document)
    except ValidationError as error:
        raise Malformed(
            [Wrong(".".join(map(str, place_of(item["loc"]))), words_of(item)) for item in error.errors()]
        ) from error


@service("calls.add_opening")
def add_opening(
    *, actor: Actor, call: Call, opening: Mapping[str, Any], act: Act | None, text: tuple[str, str]
) -> Opening:
    """Another opening of a published call (JSON, as in the document), that contradicts nothing. It takes the form in force."""
    held, act = _held(call.pk, actor, act, text)
    document = document_of(held)
    if any(one["code"] == opening.get("code") for one in document["openings"]):
        refuse("C’è già una finestra con questo codice.", "There is already an opening with this code.", field="code")
    entry = _read({**document, "openings": [*document["openings"], dict(opening)]})
    added = entry.openings[-1]
    if added.opens_at <= now() and not added.demonstration:
        refuse("La finestra apre nel passato.", "The opening is in the past.", field="opens_at")
    place = f"openings.{len(entry.openings) - 1}"
    around = Surroundings(held.fund.kind if held.fund else "")
    wrong = [one for one in errors_of(check_call(entry, on=today(), around=around)) if one.path.startswith(place)]
    if wrong:
        raise Malformed([Wrong(one.path, one.text) for one in wrong])
    form = held.forms.order_by("-number").first()
    made = writing.write_opening(call=held, entry=added, form=form)
    _told(held, "opening_added", actor, made, act, text)
    note(call=held.code, opening=made.code, act=act.code)
    return made


def fixed_parts(opening: Opening, instant: datetime) -> dict[str, Bilingual]:
    """The parts of an opening of a published call that no longer change at an instant, each with its reason. The call loaded."""
    found = dict(_ALWAYS_FIXED)
    if opening.call.is_sealed or instant >= opening.opens_at:
        reason = _RELIED if instant >= opening.opens_at else _SEALED
        found |= dict.fromkeys(_RELIED_ON, reason)
    if opening.phase(instant).code == CLOSED:
        found["closes_at"] = Bilingual(
            "la finestra è chiusa: se ne apre un’altra.", "the window is closed: open another."
        )
    return found


_ALWAYS_FIXED = {
    "code": Bilingual("è il nome della finestra: non cambia.", "is the name of the opening: it does not change."),
    "seed": Bilingual(
        "si scrive dopo la chiusura, con il suo atto.",
        "is written after the closing, with its act.",
    ),
}
_RELIED_ON = ("opens_at", "line_by", "reserves", "limits", "seed_source", "demonstration")
_RELIED = Bilingual(
    "la finestra è già aperta, e chi ha fatto domanda ci contava: non cambia più.",
    "the window is open already, and who applied relied on it: it no longer changes.",
)
_SEALED = Bilingual(
    "le domande si preparano e si sigillano già prima dell’apertura: non cambia più.",
    "applications are written and sealed before the opening already: it no longer changes.",
)


@service("calls.change_opening")
def change_opening(
    *, actor: Actor, opening: Opening, entry: Mapping[str, Any], act: Act | None, text: tuple[str, str]
) -> Opening:
    """Bring an opening to what ``entry`` says (JSON, as in the document). Until it opens everything changes but its code; then
    what nobody relied on: name, committee, a later closing, more money. ``Malformed`` says what may not change, and why."""
    held, act = _held(opening.call_id, actor, act, text)
    current = Opening.objects.select_for_update(of=("self",)).select_related("call").get(pk=opening.pk)
    hold(current)
    document = document_of(held)
    number = next(place for place, one in enumerate(document["openings"]) if one["code"] == current.code)
    place = f"openings.{number}"
    before = read_entry(document).openings[number]
    rows = [dict(entry) if here == number else one for here, one in enumerate(document["openings"])]
    whole = _read({**document, "openings": rows})
    after = whole.openings[number]
    changed = [name for name in type(after).model_fields if getattr(after, name) != getattr(before, name)]
    if not changed:
        return unchanged(current)
    instant = now()
    fixed = fixed_parts(current, instant)
    wrong = [Wrong(f"{place}.{name}", fixed[name]) for name in changed if name in fixed]
    wrong += (
        [] if wrong else [Wrong(f"{place}.{name}", why) for name, why in _taken_back(current, before, after, instant)]
    )
    around = Surroundings(held.fund.kind if held.fund else "")
    found = errors_of(check_call(whole, on=day_of(instant), around=around))
    wrong += [Wrong(one.path, one.text) for one in found if one.path.startswith(place)]
    if wrong:
        raise Malformed(wrong)
    made = writing.write_opening(call=held, entry=after, form=None, complete=True)
    _told(held, "opening_changed", actor, made, act, text)
    note(call=held.code, opening=made.code, parts=changed, act=act.code)
    return made


def _taken_back(
    opening: Opening, before: OpeningEntry, after: OpeningEntry, instant: datetime
) -> Iterator[tuple[str, Bilingual]]:
    """What the change would take from who relied on the opening."""
    if "opens_at" not in fixed_parts(opening, instant):
        if after.opens_at <= instant and not after.demonstration:
            yield "opens_at", Bilingual("la finestra aprirebbe nel passato.", "the opening would be in the past.")
        return
    if after.closes_at != before.closes_at and (
        after.closes_at is None or before.closes_at is None or after.closes_at < before.closes_at
    ):
        yield "closes_at", Bilingual("si sposta solo in avanti.", "is only moved on.")
    if after.budget < before.budget:
        yield "budget", Bilingual("non cala: c’è chi ci conta.", "does not shrink: places stand on it.")
    now_is = {line.code: line.budget for line in after.lines}
    was = {line.code: line.budget for line in before.lines}
    if now_is.keys() != was.keys() or any(now_is[code] < budget for code, budget in was.items()):
        yield "lines", Bilingual("restano le stesse, e non calano.", "stay the same, and do not shrink.")


@service("calls.extend_opening")
def extend_opening(
    *, actor: Actor, opening: Opening, closes_at: datetime, act: Act | None, text: tuple[str, str]
) -> Opening:
    """Move the closing on; never back, and never of a window that is closed: who did not apply relied on it."""
    held, act = _held(opening.call_id, actor, act, text)
    current = Opening.objects.select_for_update(of=("self",)).select_related("call").get(pk=opening.pk)
    hold(current)
    if current.phase(now()).code == "closed":
        refuse(
            "La finestra è già chiusa: se ne apre un’altra.", "The window is closed: open another.", field="closes_at"
        )
    if current.closes_at is None or closes_at <= current.closes_at:
        refuse(
            "La nuova chiusura viene dopo quella di oggi.",
            "The new closing comes after the present one.",
            field="closes_at",
        )
    before, current.closes_at = current.closes_at, closes_at
    current.save(update_fields=["closes_at"])
    _told(held, "extended", actor, current, act, text)
    note(call=held.code, opening=current.code, before=before.isoformat(), closes_at=closes_at.isoformat(), act=act.code)
    return current


@service("calls.fund_opening")
def fund_opening(
    *,
    actor: Actor,
    opening: Opening,
    budget: Decimal,
    act: Act | None,
    text: tuple[str, str],
    lines: Mapping[str, Decimal] | None = None,
) -> Opening:
    """More money for an opening, and for its lines (code -> budget) where it has them; never less: places stand on it."""
    held, act = _held(opening.call_id, actor, act, text)
    current = Opening.objects.select_for_update(of=("self",)).get(pk=opening.pk)
    if budget <= current.budget:
        refuse(
            f"La dotazione si aumenta: oggi è {format_euro(current.budget)}.",
            f"The budget grows: it is {format_euro(current.budget, 'en')} now.",
            field="budget",
        )
    rows = {line.code: line for line in current.lines.select_for_update()}
    wanted = {code: (lines or {}).get(code, line.budget) for code, line in rows.items()}
    if set(lines or {}) - set(rows):
        refuse("Questa linea non c’è.", "There is no such line.", field="lines")
    if any(wanted[code] < line.budget for code, line in rows.items()) or sum(wanted.values()) > budget:
        refuse(
            "Le linee non calano, e insieme non superano la dotazione.",
            "Lines do not shrink, and together they are not above the budget.",
            field="lines",
        )
    before, current.budget = current.budget, budget
    current.save(update_fields=["budget"])
    for code, line in rows.items():
        line.budget = wanted[code]
        line.save(update_fields=["budget"])
    _told(held, "funded", actor, current, act, text)
    note(call=held.code, opening=current.code, before=str(before), budget=str(budget), act=act.code)
    return current
