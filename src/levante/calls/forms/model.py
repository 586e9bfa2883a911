"""A form as data: sections of fields."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from levante.kernel.pure import Bilingual

#: Kinds of field. ``group`` repeats its own fields in rows; ``computed`` is never typed in.
KINDS = (
    "text", "long_text", "number", "money", "percent", "date", "choice", "multi_choice", "yes_no", "country", "comune",
    "email", "iban", "file", "declaration", "group", "computed",
)  # fmt: skip
#: What a computed field shows.
RESULTS = ("money", "number", "percent", "text", "choice", "yes_no")
#: What a column of a group may be; why not the others, ``parsing._NOT_IN_ROWS`` says.
ROW_KINDS = tuple(kind for kind in KINDS if kind not in {"group", "file", "declaration"})

#: An answer taken from an earlier application: ``previous``, or ``previous.KEY``.
PREVIOUS = "previous"


class DefinitionError(ValueError):
    """A definition that is not a form: ``path`` names the place (``sections.1.fields.0.kind``), ``words`` say what is wrong."""

    def __init__(self, path: str, it: str, en: str) -> None:
        super().__init__(f"{path}: {en}")
        self.path = path
        self.words = Bilingual(f"{it}.", f"{en}.")


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: Bilingual


#: When a document left for later must be there at last: before the award, or with the claim of payment.
DEFERRED_UNTIL = ("award", "claim")


@dataclass(frozen=True, slots=True)
class Deferral:
    """A document may come ``days`` after the application was sent, and in any case before ``until``."""

    days: int
    until: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``required``, ``show_if`` and ``signed`` are CEL expressions ("" stands for never / always / never); in a
    column of a group ``required``, ``must`` and ``formula`` are asked of each row, and see it as ``row``.

    Of a number: ``whole`` when parts of a unit are refused.
    Of a date: ``not_past`` when it must not come before the day of the transmission (until when something holds).
    Of a document: ``signed`` when it must be signed digitally, ``deferrable`` when it may come later, ``expires`` when it
    has an expiry date, which is asked: it must hold at transmission and, again, when the act is drafted.
    """

    id: str
    kind: str
    label: Bilingual
    help: Bilingual | None = None
    why: Bilingual | None = None
    required: str = "true"
    show_if: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    whole: bool = False
    not_before: str = ""
    not_after: str = ""
    not_past: bool = False
    max_length: int = 0
    fields: tuple["Field", ...] = ()
    min_rows: int = 0
    max_rows: int = 50
    formula: str = ""
    result: str = ""
    prefill: str = ""
    accept: tuple[str, ...] = ()
    max_megabytes: int = 10
    max_files: int = 1
    reference: str = ""
    region: str = ""
    must: str = ""
    must_text: Bilingual | None = None
    identifying: bool = False
    signed: str = ""
    deferrable: Deferral | None = None
    expires: bool = False

    @property
    def from_previous(self) -> bool:
        """Is it filled in from an earlier application: to the same call, or of a field that declares the same key?"""
        return self.prefill.split(".")[0] == PREVIOUS

    @property
    def typed(self) -> bool:
        """Somebody answers it in the browser's form (files and computed values come otherwise)."""
        return self.kind not in {"computed", "file"}


#: Of whom a section is asked: once, of who applies; or of each firm of a group, for itself.
EACH = ("", "member")


@dataclass(frozen=True, slots=True)
class Section:
    """Questions on one page. ``each`` is ``member`` when every firm of a group answers them for itself: its own costs,
    declarations, account; who applies alone answers them once."""

    id: str
    title: Bilingual
    fields: tuple[Field, ...]
    intro: Bilingual | None = None
    show_if: str = ""
    each: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    sections: tuple[Section, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def section(self, section_id: str) -> Section | None:
        return next((section for section in self.sections if section.id == section_id), None)

    def of_each_member(self) -> "Form":
        """The sections that each firm of a group answers for itself."""
        return Form(tuple(section for section in self.sections if section.each), self.lists)

    def fields(self) -> Iterator[tuple[Section, Field]]:
        for section in self.sections:
            for item in section.fields:
                yield section, item

    def field(self, field_id: str) -> Field | None:
        return next((item for _, item in self.fields() if item.id == field_id), None)


def checksum(definition: Mapping[str, Any]) -> str:
    """SHA-256 of the definition as canonical JSON (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
