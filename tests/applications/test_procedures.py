"""Every procedure, from the applications to their places: who is funded, and what says so."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.applications.conftest import published_by
from tests.applications.evaluation_world import settled

from levante.applications.api import (
    compute_ranking,
    places_for,
    submit_application,
)
from levante.calls.api import Call, Criterion, Opening, drawn, write_seed
from levante.kernel.api import Refused, clock_at
from levante.programme.api import Act

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(officer, actor_for):
    return actor_for(officer("director"))


@pytest.fixture
def sent(first_come, filled):
    """Make the call follow a procedure, and send applications of 6,000 to it: ``sent("draw", 3, budget=…)``."""

    def make(procedure, count, *, budget="12000.00", call=None, answers=(), **opening):
        Call.objects.filter(pk=first_come.call_id).update(procedure=procedure, **(call or {}))
        Opening.objects.filter(pk=first_come.pk).update(budget=Decimal(budget), **opening)
        first_come.refresh_from_db()
        found = []
        for place in range(count):
            extra = answers[place] if place < len(answers) else None
            draft, actor, _ = filled(first_come, f"Impresa {place}", given=f"N{place}", answers=extra)
            found.append(submit_application(actor=actor, application=draft))
        return found

    return make


def places(*applications):
    fresh = [type(one).objects.select_related("opening__call", "line").get(pk=one.pk) for one in applications]
    found = places_for(fresh)
    return [(found[one.pk].outcome, str(found[one.pk].amount)) for one in applications]


def after(opening):
    return clock_at(opening.closes_at + timedelta(hours=1))


def test_a_draw_waits_for_its_seed_and_is_redrawn_from_what_is_published(sent, first_come, director):
    found = sent("draw", 4)
    act = Act.objects.first()
    with after(first_come):
        with pytest.raises(Refused, match="seme"):
            compute_ranking(actor=director, opening=first_come)
        write_seed(actor=director, opening=first_come, seed="11 23 45 67 89", act=act)
        with pytest.raises(Refused, match="non cambia"):
            write_seed(actor=director, opening=first_come, seed="1 2 3 4 5", act=act)
        made = published_by(director, compute_ranking(actor=director, opening=first_come))
    by_ticket = sorted(found, key=lambda one: drawn("11 23 45 67 89", one.number))
    assert [row.application_id for row in made.rows.all()] == [one.pk for one in by_ticket]
    assert places(*by_ticket) == [("funded", "6000.00")] * 2 + [("not_funded", "0.00")] * 2


def test_the_seed_is_of_the_director_and_of_a_closed_window(sent, first_come, director, officer, actor_for):
    sent("draw", 0)
    act = Act.objects.first()
    with pytest.raises(Refused, match="finestra chiusa"):
        write_seed(actor=director, opening=first_come, seed="1", act=act)
    with after(first_come), pytest.raises(Refused, match="ufficio che lo gestisce"):
        write_seed(actor=actor_for(officer("case_officer", given="Ugo")), opening=first_come, seed="1", act=act)


def test_a_share_out_gives_everybody_a_part(sent, first_come, director):
    found = sent("proportional", 3, budget="10000.00")
    with after(first_come):
        published_by(director, compute_ranking(actor=director, opening=first_come))
    assert places(*found) == [("partial", "3333.34"), ("partial", "3333.33"), ("partial", "3333.33")]


def test_first_come_with_a_threshold_passes_over_who_misses_it(sent, first_come, director):
    Criterion.objects.create(
        call=first_come.call, code="fair", name_it="Fiera", name_en="Fair", kind="automatic", max_points=10,
        expression="answers.stand == 'own' ? 10 : 2",
    )  # fmt: skip
    low = {"stand": "shared", "stand_with": "ACME"}
    judgement = {**first_come.call.judgement, "threshold": "5"}
    found = sent("first_come_threshold", 3, call={"judgement": judgement}, answers=(None, low))
    assert places(*found) == [("funded", "6000.00"), ("below", "0.00"), ("funded", "6000.00")]


def test_who_is_not_scored_yet_keeps_his_turn(sent, first_come, officer):
    criterion = Criterion.objects.create(
        call=first_come.call, code="idea", name_it="Idea", name_en="Idea", kind="evaluated", max_points=10
    )
    judgement = {**first_come.call.judgement, "threshold": "5"}
    one, two, three = sent("first_come_threshold", 3, call={"judgement": judgement})
    assert places(one, two, three) == [("funded", "6000.00"), ("funded", "6000.00"), ("not_funded", "0.00")]
    settled(one, criterion, "4", judges=[officer("evaluator", given="Bea")])
    assert places(one, two, three) == [("below", "0.00"), ("funded", "6000.00"), ("funded", "6000.00")]


def test_a_reserve_is_paid_first_to_those_it_is_for(sent, first_come):
    reserve = {
        "code": "abroad", "it": "Mai esportato", "en": "Never exported", "percent": "50", "when": "!answers.exports_today",
        "flows_back": True,
    }  # fmt: skip
    exports = {"exports_today": True, "markets_today": "Francia"}
    found = sent("first_come", 3, reserves=[reserve], answers=(exports, exports))
    assert found[2].frozen["reserves"] == ["abroad"]
    assert found[0].frozen["reserves"] == []
    assert places(*found) == [("funded", "6000.00"), ("not_funded", "0.00"), ("funded", "6000.00")]


def test_a_ranking_waits_for_the_points_of_the_evaluators(sent, first_come, director, officer):
    criterion = Criterion.objects.create(
        call=first_come.call, code="idea", name_it="Idea", name_en="Idea", kind="mixed", max_points=20,
        automatic_points=5, expression="answers.exports_today ? 0 : 9",
    )  # fmt: skip
    judgement = {**first_come.call.judgement, "scores": "averaged", "evaluators": 2}
    (one,) = sent("ranking", 1, call={"judgement": judgement})
    with after(first_come), pytest.raises(Refused, match="conclus"):
        compute_ranking(actor=director, opening=first_come)
    settled(one, criterion, "10", "9.25", judges=[officer("evaluator", given=name) for name in ("Bea", "Ciro")])
    with after(first_come):
        made = compute_ranking(actor=director, opening=first_come)
    assert made.snapshot["entries"][0]["points"] == {"idea": "14.63"}  # 5 of the expression, 9.625 of the evaluators


def test_the_last_application_counts_where_the_call_says_so(first_come, filled, actor_for, director):
    from tests.applications.conftest import FIRST_COME_ANSWERS, pdf

    from levante.applications.api import attach_file, save_answers, start_draft

    Call.objects.filter(pk=first_come.call_id).update(repeat="last_counts")
    first_come.refresh_from_db()
    draft, actor, _ = filled(first_come)
    one = submit_application(actor=actor, application=draft)
    again = start_draft(actor=actor, opening=first_come)
    save_answers(actor=actor, application=again, answers=FIRST_COME_ANSWERS, base_revision=again.revision)
    attach_file(actor=actor, application=again, field_id="organiser_confirmation", upload=pdf())
    two = submit_application(actor=actor, application=again)
    assert places(one, two) == [("void", "0.00"), ("funded", "6000.00")]
