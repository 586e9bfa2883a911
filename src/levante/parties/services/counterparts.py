"""Buyers, investors and institutions: their rows are opened and corrected, and one of the same name is pointed out.

A buyer or an investor who signs in proposes corrections of its own, as an enterprise does of its file."""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from levante.kernel.api import Actor, note, now, refuse, require, service, unchanged
from levante.kernel.pure import KNOWN
from levante.law.codes import check_tax_code
from levante.parties.models import Buyer, Correction, Institution, Investor
from levante.parties.models.held import of_party, party_of
from levante.parties.models.search import plain
from levante.parties.policies import may_keep_counterparts, may_propose_profile

AnyOne = TypeVar("AnyOne", Buyer, Investor, Institution)
#: What is written of each; the country by its code.
DETAILS: dict[type[Any], tuple[str, ...]] = {
    Buyer: ("name", "kind", "country", "website", "email", "sectors", "languages", "language", "looking_for"),
    Investor: ("name", "kind", "country", "website", "email", "sectors", "looking_for"),
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


def profile_texts(row: Buyer | Investor) -> dict[str, str]:
    """What is written of a buyer or an investor, as the texts a correction compares; lists with commas between."""
    values = {name: getattr(row, _column(name)) for name in DETAILS[type(row)]}
    return {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in values.items()}


@service("parties.propose_profile")
def propose_profile(*, actor: Actor, row: Buyer | Investor, values: dict[str, str], reason: str = "") -> Correction:
    """A buyer or an investor proposes how its profile should read; only what differs is kept, and an office reviews it."""
    require(may_propose_profile(actor, row))
    if actor.user_id is None:
        refuse("Propone una persona.", "A person proposes.")
    there = profile_texts(row)
    unknown = sorted(set(values) - set(there))
    if unknown:
        refuse(f"Dato sconosciuto: {unknown[0]}.", f"Unknown fact: {unknown[0]}.", field=unknown[0])
    wanted = {name: value.strip() for name, value in values.items()}
    changes = {name: [there[name], value] for name, value in wanted.items() if there[name] != value}
    if not changes:
        refuse("Non c’è nulla di diverso dai dati attuali.", "Nothing differs from the present data.")
    _checked(type(row)(), _values(type(row), there | wanted))  # refuse now what could never be accepted
    mine = of_party(party_of(row))
    type(row)._default_manager.select_for_update().get(pk=row.pk)
    waiting = Correction.objects.filter(**mine, state=Correction.PROPOSED, changes=changes).first()
    if waiting is not None:
        return unchanged(waiting)
    correction = Correction.objects.create(
        **mine, changes=changes, reason=reason.strip(), proposed_by_id=actor.user_id, proposed_at=now()
    )
    note(party=str(correction.party), fields=sorted(changes))
    return correction


def write_profile(row: Buyer | Investor, texts: dict[str, str]) -> None:
    """Write an accepted correction; the office that accepts has seen the name, so one alike is no obstacle."""
    _write(row, _values(type(row), texts), True)


def _values(model: type[Any], texts: dict[str, str]) -> dict[str, Any]:
    lists = {field.name for field in model._meta.concrete_fields if isinstance(field, ArrayField)}
    return {name: [one for one in text.split(",") if one] if name in lists else text for name, text in texts.items()}


def _column(name: str) -> str:
    return "country_id" if name == "country" else name


def _checked(row: Any, values: dict[str, Any]) -> None:
    """Put the values on the row, each checked; the country is checked when it is saved."""
    model = type(row)
    unknown = sorted(set(values) - set(DETAILS[model]))
    if unknown:
        refuse(f"Dato sconosciuto: {unknown[0]}.", f"Unknown fact: {unknown[0]}.", field=unknown[0])
    for name, value in values.items():
        setattr(row, _column(name), value.strip() if isinstance(value, str) else value)
    if getattr(row, "language", "") and row.language not in KNOWN:
        refuse("Lingua sconosciuta.", "Unknown language.", field="language")
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


def _write(row: Any, values: dict[str, Any], although_double: bool) -> None:
    _checked(row, values)
    model = type(row)
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
