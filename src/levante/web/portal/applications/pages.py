"""What the pages of an application have in common: the steps, the task list, the summary."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from levante.applications.api import (
    Application,
    Attachment,
    Change,
    IntegrationRequest,
    is_asked,
    mark_of,
    members_of,
    missing_besides,
    share_field_of,
)
from levante.calls.api import Field, Reading, form_kinds
from levante.documents.api import StoredFile
from levante.kernel.pure import Bilingual
from levante.web.portal.applications.place import PORTAL, Place


def stepper(current: str, application: Application, *, undone: Container[str] = ()) -> list[dict[str, Any]]:
    """Fill in, sign where the call asks, check, send: Designers Italia's service flow; ``undone`` are steps gone past and
    not finished."""
    names = [("fill", gettext("Fill in")), ("check", gettext("Check and send")), ("sent", gettext("Receipt"))]
    if is_asked(application.opening.call):
        names.insert(1, ("sign", gettext("Sign")))
    place = [code for code, _ in names].index(current)
    return [
        {
            "label": label,
            "state": "current" if code == current else "done" if number < place and code not in undone else "todo",
        }
        for number, (code, label) in enumerate(names)
    ]


def task_list(application: Application, reading: Reading, language: str, at: Place = PORTAL) -> list[dict[str, Any]]:
    """A line per section with its state: not started, in progress, to mend, done."""
    tasks = []
    for section in reading.sections:
        problems = reading.problems_of(section.id)
        started = reading.is_started(section)
        wrong = any(problem.kind == "wrong" for problem in problems)
        state = "mend" if wrong else "done" if not problems else "doing" if started else "todo"
        tasks.append(
            {
                "title": section.title.in_language(language),
                "url": reverse(at.section, args=[application.pk, section.id]),
                "state": state,
                "hint": _missing(len(problems)) if started and problems else "",
            }
        )
    complete = not reading.problems
    if not at.is_office:
        tasks += _delivery_tasks(application, complete)
    tasks.append(
        {
            "title": gettext("Check") if at.is_office else gettext("Check and send"),
            "url": reverse(at.summary, args=[application.pk]),
            "state": "todo",
            "hint": "" if complete else gettext("You see there what is still missing."),
        }
    )
    return tasks


def _delivery_tasks(application: Application, complete: bool) -> list[dict[str, Any]]:
    """Stamp duty and signature, where the call asks for them."""
    missing = {item.field for item in missing_besides(application)} if complete else None
    call, tasks = application.opening.call, []
    if call.delivery.get("stamp_duty"):
        mark = mark_of(application)
        tasks.append(
            {
                "title": gettext("Stamp duty"),
                "url": reverse("portal:application_stamp", args=[application.pk]),
                "state": "todo" if mark is None else "mend" if missing and "stamp" in missing else "done",
                "hint": "",
            }
        )
    if is_asked(call):
        done = missing is not None and "signature" not in missing
        tasks.append(
            {
                "title": gettext("Sign"),
                "url": reverse("portal:application_sign", args=[application.pk]) if complete else "",
                "state": "locked" if not complete else "done" if done else "todo",
                "hint": ""
                if complete
                else gettext("First complete the answers: what is signed is the whole application."),
            }
        )
    return tasks


def _missing(count: int) -> str:
    return ngettext("%(count)d thing to complete", "%(count)d things to complete", count) % {"count": count}


@dataclass(slots=True)
class Group:
    """A section in a summary: rows ``{id, label, value, rows?, files?}``."""

    id: str
    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def summary_rows(application: Application, reading: Reading, language: str, *, named: bool = True) -> list[Group]:
    """The answers as the office reads them, section by section; what is not shown is not there. Whose a cost of a group is has
    its name beside the tax code, unless who reads is not to know (``named``)."""
    groups, whose = [], share_field_of(application)
    names = _names_of_firms(application) if named and whose is not None else {}

    def cell(inner: Field, value: Any) -> str:
        told = form_kinds.shown(inner, value, language)
        return f"{names[value]} ({told})" if inner.id == whose and value in names else told

    for section in reading.sections:
        group = Group(section.id, section.title.in_language(language))
        for item in section.fields:
            if item.id not in reading.visible:
                continue
            value = reading.answers.get(item.id)
            row: dict[str, Any] = {
                "id": item.id,
                "label": item.label.in_language(language),
                "value": form_kinds.shown(item, value, language),
            }
            if item.kind == "group":
                row["columns"] = [inner.label.in_language(language) for inner in item.fields]
                row["lines"] = [[cell(inner, line.get(inner.id)) for inner in item.fields] for line in value or []]
            if item.kind == "file":
                row["files"] = [] if form_kinds.is_later(value) else value or []
            group.rows.append(row)
        groups.append(group)
    return groups


def _names_of_firms(application: Application) -> dict[str, str]:
    """The names of the firms that apply, by tax code: as they were sent, or as they are. One query for a draft of a group."""
    if application.frozen is not None:
        told = [row["enterprise"] for row in application.frozen.get("members", [])]
        return {row["tax_code"]: row["name"] for row in told}
    firms = [application.enterprise, *(member.enterprise for member in members_of(application))]
    return {firm.tax_code: firm.name for firm in firms}


def own_of_members(application: Application, reading: Reading, language: str) -> list[Group]:
    """What each firm of a group but the lead answered for itself, as it was sent; its costs are among those of all."""
    found = []
    for row in (application.frozen or {}).get("members", []):
        if row["lead"]:
            continue
        group = Group(row["enterprise"]["tax_code"], row["enterprise"]["name"])
        for _, item in reading.form.of_each_member().fields():
            if item.id in row["answers"] and item.kind != "group":
                value = form_kinds.shown(item, row["answers"][item.id], language)
                group.rows.append({"id": item.id, "label": item.label.in_language(language), "value": value})
        if group.rows:
            found.append(group)
    return found


def _office_of(change: Change) -> Bilingual | None:
    """The office that wrote, when it was an officer on the phone."""
    filling = change.saving.filling
    return Bilingual(filling.office.name_it, filling.office.name_en or filling.office.name_it) if filling else None


def change_rows(application: Application, changes: list[Change], language: str) -> list[dict[str, Any]]:
    """The history of a draft as a page shows it: a line for each field that a saving changed or could not write."""
    rows = []
    for change in changes:
        item, now, member = change.field, application.answers.get(change.field.id), change.saving.member
        offered = change.after if change.refused else change.before
        rows.append(
            {
                "who": change.saving.user.get_full_name() if change.saving.user else "",
                "office": _office_of(change),
                "at": change.saving.at,
                "revision": change.saving.revision,
                "field": item.id,
                "label": (f"{member.enterprise.name}: " if member else "") + item.label.in_language(language),
                "before": form_kinds.shown(item, change.before, language),
                "after": form_kinds.shown(item, change.after, language),
                "refused": change.refused,
                "may_restore": application.is_draft and item.typed and member is None and offered != now,
                "rows": item.kind == "group",
            }
        )
    return rows


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of the enterprise to the office, as it was registered."""

    what: str
    asked: str
    at: datetime
    number: str
    text: str
    files: list[StoredFile]
    accepted_at: datetime | None = None


def given_answers(shown: Application, integrations: Sequence[IntegrationRequest]) -> list[Given]:
    """What the enterprise answered to requests and notices, the last first. Two queries, none where nothing was asked."""
    requests = [one for one in integrations if one.answered_at is not None]
    notices = [one for one in shown.notices.all() if one.observed_at is not None] if shown.notice_id else []
    if not requests and not notices:
        return []
    attached = Attachment.objects.filter(Q(integration__in=requests) | Q(notice__in=notices)).select_related("file")
    files: dict[tuple[int | None, int | None], list[StoredFile]] = {}
    for row in attached.order_by("pk"):
        files.setdefault((row.integration_id, row.notice_id), []).append(row.file)
    found = [
        Given(
            gettext("Answer to the request"), one.text, one.answered_at, one.number or "", one.answer,
            files.get((one.pk, None), []),
        )
        for one in requests
    ] + [
        Given(
            gettext("Observations on the notice"), one.reasons, one.observed_at, one.number or "", one.observations,
            files.get((None, one.pk), []), one.accepted_at,
        )
        for one in notices
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at, reverse=True)
