"""The map of Puglia: every comune, classes by quantile, totals that add up, and a table."""

import json
from decimal import Decimal

from django.template import engines
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.web.components.maps import DATA, puglia_map, shade_of, shades_of

BARI, LECCE, MILANO = "072006", "075035", "015146"


def test_the_outlines_are_puglia():
    path = DATA / "puglia.json"
    drawing = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 300_000
    assert len(drawing["comuni"]) == 257
    assert {row["code"] for row in drawing["provinces"]} == {"BA", "BT", "BR", "FG", "LE", "TA"}
    names = {row["code"]: row["name"] for row in drawing["comuni"]}
    assert names[BARI] == "Bari"
    assert names[LECCE] == "Lecce"
    assert "CC-BY" in drawing["licence"]


def test_totals_and_what_is_elsewhere():
    drawn = puglia_map({BARI: 5, LECCE: 2, MILANO: 9})
    assert drawn.total == 7
    assert drawn.outside == 9
    assert [(c.name, p.code) for c, p in drawn.comuni] == [("Bari", "BA"), ("Lecce", "LE")]
    assert {p.code: p.reached for p in drawn.provinces}["BA"] == 1


def test_no_value_no_legend():
    drawn = puglia_map({})
    assert drawn.legend == ()
    assert all(comune.shade == 0 for province in drawn.provinces for comune in province.comuni)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 10_000), max_size=60))
def test_classes_rise_with_the_value_and_hold_every_one(values):
    bounds = shades_of(values)
    assert len(bounds) <= 5
    shades = [shade_of(value, bounds) for value in sorted(values)]
    assert shades == sorted(shades)
    assert all(
        bounds[shade - 1][0] <= value <= bounds[shade - 1][1]
        for value, shade in zip(sorted(values), shades, strict=True)
    )


def test_drawn_with_names_values_and_table():
    template = engines["django"].from_string(
        '{% puglia_map values title="Contributi" unit="euro" money=True url="/x/?provincia=" %}'
    )
    with translation.override("it"):
        html = template.render({"values": {BARI: Decimal("1234.50")}})
    assert html.count("<path") == 257 + 6
    assert "<title>Bari (BA): 1.234,50" in html
    counted = engines["django"].from_string('{% puglia_map values title="Imprese" unit="imprese" %}')
    assert "<title>Bari (BA): imprese 1</title>" in counted.render({"values": {BARI: 1}}), "one is never “1 imprese”"
    assert 'href="/x/?provincia=BA"' in html
    assert '<th scope="row">Bari</th>' in html
    assert "style=" not in html
