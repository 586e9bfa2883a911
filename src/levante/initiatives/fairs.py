"""Every write on fairs and their editions."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NoReturn

from django.db.models import Q
from django.utils.text import slugify

from levante.identity.api import RoleGrant, roles
from levante.initiatives import policies, states
from levante.initiatives.checks import check_days, reason_of
from levante.initiatives.models import Fair, FairEdition
from levante.initiatives.money import SUBJECT
from levante.initiatives.pure.calendar_file import Read
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
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
    before = (known.starts_on, known.ends_on) if known is not None else (starts_on, ends_on)
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
    tell_moved(actor, edition, before)
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


#: What an edition with other days than those known of its fair in the same year is: to be asked, the same moved, another one.
ASK, MOVED, ANOTHER = "ask", "moved", "another"
#: So many are named when it is asked.
MOST_NAMED = 5


@service("initiatives.import_editions")
def import_editions(*, actor: Actor, rows: Sequence[Read], source: str, other_days: str = ASK) -> tuple[int, int]:
    """Editions read from a calendar: a fair that is not known is added, an edition is known by its fair and its first day, or by the name
    that its organiser's calendar gives it (UID), and is put right; one that its organiser cancelled is left alone. One with other days,
    the only one of a fair in a year of which one is known that the file does not tell, may be that one moved: refused until
    ``other_days`` says which. Who leads initiatives at an edition that moves is told. How many are new, how many are put right.
    Twice changes nothing."""
    require(policies.may_plan(actor))
    if not source.strip() and any(not row.source for row in rows):
        refuse("Scrivi da dove vengono le date.", "Say where the dates come from.", field="source")
    if other_days not in {ASK, MOVED, ANOTHER}:
        refuse("Scegli dall’elenco.", "Choose from the list.", field="other_days")
    known_countries = set(Country.objects.filter(code__in={row.country for row in rows}).values_list("code", flat=True))
    made, mended = [], []
    found = [(row, _fair_of(row)) for row in rows]
    asked: list[tuple[Read, FairEdition]] = []
    for row, fair in found:
        if row.country not in known_countries:
            refuse(
                f"Riga {row.line}: il paese {row.country} non esiste.",
                f"Line {row.line}: there is no country {row.country}.",
            )
        edition = _edition_of(row, fair)
        if edition is None and other_days != ANOTHER:
            edition = _moved_to(row, fair, [other for other, its in found if its == fair])
            if edition is not None and other_days == ASK:
                asked.append((row, edition))
                continue
        facts = {"city": row.city, "country_id": row.country, "venue": row.venue, "ends_on": row.ends_on}
        facts |= {"starts_on": row.starts_on, "source": (row.source or source.strip())[:500]}
        if row.uid:
            facts["uid"] = row.uid
        if edition is None:
            name = f"{fair.code[:66]}-{row.starts_on:%Y-%m-%d}"
            if FairEdition.objects.filter(
                code=name
            ).exists():  # of another fair that begins the same, or of one that was moved
                name = f"{fair.code[:44]}-{fair.pk}-{fair.editions.count() + 1}-{row.starts_on:%Y-%m-%d}"
            FairEdition.objects.create(fair=fair, code=name, **facts)
            made.append(name)
        elif edition.cancelled_on is None and any(getattr(edition, key) != value for key, value in facts.items()):
            before = (edition.starts_on, edition.ends_on)
            for key, value in facts.items():
                setattr(edition, key, value)
            edition.demonstration = False
            edition.save()
            tell_moved(actor, edition, before)
            mended.append(edition.code)
    if asked:
        _ask(asked)
    if not made and not mended:
        return unchanged((0, 0))
    note(new=made, mended=mended)
    return len(made), len(mended)


def _fair_of(row: Read) -> Fair:
    code = code_of(row.fair)
    known = Fair.objects.filter(code=code).first() or Fair.objects.filter(name=row.fair).order_by("pk").first()
    return known or Fair.objects.create(code=code, name=row.fair, organiser=row.organiser)


def _edition_of(row: Read, fair: Fair) -> FairEdition | None:
    """The edition of these days; else the one that the organiser's calendar calls the same and that is not over (some call each year's
    the same)."""
    rows = FairEdition.objects.select_for_update(of=("self",)).filter(fair=fair)
    same = rows.filter(starts_on=row.starts_on).first()
    if same is not None or not row.uid:
        return same
    return rows.filter(uid=row.uid, ends_on__gte=today(), cancelled_on=None).order_by("starts_on").first()


def _moved_to(row: Read, fair: Fair, told: Sequence[Read]) -> FairEdition | None:
    """The one edition of the fair in the year that ``row`` may be with other days: neither has a namesake in the file or in the list.
    ``told`` is all that the file says of the fair."""
    year = row.starts_on.year
    rows = FairEdition.objects.select_for_update(of=("self",)).filter(fair=fair, starts_on__year=year)
    there = {one.starts_on for one in told}
    left = [one for one in rows.order_by("starts_on") if one.starts_on not in there and not (one.uid and row.uid)]
    known = set(rows.values_list("starts_on", flat=True))
    news = {one.starts_on for one in told if one.starts_on.year == year and one.starts_on not in known}
    return left[0] if len(left) == 1 and len(news) == 1 and left[0].cancelled_on is None else None


def _ask(asked: Sequence[tuple[Read, FairEdition]]) -> NoReturn:
    named = "; ".join(
        f"{one.fair.name}: {one.starts_on:%d/%m/%Y}–{one.ends_on:%d/%m/%Y} → {row.starts_on:%d/%m/%Y}–{row.ends_on:%d/%m/%Y}"
        for row, one in asked[:MOST_NAMED]
    )
    more = "; …" if len(asked) > MOST_NAMED else ""
    refuse(
        f"Forse sono spostate, di’ se lo sono o se sono altre: {named}{more}",
        f"These may be moved, say whether they are or are others: {named}{more}",
        field="other_days",
    )


def tell_moved(actor: Actor, edition: FairEdition, before: tuple[date, date]) -> None:
    """Who leads initiatives at an edition whose days are no longer ``before``, and the directors: what the Region does there is moved
    by them."""
    if before == (edition.starts_on, edition.ends_on):
        return
    held = RoleGrant.objects.in_force(today()).filter(user__is_active=True)
    for initiative in edition.initiatives.exclude(state__in=[states.CANCELLED, states.DONE]).select_related(
        "lead_office"
    ):
        there = Q(role__in=[roles.AGENCY_STAFF, roles.CASE_OFFICER], office=initiative.lead_office)
        days = f"{edition.starts_on:%d/%m/%Y}–{edition.ends_on:%d/%m/%Y}"
        notify(
            actor=actor, users=set(held.filter(there | Q(role=roles.DIRECTOR)).values_list("user_id", flat=True)), kind="edition-moved",
            title=Bilingual(f"{edition.fair.name}: l’organizzatore ha cambiato le date"[:300],
                            f"{edition.fair.name}: the organiser has changed the dates"[:300]),
            body=Bilingual(f"{days}. Controlla le date di “{initiative.title_it}”.",
                           f"{days}. Check the dates of “{initiative.title_en}”."),
            path=f"/ufficio/iniziative/{initiative.code}/", subject_type=SUBJECT,
            subject_id=f"{initiative.pk}:{edition.starts_on:%Y%m%d}:{edition.ends_on:%Y%m%d}",
        )  # fmt: skip
