"""What claims, variations and results say in Today of the offices: with their term, and to who covers for a colleague away."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.test_carrying import loaded

from levante.applications.api import record_absence
from levante.calls.api import Call
from levante.claims.api import Claim, Variation, due_after, end_claims, pay_by, revive_claims
from levante.claims.models import ClaimRequest
from levante.identity.api import User
from levante.kernel.api import clock_at, day_of, now, system, today
from levante.kernel.pure import Bilingual
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


def test_a_variation_has_the_last_day_to_decide_it_and_who_covers_sees_it(voucher, desk, colleague, signed_in):
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
    # A revocation closes it, and the act that annuls it opens it again as it was: the days between do not count.
    why = Bilingual("Atto n. 1", "Act no. 1")
    of_act = {"actor": system("test"), "award": made.award, "reason": why}
    end_claims(**of_act, officer_id=None)
    assert (list(of_variations(desk)), Variation.objects.get().state) == ([], "refused")
    with clock_at(now() + timedelta(days=6)):
        revive_claims(**of_act, were=[])
        revive_claims(**of_act, were=[])  # as it was once
        (mine,) = of_variations(desk)
        again = Variation.objects.get()
        assert (mine.due, again.state, again.officer_id) == (
            due_after(day_of(made.sent_at), 36),
            "under_review",
            desk.user_id,
        )
        page = signed_in(User.objects.get(pk=desk.user_id)).get(f"/ufficio/variazioni/{made.pk}/").content.decode()
        assert "6 giorni non contano: la concessione era revocata" in page
    with pytest.raises(IntegrityError, match="variation_closed_by_a_revocation"), transaction.atomic():
        Variation.objects.update(closed_from="sent", closed_on=today())
    Variation.objects.update(state="withdrawn")
    draft = Variation.objects.create(
        award=made.award, number=2, kind="other", reason="y", asked={"text": "y"}, created_at=now()
    )
    end_claims(**of_act, officer_id=None)
    assert Variation.objects.get(pk=draft.pk).state == "discarded"
    revive_claims(**of_act, were=[])
    draft.refresh_from_db()
    assert (draft.state, draft.asked, draft.stopped_days) == ("draft", {"text": "y"}, 0)
    assert Variation.objects.get(pk=made.pk).state == "withdrawn", "what a person closed stays closed"


@settings(max_examples=40)
@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 180), st.integers(0, 170), st.integers(0, 400))
def test_what_is_open_again_has_the_days_that_were_left(sent_on, days, passed, between):
    """Never fewer than were left when it was closed, and no more than a roll over days of rest adds."""
    first, moved = due_after(sent_on, days), due_after(sent_on, days + between)
    closed = sent_on + timedelta(days=passed)
    left, then = sent_on + timedelta(days=days) - closed, moved - (closed + timedelta(days=between))
    assert left <= then <= left + timedelta(days=5)
    assert (moved == first) if not between else moved >= first
