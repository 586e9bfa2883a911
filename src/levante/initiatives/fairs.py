"""Every write on fairs and their editions."""

from collections.abc import Iterable
from datetime import date

from levante.initiatives import policies
from levante.initiatives.checks import check_days, reason_of
from levante.initiatives.models import Fair, FairEdition
from levante.kernel.api import Actor, note, refuse, require, service, today
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
    if new and known is not None:
        refuse("Questa edizione è già nell’elenco.", "This edition is on the list already.", field="starts_on")
    if known is not None and known.cancelled_on is not None:
        refuse("Questa edizione è annullata.", "This edition is cancelled.")
    edition, _ = FairEdition.objects.update_or_create(
        code=code,
        defaults={
            "fair": fair,
            "city": city,
            "country_id": country,
            "venue": venue,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "source": source,
            "demonstration": demonstration,
        },
    )
    note(code=code, starts_on=starts_on.isoformat())
    return edition


@service("initiatives.cancel_edition")
def cancel_edition(*, actor: Actor, edition: FairEdition, reason: str) -> FairEdition:
    """The organiser will not hold it. Initiatives planned there are left to who leads them: their pages say it."""
    require(policies.may_plan(actor))
    current = FairEdition.objects.select_for_update(of=("self",)).select_related("fair").get(pk=edition.pk)
    if current.cancelled_on is not None:
        refuse("È già annullata.", "It is cancelled already.")
    current.cancelled_reason = reason_of(reason, 500)
    current.cancelled_on = today()
    current.save(update_fields=["cancelled_on", "cancelled_reason"])
    note(code=current.code)
    return current
