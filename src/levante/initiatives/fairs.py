"""Every write on fairs and their editions."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.text import slugify

from levante.initiatives import policies
from levante.initiatives.checks import check_days, reason_of
from levante.initiatives.models import Fair, FairEdition
from levante.initiatives.pure.calendar_file import Read
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.parties.api import Country
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


def code_of(name: str) -> str:
    """The code of a fair known by its name alone: its letters; where these are not Latin, or too many, a digest keeps two fairs apart."""
    code = slugify(name)
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    lost = sum(map(str.isalnum, name)) > sum(map(str.isalnum, ascii_only))
    if code and not lost and len(code) <= 80:
        return code
    return f"{code[:60] or 'fiera'}-{hashlib.sha256(name.casefold().encode()).hexdigest()[:12]}"


@service("initiatives.import_editions")
def import_editions(*, actor: Actor, rows: Sequence[Read], source: str) -> tuple[int, int]:
    """Editions read from a calendar: a fair that is not known is added, an edition is known by its fair and its first
    day and is put right;
    one that its organiser cancelled is left alone. How many are new, how many are put right. Twice changes nothing."""
    require(policies.may_plan(actor))
    if not source.strip() and any(not row.source for row in rows):
        refuse("Scrivi da dove vengono le date.", "Say where the dates come from.", field="source")
    known_countries = set(Country.objects.filter(code__in={row.country for row in rows}).values_list("code", flat=True))
    made, mended = [], []
    for row in rows:
        if row.country not in known_countries:
            refuse(
                f"Riga {row.line}: il paese {row.country} non esiste.",
                f"Line {row.line}: there is no country {row.country}.",
            )
        code = code_of(row.fair)
        fair = Fair.objects.filter(code=code).first() or Fair.objects.filter(name=row.fair).order_by("pk").first()
        if fair is None:
            fair = Fair.objects.create(code=code, name=row.fair, organiser=row.organiser)
        facts = {"city": row.city, "country_id": row.country, "venue": row.venue, "ends_on": row.ends_on}
        facts["source"] = (row.source or source.strip())[:500]
        edition = FairEdition.objects.select_for_update().filter(fair=fair, starts_on=row.starts_on).first()
        if edition is None:
            name = f"{fair.code[:66]}-{row.starts_on:%Y-%m-%d}"
            if FairEdition.objects.filter(code=name).exists():  # of another fair with a long name that begins the same
                name = f"{fair.code[:50]}-{fair.pk}-{row.starts_on:%Y-%m-%d}"
            FairEdition.objects.create(fair=fair, code=name, starts_on=row.starts_on, **facts)
            made.append(name)
        elif edition.cancelled_on is None and any(getattr(edition, key) != value for key, value in facts.items()):
            for key, value in facts.items():
                setattr(edition, key, value)
            edition.demonstration = False
            edition.save()
            mended.append(edition.code)
    if not made and not mended:
        return unchanged((0, 0))
    note(new=made, mended=mended)
    return len(made), len(mended)
