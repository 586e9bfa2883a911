"""What surrounds the part of a call that is being edited: its form, what expressions may ask, where choices come from."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, get_args

from django.db.models import F
from django.utils.translation import get_language, gettext

from levante.applications.api import PREFILL_SOURCES
from levante.calls.api import PREVIOUS, PROCEDURES, Call, Form, building, exclusions, read_form, schema
from levante.competences.api import EXPORT_CHECK_UP, questionnaire_on
from levante.documents.api import KINDS as FILE_KINDS
from levante.identity.api import Office
from levante.kernel.api import day_of, today
from levante.kernel.pure import Bilingual
from levante.letters.api import KINDS as LETTERS
from levante.programme.api import Act, Action, BudgetLine, Direction, Fund, Sector
from levante.web.components.acts import act_told
from levante.web.components.numbers import whole_number
from levante.web.desk.calls import words
from levante.web.desk.calls.asking import Asked
from levante.web.templatetags.levante import in_language

Options = list[tuple[str, str]]
#: What a question may be filled in from.
PREFILLS = {
    "enterprise.name": Bilingual("ragione sociale", "name of the enterprise"),
    "enterprise.tax_code": Bilingual("codice fiscale", "tax code"),
    "enterprise.vat_number": Bilingual("partita IVA", "VAT number"),
    "enterprise.pec": Bilingual("PEC", "PEC"),
    "enterprise.email": Bilingual("e-mail", "e-mail"),
    "enterprise.phone": Bilingual("telefono", "telephone"),
    "enterprise.website": Bilingual("sito web", "website"),
    "enterprise.ateco": Bilingual("attività ATECO", "ATECO activity"),
    "enterprise.rea": Bilingual("numero REA", "REA number"),
    "seat.address": Bilingual("indirizzo della sede legale", "address of the legal seat"),
    "seat.comune": Bilingual("comune della sede legale", "comune of the legal seat"),
    "account.year": Bilingual("anno dell’ultimo bilancio", "year of the last accounts"),
    "account.turnover": Bilingual("fatturato", "turnover"),
    "account.export_turnover": Bilingual("fatturato estero", "turnover abroad"),
    "account.headcount": Bilingual("addetti", "headcount"),
    PREVIOUS: Bilingual(
        "la stessa domanda, nell’ultima inviata a questo bando", "the same question, in the last sent to this call"
    ),
    f"{PREVIOUS}.contact": Bilingual("la persona da contattare, in ogni bando", "the contact person, in any call"),
    f"{PREVIOUS}.iban": Bilingual("l’IBAN, in ogni bando", "the IBAN, in any call"),
}
_ROWS: dict[str, Any] = {
    "acts": Act, "directions": Direction, "funds": Fund, "actions": Action, "lines": BudgetLine, "sectors": Sector,
}  # fmt: skip
REGIMES = ("de_minimis", "gber")


class Scene:
    """``document`` is the call as it is now; ``typed`` the parts being edited, as they were typed."""

    def __init__(self, call: Call, document: Mapping[str, Any], typed: Mapping[str, Any] | None = None) -> None:
        self.call = call
        self.document = document
        self.typed = typed or {}
        self.language = get_language() or "it"
        self._kept: dict[str, Options] = {}

    def value(self, part: str) -> Any:
        return self.typed.get(part, self.document.get(part))

    # -- the form

    @cached_property
    def opens_on(self) -> date:
        days = [day for day in (_day(one.get("opens_at")) for one in self.document.get("openings") or []) if day]
        return min(days, default=today())

    @cached_property
    def form(self) -> Form:
        """The form with the questions of the law's grounds; empty while there is none, or it is not right yet."""
        definition = self.document.get("form")
        if not definition:
            return Form(())
        found = read_form(exclusions.with_section(definition, self.document.get("exclusions") or [], on=self.opens_on))
        return found

    @cached_property
    def subjects(self) -> dict[str, building.Subject]:
        return {one.code: one for one in building.subjects_of(self.form)}

    @cached_property
    def facts(self) -> dict[str, building.Subject]:
        return {one.code: one for one in building.subjects_of(self.form, facts_only=True)}

    def subjects_at(self, place: str) -> dict[str, building.Subject]:
        """What an expression at a place of the document may ask about."""
        return self.facts if ".member_rules." in place else self.subjects

    # -- choices

    def options(self, source: str, place: str = "") -> Options:
        """The choices of a source: ``[(code, words)]``."""
        if source in ("columns", "opening_lines", "items"):
            return getattr(self, f"_{source}")(place)
        if source not in self._kept:
            self._kept[source] = self._of_programme(source) if source in _ROWS else getattr(self, f"_{source}")()
        return self._kept[source]

    def _of_programme(self, source: str) -> Options:
        newest = (F("adopted_on").desc(nulls_last=True),) if source == "acts" else ()
        rows = _ROWS[source].objects.filter(programme=self.call.programme_id).order_by(*newest, "code")
        return [(row.code, self._row(source, row)) for row in rows]

    def _row(self, source: str, row: Any) -> str:
        if source == "acts":
            return act_told(row)
        title = in_language(row, "name")
        return f"{row.code} – {title}" if source in ("lines", "actions", "directions") else title

    def _offices(self) -> Options:
        return [(row.code, in_language(row, "name")) for row in Office.objects.order_by("name_it", "code")]

    def _regimes(self) -> Options:
        return [("de_minimis", "de minimis"), ("gber", gettext("general block exemption (Reg. (EU) 651/2014)"))]

    def _procedures(self) -> Options:
        return [(code, rule.label.in_language(self.language)) for code, rule in PROCEDURES.items()]

    def _dimensions(self) -> Options:
        questionnaire = questionnaire_on(EXPORT_CHECK_UP, on=today())
        found = questionnaire.dimensions if questionnaire else {}
        return [(code, name.in_language(self.language)) for code, name in found.items()]

    def _exclusions(self) -> Options:
        key = self.language[:2]
        return [(code, str(row[key])) for code, row in exclusions.known(self.opens_on).items()]

    def _letters(self) -> Options:
        return [(code, kind.label.in_language(self.language)) for code, kind in LETTERS.items()]

    def _act_kinds(self) -> Options:
        return [
            (code, words.of_choice("Templates.acts", code).in_language(self.language))
            for code in get_args(schema.judging.ActKind)
        ]

    def _prefills(self) -> Options:
        """What the file gives, earlier applications, and the keys that this form declares besides."""
        own = sorted({item.prefill for _, item in self.form.fields() if item.from_previous} - PREFILLS.keys())
        known = (*PREFILL_SOURCES, *(code for code in PREFILLS if code.startswith(PREVIOUS)))
        return [
            *((code, PREFILLS[code].in_language(self.language)) for code in known),
            *((code, code.partition(".")[2]) for code in own),
        ]

    def _file_kinds(self) -> Options:
        return [(code, kind.label.in_language(self.language)) for code, kind in FILE_KINDS.items()]

    def _fields(self, *kinds: str) -> Options:
        return [
            (item.id, item.label.in_language(self.language))
            for _, item in self.form.fields()
            if not kinds or item.kind in kinds or (item.kind == "computed" and item.result in kinds)
        ]

    def _deciding(self) -> Options:
        return self._fields("choice", "yes_no", "country", "comune")

    def _amounts(self) -> Options:
        return self._fields("money")

    def _groups(self) -> Options:
        return self._fields("group")

    def _columns(self, _place: str) -> Options:
        """The columns of the group of the costs, or of every group while it is not chosen."""
        money = self.value("money") or {}
        groups = [item for _, item in self.form.fields() if item.kind == "group"]
        chosen = [item for item in groups if item.id == money.get("field")] or groups
        return [(column.id, column.label.in_language(self.language)) for item in chosen for column in item.fields]

    def _items(self, _place: str) -> Options:
        return self._coded((self.value("money") or {}).get("items"))

    def _opening_lines(self, place: str) -> Options:
        number = whole_number(place.split(".")[1]) if place.startswith("openings.") else None
        openings = self.value("openings") or []
        held = openings[number] if number is not None and number < len(openings) else {}
        return [
            (one["code"], (one.get("name") or {}).get(self.language[:2]) or one["code"])
            for one in held.get("lines") or []
            if one.get("code")
        ]

    def _coded(self, rows: Any) -> Options:
        return [(one["code"], one.get(self.language[:2]) or one["code"]) for one in rows or [] if one.get("code")]


def _day(text: Any) -> date | None:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return day_of(instant) if instant.tzinfo else instant.date()


def text_of(value: Any) -> str:
    """The CEL of an expression, open or not."""
    return value.text if isinstance(value, Asked) else str(value or "")
