"""The published ranking, or the order of arrival, says who is awarded and how much; the opening's money is never passed."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from tests.applications.conftest import declares, open_now, published_by
from tests.applications.test_lifecycle import examine
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.grants.test_awards import at_once

from levante.applications.api import (
    Application,
    admit_application,
    compute_ranking,
    submit_application,
    withdraw_application,
)
from levante.calls.api import Call, Opening
from levante.grants.api import Award, AwardAct, act_preview, award_places, draft_award_act, send_award_act
from levante.kernel.api import Refused, now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(shipped, line, filled, desk):  # noqa: F811
    """A ranking call closed, with three admitted applications for 8,000: 3,600.40 each, so the third gets the rest."""
    opening = open_now(
        shipped["voucher-fiere-2016"],
        budget="12000.00",
        line_by="fair_kind",
        lines=[("a", "8000.00"), ("b", "4000.00")],
    )
    made = {}
    for name, firm in {
        "third": {"turnover": "500000.00", "export": "400000.00"},
        "second": {"turnover": "500000.00", "export": "100000.00"},
        "first": {"turnover": "90000.00", "export": "1000.00"},
    }.items():
        answers = {"cost_items": [{"item": "space", "amount": "3750.00"}]}
        draft, actor, _ = filled(opening, f"{name} S.r.l.", answers=answers, **firm)
        made[name] = submit_application(actor=actor, application=draft)
        examine(made[name], desk)
        made[name] = admit_application(actor=desk, application=made[name])
    Opening.objects.filter(pk=opening.pk).update(closes_at=now() - timedelta(hours=1))
    opening.refresh_from_db()
    made["opening"], made["line"] = opening, opening.lines.get(code="a")
    return made


def publish(ranked, director):
    made = compute_ranking(actor=director, opening=ranked["opening"], line=ranked["line"])
    return published_by(director, made)


def narrow(ranked, amount):
    ranked["opening"].lines.filter(code="a").update(budget=Decimal(amount))
    ranked["line"].refresh_from_db()


@pytest.mark.slow  # several acts with their documents
def test_a_ranking_says_who_and_how_much(ranked, desk, director):
    asked = {ranked[name].admitted_amount for name in ("first", "second", "third")}
    assert asked == {Decimal("3000.00")}
    with pytest.raises(Refused, match="non è ancora pubblicata"):
        draft_award_act(actor=desk, applications=[ranked["first"]])
    said = act_preview(ranked["first"], on=today())
    assert (said.amount, said.why[0].en) == (Decimal("3000.00"), "If the ranking, not published yet, funds it in full.")
    narrow(ranked, "5000.00")
    publish(ranked, director)
    said = {name: act_preview(ranked[name], on=today()) for name in ("first", "second", "third")}
    assert [said[name].amount for name in said] == [Decimal("3000.00"), Decimal("2000.00"), None]
    assert said["second"].why[0].it == "Posto 2 della graduatoria, finanziata in parte."
    with pytest.raises(Refused, match="esaurimento delle risorse"):
        draft_award_act(actor=desk, applications=[ranked["first"], ranked["third"]])
    assert not AwardAct.objects.exists()
    act = draft_award_act(actor=desk, applications=[ranked["second"], ranked["first"]])
    amounts = {award.application_id: award.amount for award in act.awards.all()}
    assert amounts == {ranked["first"].pk: Decimal("3000.00"), ranked["second"].pk: Decimal("2000.00")}
    assert act.document.data["total_amount"] == "5000.00"
    assert set(act.awards.values_list("gge", flat=True)) == {Decimal("3000.00"), Decimal("2000.00")}


def test_the_version_in_force_decides_and_a_draft_of_before_is_not_signed(ranked, desk, director):
    publish(ranked, director)
    act = draft_award_act(actor=desk, applications=[ranked["third"]])
    narrow(ranked, "6000.00")  # what is funded in full stays
    publish(ranked, director)
    with pytest.raises(Refused, match="La graduatoria è cambiata"):
        send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")


def test_who_is_not_in_the_ranking_is_not_awarded(ranked, desk, director):
    published = publish(ranked, director)
    row = published.rows.get(application=ranked["third"])
    with pgtrigger.ignore("applications.RankingRow:published_rows_stay"):  # as if it had never been in it
        type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(Refused, match="non è nella graduatoria"):
        draft_award_act(actor=desk, applications=[ranked["third"]])


def test_the_screen_shows_the_line_and_chooses_those_above_it(ranked, director, signed_in, officer, actor_for):
    narrow(ranked, "5000.00")
    publish(ranked, director)
    berta = officer(given="Berta")
    browser = signed_in(berta)
    declares(actor_for(berta), Application.objects.filter(opening=ranked["opening"]))

    def said_in_the_file(application):
        page = browser.get(f"/ufficio/pratiche/{application.pk}/").content.decode()
        return page.partition("lv-act-preview")[2].partition("</div>")[0].replace("\xa0", " ")

    page = browser.get("/ufficio/atti/nuovo/", {"call": ranked["opening"].call.code})
    assert "di 2.000,00" in said_in_the_file(ranked["second"])
    assert "Oggi, nulla." in said_in_the_file(ranked["third"])
    rows = [(row["application"].pk, row["place"].outcome, row["amount"]) for row in page.context["candidates"]]
    assert rows == [
        (ranked["first"].pk, "funded", Decimal("3000.00")),
        (ranked["second"].pk, "partial", Decimal("2000.00")),
        (ranked["third"].pk, "not_funded", Decimal("0.00")),
    ]
    assert page.context["chosen"] == {ranked["first"].pk, ranked["second"].pk}
    assert "posto 3 della graduatoria, non finanziata" in page.content.decode()


@pytest.fixture
def queue(first_come, filled, desk, line):
    """Applications of a first-come call, in order: 6,000 each. ``queue("sent", "admitted")``."""

    def make(*states, budget="12000.00"):
        Opening.objects.filter(pk=first_come.pk).update(budget=Decimal(budget))
        found = []
        for place, state in enumerate(states, 1):
            draft, actor, _ = filled(first_come, f"Impresa {place}")
            sent = submit_application(actor=actor, application=draft)
            if state == "admitted":
                examine(sent, desk)
                sent = admit_application(actor=desk, application=sent)
            found.append(sent)
        return found

    return make


def test_who_came_earlier_and_is_not_decided_is_not_overtaken(queue, desk, actor_for):
    one, two, three = queue("sent", "admitted", "admitted")
    assert draft_award_act(actor=desk, applications=[two]).awards.get().amount == Decimal("6000.00")
    with pytest.raises(Refused, match="una domanda arrivata prima"):
        draft_award_act(actor=desk, applications=[three])
    mandate = one.enterprise.mandates.get()
    withdraw_application(actor=actor_for(mandate.user, one.enterprise), application=one, reason="Non va più")
    assert draft_award_act(actor=desk, applications=[three]).awards.count() == 1


@pytest.mark.slow  # several acts with their documents
def test_the_money_of_the_opening_ends(queue, desk):
    one, two, three = queue("admitted", "admitted", "admitted", budget="15000.00")
    with pytest.raises(Refused, match="le risorse sono esaurite"):
        draft_award_act(actor=desk, applications=[one, two, three])
    draft_award_act(actor=desk, applications=[one, two])
    with pytest.raises(Refused, match="le risorse sono esaurite"):
        draft_award_act(actor=desk, applications=[three])
    Call.objects.filter(pk=one.opening.call_id).update(when_short="partial")
    assert draft_award_act(actor=desk, applications=[three]).awards.get().amount == Decimal("3000.00")
    assert sum(Award.objects.values_list("amount", flat=True)) == Decimal("15000.00")


def test_a_budget_that_was_cut_stops_the_next_act(queue, desk):
    one, two = queue("admitted", "admitted")
    draft_award_act(actor=desk, applications=[two])
    Opening.objects.update(budget=Decimal("11000.00"))
    with pytest.raises(Refused, match=r"restano 5\.000,00"):
        draft_award_act(actor=desk, applications=[one])


@pytest.mark.slow  # real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_two_officers_and_the_last_euro_of_the_opening(queue, desk):
    """The order gives both their money, but an act made before the budget was cut leaves enough for one alone."""
    one, two, three = queue("admitted", "admitted", "admitted", budget="18000.00")
    draft_award_act(actor=desk, applications=[three])
    Opening.objects.update(budget=Decimal("12000.00"))
    outcomes = at_once(
        lambda: draft_award_act(actor=desk, applications=[one]), lambda: draft_award_act(actor=desk, applications=[two])
    )
    assert sorted(type(item).__name__ for item in outcomes) == ["AwardAct", "Refused"], outcomes
    assert sum(Award.objects.values_list("amount", flat=True)) == Decimal("12000.00")


def test_a_place_is_told_before_it_is_used(queue):
    one, two = queue("sent", "admitted", budget="6000.00")
    places = award_places([two])
    assert (places[two.pk].outcome, places[two.pk].ahead, places[two.pk].position) == ("not_funded", 1, 2)
    assert "decided first" in places[two.pk].reason.en
    assert one.pk not in places
