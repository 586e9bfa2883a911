"""A call as one document: read from JSON, taken from its rows. Files, the designer and the export speak this language.

The rows are what there is; the document is made of them when somebody asks (ADR 0012). ``normal`` is the form in which two
documents that say the same thing are equal.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from levante.calls.exclusions import without_section
from levante.calls.models import Call, Opening
from levante.calls.schema import CallEntry

#: Parts of the document that are columns of the call under the same name, as JSON.
JSON_PARTS = (
    "strengthens", "applicants", "limits", "eligibility", "exclusions", "payment", "registers", "judgement",
    "tie_breaks", "checklists", "terms", "templates", "delivery", "results", "steps", "faq", "legal_basis", "sources", "assumptions",
)  # fmt: skip
#: Those that are plain columns.
PLAIN_PARTS = ("procedure", "repeat", "regime", "managed_as", "trim_to_headroom")
#: Those that are texts in both languages, in two columns.
TEXTS = ("title", "summary", "who", "what")
#: Those that name a row of the programme by its code.
LINKS = ("act", "direction", "fund", "action")


def plain(value: Any) -> Any:
    """YAML's values as JSON holds them: decimals and days as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def read_entry(document: Mapping[str, Any]) -> CallEntry:
    """The call of a document in JSON. ``pydantic.ValidationError`` when its shape is wrong."""
    return CallEntry.model_validate_json(json.dumps(document, ensure_ascii=False))


def normal(entry: CallEntry) -> dict[str, Any]:
    """The document with every default written out, amounts, numbers and instants in one writing."""
    values = entry.model_dump(mode="json", exclude_none=True)
    values["when_short"] = entry.short
    values["form"] = plain(entry.form)
    values["sectors"], values["strengthens"] = sorted(entry.sectors), sorted(set(entry.strengthens))
    values["openings"].sort(key=lambda opening: (opening["opens_at"], opening["code"]))
    return values


def digest(entry: CallEntry) -> str:
    """SHA-256 of the document: two files that say the same thing have the same."""
    text = json.dumps(normal(entry), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def document_of(call: Call) -> dict[str, Any]:
    """The document of a call as its rows say it. Some queries: one call at a time."""
    version = call.forms.order_by("-number").first()
    found: dict[str, Any] = {
        "code": call.code,
        "state": call.state,
        "published_at": call.published_at.isoformat() if call.published_at else None,
        **{name: _both(call, name) for name in TEXTS},
        **{name: getattr(call, name).code if getattr(call, f"{name}_id") else None for name in LINKS},
        "budget_lines": [
            _known({"line": row.line.code, "amount": str(row.amount) if row.amount is not None else None})
            for row in call.budget_lines.select_related("line")
        ],
        "sectors": sorted(call.sectors.values_list("code", flat=True)),
        "office": call.office.code,
        **{name: getattr(call, name) for name in PLAIN_PARTS},
        **{name: getattr(call, name) for name in JSON_PARTS},
        "when_short": call.when_short,
        "partial": {"acceptance_days": call.partial_days} if call.partial_days else None,
        "planned": {"opens_on": call.planned_from.isoformat(), **call.planned} if call.planned_from else None,
        "money": call.money or None,
        "criteria": [_criterion(row) for row in call.criteria.all()],
        "openings": [opening_document(row) for row in call.openings.prefetch_related("lines")],
        "demonstration": call.is_demo,
        "form": without_section(version.definition) if version is not None else {},
    }
    return normal(read_entry(_known(found)))


def entry_of(call: Call) -> CallEntry:
    """The document of a call, with its types."""
    return read_entry(document_of(call))


def opening_document(opening: Opening) -> dict[str, Any]:
    return _known(
        {
            "code": opening.code,
            "name": _both(opening, "name"),
            "opens_at": opening.opens_at.isoformat(),
            "closes_at": opening.closes_at.isoformat() if opening.closes_at else None,
            "budget": str(opening.budget),
            "lines": [
                {"code": line.code, "name": {"it": line.name_it, "en": line.name_en}, "budget": str(line.budget)}
                for line in opening.lines.all()
            ],
            "line_by": opening.line_by or None,
            "reserves": opening.reserves,
            "limits": opening.limits,
            "committee": opening.committee,
            "seed": opening.seed or None,
            "seed_source": opening.seed_source or None,
            "demonstration": opening.is_demo,
        }
    )


def _criterion(row: Any) -> dict[str, Any]:
    return _known(
        {
            "code": row.code,
            "name": {"it": row.name_it, "en": row.name_en},
            "explanation": _both(row, "explanation"),
            "kind": row.kind,
            "max_points": str(row.max_points),
            "minimum": str(row.minimum),
            "automatic_points": str(row.automatic_points) if row.automatic_points is not None else None,
            "step": str(row.step) if row.step is not None else None,
            "expression": row.expression or None,
            "assumption": row.is_assumption,
        }
    )


def _both(row: Any, name: str) -> dict[str, str] | None:
    it, en = getattr(row, f"{name}_it"), getattr(row, f"{name}_en")
    return {"it": it, "en": en} if it or en else None


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
