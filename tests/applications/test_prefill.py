"""Never ask twice, and never carry an answer to a question that only has the same name."""

import pytest
from tests.applications.conftest import IBAN, field

from levante.applications.api import save_answers, start_draft, submit_application
from levante.applications.prefill import prefilled_answers
from levante.calls.api import DefinitionError, read_form
from levante.kernel.api import today

pytestmark = pytest.mark.django_db
CHOICES = [{"code": code, "it": code, "en": code} for code in ("a", "b")]
FIELDS = [
    field("goal", prefill="previous"),
    field("account", "iban", prefill="previous.iban"),
    field("lane", "choice", choices=CHOICES, prefill="previous.lane"),
    field("costs", "money"),
]
GIVEN = {"goal": "Tre fiere", "account": IBAN, "lane": "a", "costs": "1000.00"}


@pytest.fixture
def sent_before(own_call, firm, actor_for):
    """An application sent to a call, by whom."""
    opening = own_call(FIELDS)
    made, user = firm()
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=opening)
    assert draft.answers == {}
    save_answers(actor=actor, application=draft, answers=GIVEN, base_revision=0)
    return submit_application(actor=actor, application=draft), actor, made


def known(fields, made, call_id):
    form = read_form({"sections": [{"id": "all", "title": {"it": "x", "en": "x"}, "fields": fields}]})
    return prefilled_answers(form, made, call_id, on=today())


def test_within_a_call_the_same_field_is_the_same_question(sent_before):
    sent, _, made = sent_before
    assert known(FIELDS, made, sent.opening.call_id) == {"goal": "Tre fiere", "account": IBAN, "lane": "a"}
    money = [field("goal", "money", prefill="previous")]
    assert known(money, made, sent.opening.call_id) == {}, "asked otherwise now"


def test_between_calls_only_a_declared_key_carries_an_answer(sent_before, own_call):
    _, actor, made = sent_before
    others = [
        field("goal", prefill="previous"),
        field("paid_on", "iban", prefill="previous.iban"),
        field("account", prefill="previous.account"),
        field("lane", "choice", choices=[{"code": "b", "it": "b", "en": "b"}], prefill="previous.lane"),
        field("words", prefill="previous.iban"),
    ]
    draft = start_draft(actor=actor, opening=own_call(others, code="altro-bando"))
    assert draft.answers == {"paid_on": IBAN}
    assert draft.prefilled == ["paid_on"]
    assert known(others, made, 0) == {"paid_on": IBAN}


def test_who_applies_reads_where_it_comes_from(sent_before, own_call, signed_in):
    from levante.identity.api import User

    _, actor, made = sent_before
    form = [field("paid_on", "iban", prefill="previous.iban"), field("mail", "email", prefill="enterprise.pec")]
    draft = start_draft(actor=actor, opening=own_call(form, code="altro-bando"))
    browser = signed_in(User.objects.get(pk=actor.user_id), made)
    page = browser.get(f"/impresa/domande/{draft.pk}/sezioni/all/").content.decode()
    assert page.index("come nella tua ultima domanda che la chiedeva") < page.index("dalla scheda della tua impresa")


def test_a_key_is_a_name():
    with pytest.raises(DefinitionError, match="small letters"):
        known([field("x", prefill="previous.Non va")], None, 0)
