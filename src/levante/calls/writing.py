"""Writing a document into the rows of a call: the one way, for a file, a copy, an edit."""

from typing import Any

from django.db.models import ProtectedError

from levante.calls import exclusions, services
from levante.calls.document import JSON_PARTS, LINKS, PLAIN_PARTS, TEXTS, normal
from levante.calls.models import Call, CallBudgetLine, Criterion, FormVersion, Opening, OpeningLine
from levante.calls.schema import CallEntry, OpeningEntry
from levante.identity.api import Office
from levante.kernel.api import Actor, day_of, now, refuse
from levante.programme.api import Act, Action, BudgetLine, Direction, Fund, Programme, Sector

MODELS: dict[str, Any] = {"act": Act, "direction": Direction, "fund": Fund, "action": Action}


def unknown_codes(entry: CallEntry, programme: Programme) -> list[tuple[str, str, str]]:
    """What the document names and the programme has not: the path, and the words in Italian and in English."""
    found = []
    for name, model in MODELS.items():
        code = getattr(entry, name)
        if code is not None and not model.objects.filter(programme=programme, code=code).exists():
            found.append((name, f"“{code}” non è nel programma.", f"“{code}” is not in the programme."))
    known = set(_lines(programme, [item.line for item in entry.budget_lines]))
    for number, item in enumerate(entry.budget_lines):
        if item.line not in known:
            found.append(no_such_line(number, item.line))
    sectors = set(Sector.objects.filter(programme=programme, code__in=entry.sectors).values_list("code", flat=True))
    for number, code in enumerate(entry.sectors):
        if code not in sectors:
            found.append((f"sectors.{number}", f"“{code}” non è un settore.", f"“{code}” is not a sector."))
    if not Office.objects.filter(code=entry.office).exists():
        found.append(("office", "non è un ufficio del programma.", "is not an office of the programme."))
    return found


def no_such_line(number: int, code: str) -> tuple[str, str, str]:
    """The path and the words of a budget line that is not one."""
    return (
        f"budget_lines.{number}.line",
        f"“{code}” non è una linea di bilancio.",
        f"“{code}” is not a budget line.",
    )


def _lines(programme: Programme, codes: list[str]) -> dict[str, int]:
    rows = BudgetLine.objects.filter(programme=programme, code__in=codes)
    return dict(rows.values_list("code", "pk"))


def write_call(
    *, actor: Actor, call: Call | None, entry: CallEntry, programme: Programme, complete: bool = False
) -> Call:
    """Bring the rows of a call (a new one when ``None``) to what the document says. Inside a service, the call locked.

    State and publication are not touched once the call is public: only the workflow moves it. A published form is not
    touched either: a changed one is a new version. Openings and lines not named stay, unless the document is ``complete``.
    """
    document = normal(entry)
    settled = call is not None and call.state not in {"draft", "approved"}
    links = {
        f"{name}_id": model.objects.get(programme=programme, code=getattr(entry, name)).pk
        if getattr(entry, name) is not None
        else None
        for name, model in MODELS.items()
    }
    planned = dict(document.get("planned", {}))
    planned.pop("opens_on", None)
    values: dict[str, Any] = {
        **links,
        **_texts(entry),
        **{name: document[name] for name in (*PLAIN_PARTS, *JSON_PARTS)},
        "programme": programme,
        "office": Office.objects.get(code=entry.office),
        "when_short": entry.short,
        "partial_days": entry.partial.acceptance_days if entry.partial else None,
        "money": document.get("money", {}),
        "is_demo": entry.demonstration,
        "planned_from": entry.planned.opens_on if entry.planned else None,
        "planned": planned,
    }
    if not settled:
        values["state"] = entry.state
        values["published_at"] = entry.published_at if entry.state in {"published", "closed_out"} else None
    if call is None:
        call = Call.objects.create(code=entry.code, created_at=now(), **values)
    else:
        for name, value in values.items():
            setattr(call, name, value)
        call.revision += 1
        call.save()
    call.sectors.set(Sector.objects.filter(programme=programme, code__in=entry.sectors))
    _write_lines(call, entry, programme)
    _write_criteria(call, entry)
    on = day_of(min((opening.opens_at for opening in entry.openings), default=now()))
    form = _write_form(call, exclusions.with_section(document["form"], entry.exclusions, on=on), actor)
    for opening in entry.openings:
        write_opening(call=call, entry=opening, form=form, complete=complete)
    if complete:
        _remove(call.openings.exclude(code__in=[item.code for item in entry.openings]))
    return call


