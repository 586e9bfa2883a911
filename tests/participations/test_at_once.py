"""At once, on the real database: the last place has one holder, and what is freed is given once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world
from tests.programme.test_concurrency import together

from levante.controls.api import Due, record_due_payment
from levante.initiatives.api import BuyerInterest, move_initiative
from levante.kernel.api import ANONYMOUS, clock_at, system
from levante.participations import api
from levante.participations.inviting import invited_token
from levante.parties.api import Buyer

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def at(instant, task):
    def run():
        with clock_at(instant):
            return task()

    return run


def test_two_officers_decide_the_list_once(world):
    made = world(places=1)
    with made.at():
        api.decide_aid(actor=SYSTEM, initiative=made.initiative, is_aid=False, reason="no", act=made.act)
    one = at(AFTER, lambda: api.decide_list(actor=SYSTEM, initiative=made.initiative, act=made.act))
    together(one, one)
    assert made.states() == ["offered", "listed", "listed", "listed"]


def test_two_who_give_up_free_two_places_for_two(world):
    made = decided(world())
    first, second = made.rows()[:2]
    together(
        at(AFTER, lambda: api.renounce_place(actor=made.actors[0], row=first)),
        at(AFTER, lambda: api.renounce_place(actor=made.actors[1], row=second)),
    )
    assert made.states() == ["renounced", "renounced", "offered", "offered"]
    assert sorted(row.seat for row in made.rows() if row.seat) == [1, 2]


def test_two_who_take_the_last_module_of_the_stand(world):
    """Three modules, two places: one of the two that ask for a second has it, the other is told that there is no room."""
    made = decided(world(quota=Decimal("0.00"), extra_quota=Decimal("300.00")))
    parts = [*api.first_drawing(made.selection), api.Drawn("B1", "module", 0, 900, 300, 300)]
    with made.at():
        api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=parts)
    both = [
        at(AFTER, lambda actor=actor, row=row: api.accept_place(actor=actor, row=row, modules=2))
        for actor, row in zip(made.actors, made.rows()[:2], strict=False)
    ]
    outcomes = together(*both)
    assert sorted(type(one).__name__ for one in outcomes) == ["Participation", "Refused"], outcomes
    assert sorted(row.modules for row in made.rows() if row.seat) == [1, 2]


def test_accepting_on_two_telephones_asks_one_quota(world):
    made = decided(world(quota=Decimal("100.00")))
    row = made.rows()[0]
    accept = at(AFTER, lambda: api.accept_place(actor=made.actors[0], row=row))
    outcomes = together(accept, accept)
    assert all(isinstance(one, api.Participation) for one in outcomes), outcomes
    assert Due.objects.count() == 1


def test_accepting_while_it_lapses_ends_one_way_only(world):
    made = decided(world(places=1))
    row = made.rows()[0]
    together(
        at(AFTER + timedelta(days=10), lambda: api.accept_place(actor=made.actors[0], row=row)),
        at(AFTER + timedelta(days=11), lambda: api.lapse_offers(actor=system("test"))),
    )
    assert made.states()[:2] in (["confirmed", "listed"], ["lapsed", "offered"])


def test_a_payment_while_the_place_is_given_up(world):
    """Whichever is first, what was paid is to be given back, and the place has one holder."""
    made = decided(world(places=1, quota=Decimal("100.00"), refunds=[{"days_before": 1, "percent": 100}]))
    with made.at():
        row = api.accept_place(actor=made.actors[0], row=made.rows()[0])
    together(
        at(
            AFTER,
            lambda: record_due_payment(
                actor=SYSTEM, due=row.due, source="treasury", reference="r", on=AFTER.date(), amount=Decimal("100.00")
            ),
        ),
        at(AFTER, lambda: api.renounce_place(actor=made.actors[0], row=row)),
    )
    assert made.states()[:2] == ["renounced", "offered"]
    assert sum(refund.amount for refund in row.due.refunds.all()) == Decimal("100.00")


def test_an_acceptance_while_the_initiative_is_cancelled(world):
    made = decided(world(places=1))
    row = made.rows()[0]
    together(
        at(AFTER, lambda: api.accept_place(actor=made.actors[0], row=row)),
        at(AFTER, lambda: move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="no")),
    )
    assert set(made.states()) == {"called_off"}


def test_an_invitation_accepted_while_it_is_withdrawn_ends_one_way_only(world):
    made = world(places=1)
    type(made.initiative).objects.filter(pk=made.initiative.pk).update(open_to_buyers=True)
    buyer = Buyer.objects.create(name="Nordic", country_id="DE", email="anna@nordic.example", looking_for="boats")
    with clock_at(AFTER):
        (row,) = api.invite_buyers(actor=SYSTEM, initiative=made.initiative, buyers=[buyer])
    accept = at(AFTER, lambda: api.accept_as_invited(actor=ANONYMOUS, token=invited_token(row), looking_for="boats"))
    together(accept, accept, at(AFTER, lambda: api.withdraw_buyer_invitation(actor=SYSTEM, row=row)))
    row.refresh_from_db()
    standing = BuyerInterest.objects.filter(initiative=made.initiative).standing().count()
    assert (row.state, standing) in {("accepted", 1), ("withdrawn", 0)}
