"""What claims, variations and results say in Today of the offices: with their term, and to who covers for a colleague away."""

from datetime import timedelta

import pytest
from tests.claims.test_carrying import loaded

from levante.applications.api import record_absence
from levante.calls.api import Call
from levante.claims.api import Claim, Variation, pay_by
from levante.claims.models import ClaimRequest
from levante.identity.api import User
from levante.kernel.api import clock_at, now, today
from levante.law.terms import end_of_term
from levante.web.desk.claims.worklist import my_turn as of_claims
from levante.web.desk.variations.worklist import my_turn as of_variations

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(officer, actor_for):
    return actor_for(officer(given="Ugo"))


def after(days):
    return end_of_term(today(), days, kind="calendar", roll=True).due


def claimed(award, **more):
    return Claim.objects.create(
        award=award, number=1, mode="single", register_number="PAG-T/1", sent_at=now(), frozen={}, frozen_sha256="0" * 64,
        asked="6000.00", created_at=now(), **more,
    )  # fmt: skip


def of_call(award, **values):
    Call.objects.filter(pk=award.act.call_id).update(**values)


def test_a_claim_has_the_last_day_to_pay_it_and_who_covers_sees_it(voucher, desk, colleague):
    of_call(voucher, payment={"modes": [{"code": "single", "days": 80}]})
    claim = claimed(voucher, state="sent")
    (new,) = of_claims(desk)
    assert new.due == after(80)
    Claim.objects.filter(pk=claim.pk).update(state="under_review", officer=desk.user_id)
    (mine,) = of_claims(desk)
    assert (mine.due, mine.why) == (after(80), "verifica da concludere")
    assert not list(of_claims(colleague))
    record_absence(
        actor=desk, user=User.objects.get(pk=desk.user_id), substitute=User.objects.get(pk=colleague.user_id),
        since=today() + timedelta(days=1), until=today() + timedelta(days=9),
    )  # fmt: skip
    with clock_at(now() + timedelta(days=2)):
        (theirs,) = of_claims(colleague)
    assert theirs.title == mine.title
    assert theirs.why.endswith(": verifica da concludere")
    of_call(voucher, payment={"modes": [{"code": "single"}]})
    assert [one.due for one in of_claims(desk)] == [None]


def test_the_days_do_not_run_while_documents_are_awaited(voucher, desk):
    of_call(voucher, payment={"modes": [{"code": "single", "days": 30}]})
    claim = claimed(voucher, state="under_review", officer_id=desk.user_id)
    held = Claim.objects.select_related("award__act__call").prefetch_related("requests")
    assert pay_by(held.get(pk=claim.pk)) == after(30)
    ClaimRequest.objects.create(
        claim=claim, state="answered", text="x", requested_at=now() - timedelta(days=10), due_on=today() + timedelta(days=5),
        answered_at=now() + timedelta(days=4), number="RIS-T/1",
    )  # fmt: skip
    late = pay_by(held.get(pk=claim.pk))
    assert late == end_of_term(
        today(), 30, kind="calendar", roll=True, suspensions=[(today() - timedelta(days=9), today() + timedelta(days=4))]
    ).due  # fmt: skip
    assert late >= after(30) + timedelta(days=4)


def test_a_variation_has_the_last_day_to_decide_it_and_who_covers_sees_it(voucher, desk, colleague):
    of_call(voucher, terms={"variation_days": 30})
    made = Variation.objects.create(
        award=loaded(voucher), number=1, kind="other", state="under_review", officer_id=desk.user_id, register_number="VAR-T/1",
        sent_at=now(), reason="x", asked={"text": "x"}, created_at=now(),
    )  # fmt: skip
    (mine,) = of_variations(desk)
    assert (mine.due, made.register_number in mine.title) == (after(30), True)
    assert not list(of_variations(colleague))
    record_absence(
        actor=desk, user=User.objects.get(pk=desk.user_id), substitute=User.objects.get(pk=colleague.user_id),
        since=today() + timedelta(days=1), until=today() + timedelta(days=9),
    )  # fmt: skip
    with clock_at(now() + timedelta(days=2)):
        (theirs,) = of_variations(colleague)
    assert theirs.why.endswith(": variazione da decidere")
