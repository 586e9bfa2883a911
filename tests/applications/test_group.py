"""A group that applies: invited, entered, each with its own part, divided to the cent; and those that leave."""

from decimal import Decimal

import pytest
from django.test import Client
from tests.applications.conftest import open_now, pdf
from tests.applications.group_world import APPLICANTS, MONEY, definition, own_answers
from tests.applications.test_concurrency import together
from tests.applications.test_lifecycle import examine

from levante.applications.api import (
    Application,
    accept_membership,
    admit_application,
    amount_of,
    bond_of,
    choose_applicant_kind,
    declare_member,
    decline_membership,
    discard_draft,
    invite_member,
    leave_group,
    member_of,
    missing_besides,
    read_application,
    remove_member,
    save_answers,
    save_member_answers,
    shares_of_amount,
    start_draft,
    submit_application,
)
from levante.applications.models import GroupMember
from levante.grants.trail import _documents
from levante.identity.api import User
from levante.kernel.api import NotYours, Refused
from levante.messages.api import Notice
from levante.parties.api import Enterprise
from levante.web.portal.applications.pages import summary_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(own_call, firm, actor_for):
    """A draft of a network with its lead, and two firms invited: ``network()`` gives ``(draft, actors)``, the lead first."""

    def make(code="rete", **applicants):
        opening = own_call([], code=code, sections=definition(), money=MONEY, applicants={**APPLICANTS, **applicants})
        actors = []
        for name in ("Capofila", "Seconda", "Terza"):
            made, user = firm(f"{name} {code} S.r.l.")
            actors.append(actor_for(user, made))
        draft = start_draft(actor=actors[0], opening=opening)
        for actor in actors[1:]:
            code_of = Enterprise.objects.get(pk=actor.enterprise_id).tax_code
            invite_member(actor=actors[0], application=draft, tax_code=code_of)
        return draft, actors

    return make


def membership(draft, actor):
    return GroupMember.objects.get(application=draft, enterprise=actor.enterprise_id)


def test_the_firms_of_a_district_have_one_in_common(network):
    from levante.parties.models import DistrictMembership, ProductionDistrict

    draft, actors = network("distretto", kinds=["district"])
    GroupMember.objects.filter(application=draft, is_lead=False).update(state="accepted", joined_at=draft.created_at)
    north, south = (
        ProductionDistrict.objects.create(code=code, name_it=code, name_en=code) for code in ("nord-x", "sud-x")
    )

    def belongs(actor, district):
        DistrictMembership.objects.create(enterprise_id=actor.enterprise_id, district=district, since="2020-01-01")

    def told():
        fresh = Application.objects.get(pk=draft.pk)
        return bond_of(fresh).outcome, [one.text.en for one in missing_besides(fresh) if "district" in one.text.en]

    assert told() == ("unknown", []), "nothing is on file: for the office to check"
    for actor in actors[:2]:
        belongs(actor, north)
    belongs(actors[2], south)
    outcome, (obstacle,) = told()
    assert (outcome, "Terza" in obstacle, "Seconda" in obstacle) == ("no", True, False)
    belongs(actors[2], north)
    assert told() == ("yes", [])


def complete(draft, actors, parts=(("1000.00",), ("3000.00",), ("2000.00",))):
    """Everybody in, with costs of a stand each."""
    lead = actors[0]
    answers = {"title": "Tre fiere insieme", **own_answers(*(("stand", amount) for amount in parts[0]))}
    draft.refresh_from_db()
    save_answers(actor=lead, application=draft, answers=answers, base_revision=draft.revision)
    for actor, amounts in zip(actors[1:], parts[1:], strict=True):
        member = membership(draft, actor)
        accept_membership(actor=actor, member=member)
        member = membership(draft, actor)
        save_member_answers(
            actor=actor, member=member, answers=own_answers(*(("stand", amount) for amount in amounts)),
            base_revision=member.application.revision,
        )  # fmt: skip
    return Application.objects.get(pk=draft.pk)


def said_in(groups):
    return {cell for group in groups for row in group.rows for line in row.get("lines", ()) for cell in line}


