"""What the parts of a call are when nobody says: each as its shape gives it (also what migrations write)."""

from typing import Any

from levante.calls import schema


def _of(shape: Any) -> dict[str, Any]:
    values: dict[str, Any] = shape().model_dump(mode="json", exclude_none=True)
    return values


def applicants() -> dict[str, Any]:
    return _of(schema.Applicants)


def payment() -> dict[str, Any]:
    return _of(schema.Payment)


def registers() -> dict[str, Any]:
    return _of(schema.Registers)


def judgement() -> dict[str, Any]:
    return _of(schema.Judgement)


def checklists() -> dict[str, Any]:
    return _of(schema.Checklists)


def terms() -> dict[str, Any]:
    return _of(schema.Terms)


def templates() -> dict[str, Any]:
    return _of(schema.Templates)


def delivery() -> dict[str, Any]:
    return _of(schema.Delivery)