def _texts(entry: CallEntry) -> dict[str, str]:
    found = {}
    for name in TEXTS:
        both = getattr(entry, name)
        found[f"{name}_it"], found[f"{name}_en"] = (both.it, both.en) if both is not None else ("", "")
    return found


def _write_lines(call: Call, entry: CallEntry, programme: Programme) -> None:
    known = _lines(programme, [item.line for item in entry.budget_lines])
    for position, item in enumerate(entry.budget_lines):
        CallBudgetLine.objects.update_or_create(
            call=call, line_id=known[item.line], defaults={"amount": item.amount, "position": position}
        )
    call.budget_lines.exclude(line__in=list(known.values())).delete()


def _write_criteria(call: Call, entry: CallEntry) -> None:
    for position, item in enumerate(entry.criteria):
        explanation = item.explanation
        Criterion.objects.update_or_create(
            call=call,
            code=item.code,
            defaults={
                "name_it": item.name.it,
                "name_en": item.name.en,
                "explanation_it": explanation.it if explanation else "",
                "explanation_en": explanation.en if explanation else "",
                "kind": item.kind,
                "max_points": item.max_points,
                "minimum": item.minimum,
                "automatic_points": item.automatic_points,
                "step": item.step,
                "expression": item.expression or "",
                "is_assumption": item.assumption,
                "position": position,
            },
        )
    _remove(call.criteria.exclude(code__in=[item.code for item in entry.criteria]))


def _write_form(call: Call, definition: dict[str, Any], actor: Actor) -> FormVersion | None:
    if not definition:
        return None
    form = services.publish_form(actor=actor, call=call, definition=definition)
    if call.state == "published" and form.locked_at is None:
        form = services.lock_form(call)
    return form


def write_opening(*, call: Call, entry: OpeningEntry, form: FormVersion | None, complete: bool = False) -> Opening:
    """Write an opening and its lines; one that exists keeps what was decided about it."""
    document = entry.model_dump(mode="json", exclude_none=True)
    values: dict[str, Any] = {
        "name_it": entry.name.it if entry.name else "",
        "name_en": entry.name.en if entry.name else "",
        "opens_at": entry.opens_at,
        "closes_at": entry.closes_at,
        "budget": entry.budget,
        "line_by": entry.line_by or "",
        "reserves": document["reserves"],
        "limits": document["limits"],
        "committee": document["committee"],
        "seed_source": document.get("seed_source", {}),
        "is_demo": entry.demonstration,
    }
    if entry.seed:
        values["seed"] = entry.seed
    opening, created = Opening.objects.update_or_create(
        call=call, code=entry.code, defaults=values, create_defaults={**values, "form": form}
    )
    if not created and opening.form_id is None and form is not None:
        opening.form = form
        opening.save(update_fields=["form"])
    for position, line in enumerate(entry.lines):
        OpeningLine.objects.update_or_create(
            opening=opening,
            code=line.code,
            defaults={"name_it": line.name.it, "name_en": line.name.en, "budget": line.budget, "position": position},
        )
    if complete:
        _remove(opening.lines.exclude(code__in=[line.code for line in entry.lines]))
    return opening


def _remove(rows: Any) -> None:
    """Delete rows that the document no longer names; refused when somebody refers to them."""
    for row in rows:
        try:
            row.delete()
        except ProtectedError:
            refuse(
                f"«{row.code}» non si può togliere: qualcosa lo cita già.",
                f"“{row.code}” cannot be removed: something refers to it already.",
            )


__all__ = ["LINKS", "no_such_line", "unknown_codes", "write_call", "write_opening"]
