"""Training, temporary export managers and guidance: kept, judged with reasons, tied to the check-up, asked for once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.competences.test_check_up import FILE, answers, worst

from levante.cases.api import Case
from levante.competences import api
from levante.competences.models import SupportOffer
from levante.identity.api import Office
from levante.kernel.api import Refused, now, today
from levante.web.portal.support.opportunities import check_of, find

pytestmark = pytest.mark.django_db

WORDS = {
    "title_it": "Un corso", "title_en": "A course", "text_it": "Che cosa", "text_en": "What", "place_it": "Bari",
    "place_en": "Bari", "provider": "Scuola", "kind": "training", "source": "test",
}  # fmt: skip


@pytest.fixture
def offered(desk):
    """Publish an offer: ``offered("corso", sizes=["micro"])``."""

    def make(code: str = "corso", office: str = "sezione", **values: Any) -> SupportOffer:
        place = Office.objects.get(code=office)
        made = api.record_support(actor=desk.anna, code=code, values=WORDS | values, office=place)
        return api.publish_support(actor=desk.anna, offer=made)

    return make


def test_who_keeps_them_and_what_they_must_say(desk, offered):
    offer = offered(office="puglia-sviluppo")
    changed = api.record_support(actor=desk.paola, code="corso", values={"provider": "Altra"}, office=offer.office)
    assert (changed.provider, changed.state) == ("Altra", "published")
    for actor in (desk.nino, desk.eva):
        with pytest.raises(Refused):
            api.withdraw_support(actor=actor, offer=offer, reason="x")
    with pytest.raises(Refused, match="già nell’elenco"):
        api.record_support(actor=desk.anna, code="corso", values={}, office=offer.office, new=True)
    days = {"starts_on": today(), "ends_on": today() - timedelta(days=1)}
    late = {"starts_on": today(), "ends_on": today(), "until": today() + timedelta(days=1)}
    for wrong in ({"source": ""}, {"ends_on": today()}, days, late):
        with pytest.raises(Refused):
            api.record_support(actor=desk.anna, code="nuovo", values=WORDS | wrong, office=offer.office)
    with pytest.raises(Refused, match="perché"):
        api.withdraw_support(actor=desk.anna, offer=offer, reason=" ")
    gone = api.withdraw_support(actor=desk.paola, offer=offer, reason="Aula chiusa")
    assert not list(api.support_on(today()))
    assert not SupportOffer.objects.visible_to(desk.nino).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportOffer.objects.filter(pk=gone.pk).update(withdrawn_reason="")


def test_the_reasons_are_yes_no_and_not_known(offered, enterprise):
    offer = offered(sizes=["micro", "small"], bands=["start"], value=Decimal("12000.00"))

    def outcomes(firm, band):
        return {item.code: item.outcome for item in check_of(offer, firm, band, {})}

    firm = enterprise()
    assert outcomes(firm, "") == {"active": "yes", "size": "unknown", "band": "unknown", "aid": "yes"}
    firm.size = "micro"
    assert outcomes(firm, "start")["size"] == "yes"
    assert outcomes(firm, "ready")["band"] == "no"
    firm.size, firm.status = "large", "ceased"
    assert outcomes(firm, "start") == {"active": "no", "size": "no", "band": "yes", "aid": "yes"}
    (line,) = find(enterprise("Altra"), instant=now())
    assert line.check.outcome == "unknown"
    assert line.check.requirements[-1].code == "de_minimis", "aid in kind needs headroom"


def test_asked_for_once_while_it_runs(desk, offered, enterprise, representative, actor_for):
    offer = offered(office="puglia-sviluppo", until=today())
    firm = enterprise()
    actor = actor_for(representative(firm), firm)
    reads = actor_for(representative(firm, kind="operator", scopes=["read"], given="Ugo"), firm)
    with pytest.raises(Refused):
        api.ask_for_support(actor=reads, offer=offer)
    case = api.ask_for_support(actor=actor, offer=offer, text="Per la Germania")
    assert api.ask_for_support(actor=actor, offer=offer, text="Ancora") == case
    assert (case.office.code, case.kind, case.enterprise_id) == ("puglia-sviluppo", "advice", firm.pk)
    assert api.asked_by(actor, offer) == case
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=case.opened_at, closing_reason="x")
    assert api.ask_for_support(actor=actor, offer=offer) != case, "when it is over one may ask again"
    SupportOffer.objects.update(until=today() - timedelta(days=1))
    with pytest.raises(Refused, match="più chiedere"):
        api.ask_for_support(actor=actor, offer=offer)


def test_an_action_of_the_check_up_leads_to_what_strengthens_it():
    questionnaire = api.read_questionnaire(FILE)
    result = api.score(questionnaire, answers(questionnaire, worst))
    organised, market = frozenset({"organisation"}), frozenset({"market"})
    offers = [
        api.Offer("case", "Advice", "/advice"),
        api.Offer("support", "For the strong", "/strong", dimensions=organised, bands=frozenset({"strong"})),
        api.Offer("support", "A manager", "/manager", dimensions=organised),
        api.Offer("support", "For boats", "/boats", frozenset({"nautica"}), market),
    ]
    actions = api.actions_for(questionnaire, result, offers, sectors=["ict"])
    found = {row.dimension.en: row.offer.url for row in actions if row.offer}
    assert found["Organisation and people"] == "/manager"
    assert not {"/boats", "/strong"} & set(found.values())


def test_from_what_can_i_get_to_the_request(offered, enterprise, representative, signed_in, officer):
    offered()
    firm = enterprise()
    browser = signed_in(representative(firm), firm)
    page = browser.get("/impresa/opportunita/", {"group": "help"}).content.decode()
    assert "/impresa/aiuto/corso/" in page
    assert browser.get("/impresa/aiuto/corso/").status_code == 200
    sent = browser.post("/impresa/aiuto/corso/", {"text": ""})
    case = Case.objects.get()
    assert sent.url == f"/impresa/richieste/{case.pk}/"
    assert case.number in browser.get("/impresa/aiuto/corso/").content.decode()
    desk = signed_in(officer("case_officer", given="Ida"))
    assert case.number in desk.get("/ufficio/aiuto/corso/").content.decode()
    form = desk.get("/ufficio/aiuto/corso/correggi/").context["form"]
    values = {name: form.initial[name] for name in form.fields if form.initial.get(name)}
    values |= {"title_it": "Un altro corso", "value": "1.200,50"}
    assert desk.post("/ufficio/aiuto/corso/correggi/", values).status_code == 302
    assert SupportOffer.objects.get().value == Decimal("1200.50")
    assert desk.post("/ufficio/aiuto/nuova/", values | {"title_en": "Another"}).url == "/ufficio/aiuto/another/"
    assert desk.post("/ufficio/aiuto/another/pubblica/").status_code == 302
    assert desk.post("/ufficio/aiuto/another/ritira/", {"reason": "x"}).status_code == 302
    assert SupportOffer.objects.get(code="another").state == "withdrawn"
