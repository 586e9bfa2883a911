"""In order of arrival a part is offered once everything before is decided, accepted within its days, or the place is given up."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.applications.test_lifecycle import examine
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.applications.api import (
    Application,
    PlaceOffer,
    accept_part,
    admit_application,
    lapse_offers,
    offer_part,
    submit_application,
)
from levante.calls.api import Call, Opening
from levante.grants.api import ArrivalPlace, Award, award_places, draft_award_act, follow_arrivals, give_up_place
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.letters.api import Letter

pytestmark = pytest.mark.django_db
ROBOT = system("test")


@pytest.fixture
def asked(first_come, filled, desk, line):
    """Three applications of the same amount, for which there is money for one and a half; the second is admitted already."""
    made = []
    for name in ("Prima S.r.l.", "Seconda S.r.l.", "Terza S.r.l."):
        draft, actor, user = filled(first_come, name)
        made.append((submit_application(actor=actor, application=draft), actor, user))
    amount = made[0][0].requested_amount
    Opening.objects.filter(pk=first_come.pk).update(budget=amount * Decimal("1.5"))
    Call.objects.filter(pk=first_come.call_id).update(when_short="partial", partial_days=10)
    admit(made[1][0], desk)
    return made, amount


def admit(application, desk):
    examine(application, desk)
    admit_application(actor=desk, application=application)


def settle():
    """The orders as they stand, and again until nothing moves."""
    for _ in range(3):
        if follow_arrivals(actor=ROBOT) == (0, 0):
            return
    raise AssertionError("the order never settles")


def places():
    rows = ArrivalPlace.objects.order_by("application__sequence")
    return [(row.position, row.outcome, row.amount, row.told) for row in rows]


def last_letter(application):
    return Letter.objects.filter(kind="arrival_place", enterprise=application.enterprise).order_by("-pk").first().body


def fresh(application):
    return Application.objects.select_related("opening__call").get(pk=application.pk)


@pytest.mark.slow  # three applications, two admissions, an act, four pages
def test_the_part_is_offered_when_those_before_are_decided_and_accepted_is_what_is_awarded(asked, desk, client):
    ((first, chief, _), (second, _, user), _), amount = asked
    half, none = amount / 2, Decimal("0.00")
    settle()
    assert places() == [
        (1, "funded", amount, ""), (2, "partial", half, "partial"), (3, "not_funded", none, "not_funded"),
    ]  # fmt: skip
    assert "Quando saranno decise" in last_letter(second)
    assert not PlaceOffer.objects.exists(), "an earlier one may still be cut, or rejected: the amount is not known"
    client.force_login(user)
    page = f"/impresa/domande/{second.pk}/"
    assert "ti chiederemo se la accetti" in client.get(page, follow=True).content.decode()

    admit(first, desk)
    settle()
    offer = PlaceOffer.objects.get()
    assert (offer.application_id, offer.amount, offer.state, offer.ranking) == (second.pk, half, "open", None)
    assert offer.due_on >= today() + timedelta(days=10)
    assert f"Di’ entro il {offer.due_on:%d/%m/%Y} se accetti" in last_letter(second)
    with pytest.raises(Refused, match="da accettare"):
        draft_award_act(actor=desk, applications=[fresh(second)])
    assert "accetti" in client.get(page, follow=True).content.decode()
    assert client.post(f"{page}parte/", follow=True).status_code == 200
    offer.refresh_from_db()
    assert offer.state == "accepted"
    settle()
    assert [row[1] for row in places()] == ["funded", "partial", "not_funded"]
    act = draft_award_act(actor=desk, applications=[fresh(first), fresh(second)])
    assert dict(Award.objects.filter(act=act).values_list("application", "amount")) == {
        first.pk: amount,
        second.pk: half,
    }

    # The first gives up: the part stays what was accepted, the money goes on to the third.
    give_up_place(actor=chief, application=fresh(first), reason="Non partecipo più")
    settle()
    assert [row[1:3] for row in places()] == [("funded", half), ("funded", amount)]


def test_no_answer_in_time_gives_the_place_up_and_another_amount_is_another_offer(asked, desk):
    ((first, *_), (second, theirs, _), (third, *_)), amount = asked
    admit(first, desk)
    settle()
    old = PlaceOffer.objects.get()
    # Money is added before the answer: what was offered is no longer what there is.
    Opening.objects.filter(pk=first.opening_id).update(budget=amount * Decimal("1.75"))
    settle()
    old.refresh_from_db()
    assert old.state == "superseded"
    with pytest.raises(Refused, match="è cambiato"):
        accept_part(actor=theirs, offer=old)
    new = PlaceOffer.objects.get(state="open")
    assert new.amount == amount * Decimal("0.75")
    assert f"{new.due_on:%d/%m/%Y}" in last_letter(second)
    assert offer_part(actor=ROBOT, application=second, amount=new.amount) == new, "the same amount is the same offer"

    # Nothing before the third is undecided, and it is not decided itself: it is asked once it is admitted.
    Opening.objects.filter(pk=first.opening_id).update(budget=amount * Decimal("2.5"))
    settle()
    assert "Quando la domanda sarà ammessa, se la parte resta" in last_letter(third)
    Opening.objects.filter(pk=first.opening_id).update(budget=amount * Decimal("1.75"))
    settle()

    admit(third, desk)
    with clock_at(now() + timedelta(days=40)):
        assert lapse_offers(actor=ROBOT) == 1
        settle()
        assert places()[1] == (2, "renounced", Decimal("0.00"), "renounced")
        assert "il posto è lasciato" in last_letter(second)
        assert "Come ricorrere" in last_letter(second)
        assert award_places([fresh(second)])[second.pk].reason.it.endswith(
            "non ha accettato in tempo la parte proposta"
        )
        with pytest.raises(Refused):
            draft_award_act(actor=desk, applications=[fresh(second)])
        offer = PlaceOffer.objects.get(state="open")
        assert (offer.application_id, offer.amount) == (third.pk, new.amount)
        # And money for all of it: nothing is left to ask.
        Opening.objects.filter(pk=first.opening_id).update(budget=amount * 3)
        settle()
        assert places()[2][1] == "funded"
        assert not PlaceOffer.objects.filter(state="open").exists()
        assert "Non occorre fare nulla" in last_letter(third)
        assert [row[1] for row in places()] == ["funded", "renounced", "funded"]
