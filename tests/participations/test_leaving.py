"""Who leaves: an interest is not withdrawn under a place that stands; whoever depends on a place is told that it ended."""

from datetime import timedelta

import pytest
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world
from tests.programme.test_concurrency import together

from levante.initiatives.api import may_withdraw, move_initiative, withdraw_interest
from levante.kernel.api import Refused, clock_at, system
from levante.participations import answering, api

heard: list[tuple[int, str]] = []


def hear(*, actor, row) -> None:
    heard.append((row.enterprise_id, row.state))


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


@pytest.fixture
def ears(monkeypatch):
    heard.clear()
    monkeypatch.setattr(answering, "_told", [f"{__name__}:hear"])
    return heard


@pytest.mark.django_db
def test_an_interest_is_not_withdrawn_while_a_place_hangs_on_it(world):
    made = decided(world())
    first, waits = (made.initiative.interests.get(enterprise=firm) for firm in (made.firms[0], made.firms[2]))
    with made.at():
        with pytest.raises(Refused, match="rinuncia al posto"):
            withdraw_interest(actor=made.actors[0], interest=first)
        with pytest.raises(Refused, match="rinuncia al tuo turno"):
            withdraw_interest(actor=made.actors[2], interest=waits)
        assert "rinuncia al posto" in may_withdraw(made.actors[0], first).reason.it
        api.renounce_place(actor=made.actors[0], row=made.row(made.firms[0]))
        assert withdraw_interest(actor=made.actors[0], interest=first).state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_withdrawing_while_the_list_is_decided_ends_one_way_only(world):
    made = world(firms=1, places=1)
    interest = made.initiative.interests.get()
    with made.at():
        api.decide_aid(actor=SYSTEM, initiative=made.initiative, is_aid=False, reason="no", act=made.act)

    def withdraw():
        with clock_at(AFTER):
            withdraw_interest(actor=made.actors[0], interest=interest)

    def decide():
        with clock_at(AFTER):
            api.decide_list(actor=SYSTEM, initiative=made.initiative, act=made.act)

    together(withdraw, decide)
    interest.refresh_from_db()
    assert (interest.state, made.states()) in [("withdrawn", []), ("expressed", ["offered"])]


@pytest.mark.django_db
def test_who_depends_on_a_place_is_told_that_it_was_given_up_or_lost(world, ears):
    made = decided(world())
    with made.at():
        api.accept_place(actor=made.actors[0], row=made.row(made.firms[0]))
        for _ in range(2):
            api.renounce_place(actor=made.actors[0], row=made.row(made.firms[0]))
    with clock_at(AFTER + timedelta(days=11)):
        api.lapse_offers(actor=system("test"))
    assert ears[:2] == [(made.firms[0].pk, "renounced"), (made.firms[1].pk, "lapsed")]


@pytest.mark.django_db
def test_a_cancelled_initiative_is_told_as_a_whole(world, ears):
    made = decided(world())
    with made.at():
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="Poche adesioni")
    assert not ears
