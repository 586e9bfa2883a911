"""Drawings of the programme's money: small ones written here, charts by altair; always SVG made by the server."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from levante.kernel.pure import format_euro
from levante.programme.api import Balances, vocabulary

#: The house's colours, as a drawing that is an image of its own needs them written.
COLOURS = {"allocated": "#C9DBE9", "committed": "#4F86B0", "paid": "#0A2540", "quiet": "#4A5661", "line": "#D5D9DD"}
LABELS = ("allocated", "committed", "paid")
A_DAY = 24 * 3600


def label_of(name: str) -> str:
    """The word of a figure in the language at work."""
    return vocabulary.BALANCES[name].in_language(get_language())


def money_bar(balances: Balances) -> SafeString:
    """Allocated, within it committed, within it paid; in words for who does not see it."""
    language = get_language() or "it"
    says = ", ".join(f"{label_of(name)} {format_euro(getattr(balances, name), language)}" for name in LABELS)
    return format_html(
        '<svg viewBox="0 0 1000 44" width="100%" height="44" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect width="{}" height="44" fill="{}"/><rect width="{}" height="44" fill="{}"/>'
        '<rect y="14" width="{}" height="16" fill="{}"/></svg>',
        says,
        1000 if balances.allocated else 0,
        COLOURS["allocated"],
        _share(balances.committed, balances.allocated),
        COLOURS["committed"],
        _share(balances.paid, balances.allocated),
        COLOURS["paid"],
    )


def sparkline(values: Sequence[Decimal]) -> SafeString | str:
    """A line of cumulated amounts, decorative: the numbers stand beside it."""
    if len(values) < 2:
        return ""
    top = max(values) or Decimal(1)
    points = " ".join(
        f"{round(98 * place / (len(values) - 1)) + 1},{round(22 - 20 * max(value, Decimal(0)) / top)}"
        for place, value in enumerate(values)
    )
    return format_html(
        '<svg viewBox="0 0 100 24" width="100" height="24" aria-hidden="true">'
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/></svg>',
        points,
        COLOURS["committed"],
    )


def _share(part: Decimal, whole: Decimal) -> int:
    return int(1000 * part / whole) if whole else 0


def over_time(walked: Sequence[tuple[date, Balances]], title: str) -> str:
    """Allocated, committed and paid month by month, as SVG text."""
    rows = [
        {"month": month.isoformat(), "figure": label_of(name), "amount": float(getattr(balances, name)) / 1e6}
        for month, balances in walked
        for name in LABELS
    ]
    return _cached("time", rows, title)


def by_name(rows: Sequence[tuple[str, Balances]], title: str) -> str:
    """Allocated, committed and paid of each named group, as SVG text."""
    data = [
        {"name": name, "figure": label_of(figure), "amount": float(getattr(balances, figure)) / 1e6}
        for name, balances in rows
        for figure in LABELS
    ]
    return _cached("bars", data, title)


def _cached(kind: str, rows: list[dict[str, Any]], title: str) -> str:
    """The drawing of these rows, made once a day for each language."""
    language = (get_language() or "it")[:2]
    content = json.dumps([kind, rows, title, language], sort_keys=True)
    key = "programme-chart:" + hashlib.sha256(content.encode()).hexdigest()
    drawn: str | None = caches["template_fragments"].get(key)
    if drawn is None:
        drawn = _draw(kind, rows, title, language)
        caches["template_fragments"].set(key, drawn, A_DAY)
    return drawn


def _draw(kind: str, rows: list[dict[str, Any]], title: str, language: str) -> str:
    import altair as alt  # heavy: loaded by who draws
    import vl_convert

    order = [label_of(name) for name in LABELS]
    colour = alt.Color(
        "figure:N",
        sort=order,
        scale=alt.Scale(domain=order, range=[COLOURS[name] for name in LABELS]),
        legend=alt.Legend(title=None, orient="top"),
    )
    amount = alt.Y("amount:Q", title=gettext("million euro"), axis=alt.Axis(format=",.1f", tickCount=5))
    data = alt.Data(values=rows)
    if kind == "time":
        chart = (
            alt.Chart(data)
            .mark_line(interpolate="step-after", strokeWidth=3)
            .encode(
                x=alt.X("month:T", title=None, axis=alt.Axis(format="%m/%Y", labelAngle=0, tickCount=6)),
                y=amount,
                color=colour,
            )
        )
    else:
        chart = (
            alt.Chart(data)
            .mark_bar()
            .encode(
                x=alt.X("name:N", title=None, sort=None, axis=alt.Axis(labelAngle=0)),
                y=amount,
                color=colour,
                xOffset=alt.XOffset("figure:N", sort=order),
            )
        )
    spec = (
        chart.properties(width=640, height=260, description=title)
        .configure(font="Titillium Web, Arial, sans-serif")
        .configure_axis(labelFontSize=13, titleFontSize=13, gridColor=COLOURS["line"], labelColor=COLOURS["quiet"])
        .configure_legend(labelFontSize=13)
        .configure_view(stroke=None)
    )
    locale = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " €"]} if language == "it" else None
    drawn: str = vl_convert.vegalite_to_svg(spec.to_json(), format_locale=locale)
    return drawn
