"""The documents of a draft: added, taken away, chosen again among those given before, promised for later."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import JSONField, Q, QuerySet
from django.db.models.expressions import RawSQL

from levante.applications import policies
from levante.applications.drafts import refresh
from levante.applications.models import Application, Attachment, Saving
from levante.applications.presence import require_free
from levante.applications.reading import form_of_application, read_application
from levante.calls.api import Field, form_kinds, must_be_signed
from levante.documents.api import StoredFile, copy_file, remove_file, store_upload, verify_signatures
from levante.kernel.api import Actor, NotYours, note, note_object, now, refuse, require, service, today, unchanged

MEGABYTE = 1024 * 1024
#: Documents given before that are offered for one field: the latest.
OFFERED = 5


@service("applications.attach_file")
def attach_file(
    *, actor: Actor, application: Application, field_id: str, upload: Any, expires_on: date | None = None
) -> StoredFile:
    """Add a file to an answer of a draft, after looking at its content (``documents.store_upload``) and, where the form
    wants it signed, verifying its signatures: what was found stays with it."""
    item = _file_field(application, field_id)
    current = _editable(actor, application, field_id)
    there = _room_for_one(current, item)
    file = store_upload(
        actor=actor,
        upload=upload,
        purpose="attachment",
        enterprise_id=current.enterprise_id,
        accept=item.accept or None,
        limit=item.max_megabytes * MEGABYTE,
    )
    _put(actor, application, current, item, there, file, expires_on)
    return file


@service("applications.reuse_file")
def reuse_file(
    *, actor: Actor, application: Application, field_id: str, attachment_id: int, expires_on: date | None = None
) -> StoredFile:
    """Give again a document that the enterprise gave before, in another application or in another question of this one."""
    item = _file_field(application, field_id)
    current = _editable(actor, application, field_id)
    there = _room_for_one(current, item)
    found = next((row for row in _given_before(current, [item]) if row.pk == attachment_id), None)
    if found is None or not _suits(found, item, on=today()):
        raise NotYours
    file = copy_file(actor=actor, file=found.file, purpose="attachment")
    _put(actor, application, current, item, there, file, expires_on or found.expires_on)
    return file


def _file_field(application: Application, field_id: str) -> Field:
    item = form_of_application(application).field(field_id)
    if item is None or item.kind != "file":
        refuse("Questo campo non accetta documenti.", "This field takes no documents.", field=field_id)
    return item


def _editable(actor: Actor, application: Application, field_id: str) -> Application:
    current = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    require(policies.may_write(actor, current))
    require_free(actor, application, [field_id])
    return current


def _entries(current: Application, field_id: str) -> list[dict[str, Any]]:
    """The documents that are there: none when they are promised."""
    value = current.answers.get(field_id) or []
    return [] if form_kinds.is_later(value) else list(value)


def _room_for_one(current: Application, item: Field) -> list[dict[str, Any]]:
    there = _entries(current, item.id)
    if len(there) >= item.max_files:
        refuse(
            f"Qui va al massimo {item.max_files} documento: elimina quello che c’è e carica l’altro."
            if item.max_files == 1
            else f"Qui vanno al massimo {item.max_files} documenti.",
            f"At most {item.max_files} document(s) here: remove what is there first.",
            field=item.id,
        )
    return there


def _put(
    actor: Actor, application: Application, current: Application, item: Field, there: list[dict[str, Any]],
    file: StoredFile, expires_on: date | None,
) -> None:  # fmt: skip
    """The entry of a stored file in the answers, with its row."""
    expires_on = expires_on if item.expires else None
    Attachment.objects.create(
        application=current, field=item.id, label=item.label.it[:300], file=file, expires_on=expires_on
    )
    entry: dict[str, Any] = {
        "id": file.pk, "name": file.name, "size": file.size, "sha256": file.sha256, "kind": file.kind,
    }  # fmt: skip
    if expires_on is not None:
        entry["expires_on"] = expires_on.isoformat()
    if item.signed and must_be_signed(item, read_application(application).variables):
        entry["signature"] = verify_signatures(file, at=now()).as_json()
    store_entries(actor, current, item.id, [*there, entry])
    refresh(application, current)
    note_object(current)  # the row goes if the file is taken away again: what happened is the application's
    note(field=item.id, file=file.sha256)


@service("applications.detach_file")
def detach_file(*, actor: Actor, application: Application, field_id: str, file_id: int) -> None:
    """Take a file away from a draft; its content goes too when nothing else refers to it."""
    current = _editable(actor, application, field_id)
    attachment = current.attachments.filter(field=field_id, file_id=file_id).select_related("file").first()
    if attachment is None:
        return
    file = attachment.file
    attachment.delete()
    there = [entry for entry in _entries(current, field_id) if entry["id"] != file_id]
    store_entries(actor, current, field_id, there)
    remove_file(actor=actor, file=file)
    refresh(application, current)
    note_object(current)


@service("applications.date_file")
def date_file(*, actor: Actor, application: Application, field_id: str, file_id: int, expires_on: date) -> Application:
    """Write until when a document holds."""
    item = _file_field(application, field_id)
    current = _editable(actor, application, field_id)
    there = _entries(current, field_id)
    if not item.expires or not any(entry["id"] == file_id for entry in there):
        raise NotYours
    current.attachments.filter(field=field_id, file_id=file_id).update(expires_on=expires_on)
    entries = [entry | ({"expires_on": expires_on.isoformat()} if entry["id"] == file_id else {}) for entry in there]
    store_entries(actor, current, field_id, entries)
    refresh(application, current)
    note(field=field_id, expires_on=expires_on.isoformat())
    return current


@service("applications.promise_file")
def promise_file(*, actor: Actor, application: Application, field_id: str, promised: bool) -> Application:
    """Say that a document will come later, where the call lets it; or take the word back."""
    item = _file_field(application, field_id)
    current = _editable(actor, application, field_id)
    if item.deferrable is None:
        refuse("Questo documento serve subito.", "This document is needed now.", field=field_id)
    value = current.answers.get(field_id)
    if promised and value and not form_kinds.is_later(value):
        refuse(
            "Il documento c’è già: per consegnarlo dopo, prima eliminalo.",
            "The document is there: to give it later, remove it first.",
            field=field_id,
        )
    if bool(value) == promised:
        return unchanged(current)
    _store(actor, current, field_id, form_kinds.LATER if promised else None)
    refresh(application, current)
    note(field=field_id, promised=promised)
    return current


def store_entries(actor: Actor, current: Application, field_id: str, entries: list[dict[str, Any]]) -> None:
    """The documents of a field, in the answers and in the history."""
    _store(actor, current, field_id, entries or None)


def _store(actor: Actor, current: Application, field_id: str, value: Any) -> None:
    before = current.answers.get(field_id)
    current.answers = {**current.answers, field_id: value}
    if value is None:
        current.answers.pop(field_id)
    current.revision += 1
    current.saved_at = now()
    current.save(update_fields=["answers", "revision", "saved_at"])
    Saving.objects.create(
        application=current,
        revision=current.revision,
        at=now(),
        user_id=actor.user_id,
        filling=policies.filling_of(actor, current),
        changes={field_id: [before, value]},
    )


def earlier_files(application: Application, fields: Iterable[Field]) -> dict[str, list[Attachment]]:
    """For each document asked, those the enterprise gave before that would do: the same question or the same name, still in
    force, of a kind and size that are accepted. One query, none when nothing is asked."""
    wanted = [item for item in fields if item.kind == "file"]
    if not wanted:
        return {}
    given, on, found = _given_before(application, wanted), today(), {}
    for item in wanted:
        seen = {entry["sha256"] for entry in _entries(application, item.id)}
        rows = []
        for row in given:
            alike = row.field == item.id or row.label == item.label.it
            if alike and row.file.sha256 not in seen and _suits(row, item, on=on):
                rows.append(row)
                seen.add(row.file.sha256)
        if rows:
            found[item.id] = rows[:OFFERED]
    return found


#: The questions under which an enterprise gave documents, with the row of a draft itself: a page asks nothing more to know
#: whether there is something to choose.
_GIVEN = """(SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_array(given.field, given.label)), '[]')
   FROM applications_attachment given JOIN applications_application theirs ON theirs.id = given.application_id
  WHERE theirs.enterprise_id = applications_application.enterprise_id AND given.integration_id IS NULL AND given.notice_id IS NULL
    AND (given.expires_on IS NULL OR given.expires_on >= %s))"""


def with_given(applications: "QuerySet[Application]") -> "QuerySet[Application]":
    """Each with the questions its enterprise gave documents under (``given``), for ``has_earlier``."""
    return applications.annotate(given=RawSQL(_GIVEN, (today(),), output_field=JSONField()))  # noqa: S611


def has_earlier(application: Any, item: Field) -> bool:
    """May there be a document given before for this question? Of a draft that was fetched ``with_given``. What this very
    draft holds counts too: the list itself leaves it out."""
    return any(field == item.id or label == item.label.it for field, label in application.given)


def _given_before(application: Application, fields: list[Field]) -> list[Attachment]:
    """What the enterprise gave under these questions or names, the latest first."""
    alike = Q(field__in=[item.id for item in fields]) | Q(label__in=[item.label.it for item in fields])
    answers = Attachment.objects.filter(integration=None, notice=None)
    rows = answers.filter(alike, application__enterprise_id=application.enterprise_id)
    return list(rows.select_related("file", "application").order_by("-id")[:200])


def _suits(row: Attachment, item: Field, *, on: date) -> bool:
    if row.expires_on is not None and row.expires_on < on:
        return False
    return row.file.size <= item.max_megabytes * MEGABYTE and (not item.accept or row.file.kind in item.accept)
