"""A conflict of interest (art. 6-bis L. 241/1990): who declares one abstains, and nobody decides before declaring."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections
from tests.applications.conftest import field
from tests.applications.test_lifecycle import examine
from tests.grants.test_screens import downloaded

from levante.applications.api import (
    Application,
    ConflictDeclaration,
    GroupMember,
    admit_application,
    answer_integration,
    assign_application,
    declare_about_many,
    declare_about_opening,
    declare_conflict,
    give_rejection_notice,
    record_formal_check,
    reject_application,
    request_integration,
    save_answers,
    start_draft,
    submit_application,
    take_in_charge,
)
from levante.calls.api import Opening
from levante.kernel.api import Refused, clock_at, now, today
from levante.kernel.models import AuditEntry
from levante.letters.api import Letter
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


def test_a_conflict_takes_the_file_away_for_good(first_come, filled, officer, actor_for):
    """Art. 6-bis L. 241/1990: who declares a conflict abstains, whatever they say afterwards; another takes the file."""
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    pia, ugo, chief = officer(given="Pia"), officer(given="Ugo"), officer("director", given="Dora")
    with pytest.raises(Refused, match="quale conflitto"):
        take_in_charge(actor=actor_for(pia), application=sent, has_conflict=True)
    result = take_in_charge(actor=actor_for(pia), application=sent, has_conflict=True, conflict_text="È mio fratello")
    assert (result.state, result.case_officer_id) == ("submitted", None)
    with pytest.raises(Refused, match="conflitto"):
        take_in_charge(actor=actor_for(pia), application=sent, has_conflict=False)
    with pytest.raises(Refused, match="ha dichiarato un conflitto"):
        assign_application(actor=actor_for(chief), application=sent, officer_id=pia.pk)
    assert Notice.objects.filter(kind="application-conflict").values_list("user_id", flat=True).get() == chief.pk
    assert take_in_charge(actor=actor_for(ugo), application=sent, has_conflict=False).case_officer_id == ugo.pk


@pytest.mark.parametrize("state", ["under_check", "integration", "notice"])
def test_a_conflict_found_later_gives_the_file_back_and_the_terms_run_on(state, first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    pia, ugo, chief = officer(given="Pia"), officer(given="Ugo"), officer("director", given="Dora")
    desk = actor_for(pia)
    examine(sent, desk)
    if state == "integration":
        request_integration(actor=desk, application=sent, items=[{"it": "Visura"}], text="Manca")
    if state == "notice":
        give_rejection_notice(actor=desk, application=sent, reasons="Non ha sede in Puglia")
    declare_conflict(actor=desk, application=sent, has_conflict=True, text="Ho lavorato per loro")
    current = Application.objects.get(pk=sent.pk)
    assert (current.state, current.case_officer_id) == (state, None)
    assert not Application.objects.visible_to(desk).exists(), "it holds what is no longer theirs to read"
    steps = [
        lambda: record_formal_check(actor=desk, application=sent, item="fair", outcome="met"),
        lambda: declare_conflict(actor=desk, application=sent, has_conflict=False),
        lambda: take_in_charge(actor=desk, application=sent, has_conflict=False),
    ]
    if state == "under_check":
        steps.append(lambda: admit_application(actor=desk, application=sent))
    if state != "integration":
        steps.append(lambda: reject_application(actor=desk, application=sent, reason="No"))
    for step in steps:
        with pytest.raises(Refused, match="conflitto"):
            step()
    given = assign_application(actor=actor_for(chief), application=sent, officer_id=ugo.pk)
    assert (given.state, given.case_officer_id, given.returned_at) == (state, ugo.pk, None)
    if state == "integration":
        answer_integration(actor=actor, application=sent, text="Eccola")


def test_nobody_decides_before_declaring(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    given, chief = officer(given="Ugo"), actor_for(officer("director", given="Dora"))
    assign_application(actor=chief, application=sent, officer_id=given.pk)
    for who in (actor_for(given), chief):
        with pytest.raises(Refused, match="Prima dichiara"):
            give_rejection_notice(actor=who, application=sent, reasons="Non ha sede in Puglia")
    declare_conflict(actor=actor_for(given), application=sent, has_conflict=False)
    assert give_rejection_notice(actor=actor_for(given), application=sent, reasons="Non ha sede in Puglia").pk


@pytest.mark.parametrize("who", ["nobody", "enterprise", "reader", "past", "agency"])
def test_a_file_is_given_only_to_who_examines_it(who, first_come, filled, officer, actor_for):
    draft, actor, user = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    chief = actor_for(officer("director", given="Dora"))
    past = officer(given="Ivo")
    past.role_grants.update(until=today() - timedelta(days=1))
    officer_id = {
        "nobody": 10**9, "enterprise": user.pk, "reader": officer("finance", given="Eva").pk, "past": past.pk,
        "agency": officer("agency_staff", "arti", given="Nino").pk,
    }[who]  # fmt: skip
    with pytest.raises(Refused, match="non istruisce"):
        assign_application(actor=chief, application=sent, officer_id=officer_id)


@pytest.mark.slow(reason="every door of a file, before and after")
def test_a_file_opens_once_its_officer_has_declared(first_come, filled, officer, actor_for, signed_in):
    """Before, they read who applies, to what and the number; nothing of what it holds, by whatever door, and do nothing."""
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    pia, chief = officer(given="Pia"), officer("director", given="Dora")
    assign_application(actor=actor_for(chief), application=sent, officer_id=pia.pk)
    file = sent.attachments.first().file_id
    letter = Letter.objects.about(sent).earliest("pk")
    base = f"/ufficio/pratiche/{sent.pk}/"
    doors = [
        f"{base}documenti/{file}/", f"/documenti/{file}/", f"/ufficio/lettere/{letter.pk}/",
        f"/ufficio/lettere/{letter.pk}/anteprima/",
    ]  # fmt: skip
    desk = signed_in(pia)
    page = desk.get(base).content.decode()
    assert all(text in page for text in (sent.number, draft.enterprise.name, "Voucher", "hai un conflitto"))
    assert not any(
        text in page for text in ("Incontrare dieci importatori", "4.000", "/documenti/", "azioni/admit", "pista")
    )
    assert [desk.get(door).url for door in doors] == [
        base, base, f"{base}?next=%2Fufficio%2Flettere%2F{letter.pk}%2F",
        f"{base}?next=%2Fufficio%2Flettere%2F{letter.pk}%2Fanteprima%2F",
    ]  # fmt: skip
    assert desk.post(f"{base}pista/").status_code == 403
    said = desk.post(f"{base}azioni/write/", {"subject": "Ciao", "body": "Testo"}, follow=True).content.decode()
    assert "Prima dichiara se hai un conflitto" in said
    auditor = signed_in(officer("auditor", given="Ada"))
    assert "Incontrare" in auditor.get(base).content.decode(), "who examines nothing has nothing to declare"
    # A colleague who has not got it reads nothing either; the director gives it to somebody without reading it.
    assert "Incontrare" not in signed_in(officer(given="Ugo")).get(base).content.decode()
    assert "Passala a un’altra persona" in signed_in(chief).get(base).content.decode()
    # One goes back to where one was going; never out of the house.
    assert f'name="next" value="{doors[2]}"' in desk.get(base, {"next": doors[2]}).content.decode()
    assert 'name="next"' not in desk.get(base, {"next": "https://altrove.it/"}).content.decode()
    assert desk.post(f"{base}azioni/conflict/", {"conflict": "no", "next": doors[2]}).url == doors[2]
    page = desk.get(base).content.decode()
    assert "Incontrare dieci importatori" in page
    # What is decided opens after the declaration too.
    ugo = signed_in(officer(given="Ivo"))
    Application.objects.filter(pk=sent.pk).update(state="withdrawn")
    assert "Incontrare" not in ugo.get(base).content.decode()
    ugo.post(f"{base}azioni/conflict/", {"conflict": "no"})
    assert "Incontrare" in ugo.get(base).content.decode()
    Application.objects.filter(pk=sent.pk).update(state="under_check")
    assert all(downloaded(desk, door).startswith(b"%PDF") for door in doors[:2])
    assert desk.get(doors[2]).status_code == 200


def test_a_file_nobody_has_is_taken_or_only_read_with_a_declaration(first_come, filled, officer, signed_in):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    desk, base = signed_in(officer(given="Pia")), f"/ufficio/pratiche/{sent.pk}/"
    page = desk.get(base).content.decode()
    assert "Dichiara e prendi in carico" in page
    assert "Incontrare dieci importatori" not in page
    desk.post(f"{base}azioni/take_in_charge/", {"conflict": "no"})
    assert "Incontrare dieci importatori" in desk.get(base).content.decode()


def test_the_page_says_why_it_no_longer_opens(first_come, filled, officer, actor_for, signed_in):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    pia, chief = officer(given="Pia"), officer("director", given="Dora")
    assign_application(actor=actor_for(chief), application=sent, officer_id=pia.pk)
    desk = signed_in(pia)
    page = desk.get(f"/ufficio/pratiche/{sent.pk}/")
    assert "La pratica si apre dopo che hai dichiarato" in page.content.decode()
    file = sent.attachments.first().file_id
    answer = desk.post(f"/ufficio/pratiche/{sent.pk}/azioni/conflict/", {"conflict": "yes", "conflict_text": "Soci"})
    assert answer.url == "/ufficio/pratiche/"
    refused = desk.get(f"/ufficio/pratiche/{sent.pk}/")
    assert refused.status_code == 403
    assert "Hai dichiarato un conflitto di interessi" in refused.content.decode()
    assert draft.enterprise.name not in refused.content.decode()
    assert desk.get(f"/ufficio/pratiche/{sent.pk}/documenti/{file}/").status_code == 403
    assert desk.get(f"/documenti/{file}/").status_code == 403
    assert sent.number not in desk.get("/ufficio/pratiche/").content.decode()
    waiting = signed_in(chief).get("/ufficio/").content.decode()
    assert "restituita per conflitto di interessi" in waiting
    assert "conflict" not in desk.get("/ufficio/pratiche/999999999/").content.decode()


def given(own_call, firm, actor_for, chief, user, count=3):
    """Files of one call, sent and given to an officer who has not declared yet."""
    opening = own_call(
        [field("costs", "money")], money={"kind": "percentage", "rate": "100", "base": "costs", "cap": "9000.00"}
    )
    found = []
    for place in range(count):
        made, owner = firm(f"Ditta {place}", given=f"P{place}")
        actor = actor_for(owner, made)
        draft = start_draft(actor=actor, opening=opening)
        save_answers(actor=actor, application=draft, answers={"costs": "60.00"}, base_revision=draft.revision)
        sent = submit_application(actor=actor, application=draft)
        found.append(assign_application(actor=chief, application=sent, officer_id=user.pk))
    return found


def declared(user):
    rows = ConflictDeclaration.objects.filter(officer=user).order_by("application")
    return list(rows.values_list("application", "has_conflict"))


@pytest.mark.slow(reason="three applications sent and given, and the pages of who declares about them")
def test_one_declares_about_many_files_on_one_page(own_call, firm, officer, actor_for, signed_in):
    pia, chief = officer(given="Pia"), officer("director", given="Dora")
    one, two, three = given(own_call, firm, actor_for, actor_for(chief), pia)
    partner, _ = firm("Rete Adriatica", given="Rita")
    GroupMember.objects.create(
        application=one, enterprise=partner, state="accepted", invited_at=now(), joined_at=now(), position=1
    )
    desk, page = signed_in(pia), "/ufficio/pratiche/dichiarazioni/"
    assert "3 pratiche su cui dichiarare" in desk.get("/ufficio/").content.decode()
    assert page in desk.get("/ufficio/pratiche/").content.decode()
    said = desk.get(page).content.decode()
    assert all(
        text in said
        for text in (one.number, "Ditta 2", "Rete Adriatica", two.enterprise.tax_code, one.submitted_by.get_full_name())
    )
    assert "checked" not in said, "nobody is in conflict until they say so"
    assert "60,00" not in said
    sent = {"files": f"{one.pk},{two.pk}", "conflict": [str(two.pk)]}
    # Which conflict is always said, and what was typed stays; a conflict written and not ticked is not its contrary.
    refused = desk.post(page, sent)
    assert (refused.status_code, declared(pia)) == (422, [])
    assert f"Scrivi quale conflitto c’è sulla pratica {two.number}" in refused.content.decode()
    refused = desk.post(page, {"files": sent["files"], f"text-{two.pk}": "Soci"})
    assert (refused.status_code, declared(pia)) == (422, [])
    assert 'value="Soci"' in refused.content.decode()
    sent[f"text-{two.pk}"] = "Soci"
    assert desk.post(page, sent).url == page, "the third, which the form did not show, still waits"
    assert declared(pia) == [(one.pk, False), (two.pk, True)]
    assert Application.objects.get(pk=two.pk).case_officer_id is None
    audits = AuditEntry.objects.filter(verb="applications.declare_conflict", object_id=str(one.pk))
    assert audits.count() == 1, "a file's own trail has its declaration"
    again = desk.post(page, sent, follow=True).content.decode()
    assert "lasciate com’erano" in again
    assert len(declared(pia)) == 2, "sent twice, it is written once"
    assert desk.get(f"/ufficio/pratiche/{one.pk}/").status_code == 200
    found = declare_about_many(actor=actor_for(pia), files=[one.pk, two.pk], conflicts={one.pk: "Trovato poi"})
    assert (found.conflicts, found.left) == (1, 1), "a conflict found later counts, from a page opened before"
    assert "su cui dichiarare" not in desk.get("/ufficio/").content.decode(), "one alone has its own cover"
    assert desk.post(page, {"files": str(three.pk)}).url == "/ufficio/pratiche/"
    assert "Nessuna pratica aspetta" in desk.get(page).content.decode()


def test_one_declares_of_what_one_examines_and_of_what_was_shown(first_come, filled, officer, actor_for):
    draft, actor, _ = filled(first_come)
    sent = submit_application(actor=actor, application=draft)
    clerk, pia = actor_for(officer("finance", given="Eva")), actor_for(officer(given="Pia"))
    assert declare_about_many(actor=clerk, files=[sent.pk], conflicts={}).left == 1
    with pytest.raises(Refused, match="non è in elenco"):
        declare_about_many(actor=pia, files=[sent.pk], conflicts={sent.pk + 1: "Soci"})
    with pytest.raises(Refused, match="al massimo 500"):
        declare_about_many(actor=pia, files=range(1, 502), conflicts={})
    assert declared(pia.user_id) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow(reason="real transactions: the same form sent twice at once, and two officers")
def test_a_double_click_and_two_officers_write_one_declaration_each(own_call, firm, officer, actor_for):
    pia, ugo, chief = officer(given="Pia"), officer(given="Ugo"), officer("director", given="Dora")
    files = [one.pk for one in given(own_call, firm, actor_for, actor_for(chief), pia, count=2)]
    who = [actor_for(pia), actor_for(pia), actor_for(ugo)]
    opening, upto, boss = Application.objects.get(pk=files[0]).opening, now(), actor_for(chief)

    def work(place):
        try:
            if place == 3:
                return declare_about_many(actor=boss, files=files, conflicts={})
            if place == 4:  # of the whole opening, while the same person declares of its files
                return declare_about_opening(actor=boss, opening=opening, upto=upto, count=2, conflicts={})
            order = files if place % 2 else files[::-1]
            return declare_about_many(actor=who[place], files=order, conflicts={} if place == 2 else {files[0]: "Soci"})
        except Refused as refused:  # they were declared about meanwhile: the page is to be looked at again
            return refused.reason.it
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(work, range(5)))
    assert sorted(one.left for one in done[:3]) == [0, 0, 2]
    assert "Intanto le pratiche sono cambiate" in str(done[4]) or done[4].without == 2
    assert declared(chief) == [(files[0], False), (files[1], False)]
    with pytest.raises(IntegrityError, match="conflict_declared_once"):
        ConflictDeclaration.objects.create(
            application_id=files[0], officer=chief, has_conflict=False, declared_at=now()
        )
    said = AuditEntry.objects.filter(verb="applications.declare_conflict", object_id=str(files[0]))
    before = said.count()
    one = Application.objects.get(pk=files[0])
    assert not declare_conflict(actor=boss, application=one, has_conflict=False).has_conflict
    assert (said.count(), len(declared(chief))) == (before, 2), "said twice, it is written once"
    assert declared(pia) == [(files[0], True), (files[1], False)]
    assert declared(ugo) == [(files[0], False), (files[1], False)]


@pytest.mark.slow(reason="three applications sent and given, and the page of who declares about them at once")
def test_one_declares_once_for_a_whole_opening(own_call, firm, officer, actor_for, signed_in):
    """All those that had come, but for those one looks for and names; what comes later waits."""
    pia, chief = officer(given="Pia"), officer("director", given="Dora")
    one, two, three = given(own_call, firm, actor_for, actor_for(chief), pia)
    desk = signed_in(pia)
    page = f"/ufficio/pratiche/dichiarazioni/?finestra={one.opening_id}"
    assert f"?finestra={one.opening_id}" in desk.get("/ufficio/pratiche/dichiarazioni/").content.decode()
    with clock_at(two.submitted_at + (three.submitted_at - two.submitted_at) / 2):
        shown = desk.get(page)
    said = shown.content.decode()
    assert "sulle 2 pratiche" in said
    assert "Una pratica che arriva dopo non è compresa" in said
    sent = {"upto": shown.context["upto"].isoformat(), "count": "2"}
    found = desk.post(page, {**sent, "do": "search", "q": "ditta 1"}).content.decode()
    assert two.number in found
    assert one.number not in found
    sent |= {"do": "declare", "files": str(two.pk), "conflict": str(two.pk)}
    # Which conflict is always said; what is not as the page said it writes nothing.
    wrong = [sent, sent | {f"text-{two.pk}": "Soci", "count": "1"}, sent | {f"text-{two.pk}": "Soci", "upto": "ieri"}]
    assert [desk.post(page, one).status_code for one in wrong] == [422, 422, 422]
    assert declared(pia) == []
    assert desk.post(page, sent | {f"text-{two.pk}": "Soci"}).url == "/ufficio/pratiche/"
    assert declared(pia) == [(one.pk, False), (two.pk, True)]
    entry = AuditEntry.objects.get(verb="applications.declare_about_opening")
    assert (entry.object_id, entry.data["files"]) == (str(one.opening_id), 2)
    assert three.number in desk.get("/ufficio/pratiche/dichiarazioni/").content.decode()
    assert desk.post(page, sent | {f"text-{two.pk}": "Soci"}).status_code == 422, (
        "the same form again: none waits as it said"
    )
    bare = Opening.objects.get(pk=one.opening_id)
    bare.pk, bare.code = None, "vuota"
    bare.save()
    assert "ancora fatto domanda nessuno" in desk.get(f"{page.split('=')[0]}={bare.pk}").content.decode()
    clerk = actor_for(officer("finance", given="Eva"))
    with pytest.raises(Refused, match="Non istruisci"):
        declare_about_opening(actor=clerk, opening=one.opening, upto=now(), count=0, conflicts={})
