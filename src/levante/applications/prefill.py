"""Never ask twice: answers taken from the enterprise's file and from its earlier applications.

A field says where its answer may come from (``prefill``): a key of ``SOURCES``, or ``previous`` for the same field of the
last application that was sent. What is prefilled is shown as such, and can be changed.
"""

from datetime import date
from typing import Any

from levante.applications.models import Application
from levante.applications.states import UNSENT
from levante.calls.api import Form
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


def prefilled_answers(form: Form, enterprise: Any, *, on: date) -> dict[str, Any]:
    """The answers that need not be asked, by field id."""
    wanted = {item.id: item.prefill for _, item in form.fields() if item.prefill and item.typed}
    if not wanted:
        return {}
    values = file_values(enterprise, on=on)
    previous: dict[str, Any] = {}
    if "previous" in wanted.values():
        last = (
            Application.objects.filter(enterprise=enterprise)
            .exclude(state__in=UNSENT)
            .order_by("-submitted_at", "-id")
            .values_list("answers", flat=True)
            .first()
        )
        previous = last or {}
    found = {}
    for field_id, source in wanted.items():
        value = previous.get(field_id) if source == "previous" else values.get(source)
        if value not in (None, ""):
            found[field_id] = value
    return found
