"""What a buyer says that it buys, and what the office says of the buyer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.entering import enter

from levante.directory import api
from levante.directory.buyers import _decided
from levante.directory.models import BuyerProfile, BuyerQualification
from levante.kernel.api import BUYER, Actor, Party, Refused, clock_at, now
from levante.messages.api import Notice
from levante.parties.api import Buyer, Mandate

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = date(2026, 6, 1)
MET = dict.fromkeys(("identity", "demand", "volumes", "channels", "references", "behaviour"), "met")


@pytest.fixture
def klaus(countries: None, person: Any) -> Any:
    """Who acts for a German importer."""
    user = person("Klaus", "Brandt")
    buyer = Buyer.objects.create(name="Feinkost Nord GmbH", country_id="DE", languages=["de"])
    Mandate.objects.create(
        user=user, buyer=buyer, kind="legal_representative", scopes=[], state=Mandate.CONFIRMED, since=date(2024, 1, 1),
        requested_at=now(), decided_at=now(), act="x",
    )  # fmt: skip
    actor = Actor(user_id=user.pk, party=Party(BUYER, buyer.pk), scopes=frozenset({"read", "ask", "meet", "correct"}))
    return type("Klaus", (), {"user": user, "buyer": buyer, "actor": actor})


def qualify(actor: Actor, buyer: Buyer, outcome: str = "qualified", at: datetime = AT, **changes: Any) -> Any:
    with clock_at(at):
        return api.qualify_buyer(actor=actor, buyer=buyer, outcome=outcome, **({"answers": MET} | changes))


def whether(buyer: Buyer, on: date = DAY) -> Any:
    return api.qualified_among([buyer.pk], on=on)[buyer.pk]


def test_a_buyer_writes_what_it_buys_once_and_again(klaus: Any) -> None:
    given_ = {"headings": ["1509.20", " 2204 ", "15092000"], "volume": "to-1m", "channels": ["importer", "horeca"]}
    with clock_at(AT):
        api.save_buyer_profile(actor=klaus.actor, buyer=klaus.buyer, markets=["DE"], certifications=["ifs"], **given_)
        row = api.save_buyer_profile(
            actor=klaus.actor, buyer=klaus.buyer, price_band="upper", certifications=["ifs"], markets=["DE"], **given_
        )
    assert BuyerProfile.objects.count() == 1
    assert (row.headings, row.channels, row.price_band) == (["150920", "2204"], ["horeca", "importer"], "upper")
    bought = api.bought_by([klaus.buyer.pk, 0])[klaus.buyer.pk]
    assert bought == api.Bought(frozenset({"1509", "2204"}), frozenset({"ifs"}), frozenset({"DE"}), "upper")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("headings", ["9999"]),
        ("volume", "much"),
        ("channels", ["king"]),
        ("certifications", ["other"]),
        ("markets", ["XX"]),
    ],
)
def test_what_is_not_in_the_lists_is_refused_where_it_was_written(klaus: Any, field: str, wrong: Any) -> None:
    with clock_at(AT), pytest.raises(Refused) as refused:
        api.save_buyer_profile(actor=klaus.actor, buyer=klaus.buyer, **{field: wrong})
    assert refused.value.field == field
    assert not BuyerProfile.objects.exists()


def test_nobody_writes_or_reads_the_profile_of_another(klaus: Any, desk: Any) -> None:
    other = Buyer.objects.create(name="Altro", country_id="DE")
    with clock_at(AT):
        api.save_buyer_profile(actor=klaus.actor, buyer=klaus.buyer, headings=["1509"])
        for actor in (klaus.actor, desk.anna):
            with pytest.raises(Refused):
                api.save_buyer_profile(actor=actor, buyer=other)
    stranger = Actor(user_id=klaus.user.pk, party=Party(BUYER, other.pk), scopes=frozenset({"read", "correct"}))
    seen = {who: BuyerProfile.objects.visible_to(actor).count() for who, actor in
            {"own": klaus.actor, "other": stranger, "office": desk.anna, "agency": desk.paola, "judge": desk.eva}.items()}  # fmt: skip
    assert seen == {"own": 1, "other": 0, "office": 1, "agency": 1, "judge": 0}


def test_the_office_qualifies_for_two_years_and_the_last_word_counts(klaus: Any, desk: Any) -> None:
    assert "ancora" in whether(klaus.buyer).reason.it
    made = qualify(desk.anna, klaus.buyer)
    assert made.valid_until == date(2028, 6, 1)
    assert whether(klaus.buyer)
    assert whether(klaus.buyer, date(2028, 6, 1))
    assert "01/06/2028" in whether(klaus.buyer, date(2028, 6, 2)).reason.it
    qualify(
        desk.paola, klaus.buyer, "to_complete", AT + timedelta(days=1), answers=MET | {"references": "doubt"},
        whys={"references": "none told"}, reason="Due referenze.", reason_en="Two references, please.",
    )  # fmt: skip
    assert whether(klaus.buyer), "on that day it was"
    said = whether(klaus.buyer, date(2026, 6, 2))
    assert not said
    assert "Due referenze." in said.reason.it
    assert "Two references, please." in said.reason.en
    assert BuyerQualification.objects.count() == 2
    assert Notice.objects.filter(user=klaus.user, kind="buyer-qualification").count() == 2


def test_the_outcome_follows_from_the_criteria_and_says_why(klaus: Any, desk: Any) -> None:
    short = MET | {"volumes": "not_met"}
    for field, wrong in (
        ("outcome", {"outcome": "perhaps"}),
        ("outcome", {"answers": short, "whys": {"volumes": "too few"}}),
        ("outcome", {"outcome": "not_qualified", "reason": "x"}),
        ("why_volumes", {"outcome": "not_qualified", "answers": short, "reason": "x"}),
        ("reason", {"outcome": "not_qualified", "answers": short, "whys": {"volumes": "too few"}}),
        ("answer_identity", {"answers": {}}),
    ):
        with pytest.raises(Refused) as refused:
            qualify(desk.anna, klaus.buyer, **wrong)
        assert refused.value.field == field
    for actor in (klaus.actor, desk.eva):
        with pytest.raises(Refused):
            qualify(actor, klaus.buyer)
    assert not BuyerQualification.objects.exists()


def test_the_database_keeps_what_was_said(klaus: Any, desk: Any) -> None:
    made = qualify(desk.anna, klaus.buyer)
    with pytest.raises(DatabaseError), transaction.atomic():
        BuyerQualification.objects.filter(pk=made.pk).update(reason="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
    for wrong in (
        {"outcome": "qualified"},
        {"outcome": "to_complete"},
        {"outcome": "to_complete", "valid_until": DAY, "reason": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BuyerQualification.objects.create(buyer=klaus.buyer, decided_on=DAY, decided_at=AT, **wrong)


@settings(max_examples=60)
@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 60), st.integers(-10, 2000))
def test_it_is_qualified_from_the_day_until_the_last_one_and_not_after(day: date, months: int, later: int) -> None:
    until = day + relativedelta(months=months)
    row = BuyerQualification(outcome="qualified", decided_on=day, valid_until=until)
    on = day + timedelta(days=later)
    assert bool(_decided(row, on)) == (on <= until)


@pytest.mark.slow  # several pages
def test_from_the_page_of_the_buyer_to_that_of_the_office(klaus: Any, desk: Any) -> None:
    own = enter(klaus.user, f"buyer:{klaus.buyer.pk}")
    assert "/en/partner/profilo/acquisti/" in own.get("/en/partner/profilo/").content.decode()
    wrong = own.post(
        "/en/partner/profilo/acquisti/", {"headings": "1509; 0000", "volume": "to-1m", "references_given": "Oleificio"}
    )
    assert "does not exist in the Harmonized System" in wrong.content.decode()
    assert "Oleificio" in wrong.content.decode(), "nothing typed is lost"
    for word, said in (("olive oil", "may be 1509 "), ("zzz", "is no code")):
        assert said in own.post("/en/partner/profilo/acquisti/", {"headings": f"2204, {word}"}).content.decode()
    sent = own.post(
        "/en/partner/profilo/acquisti/", {"headings": "1509.20, 2204", "volume": "to-1m", "channels": ["importer"]}
    )
    assert sent.status_code == 302
    page = own.get("/en/partner/profilo/").content.decode()
    assert "1509.20" in page
    assert "The office has not qualified it yet." in page
    clerk = enter(desk.users.anna)
    here = f"/en/ufficio/controparti/buyer/{klaus.buyer.pk}/"
    assert f"{here}qualifica/" in clerk.get(here).content.decode()
    form = {f"answer_{code}": "met" for code in MET} | {"outcome": "to_complete", "reason": ""}
    assert "Say which criterion is not met." in clerk.post(f"{here}qualifica/", form).content.decode()
    assert "Write it in English too" in clerk.post(f"{here}qualifica/", form | {"reason": "x"}).content.decode()
    assert clerk.post(f"{here}qualifica/", form | {"outcome": "qualified"}).status_code == 302
    page = clerk.get(here).content.decode()
    assert "1509.20" in page
    assert "Valid until" in page
    there = "/en/ufficio/controparti/buyer/"
    shown = clerk.get(there, {"qualified": "yes"})
    assert [item["row"].pk for item in shown.context["rows"]] == [klaus.buyer.pk]
    assert shown.context["rows"][0]["until"] is not None
    assert not clerk.get(there, {"qualified": "no"}).context["rows"]
    assert "qualified" in own.get("/en/partner/profilo/").content.decode()
    assert enter(desk.users.eva).get(f"{here}qualifica/").status_code == 403
