"""What the law excludes from an incentive: the grounds a call names, their requirements and the questions they bring.

The grounds are dated data of the law (``incentives.exclusions``). When the form of a call is written, a section with their
questions is added to it, under an id of its own: the document of the call does not repeat it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from levante.law import parameters

PARAMETER = "incentives.exclusions"
#: The id of the section that is added to the form, and of nothing else.
SECTION = "law_exclusions"

_TITLE = {"it": "Cause di esclusione per legge", "en": "Grounds of exclusion by law"}
_INTRO = {
    "it": "Dichiarazioni ai sensi del D.P.R. 445/2000, artt. 46 e 47.",
    "en": "Declarations under D.P.R. 445/2000, arts. 46-47.",
}


def known(on: date) -> dict[str, Mapping[str, Any]]:
    """The grounds in force on a day, by code; none before the code of incentives."""
    try:
        rows = parameters.value(PARAMETER, on=on).value
    except parameters.Missing:
        return {}
    return {row["code"]: row for row in rows}


def rules_for(codes: Iterable[str], *, on: date) -> list[dict[str, Any]]:
    """The requirements that the grounds of a call become, in the manner of its ``eligibility``."""
    grounds = known(on)
    wanted = [grounds[code] for code in codes if code in grounds]
    return [_plain({key: value for key, value in row.items() if key != "fields"}) for row in wanted]


def with_section(definition: Mapping[str, Any], codes: Iterable[str], *, on: date) -> dict[str, Any]:
    """The definition of a form with the questions of the grounds in a last section; as it is when there are none."""
    whole = without_section(definition)
    grounds = known(on)
    fields = [_plain(item) for code in codes if code in grounds for item in grounds[code]["fields"]]
    if not fields or not whole:
        return whole
    # Each firm of a group declares for itself.
    section = {"id": SECTION, "title": _TITLE, "intro": _INTRO, "each": "member", "fields": fields}
    return {**whole, "sections": [*whole.get("sections", []), section]}


def without_section(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition as its designer wrote it."""
    if "sections" not in definition:
        return dict(definition)
    sections = [one for one in definition["sections"] if not (isinstance(one, Mapping) and one.get("id") == SECTION)]
    return {**definition, "sections": sections}


def _plain(value: Any) -> Any:
    """The law's data as JSON holds them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
