"""The firms of a group: invited by the lead, each enters with its own mandate or on a power of attorney, gives what is its own,
and may leave. Everything happens under the lock of the application, so that nobody enters or leaves while it is sent."""

from collections.abc import Collection, Mapping
from typing import Any

from levante.applications import policies
from levante.applications.drafts import Saved, enter_lead
from levante.applications.group import SINGLE, forget_members
from levante.applications.merging import at_revision, merge, record_saving
from levante.applications.models import Application, ApplicationEvent, GroupMember
from levante.applications.models_group import ACCEPTED, DECLARED, DECLINED, INVITED, LEFT, OPEN, REMOVED
from levante.applications.prefill import prefilled_answers
from levante.applications.states import ADMITTED, DRAFT
from levante.applications.states import OPEN as IN_PROGRESS
from levante.applications.telling_group import tell_lead, tell_member
from levante.calls.api import form_of
from levante.documents.api import store_upload
from levante.kernel.api import Actor, NotYours, note, note_object, now, refuse, require, service, today, unchanged
from levante.parties.api import Enterprise, create_enterprise, tax_code_in


def held(application_id: int) -> Application:
    """The application of a group under its lock, with what its members need."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("opening__call", "form", "enterprise")
    return rows.get(pk=application_id)


def _held_member(member: GroupMember) -> GroupMember:
    application = held(member.application_id)
    found = GroupMember.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=member.pk)
    found.application = application
    return found


@service("applications.choose_applicant_kind")
def choose_applicant_kind(*, actor: Actor, application: Application, kind: str) -> Application:
    """Say how one applies, among the ways of the call: alone, or leading a group."""
    current = held(application.pk)
    require(policies.may_edit(actor, current))
    if kind not in current.opening.call.applicants["kinds"]:
        refuse("Il bando non prevede questo modo di fare domanda.", "The call has no such way to apply.", field="kind")
    if kind == current.applicant_kind:
        return unchanged(current)
    if kind == SINGLE:
        others = current.members.filter(is_lead=False, state__in=OPEN)
        if others.exists():
            refuse(
                "Prima togli le altre imprese dal gruppo.", "First remove the other firms from the group.", field="kind"
            )
        current.savings.filter(member__isnull=False).delete()
        current.members.all().delete()
    elif current.applicant_kind == SINGLE:
        enter_lead(current, actor)
    current.applicant_kind = kind
    current.save(update_fields=["applicant_kind"])
    application.applicant_kind = kind
    forget_members(application)
    note(kind=kind)
    return current


@service("applications.invite_member")
def invite_member(*, actor: Actor, application: Application, tax_code: str, name: str = "") -> GroupMember:
    """Invite a firm by its tax code; one that has no file gets it with its name. Who acts for it is told."""
    current = held(application.pk)
    require(policies.may_edit(actor, current))
    if current.applicant_kind == SINGLE:
        refuse("Prima scegli di fare domanda in gruppo.", "First choose to apply as a group.")
    code = tax_code_in(tax_code)
    if not code:
        refuse("Non è un codice fiscale d’impresa.", "It is not the tax code of a firm.", field="tax_code")
    enterprise = _enterprise(actor, code, name)
    most = (current.opening.call.applicants.get("members") or {}).get("most")
    inside = current.members.filter(state__in=OPEN)
    if inside.filter(enterprise=enterprise).exists():
        refuse("Questa impresa è già nel gruppo.", "This firm is in the group already.", field="tax_code")
    if most is not None and inside.count() >= int(most):
        refuse(
            f"Il gruppo ha già {most} imprese, il massimo di questo bando.",
            f"The group has {most} firms already, the most of this call.",
        )
    member = GroupMember.objects.create(
        application=current, enterprise=enterprise, position=current.members.count(), state=INVITED,
        invited_at=now(), invited_by_id=actor.user_id,
    )  # fmt: skip
    forget_members(application)
    tell_member(member, "invited")
    note(member=enterprise.pk)
    return member


def _enterprise(actor: Actor, code: str, name: str) -> Enterprise:
    found = Enterprise.objects.filter(tax_code=code).select_related("merged_into").first()
    if found is None:
        if not name.strip():
            refuse(
                "Questa impresa è nuova per il portale: scrivi anche il suo nome.",
                "This firm is new to the portal: write its name too.",
                field="name",
            )
        found = create_enterprise(actor=actor, tax_code=code, name=name.strip())
    return found.merged_into or found


@service("applications.accept_membership")
def accept_membership(*, actor: Actor, member: GroupMember) -> GroupMember:
    """The firm enters the group: it binds it, so it takes the mandate for sending. The second time it is in already."""
    current = _held_member(member)
    require(policies.may_answer_invitation(actor, current))
    if current.state == ACCEPTED:
        return unchanged(current)
    _still_draft(current.application)
    _in_state(current, INVITED)
    if current.application.opening.call.applicants.get("join") == "declare":
        refuse(
            "In questo bando le imprese le dichiara la capofila, con la loro procura.",
            "In this call firms are declared by the lead, on their power of attorney.",
        )
    current.state, current.joined_at, current.joined_by_id = ACCEPTED, now(), actor.user_id
    current.answers = _known_of(current)
    current.save(update_fields=["state", "joined_at", "joined_by", "answers"])
    _changed(current.application)
    tell_lead(current, "accepted")
    note(application=current.application_id)
    return current


def _known_of(member: GroupMember) -> dict[str, Any]:
    """What a firm that enters need not be asked: from its own file, and from its own last application."""
    application = member.application
    form = form_of(application.form).of_each_member()
    return prefilled_answers(form, member.enterprise, application.opening.call_id, on=today())


@service("applications.decline_membership")
def decline_membership(*, actor: Actor, member: GroupMember, reason: str = "") -> GroupMember:
    """The firm says no to the invitation."""
    current = _held_member(member)
    require(policies.may_answer_invitation(actor, current))
    if current.state == DECLINED:
        return unchanged(current)
    _in_state(current, INVITED)
    _end(current, DECLINED, actor, reason)
    tell_lead(current, "declined")
    return current


@service("applications.declare_member")
def declare_member(*, actor: Actor, member: GroupMember, upload: Any) -> GroupMember:
    """The lead declares a firm on its power of attorney, where the call lets it; from then on it answers for it too."""
    current = _held_member(member)
    require(policies.may_edit(actor, current.application))
    _in_state(current, INVITED)
    if current.application.opening.call.applicants.get("join", "accept") == "accept":
        refuse(
            "In questo bando ogni impresa accetta con la propria delega.",
            "In this call each firm accepts with its own mandate.",
        )
    current.proxy = store_upload(
        actor=actor, upload=upload, purpose="attachment", enterprise_id=current.application.enterprise_id,
        accept=("pdf", "p7m"),
    )  # fmt: skip
    current.state, current.joined_at, current.joined_by_id = DECLARED, now(), actor.user_id
    current.answers = _known_of(current)
    current.save(update_fields=["state", "joined_at", "joined_by", "proxy", "answers"])
    _changed(current.application)
    tell_member(current, "declared")
    note(application=current.application_id, proxy=current.proxy.sha256)
    return current


@service("applications.remove_member")
def remove_member(*, actor: Actor, member: GroupMember, reason: str = "") -> GroupMember:
    """The lead takes a firm out of a draft: what it had answered goes with it."""
    current = _held_member(member)
    require(policies.may_edit(actor, current.application))
    if current.is_lead:
        refuse("La capofila non si toglie: elimina la bozza.", "The lead is not removed: discard the draft.")
    if current.state == REMOVED:
        return unchanged(current)
    if current.state not in OPEN:
        refuse("Questa impresa non è nel gruppo.", "This firm is not in the group.")
    _end(current, REMOVED, actor, reason)
    tell_member(current, "removed")
    return current


@service("applications.leave_group")
def leave_group(*, actor: Actor, member: GroupMember, reason: str = "") -> GroupMember:
    """A firm leaves: of a draft, at any time; of what was sent, as the call lets one withdraw and until it is awarded.

    Of what was sent nothing changes but that: its part is nobody's, and a group below the least number cannot be admitted.
    """
    current = _held_member(member)
    require(policies.may_answer_invitation(actor, current))
    if current.is_lead:
        refuse("La capofila ritira la domanda, non esce.", "The lead withdraws the application, it does not leave.")
    if current.state == LEFT:
        return unchanged(current)
    if not current.is_standing:
        refuse("La tua impresa non è nel gruppo.", "Your firm is not in the group.")
    application = current.application
    if application.state_told not in (DRAFT, ADMITTED, *IN_PROGRESS):
        refuse("Ora non si può più uscire dal gruppo.", "The group cannot be left now.")
    if application.state_told in IN_PROGRESS:
        require(policies.withdrawable(application))
    _end(current, LEFT, actor, reason)
    if application.state != DRAFT:
        _tell_office(current, actor)
    tell_lead(current, "left")
    return current


def _tell_office(member: GroupMember, actor: Actor) -> None:
    """What it means that a firm left after the sending, in the timeline of the file."""
    application = member.application
    least = int((application.opening.call.applicants.get("members") or {}).get("least", 2))
    count = application.members.standing().count()
    name = member.enterprise.name
    it, en = (
        f"{name} è uscita dal gruppo: la sua parte non si concede.",
        f"{name} left the group: its part is not granted.",
    )
    if count < least:
        it += f" Imprese che restano: {count}; ne servono {least}: la domanda non si può ammettere."
        en += f" Firms left: {count}; {least} are needed: the application cannot be admitted."
    ApplicationEvent.objects.create(
        application=application, at=now(), kind="member_left", from_state=application.state, to_state=application.state,
        text_it=it, text_en=en, user_id=actor.user_id, data={"member": member.pk, "standing": count},
    )  # fmt: skip


@service("applications.save_member_answers")
def save_member_answers(
    *,
    actor: Actor,
    member: GroupMember,
    answers: Mapping[str, Any],
    base_revision: int,
    overwrite: bool = False,
    aside: Collection[str] = (),
) -> Saved:
    """Write what a firm of the group answers for itself: the firm, or the lead for one that it declared. As ``save_answers``."""
    current = _held_member(member)
    application = current.application
    require(policies.may_answer_for(actor, current))
    form = form_of(application.form).of_each_member()
    known = {item.id for _, item in form.fields() if item.typed}
    before_here = (
        at_revision(application, base_revision, member=current) if base_revision < application.revision else None
    )
    merged = merge(current.answers, answers, known, before_here, overwrite=overwrite, aside=aside)
    record_saving(application, actor, merged, member=current)
    current.answers = merged.stored
    current.save(update_fields=["answers"])
    application.saved_at = now()
    application.save(update_fields=["revision", "saved_at"])
    member.answers = current.answers
    member.application.revision, member.application.saved_at = application.revision, application.saved_at
    forget_members(member.application)
    note_object(current)
    note(revision=application.revision, fields=sorted(merged.changes), conflicts=sorted(merged.conflicts))
    return Saved(member.application, sorted(merged.changes), merged.conflicts, merged.refused)


def _still_draft(application: Application) -> None:
    if application.state != DRAFT:
        refuse("La domanda è già stata inviata.", "The application was sent already.")


def _in_state(member: GroupMember, state: str) -> None:
    if member.state != state:
        words = member.state_label
        refuse(f"Non si può più fare: l’impresa {words.it}.", f"It cannot be done now: the firm {words.en}.")


def _end(member: GroupMember, state: str, actor: Actor, reason: str) -> None:
    draft = member.application.state == DRAFT
    member.state, member.ended_at, member.ended_by_id, member.reason = (
        state,
        now(),
        actor.user_id,
        reason.strip()[:1000],
    )
    if draft:
        member.answers = {}
    member.save(update_fields=["state", "ended_at", "ended_by", "reason", "answers"])
    if draft:
        _changed(member.application)
    note(application=member.application_id, enterprise=member.enterprise_id)


def _changed(application: Application) -> None:
    """The application says something else than before: its pages and its signature must know."""
    application.revision += 1
    application.saved_at = now()
    application.save(update_fields=["revision", "saved_at"])
    forget_members(application)


def member_of(actor: Actor, member_id: int) -> GroupMember:
    """A membership that one's enterprise has, or that it leads; ``NotYours`` otherwise."""
    rows = GroupMember.objects.visible_to(actor).select_related(
        "enterprise", "proxy", "application__opening__call__office", "application__form", "application__enterprise",
        "application__case_officer",
    )  # fmt: skip
    found = rows.filter(pk=member_id).first()
    if found is None:
        raise NotYours
    return found
