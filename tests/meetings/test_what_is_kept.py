"""What each may read and set of the meetings: words, caps, languages; when an agenda closes and moves; who comes back."""

from datetime import timedelta

import pytest
from tests.directory.world import FACTS, make_world
from tests.directory.world import published as with_profile
from tests.meetings.world import AFTER, MORNING, SYSTEM, all_ask, arranged, make_meetings, published

from levante.identity.api import roles
from levante.initiatives.api import BuyerInterest, ExpressionOfInterest, express_buyer_interest, withdraw_buyer_interest
from levante.kernel.api import Refused, clock_at
from levante.meetings import api
from levante.meetings.building import instance_of
from levante.meetings.pure.words import without_name
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("Cantieri Mare S.r.l.", "I CANTIERI  MARE srl fanno barche", "I … fanno barche"),
        ("Cantieri Mare S.r.l.", "Cantieri-Mare, barche; il mare", "…, barche; il mare"),
        ("Oli S.p.A.", "Oli buoni di Oli SpA", "Oli buoni di …"),
        ("", "Barche", "Barche"),
    ],
)
def test_the_name_is_taken_out_of_the_words(name, text, read):
    assert without_name(text, name) == read


def test_who_sells_is_read_by_its_products_and_sets_its_own_words_and_caps(made, signed_in):
    firm, row = made.world.firms[0], made.a[0]
    row.delete()
    said = ExpressionOfInterest.objects.filter(enterprise=firm)
    said.update(products="Barche di IMPRESA  1 in legno", expectations="Wooden boats, but not Buyer 2")
    profile = make_world(lambda name: firm, lambda firm: made.world.users[0], lambda user, firm: made.seller_actors[0])
    with_profile(profile, **FACTS | {"languages": ["de", "en"]})
    with clock_at(AFTER):
        api.bring_attendees(actor=SYSTEM, agenda=made.fresh(), minimum=2, maximum=6, per_day=4)
    row = made.agenda.attendees.get(enterprise=firm)
    assert row.offers == "Barche di … in legno", "neither whom it wants, nor its name"
    assert row.languages == ["de", "en", "it"], "with those of its public profile"
    reasons = {one.kind: one.what for one in api.candidates_for(row)[0].reasons}
    assert "wooden" in {word[:6] for word in reasons["product"]}, "what it wants counts, for itself"
    seen = next(one for one in api.candidates_for(made.b[0]) if one.row.pk == row.pk)
    assert "product" not in {one.kind for one in seen.reasons}, "and is not told to the other side"
    mine = signed_in(made.world.users[0], firm)
    address = f"/impresa/incontri/{made.initiative.code}/disponibilita/"
    with clock_at(AFTER):
        page = mine.post(address, {"maximum": 100, "languages": "it"})
        assert page.status_code == 200, "over what the office gives"
        assert "6" in page.context["form"].errors["maximum"][0]
        page = mine.post(address, {"maximum": 3, "languages": "italiano, klingon"})
        assert "klingon" in page.context["form"].errors["languages"][0], "told, and not left out"
        given = {"maximum": 3, "per_day": 1, "languages": "Italienisch e it", "offers": "Gozzi di Impresa 1"}
        assert mine.post(address, given).status_code == 302
        row.refresh_from_db()
        assert (row.minimum, row.maximum, row.per_day) == (2, 6, 4), "the office’s figures stay"
        assert (row.least, row.most, row.most_per_day, row.offers) == (2, 3, 1, "Gozzi di …")
        wanted = next(one for one in instance_of(made.fresh()).participants if one.id == str(row.pk))
        assert (wanted.min, wanted.max, wanted.max_per_day) == (2, 3, 1)
        # Neither shares a word with the other, and nobody translates: the office reads it.
        made.ask(made.seller_actors[1], made.a[1], made.b[0])
        people = list(made.fresh().attendees.coming())
        assert (made.a[1], made.b[0]) in api.speechless(made.agenda, people, [])
        made.agenda.interpreters = {"de": 1}
        assert api.speechless(made.agenda, people, []) == []


def test_an_agenda_closes_after_its_last_slot_is_opened_again_and_moves_within_the_initiative(made):
    published(arranged(all_ask(made)))
    one, other = api.Meeting.objects.standing().order_by("pk")[:2]
    with clock_at(AFTER), pytest.raises(Refused, match="01/06 11:00"):
        api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="close")
    with clock_at(AFTER):
        with pytest.raises(Refused, match="dal 01/06/2026 al 05/06/2026"):
            api.move_slots(actor=SYSTEM, agenda=made.fresh(), days=-1)
        with pytest.raises(Refused, match="dal 01/06/2026 al 05/06/2026"):
            api.move_slots(actor=SYSTEM, agenda=made.fresh(), days=5)
    with clock_at(MORNING + timedelta(days=2)), pytest.raises(Refused, match="già passat"):
        api.move_slots(actor=SYSTEM, agenda=made.fresh(), days=1)
    assert set(made.agenda.slots.values_list("pk", "starts_at")) == {(row.pk, row.starts_at) for row in made.slots}
    told = {"side": "a", "quality": 4}
    given = [(one, "order", 1000, False), (other, "quote", 5000, True)]
    with clock_at(MORNING + timedelta(days=1)):
        for row, step, expected, confidential in given:
            actor = made.seller_actors[[seller.pk for seller in made.a].index(row.a_id)]
            api.tell_feedback(
                actor=actor, meeting=row, next_step=step, expected=expected, confidential=confidential, **told
            )
        seen = api.outcome_of(made.fresh())
        assert (seen.told, seen.quality, seen.steps, seen.expected) == (2, 4, {"order": 1}, 1000), (
            "confidential: how it was"
        )
        api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="close")
        assert api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="reopen").state == "published"
        api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="close")
        type(made.initiative).objects.filter(pk=made.initiative.pk).update(state="cancelled", cancelled_reason="x")
        with pytest.raises(Refused, match="annullata"):
            api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="reopen")


def test_a_buyer_that_asks_again_comes_back_while_requests_are_open_and_is_told_of_after(made, officer):
    chief = officer(roles.DIRECTOR)
    row, interest = made.b[0], BuyerInterest.objects.get(initiative=made.initiative, buyer=made.buyers[0].buyer)
    asks = {"actor": made.buyer_actors[0], "initiative": made.initiative, "looking_for": "more boats of Buyer 1"}

    def again():
        withdraw_buyer_interest(actor=made.buyer_actors[0], interest=interest)
        express_buyer_interest(**asks)
        row.refresh_from_db()
        return row.withdrawn_at is None, Notice.objects.filter(kind="buyer-back", user=chief).count()

    with clock_at(AFTER):
        assert again() == (True, 1)
        assert row.offers == "more boats of …"
        api.withdraw_attendee(actor=SYSTEM, row=row)
    with clock_at(AFTER + timedelta(minutes=1)):
        assert again() == (False, 2), "the office had taken it off"
        api.bring_back(actor=SYSTEM, row=row)
        api.move_agenda(actor=SYSTEM, agenda=made.fresh(), step="close_requests")
    with clock_at(AFTER + timedelta(minutes=2)):
        assert again() == (False, 3)
