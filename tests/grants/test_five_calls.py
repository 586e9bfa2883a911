"""The five shipped calls, each from its file to the draft of the act: sent, checked, judged, ranked, awarded, with amounts that
are worked out by hand here. No code knows any of them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.grants.test_rehearsal import of, places  # noqa: F401

from levante.applications.api import Mark, judged_criteria
from levante.calls.api import requirements_of, sample_answers
from levante.grants.rehearsal.applying import Applying
from levante.grants.rehearsal.cast import Cast
from levante.grants.rehearsal.deciding import Deciding
from levante.grants.rehearsal.stage import prepared, put_on
from levante.kernel.api import today

pytestmark = pytest.mark.slow(reason="applications walk from the draft to the act")


class Given(Applying):
    """Applicants with the answers that a test gives; what it leaves out is made up."""

    def __init__(self, *args, rows, **more):
        super().__init__(*args, **more)
        self.rows = rows

    def gather(self, count):
        for row in self.rows:
            profile = replace(self.cast.profile(), **row.get("profile", {}))
            self._add("regular", self.cast.firm(profile))
        return self.applicants

    def answers(self, one):
        row = self.rows[one.row.number - 1]
        return self._filled(self.form, one.firm, row["answers"], self.rules)

    def member_answers(self, firm, form):
        partners = [partner for row in self.rows for partner in row.get("partners", ())]
        place = [one for group in self.applicants for one, _ in group.partners].index(firm)
        return self._filled(form, firm, partners[place], [])

    def _filled(self, form, firm, answers, rules):
        return sample_answers(
            form, facts=self.cast.facts_of(firm), seed=5, on=today(), given=answers, must_hold=rules
        )  # fmt: skip


class Judged(Deciding):
    """Points as a test gives them: by applicant, then by criterion, one for each judge."""

    def __init__(self, *args, points, **more):
        super().__init__(*args, **more)
        self.points = points
        self.asked = {}

    def _marks(self, file):
        number = next(one.row.number for one in self.applicants if one.application.pk == file.application_id)
        turn = self.asked[number] = self.asked.get(number, -1) + 1
        return {
            item.code: Mark(Decimal(self.points[number][item.code][turn]), "Motivo") for item in judged_criteria(file)
        }


def walked(call, rows, *, budget, lines=(), points=None, change=None, by=Given):
    """Walk a call with these applicants and this money: the rows by number, and the acts. ``change`` makes its copy otherwise."""
    document, assumed = prepared(call)
    opening = document["openings"][0]
    if change is not None:
        change(document)
    opening["budget"] = budget
    for line, amount in zip(opening["lines"], lines, strict=True):
        line["budget"] = amount
    scene = put_on(call, document, assumed)
    rules = [*requirements_of(scene.call), *(scene.call.applicants.get("member_rules") or [])]
    cast = Cast(scene.call.office, rules, seed=1, on=scene.opens_at.date())
    applying = by(scene, cast, seed=1, rows=rows)
    with applying.at(0):
        applicants = applying.gather(len(rows))
    applying.play()
    deciding = Judged(scene, cast, applicants, seed=1, points=points or {})
    deciding.examine()
    deciding.evaluate()
    deciding.rank()
    deciding.place()
    acts = deciding.award()
    return [one.row for one in applicants], acts


def outcomes(rows):
    return [(one.outcome, str(one.amount)) for one in rows]


def test_vouchers_in_order_of_arrival(shipped, places):  # noqa: F811
    """6,000 for a fair in the Union, 9,000 outside: 6,000 + 9,000 leave 5,000 of 20,000, which stop at the third."""
    rows = [{"answers": {"fair_country": country}} for country in ("DE", "JP", "US", "FR")]
    found, (act,) = walked(of(shipped, "2018"), rows, budget="20000.00")
    assert [str(one.requested) for one in found] == ["6000.00", "9000.00", "9000.00", "6000.00"]
    assert outcomes(found) == [
        ("funded", "6000.00"), ("funded", "9000.00"), ("not_funded", "0.00"), ("not_funded", "0.00"),
    ]  # fmt: skip
    assert str(act.total) == "15000.00"


def test_vouchers_by_ranking_and_line(shipped, places):  # noqa: F811
    """80 % of the costs up to 3,000 in Europe and 5,000 outside; the last of line A takes what is left.

    1: 4,000.00 + 500.50 = 4,500.50, 80 % is 3,600.40, at most 3,000; 40 points (3 % abroad) + 20 (website).
    2: 80 % of 5,000.01 is 4,000.008: 4,000.01; 15 points (30 % abroad) + 20 (manager).
    3: 80 % of 10,000 is 8,000, at most 5,000; 30 (12 % abroad) + 20 + 20.
    4: line B, 80 % of 1,000. Line A has 7,000: 5,000 to the third, 2,000 of its 3,000 to the first, nothing to the second.
    """

    def row(line, country, share, costs, site=False, manager=False):
        items = [{"item": "space", "description": "x", "amount": amount} for amount in costs]
        return {
            "profile": {"export_share": share},
            "answers": {
                "fair_kind": line, "fair_country": country, "cost_items": items, "english_website": site,
                "export_manager": manager,
            },
        }  # fmt: skip

    rows = [
        row("a", "DE", 3, ["4000.00", "500.50"], site=True), row("a", "US", 30, ["5000.01"], manager=True),
        row("a", "JP", 12, ["10000.00"], site=True, manager=True), row("b", "FR", 60, ["1000.00"]),
    ]  # fmt: skip
    found, (act,) = walked(of(shipped, "2016"), rows, budget="10000.00", lines=("7000.00", "3000.00"))
    assert [str(one.requested) for one in found] == ["3000.00", "4000.01", "5000.00", "800.00"]
    assert [(one.position, str(one.score)) for one in found] == [(2, "60.00"), (3, "35.00"), (1, "70.00"), (1, "0.00")]
    assert outcomes(found) == [
        ("partial", "2000.00"), ("not_funded", "0.00"), ("funded", "5000.00"), ("funded", "800.00"),
    ]  # fmt: skip
    assert str(act.total) == "7800.00"


def test_a_click_day_with_a_lump_sum_for_a_threshold(shipped, places):  # noqa: F811
    """10,000 from 12,500 of spend, sealed the day before and sent through the log; 5 % is kept for the legality rating.

    Of 31,500, 1,575 are kept. Nobody has the rating: they flow back, so that three get 10,000 and the fourth, for whom 1,500
    are left, nothing. 12,499.99 are not enough to send.
    """

    def row(amount):
        services = [{"item": "site", "supplier": "x", "amount": amount}]
        return {"answers": {"services": services, "legality_rating": False}}

    rows = [row(amount) for amount in ("12500.00", "99999.00", "12500.01", "20000.00", "12499.99")]
    found, (act,) = walked(of(shipped, "export-digitale"), rows, budget="31500.00")
    assert "sotto 12.500 € non spetta nulla" in str(found.pop().told)
    assert {str(one.requested) for one in found} == {"10000.00"}
    assert all(one.register_number.startswith("CD") for one in found), "numbers are those of the log of the day"
    assert outcomes(found) == [("funded", "10000.00")] * 3 + [("not_funded", "0.00")]
    assert str(act.total) == "30000.00"


def costs(**amounts):
    return [
        {"item": item, "description": "x", **({"quantity": value} if item == "travel" else {"amount": value})}
        for item, value in amounts.items()
    ]


def test_whole_projects_with_judges(shipped, places):  # noqa: F811
    """70 % of what counts of each item, 75 % with the legality rating, from 10,000 up to 40,000; two judges and what is automatic.

    1: study 3,000, TEM 18,000 (at most 15,000), digital 4,000, fair 6,000; 10 trips at 400 are 4,000, at most 10 % of
       fair + TEM + study (24,000): 2,400; indirect 7 % of 28,000: 1,960; preparation at most 5 % of the total, 5/95 of 32,360:
       1,703.15; the network is excluded by the regulation. 34,063.15, of which 70 % is 23,844.21.
       25 + 15 + (11 + 5 for the TEM) + 10 (12 % abroad) + 10 (digital) = 76.
    2: digital 30,000, trademark 7,000 (at most 5,000), fair 40,000, indirect 5,250: 80,250, of which 75 % is over the cap:
       40,000. 20 + 12 + 9 + 15 (3 % abroad) + 10 + 5 (women) = 71.
    3: 14 and 15 points of quality are 14.5 on average, below the least of 15: out, whatever the total.
    4: micro: digital 9,000, fair 500, indirect 665: 10,165, of which 75 % is 7,623.75: paid by the reserve of 25 % (15,000),
       which leaves 7,376.25 to the others. 15 + 12 + 12 + 15 + 10 = 64.
    Of 60,000: 7,623.75 to the fourth, 23,844.21 to the first, and to the second the 28,532.04 that are left of its 40,000.
    """

    def row(size, share, rating, women, **amounts):
        answers = {"legality_rating": rating, "women_youth": women, "export_manager": False, "costs": costs(**amounts)}
        return {"profile": {"size": size, "export_share": share}, "answers": answers}

    rows = [
        row("small", 12, False, False, market_study="3000.00", tem="18000.00", digital="4000.00", fair="6000.00",
            travel="10", handling="2000.00", network="9000.00"),
        row("small", 3, True, True, digital="30000.00", trademark="7000.00", fair="40000.00"),
        row("small", 3, True, False, digital="30000.00"),
        row("micro", 3, True, False, digital="9000.00", fair="500.00"),
    ]  # fmt: skip
    points = {
        1: {"quality": ("24", "26"), "markets": ("16", "14"), "team": ("10", "12")},
        2: {"quality": ("20", "20"), "markets": ("12", "12"), "team": ("9", "9")},
        3: {"quality": ("14", "15"), "markets": ("20", "20"), "team": ("15", "15")},
        4: {"quality": ("15", "15"), "markets": ("12", "12"), "team": ("12", "12")},
    }
    found, (act,) = walked(of(shipped, "progetti"), rows, budget="60000.00", points=points)
    assert [str(one.requested) for one in found] == ["23844.21", "40000.00", "24075.00", "7623.75"]
    assert [(one.position, str(one.score)) for one in found] == [
        (1, "76.00"), (2, "71.00"), (4, "74.50"), (3, "64.00"),
    ]  # fmt: skip
    assert outcomes(found) == [
        ("funded", "23844.21"), ("partial", "28532.04"), ("below", "0.00"), ("funded", "7623.75"),
    ]  # fmt: skip
    assert [one.reserve for one in found] == ["", "", "", "micro"]
    assert str(act.total) == "60000.00"
    assert "i verbali della commissione di valutazione" in str(act.data)


def test_networks_of_three_firms(shipped, places):  # noqa: F811
    """50 % of a project from 50,000, divided by what counts of each firm's costs; one award for each firm.

    Lead: manager 10,000 (within 20 % of the total) and fairs 20,000; partners: promotion 15,000 and advice 5,000; fairs 12,345.67
    and an office abroad that the regulation excludes. 62,345.67, of which 50 % is 31,172.84 (835 thousandths go up). In parts:
    15,000.002, 10,000.002 and 6,172.836: to the cent 15,000.00, 10,000.00 and, the largest remainder, 6,172.84.
    Points: two markets outside the Union 30, nine years 20, a common brand 30. The second network has 5: below 50.
    """

    def group(markets, years, brand):
        return {
            "answers": {
                "markets": [{"country": country, "actions": "x"} for country in markets], "manager_years": years,
                "common_brand": brand, "costs": own(manager="10000.00", fairs="20000.00"),
            },
            "partners": [
                {"costs": own(promotion="15000.00", advice="5000.00")},
                {"costs": own(fairs="12345.67", shared_office="8000.00")},
            ],
        }  # fmt: skip

    def own(**amounts):
        return [{"member": "x", "item": item, "amount": amount} for item, amount in amounts.items()]

    rows = [group(("JP", "US"), "9", True), group(("DE",), "6", False)]
    found, (act,) = walked(of(shipped, "reti"), rows, budget="100000.00")
    assert [(str(one.requested), str(one.score)) for one in found] == [("31172.84", "80.00"), ("31172.84", "5.00")]
    assert outcomes(found) == [("funded", "31172.84"), ("below", "0.00")]
    assert [str(share.amount) for share in found[0].shares] == ["15000.00", "10000.00", "6172.84"]
    assert len({share.firm for share in act.shares}) == 3
