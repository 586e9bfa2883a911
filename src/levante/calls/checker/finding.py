"""A finding, and what the checks look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from levante.calls.exclusions import with_section
from levante.calls.forms.model import DefinitionError, Field, Form
from levante.calls.forms.parsing import read_form
from levante.calls.procedures import PROCEDURES, ProcedureRule
from levante.calls.schema import CallEntry
from levante.kernel.pure import Bilingual
from levante.law.parameters import Parameter

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong (``error``) or doubtful (``warning``) at a place of the document (``openings.0.lines``).

    ``to_confirm`` says that a legal officer has still to read the reference on the act itself.
    """

    level: str
    path: str
    text: Bilingual
    reference: str = ""
    to_confirm: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "path": self.path,
            "text": self.text.it,
            "text_en": self.text.en,
            "reference": self.reference,
            "to_confirm": self.to_confirm,
        }


def error(path: str, it: str, en: str, reference: str = "") -> Finding:
    return Finding(ERROR, path, Bilingual(it, en), reference)


def warning(path: str, it: str, en: str, reference: str = "") -> Finding:
    return Finding(WARNING, path, Bilingual(it, en), reference)


def warning_of(path: str, it: str, en: str, parameter: Parameter) -> Finding:
    """A doubt that a parameter of the law raises, with its reference."""
    return Finding(WARNING, path, Bilingual(it, en), parameter.reference, parameter.confidence == "to_confirm")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the programme says around a call: the kind of its fund (``erdf``…), what each of its budget lines has by code.
    What is not told is not checked."""

    fund_kind: str = ""
    allocated: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """A document with its form read and its procedure's row; ``on`` is the day of the question, ``opens_on`` the first day
    it takes applications."""

    entry: CallEntry
    form: Form
    form_error: DefinitionError | None
    rule: ProcedureRule
    on: date
    opens_on: date
    around: Surroundings
    fields: Mapping[str, Field] = field(default_factory=dict)

    def choices_of(self, field_id: str) -> set[str] | None:
        """The codes that an answer may have; ``None`` when they are not known (a country, a formula without choices)."""
        item = self.fields.get(field_id)
        if item is None:
            return None
        if item.kind in ("yes_no", "declaration"):
            return {"yes", "no"}
        return {choice.code for choice in item.choices} or None


def view_of(entry: CallEntry, *, on: date, around: Surroundings) -> View:
    from levante.calls.document import plain
    from levante.kernel.api import day_of

    opens_on = min((day_of(opening.opens_at) for opening in entry.openings), default=on)
    wrong: DefinitionError | None = None
    form = Form(())
    if entry.form:
        try:
            form = read_form(with_section(plain(entry.form), entry.exclusions, on=opens_on))
        except DefinitionError as found:
            wrong = found
    return View(
        entry,
        form,
        wrong,
        PROCEDURES[entry.procedure],
        on,
        opens_on,
        around,
        {item.id: item for _, item in form.fields()},
    )