def test_each_gives_its_part_and_the_amount_is_of_all(network):
    draft, actors = network()
    assert next(item.text.en for item in missing_besides(draft)) == "at least 3 firms in the group: now 1"
    draft = complete(draft, actors)
    assert read_application(draft).problems == []
    assert missing_besides(draft) == []
    amount = amount_of(draft).value
    assert amount == Decimal("3000.00")
    assert [share.amount for share in shares_of_amount(draft, amount)] == [
        Decimal("500.00"), Decimal("1500.00"), Decimal("1000.00"),
    ]  # fmt: skip
    # Whose a cost is has its name beside the tax code, before it is sent and after; a blind judge reads neither name.
    names = {
        firm.tax_code: firm.name for firm in Enterprise.objects.filter(pk__in=[one.enterprise_id for one in actors])
    }
    told = {f"{name} ({code})" for code, name in names.items()}
    assert told <= said_in(summary_rows(draft, read_application(draft), "it"))
    sent = submit_application(actor=actors[0], application=draft)
    assert told <= said_in(summary_rows(sent, read_application(sent), "it"))
    assert not told & said_in(summary_rows(sent, read_application(sent), "it", named=False))
    rows = sent.frozen["members"]
    assert [(row["lead"], row["amount"], row["entered"]) for row in rows] == [
        (True, "500.00", "accepted"), (False, "1500.00", "accepted"), (False, "1000.00", "accepted"),
    ]  # fmt: skip
    assert {row["firm"] for row in sent.frozen["answers"]["costs"]} == {row["enterprise"]["tax_code"] for row in rows}
    assert rows[1]["answers"]["true"] is True
    assert rows[1]["enterprise"]["seats"]
    assert Notice.objects.filter(kind="group-invited").count() == 2


def test_what_a_firm_lacks_is_said_with_its_name(network):
    draft, actors = network()
    accept_membership(actor=actors[1], member=membership(draft, actors[1]))
    draft = Application.objects.get(pk=draft.pk)
    said = [item.text.en for item in missing_besides(draft)]
    assert "Seconda rete S.r.l.: Costs: add at least one row" in said
    assert "the answer of Terza rete S.r.l. to the invitation" in said
    assert "at least 3 firms in the group: now 2" in said


def test_who_may_do_what(network, firm, actor_for):
    draft, actors = network()
    member = membership(draft, actors[1])
    with pytest.raises(Refused, match="impegna l’impresa"):
        accept_membership(actor=actors[2], member=member)
    with pytest.raises(Refused, match="non è nel gruppo"):
        save_member_answers(actor=actors[1], member=member, answers={}, base_revision=0)
    accept_membership(actor=actors[1], member=member)
    assert accept_membership(actor=actors[1], member=member).state == "accepted", "twice is once"
    with pytest.raises(Refused, match="le scrive l’impresa"):
        save_member_answers(actor=actors[0], member=membership(draft, actors[1]), answers={}, base_revision=0)
    made, _ = firm("Quarta")
    other, stranger = firm("Quinta")
    invite_member(actor=actors[0], application=draft, tax_code=made.tax_code)
    with pytest.raises(Refused, match="il massimo"):
        invite_member(actor=actors[0], application=draft, tax_code=other.tax_code)
    with pytest.raises(Refused, match="già nel gruppo"):
        invite_member(actor=actors[0], application=draft, tax_code=made.tax_code)
    outside = actor_for(stranger, other)
    with pytest.raises(NotYours):
        member_of(outside, member.pk)


def test_a_firm_unknown_to_the_portal_is_invited_by_code_and_name(network):
    draft, actors = network()
    with pytest.raises(Refused, match="scrivi anche il suo nome"):
        invite_member(actor=actors[0], application=draft, tax_code="00743110157")
    member = invite_member(actor=actors[0], application=draft, tax_code="00743110157", name="Nuova S.p.A.")
    assert member.enterprise.name == "Nuova S.p.A."
    with pytest.raises(Refused, match="codice fiscale"):
        invite_member(actor=actors[0], application=draft, tax_code="123")


def test_the_lead_declares_on_a_power_of_attorney_where_the_call_says_so(network):
    draft, actors = network()
    member = declare_member(actor=actors[0], member=membership(draft, actors[1]), upload=pdf("procura.pdf"))
    assert (member.state, member.proxy.name) == ("declared", "procura.pdf")
    trail = [name for name, _, _ in _documents(draft)]
    assert trail == [f"documenti/procura-{member.pk}-procura.pdf"]
    save_member_answers(
        actor=actors[0], member=member, answers=own_answers(("stand", "100.00")),
        base_revision=Application.objects.get(pk=draft.pk).revision,
    )  # fmt: skip
    only, others = network("altra", join="accept")
    with pytest.raises(Refused, match="con la propria delega"):
        declare_member(actor=others[0], member=membership(only, others[1]), upload=pdf())


def test_decline_remove_leave_and_discard(network):
    draft, actors = network()
    draft = complete(draft, actors)
    leave_group(actor=actors[1], member=membership(draft, actors[1]), reason="Abbiamo altri piani.")
    assert membership(draft, actors[1]).answers == {}
    with pytest.raises(Refused, match="almeno 3 imprese"):
        submit_application(actor=actors[0], application=draft)
    remove_member(actor=actors[0], member=membership(draft, actors[2]))
    code = Enterprise.objects.get(pk=actors[1].enterprise_id).tax_code
    again = invite_member(actor=actors[0], application=draft, tax_code=code)
    decline_membership(actor=actors[1], member=again)
    told = set(Notice.objects.values_list("kind", flat=True))
    assert {"group-invited", "group-accepted", "group-left", "group-removed", "group-declined"} <= told
    discard_draft(actor=actors[0], application=draft)
    assert not GroupMember.objects.exists()


