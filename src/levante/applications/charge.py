"""Who has a file, and the conflict of interest that takes it away (art. 5 and 6-bis L. 241/1990)."""

from collections.abc import Callable, Sequence
from datetime import date

from levante.applications import policies, states
from levante.applications.coverage import substitutes_on
from levante.applications.drafts import locked
from levante.applications.evaluation.sheets import leave_out
from levante.applications.models import Application, ApplicationEvent, ConflictDeclaration
from levante.applications.moving import move
from levante.applications.putting_forward import alone_declaring
from levante.applications.telling import SUBJECT
from levante.applications.workflow import APPLICATIONS
from levante.identity.api import Office, RoleGrant, User, roles
from levante.kernel.api import (
    Actor,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    system,
    today,
    unchanged,
)
from levante.kernel.pure import Bilingual
from levante.messages.api import notify

#: The step by which a file passes to an officer, from each state: while the enterprise's days run they go on running.
TAKING = {states.INTEGRATION: "take_over_integration", states.NOTICE: "take_over_notice"}


@service("applications.take_in_charge")
def take_in_charge(
    *, actor: Actor, application: Application, has_conflict: bool, conflict_text: str = ""
) -> Application:
    """Become the case officer of a file (art. 5 L. 241/1990), after saying whether there is a conflict of interest
    (art. 6-bis). Who declares one does not get the file, nor sees it any more. A file that somebody has is passed on by the
    director (``assignment.assign_application``), with a reason."""
    alone_declaring(actor)
    current = locked(application.pk)
    step = TAKING.get(current.state, "take_in_charge")
    require(APPLICATIONS.may(step, actor, current, state=current.state))
    if current.case_officer_id not in (None, actor.user_id):
        refuse("La pratica è già in carico a un’altra persona.", "The file is already in somebody else’s charge.")
    if _declare(current, actor, has_conflict, conflict_text)[0].has_conflict:
        note(conflict=True)
        return current
    if current.case_officer_id == actor.user_id and current.state != states.SUBMITTED:
        return current
    current.case_officer_id = actor.user_id
    current.taken_at, current.returned_at = now(), None
    current.__dict__.pop("_acting_officer", None)
    move(current, step, actor, data={"officer": actor.user_id})
    current.save(update_fields=["state", "case_officer", "taken_at", "returned_at"])
    return current


@service("applications.declare_conflict")
def declare_conflict(
    *, actor: Actor, application: Application, has_conflict: bool, text: str = ""
) -> ConflictDeclaration:
    """Say, of a file one was given, whether there is a conflict of interest; with one, the file goes back to the director."""
    alone_declaring(actor)
    current = locked(application.pk)
    require(policies.may_examine(actor, current))
    declaration, said = _declare(current, actor, has_conflict, text)
    if not said:
        return unchanged(declaration)
    note_object(current)
    note(conflict=has_conflict)
    return declaration


def _declare(application: Application, actor: Actor, has_conflict: bool, text: str) -> tuple[ConflictDeclaration, bool]:
    """The declaration, and whether it is said now: what was said already is not said twice."""
    if has_conflict and not text.strip():
        refuse("Scrivi quale conflitto c’è.", "Write which conflict there is.", field="conflict_text")
    declaration, said = ConflictDeclaration.objects.get_or_create(
        application=application,
        officer_id=actor.user_id or 0,  # the system examines nothing
        has_conflict=has_conflict,
        defaults={"text": text.strip(), "declared_at": now()},
    )
    if said and has_conflict:
        ApplicationEvent.objects.create(
            application=application, at=now(), kind="conflict_declared", from_state=application.state,
            to_state=application.state, is_internal=True, user_id=actor.user_id,
        )  # fmt: skip
        _give_back(application, declaration)
        leave_out(user_id=declaration.officer_id, application_id=application.pk)
        from levante.applications.evaluation.committee import tell_if_short  # which asks here who directs

        tell_if_short(declaration)
    return declaration, said


