"""Never ask twice: answers taken from the enterprise's file and from its earlier applications.

A field says where its answer may come from (``prefill``): a key of ``SOURCES``; ``previous``, the same field of the last
application sent to the same call; ``previous.KEY``, the last field that declared the same key, in whatever call. Two calls may
give one name to two questions: only a declared key says that they are the same. What is prefilled is shown as such, with
where it comes from, and can be changed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from levante.applications.models import Application
from levante.applications.states import UNSENT
from levante.calls.api import PREVIOUS, Field, Form, form_of
from levante.kernel.pure import money_text

#: What may be taken from the enterprise's file.
SOURCES = (
    "enterprise.name", "enterprise.tax_code", "enterprise.vat_number", "enterprise.pec", "enterprise.email",
    "enterprise.phone", "enterprise.website", "enterprise.ateco", "enterprise.rea", "seat.address", "seat.comune",
    "account.year", "account.turnover", "account.export_turnover", "account.headcount",
)  # fmt: skip


def file_values(enterprise: Any, *, on: date) -> dict[str, Any]:
    """The values of ``SOURCES`` that the file holds, as stored answers."""
    values: dict[str, Any] = {
        f"enterprise.{name}": getattr(enterprise, name)
        for name in ("name", "tax_code", "vat_number", "pec", "email", "phone", "website", "ateco", "rea")
    }
    seat = next(
        (seat for seat in enterprise.seats.select_related("comune") if seat.kind == "legal" and seat.until is None),
        None,
    )
    if seat is not None:
        values["seat.address"] = str(seat)
        values["seat.comune"] = seat.comune_id
    account = next((item for item in enterprise.accounts.all() if item.approved and item.year <= on.year), None)
    if account is not None:
        values["account.year"] = str(account.year)
        values["account.turnover"] = money_text(account.turnover)
        values["account.headcount"] = format(account.headcount.normalize(), "f")
        if account.export_turnover is not None:
            values["account.export_turnover"] = money_text(account.export_turnover)
    return {key: value for key, value in values.items() if value not in (None, "")}


#: Applications sent before that are looked through, the last first.
EARLIER = 20


def prefilled_answers(form: Form, enterprise: Any, call_id: int, *, on: date) -> dict[str, Any]:
    """The answers that need not be asked in a call, by field id."""
    wanted = [item for _, item in form.fields() if item.prefill and item.typed]
    if not wanted:
        return {}
    values = file_values(enterprise, on=on)
    found = {item.id: values.get(item.prefill) for item in wanted if not item.from_previous}
    asked = [item for item in wanted if item.from_previous]
    found |= _previous(asked, enterprise, call_id) if asked else {}
    return {item.id: found[item.id] for item in wanted if found.get(item.id) not in (None, "")}


def _previous(asked: Sequence[Field], enterprise: Any, call_id: int) -> dict[str, Any]:
    """What the enterprise answered, the last time that it was asked the same."""
    found: dict[str, Any] = {}
    rows = (
        Application.objects.filter(enterprise=enterprise, form__isnull=False)
        .exclude(state__in=UNSENT)
        .select_related("form", "opening")
        .only("answers", "form__checksum", "opening__call_id")
        .order_by("-submitted_at", "-id")
    )
    for earlier in rows[:EARLIER]:
        given = {item.id: item for _, item in form_of(earlier.form).fields()}
        for item in asked:
            same = _same(item, given, of_this_call=earlier.opening.call_id == call_id)
            if same is not None and item.id not in found:
                value = earlier.answers.get(same.id)
                if _fits(item, value):
                    found[item.id] = value
        if len(found) == len(asked):
            break
    return found


def _fits(item: Field, value: Any) -> bool:
    """Can the field take the value as it is? The codes of a choice, and the columns of a group, are those of each form."""
    if value in (None, "", []):
        return False
    if item.kind in {"choice", "multi_choice"}:
        codes = {choice.code for choice in item.choices}
        return set(value if isinstance(value, list) else [value]) <= codes
    if item.kind == "group":
        columns = {column.id for column in item.fields}
        return all(set(row) <= columns for row in value)
    return True


def _same(item: Field, given: Mapping[str, Field], *, of_this_call: bool) -> Field | None:
    """The field of an earlier form that asked the same: the one that declares the same key, or, of the same call, the same id."""
    if item.prefill != PREVIOUS:
        return next((each for each in given.values() if (each.prefill, each.kind) == (item.prefill, item.kind)), None)
    mine = given.get(item.id) if of_this_call else None
    return mine if mine is not None and mine.kind == item.kind else None
