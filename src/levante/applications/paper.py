"""The application on paper: the PDF to be signed, tagged and made to be kept (PDF/A-3), with what it says attached as JSON.

Italian: it goes to an Italian office. It is made by a job; a signature is of one content, told by its fingerprint.
"""

import json
from decimal import Decimal
from typing import Any

from levante.applications.delivered import content_of
from levante.applications.group import LEAD, PARTNER, read_member, standing_members
from levante.applications.models import Application, SigningCopy
from levante.applications.reading import amount_of, read_application
from levante.calls.api import Field, Reading, form_kinds
from levante.documents.api import Attached, PdfUnavailable, render_pdf, store_bytes
from levante.kernel.api import Actor, note, now, service, today, unchanged
from levante.kernel.pure import Bilingual, format_euro

TEMPLATE = "applications/pdf_application.html"
PURPOSE = "generated"


def paper_of(application: Application, content: dict[str, Any], sha256: str) -> dict[str, Any]:
    """Everything the template shows, as plain JSON."""
    call, reading, amount = application.opening.call, read_application(application), amount_of(application)
    sections = []
    for section in reading.sections:
        rows = [
            _row(item, reading.answers[item.id])
            for item in section.fields
            if item.id in reading.answers and item.kind != "group"
        ]
        tables = [
            _table(item, reading) for item in section.fields if item.kind == "group" and reading.answers.get(item.id)
        ]
        if rows or tables:
            sections.append({"title": section.title.it, "rows": rows, "tables": tables})
    return {
        "title": f"Domanda: {call.title_it}",
        "call": call.title_it,
        "call_act": call.act.name_it if call.act is not None else "",
        "office": call.office.name_it,
        "opening": application.opening.name_it or application.opening.code,
        "enterprise": content["enterprise"],
        "sections": sections,
        "amount": format_euro(amount.value) if amount.value is not None else "",
        "steps": [line.as_json() for line in amount.steps],
        "stamp": content.get("stamp_duty"),
        "filled_in_by": content.get("filled_in_by"),
        "members": [
            {
                **{name: row[name] for name in ("name", "tax_code")},
                "role_it": LEAD["it"] if row["lead"] else PARTNER["it"],
                "amount_text": format_euro(Decimal(row["amount"])),
            }
            for row in content.get("members", [])
        ],
        "own": _own_of_members(application),
        "sha256": sha256,
        "made_on": f"{today():%d/%m/%Y}",
        "demonstration": application.enterprise.is_demo or call.is_demo,
    }


def _own_of_members(application: Application) -> list[dict[str, Any]]:
    """What each firm of the group but the lead answers for itself."""
    found = []
    for member in standing_members(application):
        if member.is_lead:
            continue
        reading = read_member(member)
        rows = [
            _row(item, reading.answers[item.id])
            for _, item in reading.form.fields()
            if item.id in reading.answers and item.kind != "group"
        ]
        found.append({"name": member.enterprise.name, "tax_code": member.enterprise.tax_code, "rows": rows})
    return found


def _row(item: Field, value: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "label": item.label.it,
        "value": form_kinds.shown(item, value, "it"),
        "reference": item.reference,
        "declared": item.kind == "declaration",
        "files": [],
    }
    if item.kind == "file" and not form_kinds.is_later(value):
        row["files"] = [{"name": entry["name"], "sha256": entry["sha256"]} for entry in value]
    return row


def _table(item: Field, reading: Reading) -> dict[str, Any]:
    return {
        "label": item.label.it,
        "columns": [inner.label.it for inner in item.fields],
        "lines": [
            [form_kinds.shown(inner, line.get(inner.id), "it") for inner in item.fields]
            for line in reading.answers[item.id]
        ],
    }


def print_application(application: Application, content: dict[str, Any], sha256: str) -> bytes:
    """The PDF. ``PdfUnavailable`` where this machine makes none."""
    data = paper_of(application, content, sha256)
    attached = Attached(
        "domanda.json",
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "La domanda come dati: quello che il documento dice",
        "application/json",
    )
    return render_pdf(
        template=TEMPLATE, context=data, title=data["title"], language="it", to_sign=True, attachments=[attached]
    )


@service("applications.write_signing_copy")
def write_signing_copy(*, actor: Actor, copy_id: int) -> SigningCopy:
    """Make the PDF of a copy, once; where the answers changed meanwhile the copy is of nothing any more and says so."""
    copy = (
        SigningCopy.objects.select_for_update(of=("self",))
        .select_related("application__opening__call__office", "application__opening__call__act")
        .select_related("application__form", "application__enterprise")
        .get(pk=copy_id)
    )
    if copy.state == SigningCopy.READY:
        return unchanged(copy)
    application = copy.application
    try:
        if content_of(application) != copy.content:
            raise PdfUnavailable(
                Bilingual(
                    "Le risposte sono cambiate mentre si preparava il documento: preparalo di nuovo.",
                    "The answers changed while the document was being made: make it again.",
                )
            )
        pdf = print_application(application, copy.content, copy.content_sha256)
    except PdfUnavailable as problem:
        copy.state, copy.problem_it, copy.problem_en = SigningCopy.FAILED, problem.reason.it, problem.reason.en
        copy.save(update_fields=["state", "problem_it", "problem_en"])
        return copy
    copy.file = store_bytes(
        actor=actor, name=f"domanda-{application.pk}-{copy.content_sha256[:8]}.pdf", content=pdf, purpose=PURPOSE,
        enterprise_id=application.enterprise_id,
    )  # fmt: skip
    copy.state, copy.made_at, copy.problem_it, copy.problem_en = SigningCopy.READY, now(), "", ""
    copy.save(update_fields=["state", "made_at", "file", "problem_it", "problem_en"])
    note(content=copy.content_sha256, pdf=copy.file.sha256, bytes=len(pdf))
    return copy
