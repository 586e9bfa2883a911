"""Why each place of a ranking has its outcome, in the words of its letter: from the snapshot alone."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from levante.applications.letters_ranking import Place, place_values
from levante.calls.api import rank_snapshot


def snapshot(**more):
    row = {"received_at": "2026-01-01T10:00:00Z", "tie_breaks": [], "enterprise": ""}

    def entry(number, points, amount="60.00", **own):
        own = {"reaches_minimums": True, **row, **own}
        return {"id": number, "points": {"q": points}, "amount": amount, "sequence": int(number[1:]), **own}

    return {
        "format": "levante.ranking/2", "procedure": "ranking", "budget": "100.00", "threshold": "5", "when_short": "partial",
        "repeat": "last_counts", "each": 1, "seed": "", "reserves": [],
        "criteria": [{"code": "q", "it": "Qualità", "en": "Quality", "max_points": "40", "minimum": "8"}],
        "entries": [
            entry("n1", "30"), entry("n2", "20", reaches_minimums=True), entry("n3", "10"), entry("n4", "4", reaches_minimums=False),
            entry("n5", "9", enterprise="e"), entry("n6", "9", enterprise="e"),
        ],
    } | more  # fmt: skip


def values(found, number, days=None):
    row = {one.id: one for one in rank_snapshot(found).placed}[number]
    entry = {one["id"]: one for one in found["entries"]}[number]
    place = Place(
        row.position, row.score, row.outcome, row.amount, Decimal(entry["amount"]), row.decided_by, row.from_reserve,
        entry["points"],
    )  # fmt: skip
    call = SimpleNamespace(partial_days=days)
    opening = SimpleNamespace(call=call)
    return place_values(
        place, SimpleNamespace(head=found, act=None, number="2026/9", published_at=None, opening=opening)
    )


@pytest.mark.parametrize(
    ("number", "outcome", "words"),
    [
        ("n1", "finanziata", "coprono per intero"),
        ("n2", "finanziata in parte", "su 60,00\u00a0€ ne restano 40,00\u00a0€. Il bando dà 10 giorni per accettare"),
        ("n3", "ammessa e non finanziata", "non bastano per 60,00\u00a0€ a questo posto. Resta in graduatoria"),
        ("n4", "non finanziata: sotto il punteggio minimo", "almeno 5,00. Per «Qualità» i punti sono 4,00 e il minimo è 8,00."),
        ("n5", "non conta nella graduatoria", "ne vale una sola"),
        ("n6", "ammessa e non finanziata", "Resta in graduatoria"),
    ],
)  # fmt: skip
def test_the_reason_of_each_outcome(number, outcome, words):
    found = values(snapshot(), number, days=10)
    assert found["outcome"].it == outcome
    assert words in found["reasons"].it
    assert found["reasons"].en != found["reasons"].it
    assert found["score_parts"].it.startswith("- Qualità: ")
    assert "(minimo 8,00)" in found["score_parts"].it
    assert found["position"].it == ("nessuno" if number == "n5" else found["position"].en)


def test_ties_draws_shares_and_reserves_are_told():
    level = snapshot()
    level["entries"][1]["points"] = {"q": "30"}
    assert "posto nel registro" in values(level, "n2")["reasons"].it
    drawn = snapshot(procedure="draw", seed="venti", criteria=[], repeat="first_counts")
    found = values(drawn, "n1")
    assert "sorteggio" in found["reasons"].it
    assert (found["score"].it, found["score_parts"].it) == ("", "")
    reserve = {"code": "g", "it": "Giovani", "en": "Young", "amount": "60.00", "members": ["n3"], "flows_back": True}
    assert "la riserva «Giovani»" in values(snapshot(reserves=[reserve], budget="180.00"), "n3")["reasons"].it
    assert Decimal(level["budget"]) == 100
