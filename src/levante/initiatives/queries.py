"""What the screens ask about initiatives."""

import re
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils.text import slugify

from levante.initiatives import states
from levante.initiatives.interests import LOG
from levante.initiatives.models import ExpressionOfInterest, Fair, FairEdition, Initiative, InitiativeStep
from levante.kernel.api import Actor, now
from levante.parties.api import answering
from levante.register.api import Receipt, find_entry, receipt_of


def calendar(
    *, sector: str = "", country: str = "", kind: str = "", past: bool = False, on: date
) -> "QuerySet[Initiative]":
    """The public initiatives, those to come by date or the past ones from the latest."""
    rows = Initiative.objects.public().with_place()
    rows = rows.filter(ends_on__lt=on) if past else rows.filter(ends_on__gte=on)
    if sector:
        rows = rows.filter(sectors__code=sector)
    if country:
        rows = rows.filter(market_id=country)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by("-starts_on" if past else "starts_on", "code").distinct()


def open_to_interest(*, instant: datetime | None = None) -> "QuerySet[Initiative]":
    """The initiatives an enterprise may express interest in now, those that close first, first. One query and one more."""
    return Initiative.objects.taking_interest(instant or now()).with_place().order_by("closes_at", "code")


def open_to_buyers(*, on: date) -> "QuerySet[Initiative]":
    """The initiatives a buyer may ask to take part in, the nearest first. One query and one more."""
    return Initiative.objects.taking_buyers(on).with_place().order_by("starts_on", "code")


def list_initiatives(
    actor: Actor, *, text: str = "", state: str = "", kind: str = "", market: str = "", sector: str = "", year: str = ""
) -> "QuerySet[Initiative]":
    """The desk's list, with how many interests stand, the nearest first: of those that have all the words of ``text`` in title, city or
    code, of a state, kind, market, sector, and of the ``year`` of their first day."""
    rows = Initiative.objects.visible_to(actor).with_place().select_related("budget_line", "act", "direction")
    if text:
        rows = rows.filter(
            pk__in=answering(Initiative.objects.all(), text, "title_it", "title_en", "city", "code").values("pk")
        )
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if market:
        rows = rows.filter(market_id=market)
    if sector:
        rows = rows.filter(sectors__code=sector)
    if year:
        rows = rows.filter(starts_on__year=int(year))
    standing = Count("interests", filter=Q(interests__state=states.EXPRESSED), distinct=True)
    return rows.annotate(standing=standing).order_by("-starts_on", "code")


def list_editions(
    *, text: str = "", sector: str = "", country: str = "", area: str = "", when: str = "", on: date
) -> "QuerySet[FairEdition]":
    """Editions of fairs that have all the words of ``text`` in the name of the fair or its city; of a sector, a country, in the European
    Union on their first day (``area`` = ``eu``) or outside it (``not_eu``), not over yet (``when`` = ``coming``) or over (``past``)."""
    rows = FairEdition.objects.select_related("fair", "country").prefetch_related("fair__sectors")
    if text:
        named = answering(Fair.objects.all(), text, "name", "organiser").values("pk")
        rows = rows.filter(
            Q(fair__in=named) | Q(pk__in=answering(FairEdition.objects.all(), text, "city").values("pk"))
        )
    if sector:
        rows = rows.filter(fair__sectors__code=sector)
    if country:
        rows = rows.filter(country_id=country)
    if area:
        inside = Q(country__eu_since__lte=F("starts_on")) & (
            Q(country__eu_until__isnull=True) | Q(country__eu_until__gte=F("starts_on"))
        )
        rows = rows.filter(inside) if area == "eu" else rows.exclude(inside)
    if when:
        rows = rows.filter(ends_on__gte=on) if when == "coming" else rows.filter(ends_on__lt=on)
    return rows.order_by("fair__name", "fair", "-starts_on", "code").distinct()


def closed_early(initiative: Initiative) -> InitiativeStep | None:
    """The step that closed its call for interest before the published end, with act and reason, while it is closed. One query at most."""
    if initiative.state != states.CLOSED:
        return None
    last = initiative.steps.filter(name="close").select_related("act").order_by("-at", "-pk").first()
    return last if last is not None and last.published_until is not None else None


def opened_again(initiative: Initiative) -> InitiativeStep | None:
    """The step that opened again its call for interest once closed, with its reason, while it is open. One query at most."""
    if initiative.state != states.CALLING:
        return None
    last = initiative.steps.filter(name="call").order_by("-at", "-pk").first()
    return last if last is not None and last.open_until is not None else None


def receipt_for(interest: ExpressionOfInterest) -> Receipt | None:
    """The receipt of the present turn; ``None`` when there is no entry."""
    entry = find_entry(interest.number, LOG) if interest.number else None
    return receipt_of(entry) if entry is not None and not entry.is_erased else None


#: Of a title, what tells one edition from another: a year, its number, “edizione”.
_WHICH_EDITION = re.compile(r"(19|20)\d\d|\d{1,2}[ao]?|[ivxl]+|edizione|ed")


def begun_before(actor: Actor, initiative: Initiative | None = None) -> "QuerySet[Initiative]":
    """Those that one may follow: not cancelled, and begun before it; the last first."""
    rows = Initiative.objects.visible_to(actor).exclude(state=states.CANCELLED)
    if initiative is not None:
        rows = rows.filter(starts_on__lt=initiative.starts_on)
    return rows.order_by("-starts_on", "-pk")


def one_before(actor: Actor, initiative: Initiative) -> Initiative | None:
    """The one that it seems to follow: at a fair, that of the edition before of the same fair; else the last before it of the same kind and
    with the same title, but for year and number of the edition, in the same city (for the same market, where one of the two has no city
    yet). None where there is none. One query."""
    rows = begun_before(actor, initiative).select_related("lead_office")
    if initiative.edition_id is not None:
        return rows.filter(edition__fair__editions=initiative.edition_id).first()
    mine, city = _title_of_all(initiative.title_it), slugify(initiative.city)
    for row in rows.filter(kind=initiative.kind):
        there = slugify(row.city) == city if row.city and city else row.market_id == initiative.market_id
        if there and _title_of_all(row.title_it) == mine:
            return row
    return None


def _title_of_all(title: str) -> str:
    """A title as every edition has it; as it is where nothing else would be left."""
    words = slugify(title).split("-")
    return " ".join(word for word in words if not _WHICH_EDITION.fullmatch(word)) or title