def test_two_pages_of_one_firm_lose_nothing(network):
    draft, actors = network()
    accept_membership(actor=actors[1], member=membership(draft, actors[1]))
    base = Application.objects.get(pk=draft.pk).revision

    def save(iban, revision):
        member = membership(draft, actors[1])
        return save_member_answers(actor=actors[1], member=member, answers={"iban": iban}, base_revision=revision)

    save("IT60X0542811101000000123456", base)
    late = save("IT40S0542811101000000123456", base)
    assert late.refused == {"iban": "IT40S0542811101000000123456"}
    assert membership(draft, actors[1]).answers["iban"] == "IT60X0542811101000000123456"


def test_a_firm_is_in_one_application(network, actor_for):
    draft, actors = network()
    submit_application(actor=actors[0], application=complete(draft, actors))
    second = open_now(draft.opening.call, "due")
    with pytest.raises(Refused, match="Una domanda per impresa"):
        start_draft(actor=actors[1], opening=draft.opening)
    assert start_draft(actor=actors[1], opening=second).applicant_kind == "network"


def test_who_leaves_after_the_sending_takes_its_part_away(network, desk_officer):
    draft, actors = network("quattro", members={"least": 2, "most": 4})
    sent = submit_application(actor=actors[0], application=complete(draft, actors))
    leave_group(actor=actors[1], member=membership(sent, actors[1]))
    sent = Application.objects.get(pk=sent.pk)
    shares = shares_of_amount(sent, Decimal("3000.00"))
    assert [(share.amount, share.member.is_standing) for share in shares] == [
        (Decimal("500.00"), True), (Decimal("1500.00"), False), (Decimal("1000.00"), True),
    ]  # fmt: skip
    assert "la sua parte non si concede" in sent.events.get(kind="member_left").text_it
    examine(sent, desk_officer)
    leave_group(actor=actors[2], member=membership(sent, actors[2]))
    with pytest.raises(Refused, match="ne restano 1"):
        admit_application(actor=desk_officer, application=sent)


@pytest.fixture
def desk_officer(officer, actor_for):
    return actor_for(officer(given="Carla"))


def test_alone_or_in_a_group_is_chosen_where_the_call_takes_both(own_call, firm, actor_for):
    opening = own_call(
        [], sections=definition(), money=MONEY, applicants={**APPLICANTS, "kinds": ["single", "network"]}
    )
    made, user = firm()
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=opening)
    assert draft.applicant_kind == "single"
    with pytest.raises(Refused, match="in gruppo"):
        invite_member(actor=actor, application=draft, tax_code="00743110157", name="Nuova S.p.A.")
    choose_applicant_kind(actor=actor, application=draft, kind="network")
    member = invite_member(actor=actor, application=draft, tax_code="00743110157", name="Nuova S.p.A.")
    with pytest.raises(Refused, match="Prima togli"):
        choose_applicant_kind(actor=actor, application=draft, kind="single")
    remove_member(actor=actor, member=member)
    choose_applicant_kind(actor=actor, application=draft, kind="single")
    answers = {"title": "Da sola", **own_answers(("stand", "1000.00"))}
    save_answers(actor=actor, application=draft, answers=answers, base_revision=draft.revision)
    draft = Application.objects.get(pk=draft.pk)
    assert read_application(draft).problems == [], "whose the costs are is known"
    assert submit_application(actor=actor, application=draft).requested_amount == Decimal("500.00")


@pytest.mark.slow  # real transactions, emptied after the test
@pytest.mark.django_db(transaction=True)
def test_one_leaves_while_the_lead_sends(network):
    draft, actors = network()
    draft = complete(draft, actors)
    member = membership(draft, actors[2])
    results = together(
        2,
        lambda place: (
            submit_application(actor=actors[0], application=draft)
            if place
            else leave_group(actor=actors[2], member=member)
        ),
    )
    sent = Application.objects.get(pk=draft.pk)
    left = membership(draft, actors[2])
    if sent.state == "submitted":
        assert len(sent.frozen["members"]) == 3
        assert left.state == "left"
    else:
        assert isinstance(results[1], Refused)
        assert left.state == "left"


