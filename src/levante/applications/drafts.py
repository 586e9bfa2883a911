"""Drafts: starting one, saving it from several places at once, adding and removing files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from levante.applications import policies
from levante.applications.group import SINGLE, forget_members
from levante.applications.merging import at_revision, merge, record_saving
from levante.applications.models import (
    Application,
    ApplicationEvent,
    ApplicationSignature,
    GroupMember,
    Saving,
    SigningCopy,
    StampMark,
)
from levante.applications.models_group import ACCEPTED
from levante.applications.prefill import prefilled_answers
from levante.applications.presence import holder_of, leave_draft
from levante.applications.queries import UNREAD
from levante.applications.reading import form_of_application
from levante.applications.requirements import NO, has_limits, limits_standing
from levante.applications.states import DISCARDED, GONE, WITHDRAWN
from levante.applications.telling_group import tell_member
from levante.applications.workflow import APPLICATIONS
from levante.calls.api import Opening, counted_by, counted_each, form_of, most_in_opening
from levante.documents.api import remove_file
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.parties.api import Enterprise


@dataclass(slots=True)
class Saved:
    """What a saving did. ``conflicts`` are the answers somebody else changed meanwhile: field -> what is stored now; the
    value typed here is in ``refused`` and in the draft's history, never lost. ``holder`` is who writes in the section."""

    application: Application
    changed: list[str] = field(default_factory=list)
    conflicts: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, Any] = field(default_factory=dict)
    holder: str = ""


@service("applications.start_draft")
def start_draft(*, actor: Actor, opening: Opening) -> Application:
    """The draft of the enterprise acted for in an opening: a new one with what we already know, or the one there is (the
    sealed one too, when the limits take no more).

    Two tabs or two people starting together get the same draft: an advisory lock makes the second wait, the unique
    constraint stands behind it. ``Refused`` when the window is not open.
    """
    require(policies.may_apply(actor, opening, instant=now()))
    enterprise = Enterprise.objects.get(pk=actor.enterprise_id or 0)
    draft, created = begin_draft(actor, opening, enterprise)
    if not created:
        return unchanged(draft)
    note(opening=opening.code, call=opening.call.code, prefilled=len(draft.answers), kind=draft.applicant_kind)
    return draft


