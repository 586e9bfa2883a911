"""What the home page and the public search show: read through the rooms' doors, nothing kept here."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from levante.calls.api import CallCard, CallList, list_calls
from levante.initiatives.api import Initiative, calendar
from levante.kernel.api import ANONYMOUS, now, today
from levante.kernel.pure import format_euro
from levante.parties.api import Seat
from levante.programme.api import BudgetLine, Intervention, Triennium, budget_report, mark
from levante.web.navigation import first_url
from levante.web.searching import ask
from levante.web.site.home.found import KINDS

#: How long the count of enterprises by comune is kept: it reads every seat, and a home page need not be fresher.
MAP_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four figures: a value written for people, what it is, when, where its data are."""

    value: str
    label: str
    definition: str
    at: date | None
    url: str
    demonstration: str


def calls_now() -> CallList:
    return list_calls(instant=now())


def figures(triennium: Triennium) -> list[Figure]:
    """The triennium in four figures, the same as at the desk; each leads to its row on the programme's own page. Three queries."""
    on = today()
    total = budget_report(BudgetLine.objects.filter(triennium=triennium), on).total()
    works = Intervention.objects.filter(triennium=triennium).aggregate(
        count=Count("pk"), invented=Count("pk", Q(demonstration=True))
    )
    language = get_language() or "it"
    url = reverse("site:programme")
    return [
        Figure(
            format_euro(total.balances.allocated, language),
            gettext("Allocated"),
            gettext("what the acts put on the programme's budget lines"),
            on,
            f"{url}#money-allocated",
            total.marks["allocated"],
        ),
        Figure(
            format_euro(total.balances.committed, language),
            gettext("Committed"),
            gettext("what is bound to a beneficiary by an act with accounting visa"),
            on,
            f"{url}#money-committed",
            total.marks["committed"],
        ),
        Figure(
            format_euro(total.balances.paid, language),
            gettext("Paid"),
            gettext("what has reached the beneficiaries"),
            on,
            f"{url}#money-paid",
            total.marks["paid"],
        ),
        Figure(
            str(works["count"]),
            gettext("Interventions"),
            gettext("what the programme does, in its directions"),
            on,
            f"{url}#interventions",
            mark(invented=works["invented"] > 0, genuine=works["count"] > works["invented"]),
        ),
    ]


def next_fairs(limit: int = 3) -> list[Initiative]:
    """The next public fairs, missions and incoming buyers, soonest first."""
    return list(calendar(on=today())[:limit])


def enterprises_by_comune() -> dict[str, int]:
    """How many enterprises of the portal have their legal seat in each comune, by ISTAT code; counted every ten minutes."""
    key = "home:enterprises-by-comune"
    found: dict[str, int] | None = caches["template_fragments"].get(key)
    if found is None:
        seats = Seat.objects.filter(kind=Seat.LEGAL, comune__isnull=False).filter(
            Q(until__isnull=True) | Q(until__gte=today())
        )
        rows = seats.order_by().values_list("comune_id").annotate(count=Count("enterprise_id", distinct=True))
        found = dict(rows)
        caches["template_fragments"].set(key, found, MAP_SECONDS)
    return found


#: What people write in the box, and the journey it leads to: the beginning of a word, in either language.
JOURNEYS: tuple[tuple[tuple[str, ...], tuple[str, ...], str, str], ...] = (
    (
        ("export", "esport", "voucher", "bando", "bandi", "call", "contribut", "grant", "fund", "soldi", "finanz"),
        ("site:calls",),
        _("Calls and vouchers"),
        _("what pays for going abroad: who may ask, how much, by when"),
    ),
    (
        ("fier", "fair", "mission", "compratore", "buyer", "client", "customer", "incontr", "meeting", "b2b", "esport"),
        ("site:initiatives", "site:fairs"),
        _("Fairs and missions"),
        _("where to meet buyers, with the Region's stand"),
    ),
    (
        ("invest", "sede", "site", "insedia", "attra", "plant", "stabiliment"),
        ("site:invest", "site:investment"),
        _("Invest in the region"),
        _("sites, opportunities and one person to talk to"),
    ),
    (
        ("mercat", "market", "paes", "countr", "export", "esport", "dazi", "tariff"),
        ("site:markets",),
        _("Markets"),
        _("which countries buy what is made here"),
    ),
    (
        (
            "impres",
            "enterpris",
            "produtt",
            "prodott",
            "product",
            "supplier",
            "fornitor",
            "eccellenz",
            "compratore",
            "buyer",
        ),
        ("site:enterprises",),
        _("Enterprises and excellences"),
        _("who makes what"),
    ),
    (
        ("ricevut", "receipt", "verific", "verif", "protocoll"),
        ("site:verify",),
        _("Verify a receipt"),
        _("is it valid?"),
    ),
    (
        ("dati", "data", "open", "trasparen"),
        ("site:open-data", "site:open_data"),
        _("Open data"),
        _("figures to download"),
    ),
    (
        ("programm", "direttri", "direction", "settor", "sector", "s3", "dgr"),
        ("site:programme",),
        _("The programme"),
        _("acts, directions, sectors, money"),
    ),
)


def journeys_for(text: str) -> list[dict[str, str]]:
    """The journeys that the words of ``text`` point to, among those that exist."""
    words = text.lower().split()
    found = []
    for beginnings, names, title, note in JOURNEYS:
        url = first_url(*names)
        if url and any(word.startswith(beginnings) for word in words):
            found.append({"url": url, "title": gettext(title), "note": gettext(note)})
    return found


def search(text: str) -> dict[str, Any]:
    """What the public search finds: journeys, calls and initiatives as cards, whatever else is public as lines, kind by kind.

    Typing mistakes are forgiven when nothing answers to what was typed: a journey is a hint, and no answer.
    """
    found = ask(ANONYMOUS, KINDS, text, loose=False) or ask(ANONYMOUS, KINDS, text, loose=True)
    things = [hit.thing for kind in found for hit in kind.hits if hit.thing is not None]
    lines = [replace(kind, hits=[hit for hit in kind.hits if hit.thing is None]) for kind in found]
    return {
        "journeys": journeys_for(text),
        "calls": [thing for thing in things if isinstance(thing, CallCard)],
        "fairs": [thing for thing in things if isinstance(thing, Initiative)],
        "others": [kind for kind in lines if kind.hits],
    }
