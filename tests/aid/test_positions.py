"""Positions from the database agree with the JSON door of the law, whatever the sources."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from levante.aid.api import (
    AidRecord,
    Reservation,
    UndertakingDecision,
    annul_aid,
    decide_undertaking,
    decided,
    decisions_on,
    declare_aid,
    position,
    record_merger,
    record_split,
    revise_aid,
    story_of,
)
from levante.kernel.api import Refused, clock_at, now, system
from levante.law import doors
from levante.parties.api import Enterprise, OwnershipLink, Person

pytestmark = pytest.mark.django_db
ACTOR = system("test")
DAY = date(2026, 6, 30)


def receive(firm, amount, on, **fields):
    code = firm if isinstance(firm, str) else firm.tax_code
    fields = {"regime": "general_de_minimis", "registered_on": on} | fields
    count = AidRecord.objects.count()
    return AidRecord.objects.create(
        source="rna", cor=str(9000 + count), tax_code=code, granted_on=on, gge=Decimal(amount),
        granted_gge=Decimal(amount), **fields,
    )  # fmt: skip


def owns(holder, firm, votes="80", **fields):
    kind = "holder_person" if isinstance(holder, Person) else "holder_enterprise"
    return OwnershipLink.objects.create(
        owned=firm, kind="participation", votes=Decimal(votes), **{kind: holder}, **fields
    )


def test_the_answer_is_the_one_of_the_json_door(enterprise):
    mother, daughter, stranger = enterprise("Madre"), enterprise("Figlia"), enterprise("Estranea")
    owns(mother, daughter, since=date(2020, 1, 1))
    owns(stranger, daughter, votes="20")
    receive(mother, "100000.00", date(2023, 6, 30))
    receive(daughter, "50000.00", date(2025, 1, 1))
    receive(daughter, "9000.00", date(2025, 2, 1), regime="gber")
    receive(stranger, "70000.00", date(2025, 1, 1))
    answer = position(daughter, on=DAY, request=Decimal("200000.00"))
    case = {
        "on": DAY.isoformat(),
        "applicant": daughter.tax_code,
        "request": "200000.00",
        "enterprises": [firm.tax_code for firm in (daughter, mother, stranger)],
        "links": [
            {"from": mother.tax_code, "to": daughter.tax_code, "kind": "votes", "share": "80", "since": "2020-01-01"},
            {"from": stranger.tax_code, "to": daughter.tax_code, "kind": "votes", "share": "20"},
        ],
        "aids": [
            {"id": row.cor, "beneficiary": row.tax_code, "granted_on": row.granted_on.isoformat(),
             "amount": str(row.gge), "regime": row.regime}
            for row in AidRecord.objects.all()
        ],
    }  # fmt: skip
    code, text = doors.run("de-minimis", json.dumps(case).encode())
    assert code == 0
    assert answer == json.loads(text)
    assert answer["undertaking"] == sorted([mother.tax_code, daughter.tax_code])
    assert (answer["counted"], answer["admissible"]) == ("150000.00", False)
    # The boundary day counts; the day after, the older aid has slid out.
    assert position(daughter, on=DAY + timedelta(days=1))["counted"] == "50000.00"
    assert position(daughter.tax_code, on=DAY) == position(daughter, on=DAY)


def test_aid_granted_after_the_day_moves_the_first_admissible_one(enterprise):
    firm = enterprise()
    receive(firm, "100000.00", date(2022, 1, 10))
    receive(firm, "300000.00", date(2024, 12, 1))
    answer = position(firm, on=date(2024, 6, 1), request=Decimal("250000.00"))
    assert answer["counted"] == "100000.00"
    assert answer["first_admissible_on"] == "2027-12-02"


def test_over_the_ceiling_the_first_to_slide_out_frees_nothing(enterprise):
    firm = enterprise()
    receive(firm, "20000.00", date(2024, 1, 10))
    receive(firm, "330000.00", date(2025, 6, 1))
    story = story_of(firm, on=date(2026, 11, 29))
    assert story.residual == 0
    assert story.freeings[0].on < story.frees_on == date(2028, 6, 2)


def test_a_tax_code_nobody_knows_works_from_its_aid_alone():
    receive("99999999990", "1000.00", date(2025, 1, 1))
    assert position("99999999990", on=DAY)["counted"] == "1000.00"
    assert position("RSSMRA80A01A662X", on=DAY)["counted"] == "0.00"


def test_what_was_known_on_a_day(enterprise):
    firm = enterprise()
    receive(firm, "10.00", date(2025, 1, 1), registered_on=date(2025, 1, 10))
    late = receive(firm, "500.00", date(2025, 1, 1), registered_on=date(2026, 3, 1))
    revise_aid(actor=ACTOR, aid=late, gge=Decimal("200.00"), on=date(2026, 4, 1), reference="COVAR 1")
    annul_aid(actor=ACTOR, aid=AidRecord.objects.get(gge=10), on=date(2026, 5, 1), reference="revoca")
    assert position(firm, on=DAY)["counted"] == "200.00"
    assert position(firm, on=DAY, as_of=date(2026, 4, 30))["counted"] == "210.00"
    assert position(firm, on=DAY, as_of=date(2026, 3, 31))["counted"] == "510.00"
    assert position(firm, on=DAY, as_of=date(2026, 2, 28))["counted"] == "10.00"
    assert position(firm, on=DAY, as_of=date(2025, 1, 9))["counted"] == "0.00"


def test_declared_aid_counts_once(enterprise):
    firm = enterprise()
    facts = {"tax_code": firm.tax_code, "granted_on": date(2025, 5, 5), "gge": Decimal("123.45")}
    one = declare_aid(actor=ACTOR, **facts)
    assert declare_aid(actor=ACTOR, **facts) == one
    answer = position(firm, on=DAY)
    assert answer["counted_aids"] == [{"id": f"DICH-{one.pk}", "amount": "123.45"}]


def test_merger_and_split_move_the_aid(enterprise):
    alfa, beta, gamma = enterprise("Alfa"), enterprise("Beta"), enterprise("Gamma")
    receive(alfa, "100.00", date(2025, 1, 1))
    taken = receive(beta, "200.01", date(2025, 1, 1))
    receive(beta, "50.01", date(2025, 2, 1))
    record_merger(actor=ACTOR, on=date(2025, 7, 1), parties=[alfa.tax_code], into=beta.tax_code, deed="rep. 1")
    assert position(beta, on=DAY)["counted"] == "350.02"
    record_split(
        actor=ACTOR,
        on=date(2025, 9, 1),
        party=beta.tax_code,
        shares=[
            {"enterprise": beta.tax_code, "equity": "1000.00"},
            {"enterprise": gamma.tax_code, "equity": "1000.00", "takes": [taken.cor]},
        ],
        deed="rep. 2",
    )
    left, moved = position(beta, on=DAY)["counted"], position(gamma, on=DAY)["counted"]
    assert Decimal(left) + Decimal(moved) == Decimal("350.02")
    assert Decimal(moved) >= Decimal("200.01")
    assert position(beta, on=date(2025, 8, 1))["counted"] == "350.02"


def test_a_doubt_is_closed_by_an_officer_with_a_reason(enterprise, officer, actor_for):
    one, two = enterprise("Uno"), enterprise("Due")
    for number in range(2):
        person = Person.objects.create(given_name=f"Socio{number}", family_name="Rossi")
        owns(person, one, votes="50")
        owns(person, two, votes="50")
    receive(two, "1000.00", date(2025, 1, 1))
    doubtful = position(one, on=DAY, request=Decimal("1.00"))
    assert doubtful["admissible"] is None
    (doubt,) = doubtful["decision_required"]
    actor = actor_for(officer())
    with pytest.raises(Refused):
        decide_undertaking(actor=actor, key=doubt["id"], together=True, reason=" ", about=one, on=DAY)
    with pytest.raises(Refused, match="non pone questa domanda"):
        decide_undertaking(actor=actor, key="joint-majority:made|up", together=True, reason="x", about=one, on=DAY)
    decide_undertaking(
        actor=actor, key=doubt["id"], together=True, reason="Stesso mercato, stessi fratelli.", about=one, on=DAY
    )
    assert position(one, on=DAY)["counted"] == "1000.00"
    decide_undertaking(actor=actor, key=doubt["id"], together=False, reason="Mercati diversi.")
    assert position(one, on=DAY, request=Decimal("1.00"))["counted"] == "0.00"


def test_a_decision_is_never_written_over(enterprise, officer, actor_for):
    one, two = enterprise("Uno"), enterprise("Due")
    for number in range(2):
        person = Person.objects.create(given_name=f"Socio{number}", family_name="Rossi")
        owns(person, one, votes="50")
        owns(person, two, votes="50")
    receive(two, "1000.00", date(2025, 1, 1))
    (doubt,) = position(one, on=DAY)["decision_required"]
    actor = actor_for(officer())
    for month, together in [(3, True), (5, False)]:
        with clock_at(datetime(2026, month, 10, 9, tzinfo=UTC)):
            decide_undertaking(
                actor=actor, key=doubt["id"], together=together, reason=f"Mese {month}", about=one, on=DAY
            )
    answers = [position(one, on=DAY, as_of=date(2026, month, 10)) for month in (2, 3, 4, 5)]
    assert [bool(answer["decision_required"]) for answer in answers] == [True, False, False, False]
    assert [answer["counted"] for answer in answers] == ["0.00", "1000.00", "1000.00", "0.00"]
    assert list(UndertakingDecision.objects.order_by("pk").values_list("reason", flat=True)) == ["Mese 3", "Mese 5"]
    last, first = [decided(row) for row in decisions_on(actor, codes={two.tax_code})]
    assert (last.until, first.until) == (None, last.row.decided_at)
    assert first.question.en == doubt["question_en"]
    assert set(first.firms) == {one.tax_code, two.tax_code}
    assert not decisions_on(actor, codes={"00000000000"})
    with pytest.raises(DatabaseError), transaction.atomic():
        UndertakingDecision.objects.update(together=True)


def test_a_duplicate_file_that_was_merged_lends_its_aid(enterprise):
    good, duplicate = enterprise("Buona"), enterprise("Doppione")
    Enterprise.objects.filter(pk=duplicate.pk).update(status="merged", merged_into=good)
    receive(duplicate, "77.00", date(2025, 1, 1))
    assert position(good, on=DAY)["counted"] == "77.00"
    assert position(duplicate.tax_code, on=DAY)["counted"] == "77.00"


def test_reservations_count_as_aid_while_they_hold(enterprise):
    firm = enterprise()
    facts = {
        "enterprise": firm, "tax_code": firm.tax_code, "regime": "general_de_minimis",
        "subject_type": "t", "created_at": now(),
    }  # fmt: skip
    Reservation.objects.create(amount=1, reserved_on=date(2026, 1, 1), subject_id="1", **facts)
    Reservation.objects.create(
        amount=10, reserved_on=date(2026, 1, 1), expires_on=date(2026, 1, 31), subject_id="2", **facts
    )
    Reservation.objects.create(
        amount=100, reserved_on=date(2026, 1, 1), subject_id="3", state="released", closed_on=date(2026, 2, 10),
        closing_reason="rinuncia", **facts,
    )  # fmt: skip
    assert position(firm, on=date(2025, 12, 31))["counted"] == "0.00"
    assert position(firm, on=date(2026, 1, 31))["counted"] == "111.00"
    assert position(firm, on=date(2026, 2, 1))["counted"] == "101.00"
    assert position(firm, on=DAY)["counted"] == "1.00"
    assert position(firm, on=DAY, without=Reservation.objects.get(subject_id="1"))["counted"] == "0.00"


days = st.dates(min_value=date(2021, 1, 1), max_value=date(2026, 12, 31))
amounts = st.decimals(min_value=0, max_value=150_000, places=2)


@pytest.mark.slow  # hypothesis tries many histories on the database
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(days, amounts), max_size=8), st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 31))
)
def test_counted_is_the_sum_in_the_window(aids, on):
    AidRecord.objects.all().delete()
    for day, amount in aids:
        receive("12345678903", amount, day)
    start = date(on.year - 3, on.month, 28 if (on.month, on.day) == (2, 29) else on.day)
    expected = sum((amount for day, amount in aids if start <= day <= on), Decimal("0.00"))
    answer = position("12345678903", on=on)
    assert Decimal(answer["counted"]) == expected
    assert Decimal(answer["residual"]) == max(Decimal("0.00"), 300_000 - expected)
