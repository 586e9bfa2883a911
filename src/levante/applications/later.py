"""Documents after the transmission: those promised, by when, and those that take the place of what expired.

What was sent never changes: a document that comes later stands beside it, with its number of the register.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from levante.applications import policies
from levante.applications.drafts import locked
from levante.applications.models import Application, ApplicationEvent, Attachment, LaterDocument
from levante.applications.reading import form_of_application, read_application
from levante.applications.states import REJECTED, REVOKED, UNSENT, WITHDRAWN
from levante.applications.telling import tell_people
from levante.applications.terms import term_from
from levante.calls.api import Field, Form, form_kinds, must_be_signed
from levante.documents.api import store_upload, verify_signatures
from levante.kernel.api import Actor, NotYours, day_of, note, now, refuse, require, service, today
from levante.kernel.pure import Bilingual, Decision, steps_as_json
from levante.register.api import append_entry

KIND = "application.document_delivered"
#: How many days before its term the enterprise is reminded of a document.
REMIND = timedelta(days=7)
#: Applications to which nothing can be added any more.
CLOSED = (*UNSENT, WITHDRAWN, REJECTED, REVOKED)


def await_promised(application: Application, form: Form, answers: dict[str, Any], *, on: date) -> None:
    """At the transmission: each promised document is awaited, by a day that is reckoned now."""
    rows = promised_of(application, form, answers, on=on)
    if rows:
        LaterDocument.objects.bulk_create(rows)


def promised_of(application: Application, form: Form, answers: dict[str, Any], *, on: date) -> list[LaterDocument]:
    """What is awaited of an application sent on a day, to be written."""
    rows = []
    for _, item in form.fields():
        if item.deferrable is None or not form_kinds.is_later(answers.get(item.id)):
            continue
        due, steps = term_from(on, item.deferrable.days)
        rows.append(
            LaterDocument(
                application=application, field=item.id, label_it=item.label.it[:300], label_en=item.label.en[:300],
                until=item.deferrable.until, due_on=due, steps=steps_as_json(steps),
            )
        )  # fmt: skip
    return rows


@service("applications.deliver_document")
def deliver_document(
    *, actor: Actor, application: Application, field_id: str, upload: Any, expires_on: date | None = None
) -> Attachment:
    """Give a document that was promised, or a new one in the place of one that expires; it is registered.

    After its term it is taken all the same: that it is late is seen, and what follows is for the office to say.
    """
    current = locked(application.pk)
    require(policies.may_answer(actor, current))
    if current.state_told in CLOSED:
        refuse("A questa domanda non si aggiunge più nulla.", "Nothing is added to this application any more.")
    item = form_of_application(current).field(field_id)
    awaited = current.later_documents.select_for_update().filter(field=field_id).first()
    if (
        item is None
        or item.kind != "file"
        or (awaited is None and not (item.expires and current.answers.get(field_id)))
    ):
        raise NotYours
    if awaited is not None and awaited.state == LaterDocument.DELIVERED and not item.expires:
        refuse("Questo documento è già arrivato.", "This document has come already.", field=field_id)
    if item.expires:
        _require_day(expires_on)
    file = store_upload(
        actor=actor, upload=upload, purpose="attachment", enterprise_id=current.enterprise_id, accept=item.accept or None,
        limit=item.max_megabytes * 1024 * 1024,
    )  # fmt: skip
    if must_be_signed(item, read_application(current).variables):
        found = verify_signatures(file, at=now())
        if not found.holds and found.reason is not None:
            refuse(
                f"La firma di «{file.name}» non vale: {found.reason.it}.",
                f"The signature of “{file.name}” does not hold: {found.reason.en}.",
                field=field_id,
            )
    receipt = append_entry(
        actor=actor, log="applications", kind=KIND, subject=f"application:{current.pk}",
        payload={"application": current.pk, "field": field_id, "file": {"name": file.name, "sha256": file.sha256}},
        idempotency_key=f"document:{file.pk}",
    )  # fmt: skip
    row = Attachment.objects.create(
        application=current, later=awaited, field=field_id, label=item.label.it[:300], file=file,
        expires_on=expires_on if item.expires else None, number=receipt.public_number,
    )  # fmt: skip
    if awaited is not None and awaited.state == LaterDocument.AWAITED:
        awaited.state, awaited.delivered_at, awaited.delivered_by_id = LaterDocument.DELIVERED, now(), actor.user_id
        awaited.save(update_fields=["state", "delivered_at", "delivered_by"])
    ApplicationEvent.objects.create(
        application=current, at=now(), kind="document_delivered", from_state=current.state, to_state=current.state,
        text_it=f"{item.label.it}: {file.name}, numero {receipt.public_number}",
        text_en=f"{item.label.en}: {file.name}, number {receipt.public_number}",
        user_id=actor.user_id, data={"field": field_id, "number": receipt.public_number},
    )  # fmt: skip
    note(number=current.number, field=field_id, entry=receipt.public_number)
    return row


def _require_day(expires_on: date | None) -> None:
    if expires_on is None:
        refuse("Scrivi fino a quando vale il documento.", "Write until when the document holds.", field="expires_on")
    if expires_on < today():
        refuse("Il documento è già scaduto.", "The document has already expired.", field="expires_on")


def awaited_documents(applications: "QuerySet[Application]") -> "QuerySet[LaterDocument]":
    """What is still to come for these applications, the earliest term first."""
    rows = LaterDocument.objects.filter(application__in=applications, state=LaterDocument.AWAITED)
    return (
        rows.exclude(application__state__in=CLOSED, application__held_from="")
        .select_related("application__opening__call", "application__enterprise")
        .order_by("due_on", "pk")
    )


def documents_to_renew(application: Application, *, on: date) -> list[tuple[Field, date]]:
    """The documents that no longer hold on a day, each with the last day of the latest one given."""
    last: dict[str, date] = {}
    for row in application.attachments.all():
        if row.expires_on is not None and row.integration_id is None:
            last[row.field] = max(row.expires_on, last.get(row.field, row.expires_on))
    form = form_of_application(application)
    return [(item, last[item.id]) for _, item in form.fields() if item.id in last and last[item.id] < on]


def expired_documents(applications: "QuerySet[Application]", *, on: date) -> "QuerySet[Attachment]":
    """Of these applications, still in the running, the last document of each field that no longer holds on a day."""
    rows = Attachment.objects.filter(application__in=applications, integration=None, notice=None)
    last = rows.filter(expires_on__isnull=False).order_by("application_id", "field", "-expires_on", "-pk")
    latest = last.distinct("application_id", "field").values("pk")
    return Attachment.objects.filter(pk__in=latest, expires_on__lt=on).exclude(application__state__in=CLOSED)


def documents_for_award(application: Application, *, on: date) -> Decision:
    """Before an act: what had to come before it has come, and what expires still holds on its day."""
    missing = [
        row for row in application.later_documents.all() if row.until == "award" and row.state == LaterDocument.AWAITED
    ]
    if missing:
        return Decision.no(
            "Prima dell’atto deve arrivare: " + "; ".join(row.label_it for row in missing) + ".",
            "Before the act must come: " + "; ".join(row.label_en for row in missing) + ".",
        )
    expired = documents_to_renew(application, on=on)
    if expired:
        return Decision.no(
            "Documenti scaduti, da rinnovare prima dell’atto: "
            + "; ".join(f"{item.label.it} ({day:%d/%m/%Y})" for item, day in expired) + ".",
            "Documents that expired, to be renewed before the act: "
            + "; ".join(f"{item.label.en} ({day:%d/%m/%Y})" for item, day in expired) + ".",
        )  # fmt: skip
    return Decision.yes()


def remind_of_documents(*, actor: Actor, on: date) -> int:
    """Tell who acts for the enterprise that a promised document is due within days, and once more that its term has passed."""
    rows = awaited_documents(Application.objects.sent()).filter(due_on__lte=on + REMIND).exclude(told="late")
    told = 0
    for row in rows.iterator(chunk_size=200):
        now_told = "late" if row.due_on < on else "due"
        if row.told == now_told:
            continue
        title, body = _reminder(row, late=now_told == "late")
        subject = f"{row.application_id}:document:{row.pk}"
        tell_people(actor, row.application, kind=f"document-{now_told}", title=title, body=body, subject=subject)
        LaterDocument.objects.filter(pk=row.pk).update(told=now_told)
        told += 1
    return told


def _reminder(row: LaterDocument, *, late: bool) -> tuple[Bilingual, Bilingual]:
    number, day = row.application.number, f"{row.due_on:%d/%m/%Y}"
    if late:
        return (
            Bilingual(
                f"Domanda {number}: è scaduto il termine per un documento",
                f"Application {number}: the term for a document has passed",
            ),
            Bilingual(
                f"Doveva arrivare entro il {day}: {row.label_it}. Consegnalo appena puoi, o scrivi all’ufficio.",
                f"It was due by {day}: {row.label_en}. Give it as soon as you can, or write to the office.",
            ),
        )
    return (
        Bilingual(f"Domanda {number}: un documento entro il {day}", f"Application {number}: a document by {day}"),
        Bilingual(
            f"Avevi detto che lo avresti consegnato dopo: {row.label_it}. Il termine è il {day}.",
            f"You said you would give it later: {row.label_en}. The term is {day}.",
        ),
    )


def delivered_on(row: LaterDocument) -> date | None:
    """The day it came."""
    return day_of(row.delivered_at) if row.delivered_at is not None else None


def deliveries_of(application: Application) -> "QuerySet[Attachment]":
    """What came after the transmission, by the register's number."""
    rows = Attachment.objects.filter(application=application, number__isnull=False)
    return rows.select_related("file", "later").order_by("pk")
