"""Today says whose turn it is: files at the desk, mandates and applications for the enterprise."""

import re
from datetime import timedelta
from urllib.parse import parse_qs

from django.test import Client

from levante.applications.api import request_integration, submit_application, take_in_charge
from levante.kernel.api import clock_at, now, today
from levante.parties.api import Mandate
from levante.web import worklist
from levante.web.components.checkup import offers
from levante.web.portal.applications import views_sent
from levante.web.portal.applications.standing import standing_of
from levante.web.portal.applications.worklist import suggestions
from levante.web.portal.opportunities.sources import unmet_among
from levante.web.portal.search.own import applications as own_applications


def titles(actor):
    return {item.title: item.why for item in worklist.my_turn("desk", actor)}


def test_a_file_waits_for_whoever_takes_it_then_for_its_officer(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    name = f"{sent.number} · {sent.enterprise.name}"
    pia, ugo = actor_for(officer(given="Pia")), actor_for(officer(given="Ugo"))
    assert name in titles(pia)
    take_in_charge(actor=pia, application=sent, has_conflict=False)
    assert name in titles(pia)
    assert name not in titles(ugo)
    request = request_integration(
        actor=pia, application=sent, items=[{"it": "Preventivo", "en": "Quote"}], text="Manca", days=10
    )
    assert name not in titles(pia), "it is the enterprise's turn"
    with clock_at(now() + timedelta(days=request.days + 5)):
        assert name in titles(pia), "the days have passed"
    assert titles(actor_for(officer("communication", given="Lia"))) == {}


def test_a_request_to_act_waits_for_the_representative(enterprise, representative, person, actor_for):
    firm = enterprise()
    Mandate.objects.create(
        user=person("Luca", "Neri"),
        enterprise=firm,
        kind="operator",
        state=Mandate.REQUESTED,
        since=today(),
        requested_at=now(),
    )
    found = [item.title for item in worklist.my_turn("portal", actor_for(representative(firm), firm))]
    assert any("Luca Neri" in title for title in found)
    clerk = representative(firm, kind="operator", scopes=["apply"], given="Eva")
    assert not any("Luca Neri" in item.title for item in worklist.my_turn("portal", actor_for(clerk, firm)))


def test_the_enterprise_is_told_whose_turn_it_is(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    for state, told in (("discarded", "mai inviata"), ("lapsed", "non fu inviata in tempo"), ("withdrawn", "ritirata")):
        draft.state = state
        assert told in standing_of(draft).text
    draft.state = "draft"
    sent = submit_application(actor=actor, application=draft)
    assert standing_of(sent).due is not None
    pia = actor_for(officer(given="Pia", family="Luce"))
    take_in_charge(actor=pia, application=sent, has_conflict=False)
    sent.refresh_from_db()
    assert "Pia Luce" in standing_of(sent).text
    request = request_integration(
        actor=pia, application=sent, items=[{"it": "Preventivo", "en": "Quote"}], text="Manca", days=10
    )
    sent.refresh_from_db()
    assert standing_of(sent).due == request.due_on


def test_the_code_on_the_receipt_finds_its_entry(first_come, filled, monkeypatch):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    written: list[str] = []
    monkeypatch.setattr(views_sent, "_qr", lambda text: written.append(text) or "")
    views_sent._context(sent)
    query = re.sub(r"^[^?]*\?", "", written[0])
    assert [f"DOM-{number}" for number in parse_qs(query)["number"]] == [sent.number]
    page = Client().get(f"/verifica/?{query}")
    assert page.context["printed"]["found"] is True
    assert page.context["printed"]["number"] == sent.number
    bare = sent.number.removeprefix("DOM-")
    for text in (sent.number, bare, f"dom-{bare}"):
        assert [row.number for row in own_applications(actor, text, False)] == [sent.number]
    assert list(own_applications(actor, f"MAN-{bare}", False)) == []


def test_only_calls_whose_rules_it_may_meet_are_suggested_and_advised(first_come, firm, actor_for):
    here, user = firm()
    actor, address = actor_for(user, here), f"/bandi/{first_come.call.code}/"

    def unmet(calls):
        return unmet_among(calls, enterprise_id=here.pk, on=today())

    def told():
        suggested = {item.url for item in suggestions(actor)}
        advised = {offer.url for offer in offers(audience="portal", unmet=unmet)}
        return address in suggested, address in advised

    assert told() == (True, True)
    type(here).objects.filter(pk=here.pk).update(size="", size_on=None)
    assert told() == (True, True), "what is not known is not a no"
    type(here).objects.filter(pk=here.pk).update(size="large", size_on=today())
    assert told() == (False, False), "this call is not for large enterprises"
