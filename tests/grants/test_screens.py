"""The desk from the list to the act: filters, the file with everything on it, each action, the act and its way back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from levante.applications.api import RankingOrder, compute_on, submit_application, sweep_deadlines
from levante.calls.api import form_of
from levante.grants.api import Award, AwardAct, draft_award_act
from levante.identity.api import User
from levante.kernel.api import clock_at, today
from levante.parties.api import Enterprise, OwnershipLink, Person
from levante.programme.api import Movement

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(first_come, filled, line):
    """An application that was just sent."""
    draft, actor, _ = filled(first_come)
    return submit_application(actor=actor, application=draft)


@pytest.fixture
def browser(signed_in, officer):
    """The desk as a case officer sees it."""
    return signed_in(officer(given="Berta"))


def act(browser, application, action, **data):
    return browser.post(f"/ufficio/pratiche/{application.pk}/azioni/{action}/", data, follow=True)


def body_of(answer):
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def text_of(answer):
    return answer.content.decode()


def downloaded(browser, address):
    answer = browser.get(address)
    content = b"".join(answer.streaming_content)
    for closer in answer._resource_closers:  # the test client's close() would close the database too
        closer()
    return content


def test_the_list_and_its_filters(sent, admitted, browser):
    other = admitted("Altra Impresa S.r.l.")
    sweep_deadlines()  # what the worker does every minute: the term of what came in is written
    page = text_of(browser.get("/ufficio/pratiche/"))
    assert sent.number in page
    assert other.number in page
    for asked, shown, hidden in [
        ({"state": "admitted"}, other, sent),
        ({"state": "open"}, sent, other),
        ({"q": sent.number}, sent, other),
        ({"q": "altra impresa"}, other, sent),
        ({"officer": "nobody"}, sent, other),
        ({"officer": str(other.case_officer_id)}, other, sent),
        ({"call": sent.opening.call.code, "state": "submitted"}, sent, other),
    ]:
        page = text_of(browser.get("/ufficio/pratiche/", asked))
        assert shown.number in page, asked
        assert hidden.number not in page, asked
    assert sent.number not in text_of(browser.get("/ufficio/pratiche/", {"term": "late"}))
    assert sent.number in text_of(browser.get("/ufficio/pratiche/", {"term": "month"}))
    assert browser.get("/ufficio/pratiche/", {"state": "nonsense"}).status_code == 200


@pytest.mark.slow  # six applications, sent and admitted
def test_the_list_costs_nine_queries_whatever_its_length(sent, admitted, browser, django_assert_max_num_queries):
    """Session, person, roles, calls, officers, rows, integrations, count, saved views; and the three words of the transaction."""
    for number in range(5):
        admitted(f"Impresa {number}")
    browser.get("/ufficio/pratiche/")
    with django_assert_max_num_queries(12):
        browser.get("/ufficio/pratiche/")


def test_pages_by_key(sent, admitted, browser, monkeypatch):
    from levante.web.desk.applications import listing

    monkeypatch.setattr(listing, "PAGE", 1)
    other = admitted("Altra Impresa S.r.l.")
    first = browser.get("/ufficio/pratiche/")
    cursor = first.context["next_cursor"]
    assert sent.number in text_of(first)
    second = browser.get("/ufficio/pratiche/", {"after": cursor})
    assert other.number in text_of(second)
    assert sent.number not in text_of(second)
    assert browser.get("/ufficio/pratiche/", {"after": "garbage"}).status_code == 200


def test_the_same_rows_as_a_file(sent, browser):
    table = b"".join(browser.get("/ufficio/pratiche/?export=csv").streaming_content).decode("utf-8-sig")
    assert table.splitlines()[0].startswith("Numero;")
    assert sent.number in table
    assert b"".join(browser.get("/ufficio/pratiche/?export=xlsx").streaming_content)[:2] == b"PK"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_file_has_everything_needed_to_decide(sent, browser, prefix, monkeypatch):
    act(browser, sent, "conflict", conflict="no")
    page = text_of(browser.get(f"{prefix}/ufficio/pratiche/{sent.pk}/"))
    words = ["Boot Düsseldorf", "conferma.pdf", sent.enterprise.tax_code]
    words += (
        ["Size", "Single undertaking", "De minimis", "Why?", "Take in charge", "Formal check"]
        if prefix
        else ["Dimensione", "Impresa unica", "De minimis", "Perché?", "Prendi in carico", "Verifica formale"]
    )
    for word in words:
        assert word in page, word
    assert "2023/2831" in page
    assert "2003/361" in page
    # How much headroom is left would tell what is reserved for another file of the firm, that does not open to who reads.
    left = "left of €" if prefix else "; richiesti "
    hidden = "how much is left is not told" if prefix else "quanto resta non si dice"
    assert (left in page, hidden in page) == (True, False)
    monkeypatch.setattr("levante.web.desk.applications.facts.closed_reservations", lambda *_: {1})
    page = text_of(browser.get(f"{prefix}/ufficio/pratiche/{sent.pk}/"))
    assert (left in page, hidden in page) == (False, True)


def test_a_declared_day_that_is_past_is_told_to_who_awards(admitted, browser, signed_in, desk, line, monkeypatch):
    """As until when the policy against catastrophes holds: in the file, at the drafting, at the effect; it stops nothing."""
    application = admitted()
    form = form_of(application.form)
    lasting = tuple(
        replace(
            section,
            fields=tuple(replace(one, not_past=True) if one.id == "fair_to" else one for one in section.fields),
        )
        for section in form.sections
    )
    monkeypatch.setattr("levante.grants.checks.form_of", lambda _: replace(form, sections=lasting))
    reader = signed_in(User.objects.get(pk=desk.user_id))
    with clock_at(datetime(2027, 1, 27, 12, tzinfo=UTC)):
        assert "è scaduto" in text_of(reader.get(f"/ufficio/pratiche/{application.pk}/"))
        act = draft_award_act(actor=desk, applications=[application])
        page = text_of(reader.get(f"/ufficio/atti/{act.pk}/"))
    assert "Ultimo giorno della fiera: 26 gen 2027" in page
    assert "Chiedi all’impresa" in page
    (found,) = act.awards.get().checks["lapsed"]
    assert found["day"] == "2027-01-26"


@pytest.mark.slow(reason="a file from arrival to its act, read by two people")
def test_a_file_and_its_act_name_people_to_who_may_know_them(sent, signed_in, officer, line):
    other = Enterprise.objects.create(name="Altra S.r.l.", tax_code="01234567890")
    held = [Person.objects.create(given_name=name, family_name="Rossi") for name in ("Socio", "Socia")]
    for firm in (sent.enterprise, other):
        for person in held:
            OwnershipLink.objects.create(owned=firm, holder_person=person, kind="participation", votes=50)
    roles = {"case_officer": officer(), "finance": officer("finance")}

    def named(address):
        pages = {role: text_of(signed_in(user).get(address)) for role, user in roles.items()}
        told = {role: ("Rossi" in page, "persona n. " in page) for role, page in pages.items()}
        assert told == {"case_officer": (True, False), "finance": (False, True)}, address

    act(signed_in(roles["case_officer"]), sent, "take_in_charge", conflict="no")
    named(f"/ufficio/pratiche/{sent.pk}/")  # a question
    browser = signed_in(roles["case_officer"])
    for item in sent.opening.call.checklists["formal"]:
        act(browser, sent, "check", item=item["code"], outcome="met", source="visura")
    act(browser, sent, "admit", amount="5.500,00", reason="Spesa ridotta")
    refused = text_of(act(browser, sent, "award"))
    assert "Prima serve una decisione sull’impresa unica: Socio Rossi, Socia Rossi hanno insieme" in refused
    OwnershipLink.objects.filter(holder_person=held[0]).update(votes=60)
    OwnershipLink.objects.filter(holder_person=held[1]).update(votes=40)
    named(f"/ufficio/pratiche/{sent.pk}/")  # the steps
    act(signed_in(roles["case_officer"]), sent, "award")
    award = AwardAct.objects.get()
    assert "Rossi" not in str(award.awards.get().checks), "what is frozen holds no name"
    named(f"/ufficio/atti/{award.pk}/")


@pytest.mark.slow(reason="the whole way of a file, page by page")
def test_from_arrival_to_the_act(sent, browser, signed_in, officer, act_system, worker):
    page = text_of(act(browser, sent, "take_in_charge"))
    assert "conflitto di interessi" in page
    act(browser, sent, "take_in_charge", conflict="no")
    sent.refresh_from_db()
    assert sent.state == "under_check"
    assert "Manca" in text_of(browser.get(f"/ufficio/pratiche/{sent.pk}/"))
    for item in sent.opening.call.checklists["formal"]:
        act(browser, sent, "check", item=item["code"], outcome="met", source="visura")
    page = text_of(act(browser, sent, "admit", amount="7.000,00"))
    assert "non supera quello richiesto" in page
    act(browser, sent, "admit", amount="5.500,00", reason="Spesa ridotta")
    sent.refresh_from_db()
    assert (sent.state, str(sent.admitted_amount)) == ("admitted", "5500.00")
    answer = act(browser, sent, "award")
    made = AwardAct.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"/ufficio/atti/{made.pk}/")
    assert "5.500,00" in text_of(answer)
    assert "RNA e CUP non sono collegati per questo bando" in text_of(answer)
    refused = browser.post(f"/ufficio/atti/{made.pk}/azioni/send/", follow=True)
    assert "il dirigente" in text_of(refused)
    chief = signed_in(officer("director", given="Dora"))
    typed = {"without_codes": "Il RNA è fermo da lunedì."}
    assert "manca una domanda" in text_of(chief.post(f"/ufficio/atti/{made.pk}/azioni/send/", typed, follow=True))
    act(chief, sent, "conflict", conflict="no")
    waiting = text_of(chief.get(f"/ufficio/atti/{made.pk}/"))
    assert "Perché si firma senza COR, CUP o visure" in waiting
    assert "Il RNA è fermo da lunedì." in waiting, "what was typed when it was refused is there"
    without = chief.post(f"/ufficio/atti/{made.pk}/azioni/send/", follow=True)
    assert "Mancano COR, CUP o visure di 1 concessioni" in text_of(without)
    chief.post(f"/ufficio/atti/{made.pk}/azioni/send/", {"without_codes": "Il RNA è fermo."})
    worker()
    page = text_of(chief.get(f"/ufficio/atti/{made.pk}/"))
    made.refresh_from_db()
    assert made.state == "effective"
    assert made.visa_number in page
    assert "Firmato senza COR, CUP o visure di alcune concessioni: Il RNA è fermo." in page
    assert "legge 16 gennaio 2003, n. 3, articolo 11" in page
    assert downloaded(chief, f"/ufficio/atti/{made.pk}/documento/").startswith(b"%PDF")
    assert "Contributo concesso" in text_of(chief.get(f"/ufficio/pratiche/{sent.pk}/"))
    # Whoever declares a conflict reads the money in every sum, and not whose it is.
    money = [
        "/ufficio/programma/movimenti/",
        "/ufficio/programma/movimenti/csv/",
        f"/ufficio/programma/linee/{made.line_id}/",
    ]
    assert all(sent.number in body_of(chief.get(address)) for address in money)
    place = f"{money[0]}?comune={Movement.objects.get(kind='commitment').position.comune or 'none'}"
    assert "5.500,00" in body_of(chief.get(place))
    act(chief, sent, "conflict", conflict="yes", conflict_text="Soci")
    assert "5.500,00" not in body_of(chief.get(place)), "a filter that finds it would tell whose it is"
    for address in money:
        shown = body_of(chief.get(address))
        assert sent.number not in shown, address
        assert "hai dichiarato un conflitto di interessi" in shown, address
        assert "5.500,00" in shown or "5500" in shown, address


def test_integration_notice_and_rejection(sent, browser):
    act(browser, sent, "take_in_charge", conflict="no")
    page = text_of(
        act(browser, sent, "request_integration", items="La conferma firmata\nIl programma", text="Non si legge")
    )
    assert "La conferma firmata" in page
    sent.refresh_from_db()
    assert sent.state == "integration"
    page = text_of(act(browser, sent, "expire_integration"))
    assert "può ancora rispondere" in page
    sent.integrations.update(due_on="2020-01-01")
    act(browser, sent, "expire_integration")
    act(browser, sent, "give_notice", reason="Fiera fuori periodo")
    sent.refresh_from_db()
    assert sent.state == "notice"
    page = text_of(act(browser, sent, "reject", reason="Fiera fuori periodo"))
    assert "osservazioni" in page
    sent.notice.due_on = "2020-01-01"
    sent.notice.save()
    act(browser, sent, "reject", reason="Fiera fuori periodo")
    sent.refresh_from_db()
    assert sent.state == "rejected"


def test_a_conflict_sends_the_file_back(sent, browser):
    answer = act(browser, sent, "take_in_charge", conflict="yes", conflict_text="È mio cugino")
    assert answer.redirect_chain[-1][0].endswith("/ufficio/pratiche/")
    sent.refresh_from_db()
    assert sent.case_officer is None


def page_of(browser, code):
    return browser.get("/ufficio/atti/nuovo/", {"call": code}).content.decode()


@pytest.mark.slow  # the act is printed, with its annex
def test_one_act_for_several_and_what_stops_it(admitted, browser, signed_in, officer):
    one, two = admitted("Uno S.r.l."), admitted("Due S.r.l.")
    code = one.opening.call.code
    assert "12.000,00" not in text_of(browser.get("/ufficio/atti/")), "the sum opens after the declaration"
    page = text_of(browser.get("/ufficio/atti/nuovo/", {"call": code}))
    assert one.number in page
    declare = f"/ufficio/pratiche/dichiarazioni/?bando={code}"
    assert declare in page_of(browser, code)
    assert browser.post(declare, {"files": f"{one.pk},{two.pk}"}).url == f"/ufficio/atti/nuovo/?call={code}"
    assert declare not in page_of(browser, code)
    assert "12.000,00" in text_of(browser.get("/ufficio/atti/"))
    wrong = browser.post("/ufficio/atti/nuovo/", {"call": code})
    assert wrong.status_code == 403
    assert "almeno una domanda" in text_of(wrong)
    browser.post("/ufficio/atti/nuovo/", {"call": code, "applications": [one.pk, two.pk], "title": "Primo elenco"})
    made = AwardAct.objects.get()
    assert made.title == "Primo elenco"
    award = made.awards.get(application=two)
    browser.post(f"/ufficio/atti/{made.pk}/azioni/cancel_award/", {"award": award.pk, "reason": "Rinuncia"})
    assert Award.objects.get(pk=award.pk).state == "cancelled"
    browser.post(f"/ufficio/atti/{made.pk}/azioni/rewrite/", {"title": "Elenco corretto"})
    made.refresh_from_db()
    assert made.document.data["total_amount"] == "6000.00"
    browser.post(f"/ufficio/atti/{made.pk}/azioni/cancel/", {"reason": "Da rifare"})
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert browser.post(f"/ufficio/atti/{made.pk}/azioni/explode/").status_code == 404


def test_roles(sent, admitted, signed_in, officer, person, representative, desk):
    from levante.grants.api import draft_award_act

    made = draft_award_act(actor=desk, applications=[admitted("Altra")])
    page, deed = f"/ufficio/pratiche/{sent.pk}/", f"/ufficio/atti/{made.pk}/"
    for role, sees_file, sees_act in [
        ("director", 200, 200), ("finance", 200, 200), ("auditor", 200, 200), ("front_desk", 200, 403),
        ("communication", 403, 403), ("evaluator", 403, 403),
    ]:  # fmt: skip
        browser = signed_in(officer(role, given=role))
        assert browser.get(page).status_code == sees_file, role
        assert browser.get(deed).status_code == sees_act, role
    stranger = signed_in(officer("agency_staff", office="arti", given="Aldo"))
    assert stranger.get(page).status_code == 404
    assert stranger.get(deed).status_code == 404
    reader = signed_in(officer("auditor", given="Ada"))
    act(reader, sent, "take_in_charge", conflict="no")
    assert reader.post(f"{deed}azioni/cancel/", {"reason": "x"}).status_code == 403
    sent.refresh_from_db()
    assert sent.state == "submitted"
    assert "Prendi in carico" not in text_of(reader.get(page))
    assert signed_in(person("Zoe", "Zeta")).get(page).status_code == 403


def test_files_reach_only_who_sees_the_application(sent, browser, signed_in, officer):
    file_id = sent.attachments.get().file_id
    act(browser, sent, "conflict", conflict="no")
    assert downloaded(browser, f"/ufficio/pratiche/{sent.pk}/documenti/{file_id}/").startswith(b"%PDF")
    assert browser.get(f"/ufficio/pratiche/{sent.pk}/documenti/999999/").status_code == 404
    stranger = signed_in(officer("agency_staff", office="arti", given="Aldo"))
    assert stranger.get(f"/ufficio/pratiche/{sent.pk}/documenti/{file_id}/").status_code == 404


def test_drafts_are_not_on_the_desk(first_come, filled, browser):
    draft, _, _ = filled(first_come)
    assert browser.get(f"/ufficio/pratiche/{draft.pk}/").status_code == 404


def test_rankings(shipped, line, filled, browser, signed_in, officer):
    from datetime import timedelta

    from tests.applications.conftest import open_now

    from levante.kernel.api import now

    opening = open_now(
        shipped["voucher-fiere-2016"],
        budget="12000.00",
        line_by="fair_kind",
        lines=[("a", "8000.00"), ("b", "4000.00")],
    )
    draft, actor, _ = filled(opening)
    ranked = submit_application(actor=actor, application=draft)
    type(opening).objects.filter(pk=opening.pk).update(closes_at=now() - timedelta(hours=1))
    assert "Calcola la graduatoria" not in text_of(browser.get("/ufficio/graduatorie/"))
    chief = signed_in(officer("director", given="Dora"))
    assert "Calcola la graduatoria" in text_of(chief.get("/ufficio/graduatorie/"))
    line_a = opening.lines.get(code="a")
    asked = chief.post(f"/ufficio/graduatorie/calcola/{opening.pk}/", {"line": line_a.pk})
    again = chief.post(f"/ufficio/graduatorie/calcola/{opening.pk}/", {"line": line_a.pk})
    assert (again.url, RankingOrder.objects.count()) == (asked.url, 1), "pressed twice, it is one"
    assert "1 domanda da ordinare" in text_of(chief.get(asked.url))
    assert asked.url in text_of(chief.get("/ufficio/graduatorie/"))
    compute_on(RankingOrder.objects.get().pk)
    fragment = chief.get(asked.url, headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == f"/ufficio/graduatorie/{opening.rankings.get().pk}/"
    page = text_of(chief.get(asked.url, follow=True))
    assert ranked.number in page
    assert "finanziata" not in page, "the draft opens after the declaration"
    made = opening.rankings.get()
    here, declare = f"/ufficio/graduatorie/{made.pk}/", f"/ufficio/pratiche/dichiarazioni/?graduatoria={made.pk}"
    assert declare in chief.get(here).content.decode()
    assert chief.post(declare, {"files": str(ranked.pk)}).url == here
    assert "finanziata" in text_of(chief.get(here))
    refused = chief.post(f"{here}pubblica/", {"act_title": "Approvazione"})
    assert (refused.status_code, "con numero e data" in text_of(refused)) == (422, True)
    given = {"act_number": "12", "act_date": f"{today():%d/%m/%Y}", "act_title": "Approvazione"}
    asked = chief.post(f"{here}pubblica/", given)
    again = chief.post(f"{here}pubblica/", given)
    assert (again.url, RankingOrder.objects.count()) == (asked.url, 2), "pressed twice, it is published once"
    assert "1 domanda in graduatoria" in text_of(chief.get(asked.url))
    assert "in pubblicazione" in text_of(chief.get(here))
    compute_on(RankingOrder.objects.get(publishes=made).pk)
    page = text_of(chief.get(asked.url, follow=True))
    made.refresh_from_db()
    assert (made.state, made.act.number) == ("published", "12")
    assert made.number in page
    assert chief.post(f"{here}pubblica/", given).url == here, "published already"
    # A draft is compared with what is published by who may read it; the others are led to declare about it.
    same = {"opening": opening, "line": line_a, "snapshot": made.snapshot, "sha256": made.sha256}
    draft = type(made).objects.create(version=2, computed_at=now(), **same)
    row = made.rows.get()
    row.pk, row.ranking = None, draft
    row.save()
    assert "dicono lo stesso" in text_of(chief.get(f"{here}?con={draft.pk}"))
    eva = signed_in(officer("director", given="Eva"))
    led = eva.get(f"{here}?con={draft.pk}", follow=True)
    assert led.redirect_chain[0][0] == f"/ufficio/graduatorie/{draft.pk}/"
    assert "Dotazione" in text_of(led)
    assert "Pratiche, in ordine di arrivo" in text_of(led), "the order of the places tells the points"
    assert "Posto</th>" not in text_of(led)
    assert led.context["page"].paginator.object_list.query.order_by[0] == "application__submitted_at"
    assert "I soldi finiscono" not in text_of(led), "nor sums, nor where the money ends"
