"""Editions of fairs taken from a calendar that was read."""

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from levante.initiatives import policies
from levante.initiatives.fairs import code_of, mark_cancelled, tell_moved
from levante.initiatives.models import Fair, FairEdition
from levante.initiatives.pure.calendar_file import Read
from levante.kernel.api import Actor, note, refuse, require, service, today, unchanged
from levante.parties.api import Country
from levante.programme.api import Sector, main_programme

#: What an edition with other days than those known of its fair in the same year is: to be asked, the same moved, another one.
ASK, MOVED, ANOTHER = "ask", "moved", "another"
#: So many are named when it is asked.
MOST_NAMED = 5


class Imported(NamedTuple):
    """How many editions are new, how many are put right, how many are marked as cancelled."""

    made: int
    mended: int
    cancelled: int


@service("initiatives.import_editions")
def import_editions(*, actor: Actor, rows: Sequence[Read], source: str, other_days: str = ASK) -> Imported:
    """Editions read from a calendar: a fair that is not known is added, an edition is known by its fair and its first day, or by the name
    that its organiser's calendar gives it (UID), and is put right; one that its organiser cancelled is left alone. One that the calendar
    says cancelled is marked so, with who leads initiatives there told; one that is not known is not kept. One with other days,
    the only one of a fair in a year of which one is known that the file does not tell, may be that one moved: refused until
    ``other_days`` says which. Who leads initiatives at an edition that moves is told. Sectors are added to those of the fair, and its
    organiser is written where it is not known. Twice changes nothing."""
    require(policies.may_plan(actor))
    if not source.strip() and any(not row.source for row in rows):
        refuse("Scrivi da dove vengono le date.", "Say where the dates come from.", field="source")
    if other_days not in {ASK, MOVED, ANOTHER}:
        refuse("Scegli dall’elenco.", "Choose from the list.", field="other_days")
    known_countries = set(Country.objects.filter(code__in={row.country for row in rows}).values_list("code", flat=True))
    words = _sector_words()
    made: list[str] = []
    mended: list[str] = []
    fallen = _cancel(actor, rows, source)
    found = [(row, _fair_of(row)) for row in rows if not row.cancelled]
    asked: list[tuple[Read, FairEdition]] = []
    for row, fair in found:
        if row.country not in known_countries:
            refuse(
                f"Riga {row.line}: il paese {row.country} non esiste.",
                f"Line {row.line}: there is no country {row.country}.",
            )
        sectors = _sectors_of(row, words)
        edition = _edition_of(row, fair)
        if edition is None and other_days != ANOTHER:
            edition = _moved_to(row, fair, [other for other, its in found if its == fair])
            if edition is not None and other_days == ASK:
                asked.append((row, edition))
                continue
        facts = {"city": row.city, "country_id": row.country, "venue": row.venue, "ends_on": row.ends_on}
        facts |= {"starts_on": row.starts_on, "source": (row.source or source.strip())[:500]}
        facts |= {name: value for name, value in (("uid", row.uid), ("halls", row.halls)) if value}
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
        unknown = bool(row.organiser) and not fair.organiser
        if unknown:
            fair.organiser = row.organiser
            fair.save(update_fields=["organiser"])
        if unknown or sectors - set(fair.sectors.all()):
            fair.sectors.add(*sectors)
            mended += [] if edition is None or edition.code in mended else [edition.code]
    if asked:
        _ask(asked)
    if not made and not mended and not fallen:
        return unchanged(Imported(0, 0, 0))
    note(new=made, mended=mended, cancelled=fallen)
    return Imported(len(made), len(mended), len(fallen))


def _cancel(actor: Actor, rows: Sequence[Read], source: str) -> list[str]:
    """Editions that the calendar says cancelled, if they are known and stand; not where it has another of the same fair and first day."""
    stands = {(code_of(row.fair), row.starts_on) for row in rows if not row.cancelled}
    fallen = []
    for row in rows:
        fair = _known_fair(row) if row.cancelled and (code_of(row.fair), row.starts_on) not in stands else None
        edition = _edition_of(row, fair) if fair is not None else None
        if edition is not None and edition.cancelled_on is None:
            where = row.source or source.strip()
            mark_cancelled(
                actor, edition, f"Annullata nel calendario dell’organizzatore{f' ({where})' if where else ''}"[:500]
            )
            fallen.append(edition.code)
    return fallen


def _sector_words() -> dict[str, Sector]:
    """The sectors of the programme by code and by name, without capitals. One query."""
    rows = Sector.objects.filter(programme=main_programme()).order_by("position")
    return {word.casefold(): row for row in rows for word in (row.name_en, row.name_it, row.code)}


def _sectors_of(row: Read, words: dict[str, Sector]) -> set[Sector]:
    """Those that a line names, which must exist; and of the categories of an iCalendar those that are ours."""
    for word in row.sectors:
        if word.casefold() not in words:
            refuse(
                f"Riga {row.line}: il settore {word} non esiste. Scrivi codice o nome, separati da |.",
                f"Line {row.line}: there is no sector {word}. Write code or name, separated by |.",
            )
    return {words[word.casefold()] for word in (*row.sectors, *row.categories) if word.casefold() in words}


def _fair_of(row: Read) -> Fair:
    known = _known_fair(row)
    return known or Fair.objects.create(code=code_of(row.fair), name=row.fair, organiser=row.organiser)


def _known_fair(row: Read) -> Fair | None:
    by_code = Fair.objects.filter(code=code_of(row.fair)).first()
    return by_code or Fair.objects.filter(name=row.fair).order_by("pk").first()


def _edition_of(row: Read, fair: Fair) -> FairEdition | None:
    """The edition of these days; else the one that the organiser's calendar calls the same and that is not over (some call each year's
    the same)."""
    rows = FairEdition.objects.select_for_update(of=("self",)).select_related("fair").filter(fair=fair)
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
