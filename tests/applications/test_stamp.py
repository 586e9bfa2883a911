"""Stamp duty: a mark or an exemption; the same mark never twice, in any call, nor by two at the same instant."""

from datetime import date, timedelta

import pytest
from tests.applications.conftest import field
from tests.applications.test_concurrency import together

from levante.applications.api import record_stamp, save_answers, start_draft, submit_application
from levante.applications.models import StampMark
from levante.kernel.api import Refused, today

pytestmark = pytest.mark.django_db

MARK = "01234567890123"
DUTY = {
    "amount": "16.00",
    "exemptions": [
        {"code": "onlus", "it": "ONLUS", "en": "Non-profit", "reference": "D.P.R. 642/1972, tab. B, art. 27-bis"}
    ],
}


@pytest.fixture
def drafted(own_call, firm, actor_for):
    def make(name="Cantieri S.r.l.", code="col-bollo"):
        from levante.calls.api import Opening

        opening = Opening.objects.filter(call__code=code).first()
        opening = opening or own_call([field("costs", "money")], code=code, delivery={"stamp_duty": DUTY})
        made, user = firm(name)
        actor = actor_for(user, made)
        draft = start_draft(actor=actor, opening=opening)
        save_answers(actor=actor, application=draft, answers={"costs": "1000.00"}, base_revision=0)
        return draft, actor

    return make


def stamp(draft, actor, number=MARK, on=date(2026, 1, 10), **more):
    return record_stamp(actor=actor, application=draft, number=number, bought_on=on, **more)


@pytest.mark.parametrize(
    ("number", "on", "words"),
    [
        ("123", date(2026, 1, 10), "14 cifre"),
        (MARK, None, "data"),
        (MARK, today() + timedelta(days=2), "futuro"),
    ],
)
def test_what_is_not_a_mark_is_said(drafted, number, on, words):
    draft, actor = drafted()
    with pytest.raises(Refused, match=words):
        stamp(draft, actor, number, on)


def test_without_it_nothing_is_sent_and_with_it_it_is_frozen(drafted):
    draft, actor = drafted()
    with pytest.raises(Refused, match="il bollo, o il motivo di esenzione"):
        submit_application(actor=actor, application=draft)
    stamp(draft, actor, "01 2345 6789 0123")
    sent = submit_application(actor=actor, application=draft)
    assert sent.frozen["stamp_duty"] == {"number": MARK, "bought_on": "2026-01-10", "amount": "16.00"}
    assert StampMark.objects.get().used_at is not None


def test_a_mark_is_used_once_in_any_call(drafted):
    first, anna = drafted()
    second, bruno = drafted("Altra S.r.l.", code="altro-bando")
    stamp(first, anna)
    stamp(second, bruno)  # a mistake in somebody's draft takes the mark from nobody
    submit_application(actor=anna, application=first)
    with pytest.raises(Refused, match="è già stata usata"):
        submit_application(actor=bruno, application=second)
    with pytest.raises(Refused, match="è già stata usata"):
        stamp(second, bruno)
    record_stamp(actor=bruno, application=second, exemption="onlus")
    sent = submit_application(actor=bruno, application=second)
    assert sent.frozen["stamp_duty"]["reference"] == "D.P.R. 642/1972, tab. B, art. 27-bis"


def test_only_the_exemptions_of_the_call(drafted):
    draft, actor = drafted()
    with pytest.raises(Refused, match="motivo di esenzione"):
        record_stamp(actor=actor, application=draft, exemption="invented")


@pytest.mark.slow  # real transactions, emptied after the test
@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_mark_together(drafted):
    drafts = [drafted(), drafted("Altra S.r.l.")]
    for draft, actor in drafts:
        stamp(draft, actor)
    results = together(2, lambda place: submit_application(actor=drafts[place][1], application=drafts[place][0]))
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 1, results
    assert StampMark.objects.filter(used_at__isnull=False).count() == 1


def test_the_page(drafted, signed_in):
    from levante.identity.api import User

    draft, actor = drafted()
    browser, address = signed_in(User.objects.get(pk=actor.user_id), draft.enterprise), f"/impresa/domande/{draft.pk}"
    assert "16,00" in browser.get(f"{address}/bollo/").content.decode()
    assert f'href="{address}/bollo/"' in browser.get(f"{address}/riepilogo/").content.decode()
    wrong = browser.post(f"{address}/bollo/", {"number": "12", "bought_on": "2026-01-10"})
    assert "14 cifre" in wrong.content.decode()
    assert browser.post(f"{address}/bollo/", {"number": MARK, "bought_on": "2026-01-10"}).status_code == 302
    assert browser.post(f"{address}/invio/").url == f"{address}/ricevuta/"