def browser(actor):
    """The browser of who acts."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_for"] = str(actor.party)
    session.save()
    return client


@pytest.mark.slow  # the pages of three firms
def test_the_pages_of_a_group(network):
    draft, actors = network()
    lead, second, third = (browser(actor) for actor in actors)
    page = lead.get(f"/impresa/domande/{draft.pk}/gruppo/").content.decode()
    assert "Seconda rete S.r.l." in page
    assert "invitata" in page
    assert lead.get(f"/impresa/domande/{draft.pk}/").content.decode().count(f"/impresa/domande/{draft.pk}/gruppo/")
    answer = lead.post(f"/impresa/domande/{draft.pk}/gruppo/", {"what": "invite", "tax_code": "123"})
    assert answer.status_code == 409
    mine = membership(draft, actors[1])
    assert f"/impresa/gruppi/{mine.pk}/" in second.get("/impresa/").content.decode()
    assert "Accetta" in second.get(f"/impresa/gruppi/{mine.pk}/").content.decode()
    assert third.get(f"/impresa/gruppi/{mine.pk}/").status_code == 404
    assert second.get(f"/impresa/gruppi/{mine.pk}/sezioni/own/").status_code == 302
    second.post(f"/impresa/gruppi/{mine.pk}/risposta/", {"what": "accept"})
    form = second.get(f"/impresa/gruppi/{mine.pk}/sezioni/own/").content.decode()
    assert "costs-0-amount" in form
    assert "costs-0-firm" not in form
    assert 'value="Seconda rete S.r.l."' in form, "what is known of a firm is not asked"
    sent = {
        "shown": "costs true iban", "costs-0-what": "stand", "costs-0-amount": "3000", "true": "yes",
        "iban": own_answers()["iban"], "revision": Application.objects.get(pk=draft.pk).revision,
    }  # fmt: skip
    saved = second.post(f"/impresa/gruppi/{mine.pk}/sezioni/own/", sent, headers={"X-Levante-Autosave": "1"}).json()
    assert saved["conflicts"] == {}
    assert membership(draft, actors[1]).answers["costs"] == [{"what": "stand", "amount": "3000.00"}]
    assert "fatto" in second.get(f"/impresa/gruppi/{mine.pk}/").content.decode()
    assert "1.500,00" in lead.get(f"/impresa/domande/{draft.pk}/gruppo/").content.decode()
    third.post(f"/impresa/gruppi/{membership(draft, actors[2]).pk}/risposta/", {"what": "decline", "reason": "Mai."})
    assert "Mai." in lead.get(f"/impresa/domande/{draft.pk}/gruppo/").content.decode()
    lead.post(f"/impresa/domande/{draft.pk}/gruppo/", {"what": "remove", "member": mine.pk})
    assert membership(draft, actors[1]).state == "removed"
    assert second.get(f"/impresa/gruppi/{mine.pk}/sezioni/own/").status_code == 302


@pytest.mark.slow  # the pages of two firms
def test_a_group_that_applied_reads_where_it_stands(network):
    draft, actors = network()
    sent = submit_application(actor=actors[0], application=complete(draft, actors))
    member = membership(sent, actors[1])
    second = browser(actors[1])
    page = second.get(f"/impresa/gruppi/{member.pk}/").content.decode()
    assert sent.number in page
    assert "1.500,00" in page
    lead = browser(actors[0])
    assert "Terza rete S.r.l." in lead.get(f"/impresa/domande/{sent.pk}/").content.decode()
    assert "Terza rete S.r.l." in lead.get(f"/impresa/domande/{sent.pk}/gruppo/").content.decode()
    second.post(f"/impresa/gruppi/{member.pk}/risposta/", {"what": "leave", "reason": "Rinuncia."})
    assert "Rinuncia." in lead.get(f"/impresa/domande/{sent.pk}/").content.decode()


def test_an_officer_reads_each_limit_once_whatever_the_firms(monkeypatch):
    from types import SimpleNamespace

    from levante.calls.api import Requirement
    from levante.kernel.pure import Bilingual
    from levante.web.desk.applications import facts

    def said(code, outcome, why):
        return Requirement(
            f"limit-{code}", outcome, Bilingual(code, code), Bilingual(why, why), None, "", "application"
        )

    firms = [SimpleNamespace(name=name) for name in ("Una", "Due", "Tre")]
    rows = [(firm, said("one", "yes", "nessuna finora")) for firm in firms]
    rows += [(firms[0], said("two", "no", "già 1")), *((firm, said("two", "yes", "nessuna")) for firm in firms[1:])]
    monkeypatch.setattr(facts, "bond_of", lambda _: said("district", "unknown", "da verificare"))
    monkeypatch.setattr(facts, "limits_of_sent", lambda _: rows)
    told = [(fact.title, fact.tone, fact.value) for fact in facts._limits(None)]
    assert told == [
        ("district", "waiting", "da verificare"),
        ("one", "done", "ciascuna impresa: nessuna finora"),
        ("two", "refused", "Una: già 1; Due, Tre: nessuna"),
    ]
