"""What a judge reads of an application: all of it, or what does not say whose it is."""

from dataclasses import dataclass
from typing import Any

from levante.applications.api import (
    Application,
    Attachment,
    EvaluationFile,
    covered,
    identifying_words,
    read_application,
    shown_columns,
    shown_fields,
)
from levante.documents.api import StoredFile
from levante.web.portal.applications.pages import Group, summary_rows


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the application as the judge sees it: its place in the list is its address."""

    place: int
    name: str
    size: int
    kind: str


def groups_of(file: EvaluationFile, application: Application, language: str, *, blind: bool) -> list[Group]:
    """The answers, section by section; documents are links ``{place, name}`` and never their own addresses."""
    reading = read_application(application)
    groups = summary_rows(application, reading, language, named=not blind)
    papers = iter(papers_of(application, blind=blind))
    allowed = shown_fields(reading) if blind else None
    words = identifying_words(application, reading) if blind else []
    fields = {item.id: item for _, item in reading.form.fields()}
    for group in groups:
        group.rows = [row for row in group.rows if allowed is None or row["id"] in allowed]
        for row in group.rows:
            if blind:
                _cover(row, fields[row["id"]], words)
            if row.get("files"):
                row["papers"] = [next(papers) for _ in row["files"]]
                row["files"], row["value"] = [], ""
    return [group for group in groups if group.rows]


def _cover(row: dict[str, Any], item: Any, words: list[str]) -> None:
    row["value"] = covered(str(row["value"]), words)
    if "lines" in row:
        keep = [place for place, inner in enumerate(item.fields) if inner.id in shown_columns(item)]
        row["columns"] = [row["columns"][place] for place in keep]
        row["lines"] = [[covered(str(line[place]), words) for place in keep] for line in row["lines"]]


def papers_of(application: Application, *, blind: bool) -> list[Paper]:
    """The documents a judge may open, in the order of the form."""
    return [
        Paper(place, f"{place}.{_ending(entry)}" if blind else entry["name"], entry["size"], entry["kind"])
        for place, entry in enumerate(_entries(application, blind=blind), 1)
    ]


def paper_at(application: Application, place: int, *, blind: bool) -> tuple[StoredFile, str] | None:
    """The stored file at a place of that list, and the name to hand it out under."""
    entries = _entries(application, blind=blind)
    if not 1 <= place <= len(entries):
        return None
    entry = entries[place - 1]
    attached = Attachment.objects.filter(application=application, file_id=entry["id"]).select_related("file").first()
    if attached is None:
        return None
    return attached.file, f"documento-{place}.{_ending(entry)}" if blind else entry["name"]


def _entries(application: Application, *, blind: bool) -> list[dict[str, Any]]:
    reading = read_application(application)
    found: list[dict[str, Any]] = []
    for section in reading.sections:
        for item in section.fields:
            if item.kind == "file" and item.id in reading.visible and not (blind and item.identifying):
                value = reading.answers.get(item.id)
                found += value if isinstance(value, list) else []
    return found


def _ending(entry: dict[str, Any]) -> str:
    return str(entry["kind"]) if str(entry["kind"]).isalnum() else "bin"
