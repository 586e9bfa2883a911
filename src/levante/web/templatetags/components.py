"""Components of the house as template tags, loaded in every template. Usage: ``docs/how-to/build-a-screen.md``."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from levante.kernel.api import ANONYMOUS, ROME, now
from levante.kernel.pure import Step, format_euro, reads_english, said_in
from levante.law.wording import value_text
from levante.web import navigation as links
from levante.web.access import may_open
from levante.web.components import maps
from levante.web.templatetags.levante import day_format

register = template.Library()

#: What a state means for who reads it: the icon says it beside the words, so colour is never alone.
TONES = {
    "done": "it-check-circle",
    "waiting": "it-clock",
    "attention": "it-warning-circle",
    "late": "it-error",
    "refused": "it-close-circle",
    "draft": "it-pencil",
    "active": "it-arrow-right-circle",
    "neutral": "it-info-circle",
}


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """``{% icon "it-check" %}``: an icon of Bootstrap Italia; decorative unless it has a label."""
    sprite = static("svg/sprites.svg")
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', css, label, sprite, name
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, sprite, name)


@register.simple_tag
def status(tone: str, label: str) -> SafeString:
    """``{% status "late" label %}``: a state in words with its icon. Tones: the keys of ``TONES``."""
    return format_html('<span class="lv-status lv-status-{}">{}{}</span>', tone, icon(TONES[tone]), label)


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: dict[str, Any], audience: str) -> dict[str, Any]:
    """``{% navigation "site" %}``: the entries of an audience that exist and that the person's roles need."""
    request = context.get("request")  # an error page may have none
    return {"entries": links.entries(audience, request) if request else [], "audience": audience}


@register.simple_tag
def url_if(name: str, *args: Any) -> str:
    """The address of a URL name, or an empty text when that screen is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def opens(request: HttpRequest, name: str) -> bool:
    """``{% if request|opens:"desk:imports" %}``: whoever looks may open that page, so a link may lead there."""
    return may_open(getattr(request, "actor", ANONYMOUS), name)


@register.filter
def desk_page(row: Any) -> str:
    """``{{ mandate|desk_page }}``: the desk's page of whom a row is of (an enterprise, a buyer, an investor)."""
    return reverse(f"desk:{row.party.kind}", args=[row.party.id])


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def breadcrumbs(context: dict[str, Any], *pairs: Any) -> dict[str, Any]:
    """``{% breadcrumbs "portal:applications" _("My applications") "" application.number %}``.

    Pairs of (URL name or address, label) after the first page of the audience; the last is the page itself. A page of the
    desk that whoever looks may not open is named without a link.
    """
    actor = getattr(context.get("request"), "actor", ANONYMOUS)
    trail = []
    for target, label in zip(pairs[::2], pairs[1::2], strict=True):
        if str(target).startswith("desk:") and not may_open(actor, target):
            target = ""
        url = (target if str(target).startswith("/") else links.first_url(target)) if target else None
        trail.append({"url": url, "label": label})
    return {"trail": trail}


@register.inclusion_tag("components/explanation.html")
def explanation(steps: Iterable[Step | Mapping[str, Any]], title: str = "") -> dict[str, Any]:
    """``{% explanation steps %}``: “why?” with its lines (``Step`` or the JSON that decisions store)."""
    english = reads_english(get_language())
    lines = []
    for line in steps or ():
        row = line.as_json() if isinstance(line, Step) else line
        text = said_in(get_language(), row["text_en"]) if english and row.get("text_en") else row["text"]
        lines.append({"text": text, "reference": row.get("reference", ""), "value": readable(row.get("value", ""))})
    return {"lines": lines, "title": title}


@register.filter
def readable(value: Any) -> str:
    """A value written for machines (``"1234.50"``, ``"2026-11-22"``, ``"small"``) as people read it; names stay as they are."""
    text = str(value)
    if re.fullmatch(r"-?\d+\.\d{2}", text):
        return number_format(text, decimal_pos=2, use_l10n=True, force_grouping=True)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date_format(date.fromisoformat(text), day_format())
    words = value_text(text)
    return words.in_language(get_language())


