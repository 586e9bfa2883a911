"""Buyers, investors and institutions: their rows are opened and corrected, and one of the same name is pointed out."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from levante.kernel.api import Actor, note, refuse, require, service, unchanged
from levante.law.codes import check_tax_code
from levante.parties.models import Buyer, Institution, Investor
from levante.parties.models.search import plain
from levante.parties.policies import may_keep_counterparts

AnyOne = TypeVar("AnyOne", Buyer, Investor, Institution)
#: What is written of each; the country by its code.
DETAILS: dict[type[Any], tuple[str, ...]] = {
    Buyer: ("name", "kind", "country", "website", "email", "sectors", "languages"),
    Investor: ("name", "kind", "country", "website", "email", "sectors"),
    Institution: ("name", "kind", "country", "website", "email", "tax_code"),
}


def possible_doubles(model: type[AnyOne], *, name: str, country: str, excluding: int | None = None) -> list[AnyOne]:
    """Those of a country with the same name, accents, capitals and signs apart. Five at most."""
    rows = model._default_manager.filter(search_name=plain(name), country=country).exclude(pk=excluding)
    return list(rows.order_by("pk")[:5])


@service("parties.record_counterpart")
def record_counterpart(
    *, actor: Actor, model: type[AnyOne], values: dict[str, Any], although_double: bool = False, is_demo: bool = False
) -> AnyOne:
    """Open the row of a buyer, an investor or an institution. One of the same name and country is refused, unless whoever
    writes has seen it and says that it is another."""
    require(may_keep_counterparts(actor))
    row = model(is_demo=is_demo)
    _write(row, values, although_double)
    note(kind=row.kind, although_double=although_double)
    return row


@service("parties.correct_counterpart")
def correct_counterpart(*, actor: Actor, row: AnyOne, values: dict[str, Any], although_double: bool = False) -> AnyOne:
    """Put right what is written of a buyer, an investor or an institution."""
    require(may_keep_counterparts(actor))
    held: AnyOne = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    names = DETAILS[type(row)]
    before = {name: getattr(held, _column(name)) for name in names}
    _write(held, values, although_double)
    changed = sorted(name for name in names if getattr(held, _column(name)) != before[name])
    if not changed:
        unchanged(held)
        return held
    note(fields=changed)
    return held


def _column(name: str) -> str:
    return "country_id" if name == "country" else name


def _write(row: Any, values: dict[str, Any], although_double: bool) -> None:
    model = type(row)
    unknown = sorted(set(values) - set(DETAILS[model]))
    if unknown:
        refuse(f"Dato sconosciuto: {unknown[0]}.", f"Unknown fact: {unknown[0]}.", field=unknown[0])
    for name, value in values.items():
        setattr(row, _column(name), value.strip() if isinstance(value, str) else value)
    if not row.name:
        refuse("Serve il nome.", "A name is needed.", field="name")
    if getattr(row, "tax_code", ""):
        checked = check_tax_code(row.tax_code)
        if not checked:
            refuse(checked.reason.it, checked.reason.en, field="tax_code")
        row.tax_code = checked.normalised
    try:
        row.clean_fields(exclude=["search_name"])
    except ValidationError as error:
        refuse(
            "Il valore non è valido.",
            "The value is not valid.",
            field=next(iter(error.message_dict)).removesuffix("_id"),
        )
    if not although_double and possible_doubles(model, name=row.name, country=row.country_id, excluding=row.pk):
        refuse(
            "C’è già qualcuno con questo nome nello stesso paese: guarda se è lo stesso.",
            "There is already one of this name in the same country: see whether it is the same.",
            field="name",
        )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        refuse("Il paese non esiste.", "The country does not exist.", field="country")
