"""Every write on fairs and their editions."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from levante.identity.api import RoleGrant, roles
from levante.initiatives import policies, states
from levante.initiatives.checks import check_days, reason_of
from levante.initiatives.models import Fair, FairEdition, Initiative
from levante.initiatives.money import SUBJECT
from levante.kernel.api import Actor, code_from_name, note, refuse, require, service, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.programme.api import Sector


@service("initiatives.record_fair")
def record_fair(
    *,
    actor: Actor,
    code: str,
    name: str,
    organiser: str = "",
    website: str = "",
    sectors: Iterable[Sector] = (),
    source: str = "",
    new: bool = False,
) -> Fair:
    """Add a fair, or correct the one with this code (refused when it should be ``new``)."""
    require(policies.may_plan(actor))
    if not code:
        refuse("Scrivi il nome della fiera.", "Write the name of the fair.", field="name")
    if new and Fair.objects.filter(code=code).exists():
        refuse("Questa fiera è già nell’elenco.", "This fair is on the list already.", field="name")
    fair, _ = Fair.objects.update_or_create(
        code=code, defaults={"name": name, "organiser": organiser, "website": website, "source": source}
    )
    fair.sectors.set(sectors)
    note(code=code)
    return fair


@service("initiatives.record_edition")
def record_edition(
    *,
    actor: Actor,
    fair: Fair,
    code: str,
    city: str,
    country: str,
    starts_on: date,
    ends_on: date,
    venue: str = "",
    halls: str = "",
    source: str = "",
    demonstration: bool = False,
    new: bool = False,
) -> FairEdition:
    """Add an edition of a fair, or correct the one with this code (refused when it should be ``new``)."""
    require(policies.may_plan(actor))
    check_days(starts_on, ends_on)
    if not source and not demonstration:
        refuse("Scrivi da dove vengono le date.", "Say where the dates come from.", field="source")
    known = FairEdition.objects.filter(code=code).first()
    same_days = fair.editions.filter(starts_on=starts_on, cancelled_on=None) if new else fair.editions.none()
    if new and (known is not None or same_days.exists()):
        refuse("Questa edizione è già nell’elenco.", "This edition is on the list already.", field="starts_on")
    if known is not None and known.cancelled_on is not None:
        refuse("Questa edizione è annullata.", "This edition is cancelled.")
    before = (known.starts_on, known.ends_on) if known is not None else (starts_on, ends_on)
    edition, _ = FairEdition.objects.update_or_create(
        code=code,
        defaults={
            "fair": fair,
            "city": city,
            "country_id": country,
            "venue": venue,
            "halls": halls,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "source": source,
            "demonstration": demonstration,
        },
    )
    tell_moved(actor, edition, before)
    note(code=code, starts_on=starts_on.isoformat())
    return edition


@service("initiatives.cancel_edition")
def cancel_edition(*, actor: Actor, edition: FairEdition, reason: str) -> FairEdition:
    """The organiser will not hold it. Who leads the initiatives planned there, and the directors, are told: they are cancelled or moved."""
    require(policies.may_plan(actor))
    current = FairEdition.objects.select_for_update(of=("self",)).select_related("fair").get(pk=edition.pk)
    if current.cancelled_on is not None:
        refuse("È già annullata.", "It is cancelled already.")
    mark_cancelled(actor, current, reason_of(reason, 500))
    note(code=current.code)
    return current


def code_of(name: str) -> str:
    """The code of a fair known by its name alone."""
    return code_from_name(name, instead="fiera")


def mark_cancelled(actor: Actor, edition: FairEdition, reason: str) -> None:
    """The edition, held, is cancelled from today; who leads initiatives there is told. For a service at work."""
    edition.cancelled_reason, edition.cancelled_on = reason, today()
    edition.save(update_fields=["cancelled_on", "cancelled_reason"])
    name = edition.fair.name
    for initiative in edition.initiatives.filter(state__in=states.CANCELLABLE).select_related("lead_office"):
        _tell_leads(
            actor, initiative, "cancelled", f"{edition.pk}",
            Bilingual(f"{name}: l’organizzatore ha annullato l’edizione", f"{name}: the organiser has cancelled the edition"),
            Bilingual(f"{reason}. Annulla “{initiative.title_it}”, o spostala a un’altra edizione.",
                      f"{reason}. Cancel “{initiative.title_en}”, or move it to another edition."),
        )  # fmt: skip


def tell_moved(actor: Actor, edition: FairEdition, before: tuple[date, date]) -> None:
    """Who leads initiatives at an edition whose days are no longer ``before``, and the directors: what the Region does there is moved
    by them."""
    if before == (edition.starts_on, edition.ends_on):
        return
    name, days = edition.fair.name, f"{edition.starts_on:%d/%m/%Y}–{edition.ends_on:%d/%m/%Y}"
    for initiative in edition.initiatives.exclude(state__in=[states.CANCELLED, states.DONE]).select_related(
        "lead_office"
    ):
        _tell_leads(
            actor, initiative, "moved", f"{edition.starts_on:%Y%m%d}:{edition.ends_on:%Y%m%d}",
            Bilingual(f"{name}: l’organizzatore ha cambiato le date", f"{name}: the organiser has changed the dates"),
            Bilingual(f"{days}. Controlla le date di “{initiative.title_it}”.",
                      f"{days}. Check the dates of “{initiative.title_en}”."),
        )  # fmt: skip


def _tell_leads(actor: Actor, initiative: Initiative, what: str, once: str, title: Bilingual, body: Bilingual) -> None:
    """Tell the office that leads the initiative, and the directors, what its edition has become: once for each ``once``."""
    held = RoleGrant.objects.in_force(today()).filter(user__is_active=True)
    there = Q(role__in=[roles.AGENCY_STAFF, roles.CASE_OFFICER], office=initiative.lead_office)
    notify(
        actor=actor, users=set(held.filter(there | Q(role=roles.DIRECTOR)).values_list("user_id", flat=True)),
        kind=f"edition-{what}", title=Bilingual(title.it[:300], title.en[:300]), body=body,
        path=f"/ufficio/iniziative/{initiative.code}/", subject_type=SUBJECT, subject_id=f"{initiative.pk}:{once}",
    )  # fmt: skip