@register.inclusion_tag("components/countdown.html")
def countdown(instant: datetime) -> dict[str, Any]:
    """``{% countdown opening.closes_at %}``: how long is left, written by the server and kept alive by the page."""
    left = instant - now()
    return {"instant": instant, "iso": instant.isoformat(), "text": time_left(left), "over": left <= timedelta(0)}


def time_left(left: timedelta) -> str:
    """``3 days and 4 hours``: the two largest units, in the language at work."""
    seconds = int(left.total_seconds())
    if seconds <= 0:
        return gettext("time is over")
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [
        (days, ngettext("%(count)d day", "%(count)d days", days)),
        (hours, ngettext("%(count)d hour", "%(count)d hours", hours)),
        (minutes, ngettext("%(count)d minute", "%(count)d minutes", minutes)),
        (seconds, ngettext("%(count)d second", "%(count)d seconds", seconds)),
    ]
    first = next(place for place, (count, _) in enumerate(parts) if count)
    words = [text % {"count": count} for count, text in parts[first : first + 2] if count]
    return gettext(" and ").join(words)


@register.filter
def days_left(moment: date | datetime | None) -> str:
    """``in 5 days``, ``today``, ``3 days ago``: a day or an instant against the Italian day at work."""
    if moment is None:
        return ""
    on = moment.astimezone(ROME).date() if isinstance(moment, datetime) else moment
    count = (on - now().astimezone(ROME).date()).days
    if count == 0:
        return gettext("today")
    if count == 1:
        return gettext("tomorrow")
    if count > 0:
        return ngettext("in %(count)d day", "in %(count)d days", count) % {"count": count}
    return ngettext("%(count)d day ago", "%(count)d days ago", -count) % {"count": -count}


@register.simple_tag
def due(moment: date | datetime) -> SafeString:
    """``{% due item.due %}``: how near a term is, as a state: late, attention within three days, waiting."""
    end = moment if isinstance(moment, datetime) else datetime.combine(moment, time.max, tzinfo=ROME)
    left = end - now()
    tone = "late" if left < timedelta(0) else "attention" if left < timedelta(days=3) else "waiting"
    return status(tone, days_left(moment))


@register.filter
def is_to_come(moment: datetime | None) -> bool:
    """``{% if fair.closes_at|is_to_come %}``: an instant that is not past yet."""
    return moment is not None and moment > now()


@register.simple_tag(takes_context=True)
def sort_header(context: dict[str, Any], key: str, label: str, numeric: bool = False) -> SafeString:
    """``{% sort_header "name" _("Name") %}``: a ``<th>`` that sorts by ``?sort=name`` and turns with ``-name``."""
    query = context["request"].GET.copy()
    present = query.get("sort", "")
    state = "ascending" if present == key else "descending" if present == f"-{key}" else "none"
    query["sort"] = f"-{key}" if present == key else key
    query.pop("page", None)
    query.pop("after", None)
    arrow = {"ascending": "it-arrow-up-triangle", "descending": "it-arrow-down-triangle"}.get(state)
    return format_html(
        '<th scope="col" aria-sort="{}" class="{}"><a class="lv-sort" href="?{}">{}{}</a></th>',
        state,
        "lv-number" if numeric else "",
        query.urlencode(),
        label,
        icon(arrow) if arrow else "",
    )


@register.simple_block_tag(takes_context=True)
def col(context: dict[str, Any], content: SafeString, name: str) -> SafeString:
    """``{% col "place" %}<td>…</td>{% endcol %}``: the header or the cell of a column, unless the list hides it."""
    return content if context["listing"].shows(name) else SafeString("")