def _give_back(application: Application, declaration: ConflictDeclaration) -> None:
    """The file leaves the officer who declared a conflict and waits for another; what was decided stays signed."""
    if application.case_officer_id == declaration.officer_id and application.state not in (
        *states.DECIDED,
        states.REVOKED,
    ):
        application.case_officer = None
        application.returned_at = now()
        application.save(update_fields=["case_officer", "returned_at"])
    found = directors_for(application.opening.call.office_id, on=today())
    directors = [user for user in found if user != declaration.officer_id]
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


def directors_for(office_id: int, *, on: date) -> list[int]:
    """The directors of a day: of the office that manages a call, of its agency and of the Section. One query."""
    grants = RoleGrant.objects.in_force(on).filter(role=roles.DIRECTOR, user__is_active=True)
    over = grants.over(office_id) | grants.filter(office__kind=Office.SECTION)
    return sorted(set(over.order_by("pk").values_list("user_id", flat=True)))


def in_charge_of(day: date) -> Callable[[Application], list[int]]:
    """Who answers for a file on a day: who acts for its case officer or, while nobody has it, the directors. Asks once for all
    files, and once for each office."""
    substitutes = substitutes_on(day)
    directors: dict[int, list[int]] = {}

    def answerable(application: Application) -> list[int]:
        officer = application.case_officer_id
        if officer is not None:
            return [substitutes.get(officer, officer)]
        office = application.opening.call.office_id
        if office not in directors:
            directors[office] = directors_for(office, on=day)
        return directors[office]

    return answerable


#: As many files as a notice names; the list has them all.
NAMED = 10
_WORDS = {
    "given": (Bilingual("ti è assegnata", "is given to you"), Bilingual("ti sono assegnate", "are given to you")),
    "taken": (
        Bilingual("passa a un’altra persona", "passes to somebody else"),
        Bilingual("passano a un’altra persona", "pass to somebody else"),
    ),
}


def tell_officer(user_id: int, files: Sequence[Application], what: str, *, actor: Actor) -> None:
    """Tell an officer, once for all of them, of files ``given`` or ``taken``; while away, who covers too, of those given that no
    conflict of theirs hides."""
    one, many = _WORDS[what]
    _tell(user_id, files, what, one, many, actor)
    acting = substitutes_on(today()).get(user_id, user_id) if what == "given" else user_id
    if acting in (user_id, actor.user_id):
        return
    hidden = ConflictDeclaration.objects.filter(
        officer_id=acting, has_conflict=True, application__in=[file.pk for file in files]
    )
    closed = set(hidden.order_by("pk").values_list("application_id", flat=True))
    theirs = [file for file in files if file.pk not in closed]
    if theirs:
        away = User.objects.get(pk=user_id)
        words = Bilingual(f"di {away} passa a te fino al suo rientro", f"of {away} is yours until they are back")
        several = Bilingual(f"di {away} passano a te fino al suo rientro", f"of {away} are yours until they are back")
        _tell(acting, theirs, what, words, several, actor)


def _tell(user_id: int, files: Sequence[Application], what: str, one: Bilingual, many: Bilingual, actor: Actor) -> None:
    numbers = ", ".join(str(file.number) for file in files[:NAMED])
    if len(files) == 1:
        title = Bilingual(f"La pratica {numbers} {one.it}", f"File {numbers} {one.en}")
        body, path = Bilingual(f"{title.it}.", f"{title.en}."), f"/ufficio/pratiche/{files[0].pk}/"
    else:
        count = len(files)
        title = Bilingual(f"{count} pratiche {many.it}", f"{count} files {many.en}")
        more_it, more_en = ("", "") if count <= NAMED else (f" e altre {count - NAMED}", f" and {count - NAMED} more")
        body, path = Bilingual(f"{numbers}{more_it}.", f"{numbers}{more_en}."), "/ufficio/pratiche/?officer=mine"
    notify(
        actor=actor, users=[user_id], kind=f"application-{what}", title=title, body=body, path=path,
        subject_type=SUBJECT, subject_id=f"{what}:{now().isoformat(timespec='microseconds')}:{user_id}",
    )  # fmt: skip