def begin_draft(actor: Actor, opening: Opening, enterprise: Enterprise) -> tuple[Application, bool]:
    """The draft of an enterprise in an opening, and whether it is a new one. Who may is for the service to say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_lock(opening.pk), _lock(enterprise.pk)])
    mine = list(
        Application.objects.filter(opening=opening, enterprise=enterprise).exclude(state__in=GONE).order_by("slot")
    )
    draft = next((application for application in mine if application.is_draft), None)
    if draft is None:
        sealed = next((application for application in mine if application.is_sealed), None)
        draft = None if sealed is None or _takes_more(opening, enterprise, len(mine)) else sealed
    if draft is not None:
        return draft, False
    most = most_in_opening(opening.call, opening)
    if opening.call.repeat == "refused" and most is not None and len(mine) >= most:
        refuse(
            f"La tua impresa ha già inviato la domanda {mine[-1].number} per questo bando.",
            f"Your enterprise has already sent application {mine[-1].number} for this call.",
        )
    _refuse_over_limits(opening, enterprise)
    if not opening.call.delivery.get("resubmission", True):
        _refuse_another(opening, enterprise)
    if opening.form is None:
        refuse("Il modulo di questo bando non è ancora disponibile.", "The form of this call is not available yet.")
    answers = prefilled_answers(form_of(opening.form), enterprise, opening.call_id, on=today())
    taken = {application.slot for application in mine}
    kinds = opening.call.applicants["kinds"]
    kind = SINGLE if SINGLE in kinds else kinds[0]
    application = Application.objects.create(
        opening=opening,
        form=opening.form,
        enterprise=enterprise,
        slot=next(slot for slot in range(1, len(taken) + 2) if slot not in taken),
        applicant_kind=kind,
        answers=answers,
        prefilled=sorted(answers),
        created_at=now(),
        created_by_id=actor.user_id,
        saved_at=now(),
    )
    if kind != SINGLE:
        enter_lead(application, actor)
    return application, True


def _takes_more(opening: Opening, enterprise: Enterprise, count: int) -> bool:
    """May an enterprise that sealed as many for an opening begin another?"""
    if not has_limits(opening):
        return False
    call = opening.call
    if call.repeat != "refused" and not counted_by(call, opening) and count >= counted_each(call, opening):
        return False
    return all(item.outcome != NO for item in limits_standing(opening, enterprise, answers={}, on=today()))


def enter_lead(application: Application, actor: Actor) -> GroupMember:
    """Who starts the application of a group leads it."""
    return GroupMember.objects.create(
        application=application,
        enterprise_id=application.enterprise_id,
        is_lead=True,
        state=ACCEPTED,
        invited_at=now(),
        invited_by_id=actor.user_id,
        joined_at=now(),
        joined_by_id=actor.user_id,
    )


def _refuse_over_limits(opening: Opening, enterprise: Enterprise) -> None:
    """A limit that no answer can mend is said before anything is written."""
    if not has_limits(opening):
        return
    for item in limits_standing(opening, enterprise, answers={}, on=today()):
        if item.outcome == NO:
            refuse(f"{item.text.it}: {item.reason.it}.", f"{item.text.en}: {item.reason.en}.")


def _refuse_another(opening: Opening, enterprise: Enterprise) -> None:
    """Where the call says so, what was withdrawn is not followed by another."""
    withdrawn = (
        Application.objects.filter(opening=opening, enterprise=enterprise, state=WITHDRAWN).order_by("pk").first()
    )
    if withdrawn is not None:
        refuse(
            f"Hai ritirato la domanda {withdrawn.number}: in questo bando non se ne può inviare un’altra.",
            f"You withdrew application {withdrawn.number}: in this call another cannot be sent.",
        )


def _lock(key: int) -> int:
    """A key of an advisory lock: 32 bits with sign."""
    return key % 2**31


#: The lines of the opening, with the row that is being locked: no other round trip asks for them.
_LINES = """(SELECT coalesce(jsonb_agg(jsonb_build_object('id', line.id, 'code', line.code) ORDER BY line.position, line.id), '[]')
   FROM calls_openingline line WHERE line.opening_id = applications_application.opening_id)"""


def locked(application_id: int) -> Application:
    """The application with everything its form and gate need, its row locked until the transaction ends."""
    return (
        _locking().select_related("opening__call__office", "form", "enterprise", "line", "notice").defer(*UNREAD)
    ).get(pk=application_id)


def locked_for(fields: tuple[str, ...], application_id: int) -> Application:
    """The same with the named fields alone (others are fetched if somebody asks): for what happens most often."""
    related = ("opening__call", "form", "enterprise")
    return _locking().select_related(*related).only(*fields).get(pk=application_id)


def _locking() -> "QuerySet[Application]":
    lines = RawSQL(_LINES, (), output_field=JSONField())  # noqa: S611 - a constant
    return Application.objects.select_for_update(of=("self",)).annotate(opening_lines=lines)


@service("applications.save_answers")
def save_answers(
    *,
    actor: Actor,
    application: Application,
    answers: Mapping[str, Any],
    base_revision: int,
    overwrite: bool = False,
    section: str = "",
    aside: Collection[str] = (),
) -> Saved:
    """Write typed answers into a draft: ``None`` empties one; fields not named stay.

    ``base_revision`` is the revision that the page showed. A field somebody changed after it, to something else, and that
    was also changed here, is a conflict: what is stored stays, and both values are told. Fields not touched here never
    conflict, and ``overwrite`` says that the person has seen both and wants these; until then the fields in ``aside``,
    whose conflict the page has told, are not written whatever the revision. While somebody else writes in the
    ``section`` that is being saved, nothing is written there: what was typed is kept in the history (``together``).
    """
    form = form_of_application(application)
    current = (
        Application.objects.select_for_update(of=("self",))
        .only("enterprise_id", "state", "answers", "prefilled", "revision", "saved_at")
        .get(pk=application.pk)
    )
    require(policies.may_write(actor, current))
    known = {item.id for _, item in form.fields() if item.typed}
    before_here = at_revision(current, base_revision) if base_revision < current.revision else None
    holder = holder_of(current, section, besides=actor.user_id) if section else ""
    merged = merge(current.answers, answers, known, before_here, overwrite=overwrite, holder=holder, aside=aside)
    saved = Saved(current, sorted(merged.changes), merged.conflicts, merged.refused, holder)
    changes, stored = merged.changes, merged.stored
    record_saving(current, actor, merged)
    current.answers = stored
    current.prefilled = [name for name in current.prefilled if name not in changes]
    current.saved_at = now()
    current.save(update_fields=["answers", "prefilled", "revision", "saved_at"])
    note_object(current)
    note(revision=current.revision, fields=sorted(changes), conflicts=sorted(saved.conflicts))
    refresh(application, current)
    return saved


def refresh(application: Application, current: Application) -> None:
    """Let the object that was given know what was stored."""
    for name in ("answers", "prefilled", "revision", "saved_at"):
        setattr(application, name, getattr(current, name))
    forget_members(application)


@service("applications.follow_form")
def follow_form(*, actor: Actor, application: Application) -> Application:
    """Bring a draft to the form in force: answers stay by the ids of their fields, which are stable between versions."""
    current = locked(application.pk)
    require(policies.may_write(actor, current))
    if current.opening.form_id is None or current.form_id == current.opening.form_id:
        return unchanged(current)
    note(form_from=current.form_id, form_to=current.opening.form_id)
    current.form_id = current.opening.form_id
    current.save(update_fields=["form"])
    return current


def forget_group(actor: Actor, current: Application) -> None:
    """The firms of a draft that is put away are told, and go with it."""
    rows = list(GroupMember.objects.filter(application=current).select_related("enterprise", "proxy"))
    for member in rows:
        member.application = current
        if not member.is_lead and member.ended_at is None:
            tell_member(member, "discarded")
    Saving.objects.filter(application=current, member__isnull=False).delete()
    GroupMember.objects.filter(application=current).delete()
    for member in rows:
        if member.proxy is not None:
            remove_file(actor=actor, file=member.proxy)


def forget_delivery(actor: Actor, current: Application) -> None:
    """What a draft had for its delivery goes with it: mark, copies to sign, signatures."""
    StampMark.objects.filter(application=current).delete()
    files = [row.file for row in ApplicationSignature.objects.filter(application=current).select_related("file")]
    copies = SigningCopy.objects.filter(application=current, file__isnull=False).select_related("file")
    files += [row.file for row in copies if row.file is not None]
    ApplicationSignature.objects.filter(application=current).delete()
    SigningCopy.objects.filter(application=current).delete()
    for file in files:
        remove_file(actor=actor, file=file)


@service("applications.discard_draft")
def discard_draft(*, actor: Actor, application: Application) -> Application:
    """Put a draft away: the place in the opening is free again, its answers are erased."""
    current = locked(application.pk)
    require(APPLICATIONS.may("discard", actor, current, state=current.state))
    for attachment in list(current.attachments.select_related("file")):
        file = attachment.file
        attachment.delete()
        remove_file(actor=actor, file=file)
    forget_delivery(actor, current)
    forget_group(actor, current)
    current.savings.all().delete()
    leave_draft(current)
    current.state, current.answers, current.prefilled = DISCARDED, {}, []
    current.save(update_fields=["state", "answers", "prefilled"])
    ApplicationEvent.objects.create(
        application=current, at=now(), kind="discard", from_state="draft", to_state=DISCARDED, user_id=actor.user_id
    )
    return current