@register.inclusion_tag("components/list_tools.html", takes_context=True)
def list_tools(context: dict[str, Any], listing: Any) -> dict[str, Any]:
    """``{% list_tools listing %}``: the columns, the saved views and the files of a list of the desk."""
    return {"listing": listing, "request": context["request"], "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: dict[str, Any], page: Page[Any]) -> dict[str, Any]:
    """``{% pagination page %}``: pages by number, for a ``django.core.paginator.Page``; keeps the other parameters."""

    def address(number: int) -> str:
        query = context["request"].GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = [
        {"number": number, "url": address(number) if isinstance(number, int) else ""}
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/keyset.html", takes_context=True)
def keyset(context: dict[str, Any], next_cursor: str | None, total: int | None = None) -> dict[str, Any]:
    """``{% keyset cursor %}``: forward by ``?after=cursor`` and back to the beginning, for lists too long to count."""
    query = context["request"].GET.copy()
    started = "after" in query
    query.pop("after", None)
    first = f"?{query.urlencode()}"
    if next_cursor:
        query["after"] = str(next_cursor)
    return {"first": first if started else "", "next": f"?{query.urlencode()}" if next_cursor else "", "total": total}


@register.inclusion_tag("components/figure.html")
def figure(
    value: Any,
    label: str,
    *,
    definition: str = "",
    at: date | datetime | None = None,
    url: str = "",
    demonstration: str | bool = False,
) -> dict[str, Any]:
    """``{% figure value _("Enterprises supported") definition=… at=day url=… %}``: a number nobody has to guess about."""
    return {
        "value": value,
        "label": label,
        "definition": definition,
        "at": at,
        "url": url,
        "demonstration": demonstration,
    }


@register.inclusion_tag("components/demonstration.html")
def demonstration(text: str = "", *, mark: str | bool = True) -> dict[str, Any]:
    """``{% demonstration %}``: the mark of invented data, next to the datum; ``mark`` says how much of it is (``""``: none,
    ``"part"``, ``"whole"``)."""
    return {"text": text, "mark": mark}


@register.inclusion_tag("components/document.html")
def document(url: str, title: str, *, kind: str = "pdf", size: int | None = None, note: str = "") -> dict[str, Any]:
    """``{% document url title kind="pdf" size=file.size %}``: a download that says what it is and how heavy."""
    known = {"pdf", "csv", "json", "xlsx", "docx", "xml", "zip", "svg"}
    name = {"zip": "it-file-compressed", "svg": "it-file-image"}.get(kind, f"it-file-{kind}")
    return {
        "url": url,
        "title": title,
        "kind": kind.upper(),
        "size": size,
        "note": note,
        "icon_name": name if kind in known else "it-file",
    }


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int | None, *, url: str = "", label: str = "") -> dict[str, Any]:
    """``{% progress job.done job.total url=poll_url label=… %}``: asks again every two seconds until ``done == total``.

    ``url`` answers with this same component; a total not yet known is ``None``.
    """
    finished = total is not None and done >= total
    share = 100 if finished else int(100 * done / total) if total else None
    return {"done": done, "total": total, "share": share, "finished": finished, "url": url, "label": label}


@register.inclusion_tag("components/map.html")
def puglia_map(
    values: Mapping[str, Any],
    *,
    title: str,
    unit: str = "",
    money: bool = False,
    url: str = "",
    source: str = "",
    at: date | None = None,
    demonstration: str | bool = False,
    region: str = "puglia",
    comune_url: str = "",
) -> dict[str, Any]:
    """``{% puglia_map values title=… unit=_("enterprises") %}``: values by ISTAT code of the comune; ``money=True`` in euro.

    ``url`` is the beginning of a province's address, to which its code is added (``?province=``); ``comune_url`` that of a
    comune's rows.
    """
    return {
        "linked": bool(url),
        "comune_url": comune_url,
        "map": maps.puglia_map(values, region=region, url_of=(lambda code: f"{url}{code}") if url else None),
        "title": title,
        "unit": unit,
        "money": money,
        "source": source,
        "at": at,
        "demonstration": demonstration,
    }


@register.filter
def map_value(value: Any, money: bool = False) -> str:
    """A number of the map as people read it."""
    if money:
        return format_euro(Decimal(value), get_language() or "it")
    return str(number_format(value, use_l10n=True, force_grouping=True))


@register.inclusion_tag("components/chart.html")
def chart(
    svg: str = "",
    *,
    src: str = "",
    finding: str,
    source: str = "",
    at: date | None = None,
    columns: Iterable[str] = (),
    rows: Iterable[Iterable[Any]] = (),
    demonstration: str | bool = False,
) -> dict[str, Any]:
    """``{% chart svg finding=… source=… at=day columns=… rows=… %}``: a chart whose title says the finding, and its table.

    ``svg`` is the drawing made by the server (trusted, without style attributes) or ``src`` its address.
    """
    return {
        "svg": SafeString(svg),
        "src": src,
        "finding": finding,
        "source": source,
        "at": at,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "demonstration": demonstration,
    }
