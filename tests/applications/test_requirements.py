"""Requirements on the file, on the answers and on what was said; limits that stop, also two at the same instant."""

import pytest
from tests.applications.conftest import field
from tests.applications.test_concurrency import together

from levante.applications.api import (
    keep_self_check,
    requirements_standing,
    save_answers,
    start_draft,
    submit_application,
    withdraw_application,
)
from levante.kernel.api import Refused
from levante.parties.api import OwnershipLink

pytestmark = pytest.mark.django_db

FIELDS = [field("costs", "money"), field("kind", "choice", choices=[{"code": c, "it": c, "en": c} for c in ("a", "b")])]
PER_KIND = {
    "code": "kind",
    "it": "Una per tipo",
    "en": "One for each kind",
    "of": "enterprise",
    "within": "call",
    "by": "kind",
    "most": 1,
}
PER_UNDERTAKING = {
    "code": "group", "it": "Una per impresa unica", "en": "One for each undertaking", "of": "undertaking", "within": "call", "most": 1,
}  # fmt: skip


def filled(opening, actor, kind="a"):
    draft = start_draft(actor=actor, opening=opening)
    save_answers(
        actor=actor, application=draft, answers={"costs": "1000.00", "kind": kind}, base_revision=draft.revision
    )
    return draft


def outcomes(draft):
    return {item.code: item.outcome for item in requirements_standing(draft).requirements}


def test_requirements_look_at_the_file_the_answers_and_what_was_said(own_call, firm, actor_for):
    rules = [
        {"code": "sme", "it": "PMI", "en": "SME", "expression": "facts.size in ['micro', 'small', 'medium']"},
        {"code": "enough", "it": "Spesa", "en": "Spend", "expression": "answers.costs >= 500.0"},
        {"code": "healthy", "it": "Sana", "en": "Healthy", "ask": {"it": "Sana?", "en": "Healthy?", "met_by": "yes"}},
    ]
    made, user = firm()
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=own_call(FIELDS, eligibility=rules))
    assert outcomes(draft) == {
        "sme": "yes",
        "enough": "unknown",
        "healthy": "unknown",
        "limit-one-per-enterprise": "yes",
    }
    save_answers(actor=actor, application=draft, answers={"costs": "100.00", "kind": "a"}, base_revision=0)
    keep_self_check(actor=actor, application=draft, said={"healthy": "yes", "invented": "yes"})
    assert draft.said == {"healthy": "yes"}
    assert outcomes(draft) | {"limit-one-per-enterprise": ""} == {
        "sme": "yes", "enough": "no", "healthy": "yes", "limit-one-per-enterprise": "",
    }  # fmt: skip
    assert submit_application(actor=actor, application=draft).number, "the office decides, not the form"


def test_a_limit_by_an_answer_stops_the_second_of_its_kind(own_call, firm, actor_for):
    made, user = firm()
    actor = actor_for(user, made)
    first = own_call(FIELDS, limits=[PER_KIND])
    from tests.applications.conftest import open_now

    second = open_now(first.call, "due")
    sent = submit_application(actor=actor, application=filled(first, actor))
    again = filled(second, actor)
    with pytest.raises(Refused, match="Una per tipo"):
        submit_application(actor=actor, application=again)
    save_answers(actor=actor, application=again, answers={"kind": "b"}, base_revision=again.revision)
    assert submit_application(actor=actor, application=again).number
    withdraw_application(actor=actor, application=sent)
    third = filled(open_now(first.call, "tre"), actor)
    assert submit_application(actor=actor, application=third).number, "what was withdrawn counts no more"


def test_a_single_undertaking_is_one(own_call, firm, actor_for):
    opening = own_call(FIELDS, limits=[PER_UNDERTAKING])
    mother, anna = firm("Capogruppo S.p.A.")
    daughter, bruno = firm("Controllata S.r.l.")
    OwnershipLink.objects.create(
        owned=daughter, holder_enterprise=mother, kind="participation", capital=80, votes=80, source="register"
    )
    submit_application(actor=actor_for(anna, mother), application=filled(opening, actor_for(anna, mother)))
    with pytest.raises(Refused, match="Una per impresa unica"):
        start_draft(actor=actor_for(bruno, daughter), opening=opening)


def test_an_exclusion_that_is_declared_stops(own_call, firm, actor_for):
    made, user = firm()
    actor = actor_for(user, made)
    draft = filled(own_call(FIELDS, exclusions=["catastrophe_insurance"]), actor)
    keep_self_check(actor=actor, application=draft, said={"catastrophe_insurance": "no"})
    with pytest.raises(Refused, match="calamità naturali"):
        submit_application(actor=actor, application=draft)


def test_the_answers_of_the_self_check_go_on_only_if_asked(own_call, firm, signed_in, client):
    from levante.applications.api import Application

    ask = {"code": "healthy", "it": "Sana", "en": "Healthy", "ask": {"it": "Sana?", "en": "Healthy?", "met_by": "yes"}}
    opening = own_call(FIELDS, eligibility=[ask])
    address = f"/bandi/{opening.call.code}/posso-partecipare/"
    assert "conservando queste risposte" in client.post(address, {"healthy": "yes"}).content.decode()
    assert "self_checks" not in client.session
    kept = client.post(address, {"healthy": "yes", "keep": "yes"})
    assert kept.url == f"/impresa/domande/nuova/{opening.pk}/"
    made, user = firm()
    browser = signed_in(user, made)
    assert "prosegue con te" in browser.get(kept.url).content.decode()
    browser.post(kept.url)
    draft = Application.objects.get()
    assert draft.said == {"healthy": "yes"}
    assert opening.call.code not in browser.session["self_checks"]
    page = browser.get(f"/impresa/domande/{draft.pk}/requisiti/").content.decode()
    assert "secondo la tua risposta" in page
    browser.post(f"/impresa/domande/{draft.pk}/requisiti/", {"healthy": "no"})
    assert "da correggere" in browser.get(f"/impresa/domande/{draft.pk}/").content.decode()


@pytest.mark.slow  # real transactions, emptied after the test
@pytest.mark.django_db(transaction=True)
def test_two_of_one_undertaking_that_send_together(own_call, firm, actor_for):
    opening = own_call(FIELDS, limits=[PER_UNDERTAKING])
    mother, anna = firm("Capogruppo S.p.A.")
    daughter, bruno = firm("Controllata S.r.l.")
    OwnershipLink.objects.create(
        owned=daughter, holder_enterprise=mother, kind="participation", capital=80, votes=80, source="register"
    )
    actors = [actor_for(anna, mother), actor_for(bruno, daughter)]
    drafts = [filled(opening, actor) for actor in actors]
    results = together(2, lambda place: submit_application(actor=actors[place], application=drafts[place]))
    assert sum(isinstance(result, Refused) for result in results) == 1, results
