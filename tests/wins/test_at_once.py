"""At once, on the real database: a customer answers once, shares stay whole."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.initiatives.world import SYSTEM
from tests.programme.test_concurrency import together
from tests.wins.world import LATER, over, tell

from levante.initiatives.api import plan_initiative
from levante.kernel.api import Refused, clock_at
from levante.participations.api import Participation, Selection
from levante.wins import api

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return over(enterprise, representative, actor_for)


def at(task):
    def run():
        with clock_at(LATER):
            return task()

    return run


def test_a_customer_who_clicks_twice_answers_once(world):
    win = tell(world)
    with world.at(LATER):
        _, token = api.ask_customer(actor=world.actors[0], win=win)
    given = {"actor": world.nobody, "token": token, "rating": 3}
    outcomes = together(
        at(lambda: api.answer_as_customer(confirms=True, **given)),
        at(lambda: api.answer_as_customer(confirms=False, **given)),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["CustomerAsk", "Refused"], outcomes
    win.refresh_from_db()
    answer = api.CustomerAsk.objects.get(win=win).answer
    assert win.state == {"yes": "confirmed", "no": "denied"}[answer]


def test_two_who_ask_leave_one_link_alive(world):
    win = tell(world)
    ask = at(lambda: api.ask_customer(actor=world.actors[0], win=win))
    given = {"actor": world.actors[0], "win": win, "email": "anna@boote.example", "language": "en", "declared": True}
    send = at(lambda: api.send_customer_letter(**given))
    for tasks in ((ask, ask), (ask, send), (send, send)):
        outcomes = together(*tasks)
        assert not any(isinstance(one, Refused) for one in outcomes)
        assert api.CustomerAsk.objects.filter(win=win, ended_at__isnull=True).count() == 1
    kept = api.CustomerLetter.objects.filter(ask__win=win, forgotten_at__isnull=True)
    assert [letter.ask.ended_at for letter in kept] == [None], "an address is kept for the link that is alive"


def test_told_twice_at_once_it_is_one(world):
    one = at(lambda: tell(world))
    together(one, one)
    assert api.Win.objects.count() == 1


def test_two_edits_of_the_shares_leave_them_whole(world):
    """Whoever comes last: 100 % of one initiative, or half of each of two."""
    win = tell(world)
    first = world.initiative
    with world.at(LATER):
        second = plan_initiative(
            actor=SYSTEM, code="second", kind="mission", title_it="Due", title_en="Two", direction=first.direction,
            market="DE", city="Bonn", starts_on=first.starts_on, ends_on=first.ends_on, lead_office=first.lead_office, sectors=[],
        )  # fmt: skip
    row = world.rows()[0]
    like = Selection.objects.get(initiative=first)
    like.pk, like.initiative = None, second
    like.save()
    row.pk, row.selection, row.interest = None, like, None
    row.save()
    assert Participation.objects.filter(enterprise=world.firms[0]).count() == 2
    half = [api.Share(Decimal("50.00"), first.pk), api.Share(Decimal("50.00"), second.pk)]
    whole = [api.Share(api.WHOLE, second.pk)]
    together(
        at(lambda: api.share_win(actor=SYSTEM, win=win, shares=half)),
        at(lambda: api.share_win(actor=SYSTEM, win=win, shares=whole)),
    )
    assert sum(one.percent for one in win.shares.all()) == 100
    total = api.expected_of(first).amount + api.expected_of(second).amount
    assert total == Decimal("150.01"), "two initiatives never book the same euro"


def test_a_win_is_corrected_or_confirmed_and_never_confirmed_of_what_it_does_not_say(world):
    win = tell(world)
    with world.at(LATER):
        _, token = api.ask_customer(actor=world.actors[0], win=win)
    facts = replace(api.facts_of(win), expected={1: Decimal("50.00")})
    outcomes = together(
        at(lambda: api.answer_as_customer(actor=world.nobody, token=token, confirms=True, rating=3)),
        at(lambda: api.correct_win(actor=world.actors[0], win=win, facts=facts)),
    )
    assert sum(isinstance(one, Refused) for one in outcomes) == 1, outcomes
    win.refresh_from_db()
    worth = sum(row.expected for row in win.years.all())
    assert (win.state, worth) in {("confirmed", Decimal("150.01")), ("told", Decimal("50.00"))}
