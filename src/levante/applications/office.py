"""An office fills in for somebody on the phone: begun and ended by the officer, marked wherever the draft is read, confirmed by
who may send for the enterprise. An officer never sends, signs or discards."""

from django.db.models import QuerySet

from levante.applications import policies
from levante.applications.drafts import begin_draft, locked
from levante.applications.filled import to_confirm
from levante.applications.models import Application, OfficeFilling
from levante.applications.telling import tell_people
from levante.calls.api import Opening
from levante.identity.api import Office, User
from levante.kernel.api import (
    Actor,
    day_of,
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
from levante.parties.api import Enterprise, Mandate, acting_scopes, mandates_of, scopes_held


@service("applications.fill_in_for")
def fill_in_for(*, actor: Actor, opening: Opening, enterprise: Enterprise, caller: User) -> OfficeFilling:
    """Begin to fill in, for a person on the phone, the application of their enterprise: the draft there is, or a new one.

    The person's mandate covers applications; everybody who acts for the enterprise is told. Pressed twice, it is the same.
    """
    require(policies.may_fill_in(actor, opening))
    assert actor.user_id is not None
    office = _office_of(actor, opening)
    require(policies.may_prepare(opening, instant=now()))
    if caller.pk == actor.user_id or "apply" not in acting_scopes(caller.pk, enterprise.pk, today()):
        refuse(
            "Questa persona non ha una delega che comprende le domande dell’impresa.",
            "This person holds no mandate that covers the applications of the enterprise.",
            field="caller",
        )
    application, created = begin_draft(actor, opening, enterprise)
    if application.is_sealed:
        refuse(
            "La domanda è sigillata: per cambiarla l’impresa deve prima togliere il sigillo.",
            "The application is sealed: the enterprise must take the seal off before it is changed.",
        )
    fillings = OfficeFilling.objects.filter(application=application)
    for old in fillings.filter(officer=actor.user_id, ended_at__isnull=True):
        if old.caller_id == caller.pk and day_of(old.started_at) == today():
            return unchanged(old)
        fillings.filter(pk=old.pk).update(ended_at=now())
    filling = OfficeFilling.objects.create(
        application=application, office=office, officer_id=actor.user_id, caller=caller, started_at=now()
    )
    if not application.by_office:
        Application.objects.filter(pk=application.pk).update(by_office=True)
        application.by_office = True
    _tell(filling, "filling", enterprise)
    note(application=application.pk, caller=caller.pk, opening=opening.code, created=created)
    return filling


def _office_of(actor: Actor, opening: Opening) -> Office:
    """The office an officer fills in for: that of the call when it is theirs, otherwise the Section."""
    mine = {office for office, role in actor.grants if role in policies.FILL_IN}
    manages: Office = opening.call.office
    if manages.code in mine:
        return manages
    return Office.objects.filter(code__in=mine & actor.sections).order_by("code")[:1].get()


@service("applications.end_filling")
def end_filling(*, actor: Actor, filling: OfficeFilling) -> OfficeFilling:
    """The call is over: the officer sees the draft no more; who acts for the enterprise is told to check and send it."""
    current = (
        OfficeFilling.objects.select_for_update(of=("self",))
        .select_related("application__opening__call", "application__enterprise", "office", "caller")
        .get(pk=filling.pk)
    )
    require(policies.may_end_filling(actor, current))
    if current.ended_at is not None:
        return unchanged(current)
    current.ended_at = now()
    current.save(update_fields=["ended_at"])
    if current.application.is_draft:
        _tell(current, "filled", current.application.enterprise)
    note(application=current.application_id)
    return current


@service("applications.confirm_filling")
def confirm_filling(*, actor: Actor, application: Application) -> Application:
    """Who may send has read what the office wrote, and it is right."""
    current = locked(application.pk)
    require(policies.may_edit(actor, current))
    require(policies.may_submit(actor, current))
    if not to_confirm(current):
        return unchanged(current)
    OfficeFilling.objects.filter(application=current).update(
        confirmed_at=now(), confirmed_by_id=actor.user_id, confirmed_revision=current.revision
    )
    note_object(current)
    note(revision=current.revision)
    return current


# -- reads


def fillings_open(actor: Actor) -> "QuerySet[OfficeFilling]":
    """The drafts an officer is filling in today, the latest first."""
    rows = OfficeFilling.objects.filter(officer=actor.user_id, ended_at__isnull=True, application__state="draft")
    related = ("application__opening__call__office", "application__enterprise", "office", "caller")
    return rows.filter(started_at__gte=policies.start_of_day()).select_related(*related).order_by("-pk")


def callers_of(enterprise: Enterprise) -> list[Mandate]:
    """Who may ask an office to fill in for an enterprise: the mandates that cover applications. One query."""
    return [row for row in mandates_of(enterprise.pk, today()) if "apply" in scopes_held(row)]


_WORDS = {
    "filling": (
        ("Un ufficio compila per voi: {call}", "An office is filling in for you: {call}"),
        (
            "{office} scrive la domanda di {firm} su indicazione di {caller}, per telefono. Non può inviarla: la rileggete, la "
            "confermate e la inviate voi.",
            "{office} writes the application of {firm} as {caller} says on the phone. It cannot send it: you read it, confirm "
            "it and send it.",
        ),
    ),
    "filled": (
        ("Da rileggere e inviare: {call}", "To be read and sent: {call}"),
        (
            "{office} ha finito di compilare la domanda di {firm}, come ha detto {caller}. Rileggetela e confermatela: finché non "
            "la inviate non è presentata.",
            "{office} has finished filling in the application of {firm}, as {caller} said. Read it and confirm it: until you "
            "send it nothing is handed in.",
        ),
    ),
}


def _tell(filling: OfficeFilling, what: str, enterprise: Enterprise) -> None:
    application, office = filling.application, filling.office
    call = application.opening.call
    title, body = (
        Bilingual(
            *(
                text.format(call=name, office=place, firm=enterprise.name, caller=filling.caller.get_full_name())
                for text, name, place in zip(
                    pair,
                    (call.title_it, call.title_en or call.title_it),
                    (office.name_it, office.name_en or office.name_it),
                    strict=True,
                )
            )
        )
        for pair in _WORDS[what]
    )
    tell_people(
        system("applications.office"), application, kind=f"application-{what}", title=title, body=body,
        subject=f"{application.pk}:filling:{filling.pk}:{what}",
    )  # fmt: skip
