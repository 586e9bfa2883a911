"""At once, on the real database: a link confirms once, an enquiry is passed once, a profile is one."""

import pytest
from tests.directory.test_enquiries import asked, confirmed
from tests.directory.world import AT, FACTS, make_world, published
from tests.programme.test_concurrency import together

from levante.cases.api import Case
from levante.directory import api
from levante.kernel.api import ANONYMOUS, BUYER, Actor, Party, clock_at
from levante.parties.api import Buyer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    made = make_world(enterprise, representative, actor_for)
    made.desk = desk
    return made


def at(task):
    def run():
        with clock_at(AT):
            return task()

    return run


def test_a_link_opened_twice_makes_one_case(world):
    published(world)
    token = api.token_of(asked(world))
    one = at(lambda: api.confirm_enquiry(actor=ANONYMOUS, token=token))
    outcomes = together(one, one)
    assert sorted(type(each).__name__ for each in outcomes) in (
        ["Refused", "SupplierEnquiry"],
        ["NotYours", "SupplierEnquiry"],
    )
    assert Case.objects.count() == api.SupplierEnquiry.objects.count() == 1


def test_two_officers_who_pass_it_leave_one_owner(world):
    published(world)
    made = confirmed(world)
    together(
        *(at(lambda who=who: api.pass_enquiry(actor=who, enquiry=made)) for who in (world.desk.anna, world.desk.bruno))
    )
    made.refresh_from_db()
    assert made.passed_by_id == Case.objects.get().owner_id


def test_a_profile_begun_twice_is_one(world):
    given = {"actor": world.actor, "enterprise": world.firm, "sectors": [world.sector], **FACTS}
    begin = at(lambda: api.save_profile(**given))
    together(begin, begin)
    assert api.Profile.objects.count() == 1


def test_published_and_hidden_at_once_ends_hidden_or_refused(world):
    profile = published(world)
    api.withdraw_profile(actor=world.actor, profile=profile)
    outcomes = together(
        at(lambda: api.publish_profile(actor=world.actor, profile=profile)),
        at(lambda: api.hide_profile(actor=world.desk.anna, profile=profile, reason="x", reason_en="x")),
    )
    assert api.Profile.objects.get().state == "hidden", outcomes


def test_what_a_buyer_buys_written_by_two_at_once_is_one(world, person):
    buyer = Buyer.objects.create(name="Feinkost Nord GmbH", country_id="DE")
    actor = Actor(
        user_id=person("Klaus", "Brandt").pk, party=Party(BUYER, buyer.pk), scopes=frozenset({"read", "correct"})
    )
    write = [
        at(lambda codes=codes: api.save_buyer_profile(actor=actor, buyer=buyer, headings=codes))
        for codes in (["1509"], ["2204"])
    ]
    outcomes = together(*write)
    assert [type(one).__name__ for one in outcomes] == ["BuyerProfile", "BuyerProfile"]
    assert api.BuyerProfile.objects.get().headings in (["1509"], ["2204"])
