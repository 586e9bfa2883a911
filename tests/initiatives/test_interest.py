"""An initiative from the plan to the call for interest, and what enterprises ask."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.initiatives.world import AFTER, BEFORE, OPEN, SYSTEM, called, make_fair

from levante.initiatives import api, buyers
from levante.initiatives.models import BuyerInterest, ExpressionOfInterest, Initiative
from levante.kernel.api import ANONYMOUS, BUYER, Actor, Party, Refused, clock_at
from levante.parties.api import Buyer
from levante.register.api import entries_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(enterprise, representative, actor_for):
    def make(name="Cantieri"):
        one = enterprise(name)
        return actor_for(representative(one), one)

    return make


def express(actor, initiative, **changes):
    return api.express_interest(actor=actor, initiative=initiative, **({"products": "boats"} | changes))


def test_approved_only_with_its_act_and_line(desk):
    made = make_fair(act=None, budget_line=None)
    with pytest.raises(Refused) as why:
        api.move_initiative(actor=desk.dir, initiative=made.initiative, step="approve")
    assert "la linea di bilancio" in why.value.reason.it
    assert "l’atto che la approva" in why.value.reason.it
    api.correct_initiative(
        actor=desk.anna, initiative=made.initiative, act=made.second.act, budget_line=made.second.lines[0]
    )
    with pytest.raises(Refused):
        api.move_initiative(actor=desk.anna, initiative=made.initiative, step="approve")
    assert api.move_initiative(actor=desk.dir, initiative=made.initiative, step="approve").state == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        Initiative.objects.update(act=None)


def test_interest_is_taken_within_the_window_of_instants(desk, firm):
    made = make_fair()
    initiative, one = called(made), firm()
    closes = initiative.closes_at
    for instant in (BEFORE, closes, AFTER):
        with clock_at(instant), pytest.raises(Refused):
            express(one, initiative)
    with clock_at(closes - timedelta(microseconds=1)):
        interest = express(one, initiative)
    assert interest.number
    assert interest.frozen["tax_code"]


def test_twice_is_once_and_a_withdrawal_gives_a_new_number(desk, firm):
    initiative, one = called(make_fair()), firm()
    with clock_at(OPEN):
        first, second = express(one, initiative), express(one, initiative)
        assert (first.pk, first.number) == (second.pk, second.number)
        gone = api.withdraw_interest(actor=one, interest=first)
        assert api.withdraw_interest(actor=one, interest=gone).state == "withdrawn"
        again = express(one, initiative)
    assert again.pk == first.pk
    assert again.number != first.number
    assert [entry.kind for entry in entries_about(f"interest:{first.pk}")] == [
        "interest.expressed",
        "interest.withdrawn",
        "interest.expressed",
    ]
    assert api.receipt_for(again).public_number == again.number == f"MAN-{api.receipt_for(again).number}"


def test_other_words_replace_only_when_told_and_lose_the_turn(desk, firm):
    initiative, one, other = called(make_fair()), firm("Una"), firm("Altra")
    with clock_at(OPEN):
        first = express(one, initiative)
    with clock_at(OPEN + timedelta(minutes=1)):
        between = express(other, initiative)
    with clock_at(OPEN + timedelta(minutes=2)):
        with pytest.raises(Refused, match="con altre parole"):
            express(one, initiative, products="other boats")
        first.refresh_from_db()
        assert (first.products, first.turn) == ("boats", 1)
        again = express(one, initiative, products="other boats", replace=True)
        assert express(one, initiative, products="other boats", replace=True).number == again.number, "a second click"
    assert (again.products, again.turn, again.pk) == ("other boats", 2, first.pk)
    assert list(initiative.interests.standing()) == [between, again], "behind who asked meanwhile"
    assert api.receipt_for(again).public_number == again.number != first.number


def test_an_enterprise_sees_its_own_and_a_mandate_to_read_is_not_enough(
    desk, firm, enterprise, representative, actor_for
):
    initiative, one, other = called(make_fair()), firm("Una"), firm("Altra")
    third = enterprise("Terza")
    reader = actor_for(representative(third, kind="operator", scopes=["read", "apply"]), third)
    with clock_at(OPEN):
        interest = express(one, initiative)
        for actor in (reader, ANONYMOUS, desk.anna):
            with pytest.raises(Refused):
                express(actor, initiative)
    with pytest.raises(Refused):
        api.withdraw_interest(actor=other, interest=interest)
    seen = ExpressionOfInterest.objects.visible_to
    assert list(seen(one)) == list(seen(desk.anna)) == [interest]
    assert not seen(other).exists()
    assert not seen(desk.paola).exists()
    assert not seen(desk.eva).exists(), "an evaluator of the Section is not told who asked"


def test_what_is_planned_is_not_public(desk):
    made = make_fair()
    assert not Initiative.objects.visible_to(ANONYMOUS).exists()
    assert not Initiative.objects.visible_to(desk.paola).exists()
    assert Initiative.objects.visible_to(desk.anna).exists()
    called(made)
    assert Initiative.objects.visible_to(ANONYMOUS).exists()


def test_european_or_not_is_told_on_the_first_day(desk):
    made = make_fair()
    assert made.initiative.is_in_european_union
    assert made.edition.is_in_european_union
    country = made.edition.country
    country.eu_until = date(2026, 5, 31)
    assert not made.edition.is_in_european_union


@pytest.mark.parametrize("step", ["call", "close", "conclude", "fly"])
def test_steps_out_of_turn_are_refused(desk, step):
    with pytest.raises(Refused):
        api.move_initiative(actor=SYSTEM, initiative=make_fair().initiative, step=step)


def test_a_window_that_closes_before_it_opens_is_refused(desk):
    with pytest.raises(Refused):
        make_fair(closes_at=datetime(2026, 1, 1, tzinfo=UTC))


def note_withdrawal(*, actor, interest) -> None:
    told.append((interest.buyer_id, interest.state))


told: list[tuple[int, str]] = []


def test_who_depends_on_a_buyer_is_told_once_that_it_withdrew(desk, monkeypatch):
    monkeypatch.setattr(buyers, "_told", [f"{__name__}:note_withdrawal"])
    told.clear()
    initiative = called(make_fair(open_to_buyers=True))
    buyer = Buyer.objects.create(name="Käufer", country_id="DE")
    row = BuyerInterest.objects.create(initiative=initiative, buyer=buyer, looking_for="oil", expressed_at=OPEN)
    actor = Actor(party=Party(BUYER, buyer.pk), scopes=frozenset({"meet"}))
    with clock_at(OPEN):
        for _ in range(2):
            api.withdraw_buyer_interest(actor=actor, interest=row)
    assert told == [(buyer.pk, "withdrawn")]
