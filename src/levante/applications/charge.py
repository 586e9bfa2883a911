"""Who has a file, and the conflict of interest that takes it away (art. 5 and 6-bis L. 241/1990)."""

from django.db.models import Q

from levante.applications import policies, states
from levante.applications.drafts import locked
from levante.applications.models import Application, ApplicationEvent, ConflictDeclaration
from levante.applications.moving import move
from levante.applications.telling import SUBJECT
from levante.applications.workflow import APPLICATIONS
from levante.identity.api import Office, RoleGrant, roles
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify

#: The step by which a file passes to an officer, from each state: while the enterprise's days run they go on running.
TAKING = {states.INTEGRATION: "take_over_integration", states.NOTICE: "take_over_notice"}


@service("applications.take_in_charge")
def take_in_charge(
    *,
    actor: Actor,
    application: Application,
    officer_id: int | None = None,
    has_conflict: bool,
    conflict_text: str = "",
) -> Application:
    """Become the case officer of a file (art. 5 L. 241/1990), after saying whether there is a conflict of interest
    (art. 6-bis). Who declares one does not get the file, nor sees it any more.

    ``officer_id`` is for the director who gives a file to somebody; the declaration is then that person's to make before
    working on it (``declare_conflict``).
    """
    current = locked(application.pk)
    require(APPLICATIONS.may(TAKING.get(current.state, "take_in_charge"), actor, current, state=current.state))
    officer = officer_id or actor.user_id
    director = policies.directs(actor, current)
    if officer != actor.user_id:
        if not director:
            refuse(
                "Solo il dirigente assegna una pratica ad altri.", "Only the director gives a file to somebody else."
            )
        assert officer is not None
        require(policies.may_be_given(officer, current, on=today()))
    if current.case_officer_id not in (None, officer) and not director:
        refuse("La pratica è già in carico a un’altra persona.", "The file is already in somebody else’s charge.")
    if officer == actor.user_id and _declare(current, actor, has_conflict, conflict_text).has_conflict:
        note(conflict=True)
        return current
    if current.case_officer_id == officer and current.state != states.SUBMITTED:
        return current
    current.case_officer_id = officer
    current.taken_at, current.returned_at = now(), None
    move(current, TAKING.get(current.state, "take_in_charge"), actor, data={"officer": officer})
    current.save(update_fields=["state", "case_officer", "taken_at", "returned_at"])
    return current


@service("applications.declare_conflict")
def declare_conflict(
    *, actor: Actor, application: Application, has_conflict: bool, text: str = ""
) -> ConflictDeclaration:
    """Say, of a file one was given, whether there is a conflict of interest; with one, the file goes back to the director."""
    current = locked(application.pk)
    require(policies.may_examine(actor, current))
    declaration = _declare(current, actor, has_conflict, text)
    note_object(current)
    note(conflict=has_conflict)
    return declaration


def _declare(application: Application, actor: Actor, has_conflict: bool, text: str) -> ConflictDeclaration:
    if has_conflict and not text.strip():
        refuse("Scrivi quale conflitto c’è.", "Write which conflict there is.", field="conflict_text")
    declaration = ConflictDeclaration.objects.create(
        application=application,
        officer_id=actor.user_id or 0,  # the system examines nothing
        has_conflict=has_conflict,
        text=text.strip(),
        declared_at=now(),
    )
    if has_conflict:
        ApplicationEvent.objects.create(
            application=application, at=now(), kind="conflict_declared", from_state=application.state,
            to_state=application.state, is_internal=True, user_id=actor.user_id,
        )  # fmt: skip
        _give_back(application, declaration)
    return declaration


def _give_back(application: Application, declaration: ConflictDeclaration) -> None:
    """The file leaves the officer who declared a conflict and waits for another; what was decided stays signed."""
    if application.case_officer_id == declaration.officer_id and application.state not in states.DECIDED:
        application.case_officer = None
        application.returned_at = now()
        application.save(update_fields=["case_officer", "returned_at"])
    directors = [user for user in _directors(application) if user != declaration.officer_id]
    if directors:
        notify(
            actor=system("applications.declare_conflict"),
            users=directors,
            kind="application-conflict",
            title=Bilingual(
                f"Pratica {application.number}: conflitto di interessi",
                f"File {application.number}: conflict of interest",
            ),
            body=Bilingual(
                "Chi la doveva istruire ha dichiarato un conflitto di interessi (art. 6-bis L. 241/1990): "
                "assegnala a un’altra persona.",
                "Who was to examine it declared a conflict of interest (art. 6-bis L. 241/1990): give it to somebody else.",
            ),
            path=f"/ufficio/pratiche/{application.pk}/",
            subject_type=SUBJECT,
            subject_id=f"{application.pk}:conflict:{declaration.pk}",
        )


def _directors(application: Application) -> list[int]:
    """The directors of today: of the office that manages the call and of the Section."""
    day = today()
    grants = (
        RoleGrant.objects.filter(role=roles.DIRECTOR, since__lte=day, user__is_active=True)
        .filter(Q(until__isnull=True) | Q(until__gte=day))
        .filter(Q(office_id=application.opening.call.office_id) | Q(office__kind=Office.SECTION))
    )
    return sorted(set(grants.values_list("user_id", flat=True)))
