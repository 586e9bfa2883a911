"""A section of a form from data as a page shows it, and what a browser sent of it."""

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from levante.applications.api import Application
from levante.calls.api import Field, Problem, Reading, Section, must_be_signed
from levante.calls.api import form_kinds as kinds
from levante.parties.api import Comune

#: Field ids and rows in the names of inputs: ``cost_items-0-amount``.
SEPARATOR = "-"
#: What the address of a section says when a group has an empty row more.
ADDED = "riga"


#: How the kinds of answer are drawn; the others are an ``input``.
CONTROLS = {
    "choice": "choices", "multi_choice": "choices", "yes_no": "choices", "declaration": "declaration",
    "long_text": "textarea", "country": "select", "comune": "select", "group": "group", "computed": "computed",
}  # fmt: skip


@dataclass(slots=True)
class FieldView:
    """One question as the template draws it."""

    id: str
    name: str
    kind: str
    label: str
    help: str = ""
    why: str = ""
    reference: str = ""
    value: str = ""
    checked: bool = False
    required: bool = True
    options: Any = ()
    errors: list[str] = field(default_factory=list)
    prefilled: bool = False
    from_previous: bool = False
    by_office: bool = False
    #: The day typed with a document that was refused.
    until: str = ""
    visible: bool = True
    room_for_rows: bool = False
    rows: list[list["FieldView"]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    room_for_files: bool = True
    accept: str = ""
    takes: str = ""
    later: bool = False
    deferrable: Any = None
    expires: bool = False
    signed: bool = False
    earlier: bool = False
    conflict: str | None = None
    conflict_mine: str = ""
    max_length: int = 0

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-{name}" for name, there in (("help", self.help), ("error", self.errors)) if there]
        return " ".join(parts)

    @property
    def control(self) -> str:
        """How it is drawn."""
        return CONTROLS.get(self.kind, "input")

    @property
    def attributes(self) -> SafeString:
        """Those of the control itself: what it is called, what describes it, what the browser should offer."""
        pairs = [("id", self.id), ("name", self.name)]
        if self.control == "input":
            day = self.kind == "date" and not (self.errors and self.value)  # a wrong date is shown as it was written
            pairs.append(("type", "email" if self.kind == "email" else "date" if day else "text"))
        if self.kind in {"money", "number", "percent"}:
            pairs.append(("inputmode", "decimal"))
        if self.control == "textarea" and self.max_length:
            pairs.append(("maxlength", str(self.max_length)))
        if self.described_by:
            pairs.append(("aria-describedby", self.described_by))
        if self.errors:
            pairs.append(("aria-invalid", "true"))
        text = format_html_join("", ' {}="{}"', pairs)
        return mark_safe(text + " data-money") if self.kind == "money" else text

    @property
    def has_remarks(self) -> bool:
        """Something is said between the question and the control."""
        return bool(self.help or self.errors or self.conflict is not None)

    @property
    def has_origin(self) -> bool:
        """Something is said under the control: where the value comes from, why it is asked."""
        return bool(self.prefilled or self.by_office or self.why)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers that a page shows which are not those of an application: of a firm of a group."""

    answers: Mapping[str, Any]
    prefilled: Collection[str] = ()


def section_views(
    application: Application | Sheet,
    reading: Reading,
    section: Section,
    *,
    language: str,
    show_problems: bool,
    values: Mapping[str, Any] | None = None,
    conflicts: Mapping[str, Any] | None = None,
    earlier: Collection[str] = (),
    added: str = "",
) -> list[FieldView]:
    """The fields of a section with the stored answers, or with ``values`` just typed; hidden ones too, marked as such, so
    that the page can show them as soon as an answer asks for them. ``added``: the group that has an empty row more."""
    answers = {**application.answers, **(values or {})}
    problems = reading.problems_of(section.id) if show_problems else []
    views = []
    for item in section.fields:
        mine = [problem for problem in problems if problem.field == item.id]
        view = _view(
            item, f"f-{item.id}", item.id, reading.answers.get(item.id) if item.kind == "computed" else answers.get(item.id),
            language, [problem for problem in mine if problem.row is None],
        )  # fmt: skip
        view.visible = item.id in reading.visible
        view.prefilled = item.id in application.prefilled and (values is None or item.id not in values)
        view.from_previous = item.from_previous
        if item.kind == "group":
            view.rows = _rows(item, with_computed(item, answers.get(item.id) or [], reading), language, mine)
            if item.id == added and len(view.rows) < item.max_rows:
                view.rows.append(_empty_row(item, len(view.rows), language))
            view.room_for_rows = len(view.rows) < item.max_rows
        if item.kind == "file":
            _add_files(view, item, answers.get(item.id), reading, language)
            view.earlier = view.room_for_files and item.id in earlier
        if conflicts and item.id in conflicts:
            view.conflict = kinds.shown(item, conflicts[item.id], language)
            view.conflict_mine = kinds.shown(item, (values or {}).get(item.id), language)
        views.append(view)
    return views


def field_view(item: Field, language: str) -> FieldView:
    """A question as it is seen before anybody answered."""
    view = _view(item, f"f-{item.id}", item.id, None, language, [])
    if item.kind == "group":
        view.rows = _rows(item, [], language, [])
        view.room_for_rows = len(view.rows) < item.max_rows
    if item.kind == "file":
        view.accept, view.takes = _accepted(item, language)
        view.deferrable, view.expires, view.signed = item.deferrable, item.expires, bool(item.signed)
    return view


def _add_files(view: FieldView, item: Field, value: Any, reading: Reading, language: str) -> None:
    """Everything a page says of the documents of a field."""
    view.later = kinds.is_later(value)
    view.files = [] if view.later else [_file_shown(entry) for entry in value or []]
    view.room_for_files = not view.later and len(view.files) < item.max_files
    view.accept, view.takes = _accepted(item, language)
    view.deferrable, view.expires = item.deferrable, item.expires
    view.signed = bool(item.signed) and must_be_signed(item, reading.variables)


def _file_shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    last = entry.get("expires_on")
    return {
        **{name: entry[name] for name in ("id", "name", "kind", "size")},
        "expires_on": date.fromisoformat(last) if last else None,
        "signature": entry.get("signature"),
    }


def _accepted(item: Field, language: str) -> tuple[str, str]:
    """Which files a question takes: their extensions as the browser wants them, and in words before one is chosen."""
    from levante.documents.api import KINDS, PURPOSES

    taken = [KINDS[code] for code in item.accept or PURPOSES["attachment"].kinds]
    words = ", ".join(kind.label.in_language(language) for kind in taken)
    told = gettext("%(kinds)s; at most %(megabytes)s MB.") % {"kinds": words, "megabytes": item.max_megabytes}
    return ",".join(f".{extension}" for kind in taken for extension in kind.extensions), told


def with_computed(item: Field, rows: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    """The rows as they are typed, with what the form reckons of each."""
    names = [inner.id for inner in item.fields if not inner.typed]
    reckoned = reading.answers.get(item.id) or [] if names else []
    found = []
    for number, row in enumerate(rows):
        of_it = reckoned[number] if number < len(reckoned) else {}
        found.append({**row, **{name: of_it.get(name) for name in names}})
    return found


def _rows(item: Field, rows: list[dict[str, Any]], language: str, problems: list[Problem]) -> list[list[FieldView]]:
    shown = [*rows] or [{} for _ in range(max(1, item.min_rows))]
    return [
        [
            _view(
                inner, f"f-{item.id}-{number}-{inner.id}", SEPARATOR.join((item.id, str(number), inner.id)),
                row.get(inner.id), language,
                [problem for problem in problems if problem.row == number and problem.inner == inner.id],
            )
            for inner in item.fields
        ]
        for number, row in enumerate(shown)
    ]  # fmt: skip


def _empty_row(item: Field, number: int, language: str) -> list[FieldView]:
    """A row of a group that nobody filled in yet, as the one of that number."""
    return [
        _view(
            inner,
            f"f-{item.id}-{number}-{inner.id}",
            SEPARATOR.join((item.id, str(number), inner.id)),
            None,
            language,
            [],
        )
        for inner in item.fields
    ]


def _view(item: Field, id_: str, name: str, value: Any, language: str, problems: list[Problem]) -> FieldView:
    view = FieldView(
        id=id_,
        name=name,
        kind=item.kind,
        label=item.label.in_language(language),
        help=item.help.in_language(language) if item.help else "",
        why=item.why.in_language(language) if item.why else "",
        reference=item.reference,
        required=bool(item.required),
        errors=[problem.text.in_language(language) for problem in problems],
        max_length=item.max_length,
    )
    if item.kind == "choice" or item.kind == "multi_choice":
        chosen = value if isinstance(value, list) else [value]
        view.options = [
            (choice.code, choice.label.in_language(language), choice.code in chosen) for choice in item.choices
        ]
    elif item.kind == "yes_no":
        view.options = [
            ("yes", kinds.YES_NO["yes"].in_language(language), value is True),
            ("no", kinds.YES_NO["no"].in_language(language), value is False),
        ]
    elif item.kind == "country":
        view.options = _country_options(language, str(value or ""))
    elif item.kind == "comune":
        view.options = _comune_options(item.region, str(value or ""))
    elif item.kind == "declaration":
        view.checked = value is True
    elif item.kind == "computed":
        view.value = kinds.shown(item, value, language)
    elif item.kind not in {"group", "file"}:
        view.value = kinds.as_typed(item, value, language)
    return view


def _country_options(language: str, chosen: str) -> SafeString:
    return _chosen(_all_countries(language), chosen)


@functools.cache
def _all_countries(language: str) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', kinds.countries(language))


_COMUNI: dict[str, SafeString] = {}


def _comune_options(region: str, chosen: str) -> SafeString:
    """The comuni of a region (its name), read once per process; none of them when the reference table is still empty."""
    if region not in _COMUNI:
        rows = list(
            Comune.objects.filter(province__region=region)
            .order_by("name")
            .values_list("istat_code", "name", "province_id")
        )
        options = format_html_join("", '<option value="{}">{} ({})</option>', rows)
        if not rows:
            return options
        _COMUNI[region] = options
    return _chosen(_COMUNI[region], chosen)


def _chosen(options: SafeString, chosen: str) -> SafeString:
    if not chosen:
        return options
    mark = format_html('value="{}"', chosen)
    return mark_safe(options.replace(mark, mark + " selected", 1))  # both sides are already escaped


def sent_answers(section: Section, data: QueryDict, *, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a section as sent: every typed field of it that the browser showed.

    Unchecked boxes are not sent by browsers, so a page lists what it showed in ``shown``; what is not there is not touched.
    """
    shown = set(data.get("shown", "").split())
    found: dict[str, Any] = {}
    for item in section.fields:
        if item.kind == "group":
            if item.id in shown:
                found[item.id] = _sent_rows(item, data) or None
        elif item.typed and (item.id in data or item.id in shown):
            value = kinds.read(item, data.getlist(item.id), get_language() or "it")
            if item.kind == "declaration" and value is None and stored.get(item.id) is None:
                continue
            found[item.id] = value
    return found


def _sent_rows(item: Field, data: QueryDict) -> list[dict[str, Any]]:
    rows = []
    for number in range(item.max_rows):
        names = {inner.id: SEPARATOR.join((item.id, str(number), inner.id)) for inner in item.fields}
        if not any(name in data for name in names.values()):
            continue
        row = {
            inner.id: kinds.read(inner, data.getlist(names[inner.id]), get_language() or "it")
            for inner in item.fields
            if inner.typed
        }
        row = {key: value for key, value in row.items() if value is not None}
        if row:
            rows.append(row)
    return rows


def after_rows(path: str, section: Section, data: QueryDict, rows: Mapping[str, Any]) -> str:
    """Where the page of a section goes on when a row was asked for or taken away; empty when neither was. ``rows`` are the
    answers as they are now kept: an empty row is no answer, so it is the page that shows it."""
    added, removed = data.get("add_row", ""), data.get("remove_row", "")
    group = next((item for item in section.fields if item.kind == "group" and item.id == added), None)
    if group is not None and group.fields:
        number = len(rows.get(group.id) or []) or max(1, group.min_rows)
        return f"{path}?{urlencode({ADDED: group.id})}#f-{group.id}-{number}-{group.fields[0].id}"
    return f"{path}#f-{removed.rpartition('-')[0]}" if removed else ""
