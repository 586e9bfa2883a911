"""Who applies with others or through others, in a browser: the firms of a group, an officer on the phone, a consultant. Every
page without barriers, wide and on a phone; the partner and the officer use the keyboard alone."""

from datetime import timedelta

from tests.applications.conftest import field, firm, first_come, own_call  # noqa: F401
from tests.applications.group_world import APPLICANTS, MONEY, definition, own_answers
from tests.browser.hands import Hands
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.applications.api import (
    Application,
    GroupMember,
    accept_membership,
    invite_member,
    start_draft,
    written_by_office,
)
from levante.kernel.api import now, today
from levante.parties.api import Mandate

LONG = "Consorzio delle Officine Meccaniche e Navali dell’Alto Salento e della Valle d’Itria Società Consortile a r.l."


def test_a_group_a_phone_and_a_consultant(visitor, own_call, first_come, firm, person, officer, actor_for):  # noqa: F811
    opening = own_call(
        [],
        code="rete",
        sections=definition(),
        money=MONEY,
        applicants={**APPLICANTS, "kinds": ["network", "consortium"]},
    )
    lead_firm, lead_user = firm(LONG)
    partner_firm, partner_user = firm("Seconda S.r.l.")
    third_firm, third_user = firm("Terza S.r.l.")
    lead = actor_for(lead_user, lead_firm)
    draft = start_draft(actor=lead, opening=opening)
    for other in (partner_firm, third_firm):
        invite_member(actor=lead, application=draft, tax_code=other.tax_code)

    # The partner, with the keyboard: the invitation, its part.
    mine = GroupMember.objects.get(application=draft, enterprise=partner_firm)
    partner = visitor(partner_user, partner_firm)
    partner.open("/impresa/domande/")
    partner.check_at_both_widths("group-list")
    partner.open(f"/impresa/gruppi/{mine.pk}/")
    partner.check_at_both_widths("group-invitation")
    hands = Hands(partner)
    hands.follow("Accetta l’invito")
    assert GroupMember.objects.get(pk=mine.pk).state == "accepted"
    partner.check_at_both_widths("group-part")
    hands.follow("Your part" if "/en/" in partner.page.url else "La tua parte")
    partner.check_at_both_widths("group-section")
    hands.fill(
        {"costs-0-what": "stand", "costs-0-amount": "3000", "true": True, "iban": own_answers()["iban"]},
        until="Salva e continua",
    )
    assert GroupMember.objects.get(pk=mine.pk).answers["costs"] == [{"what": "stand", "amount": "3000.00"}]

    # The lead: who is in, what each lacks, its own part.
    accept_membership(
        actor=actor_for(third_user, third_firm),
        member=GroupMember.objects.get(application=draft, enterprise=third_firm),
    )
    at_lead = visitor(lead_user, lead_firm)
    at_lead.open(f"/impresa/domande/{draft.pk}/gruppo/")
    at_lead.check_at_both_widths("group-firms")
    at_lead.open(f"/en/impresa/domande/{draft.pk}/gruppo/")
    at_lead.check_at_both_widths()
    at_lead.open(f"/impresa/domande/{draft.pk}/")
    at_lead.check_at_both_widths("group-tasks")
    at_lead.open(f"/impresa/domande/{draft.pk}/riepilogo/")
    at_lead.check_at_both_widths("group-summary")

    # The officer on the phone, with the keyboard.
    clerk = officer("front_desk", given="Sara", family="Sportello")
    desk = visitor(clerk)
    desk.open("/ufficio/telefono/")
    desk.check_at_both_widths("phone-empty")
    desk.open(f"/ufficio/imprese/{third_firm.pk}/telefono/")
    desk.check_at_both_widths("phone-start")
    hands = Hands(desk)
    hands.fill({"caller": third_user.get_full_name(), "opening": first_come.call.title_it[:12]}, until="Comincia")
    desk.page.wait_for_url("**/ufficio/telefono/*/")
    desk.check_at_both_widths("phone-tasks")
    hands.follow("La tua impresa")
    desk.check_at_both_widths("phone-section")
    hands.fill({"contact_name": "Terza Persona"}, until="Salva e continua")
    told = Application.objects.get(opening=first_come, enterprise=third_firm)
    assert "contact_name" in written_by_office(told)
    for name, path in {"summary": "riepilogo/", "history": "modifiche/"}.items():
        desk.open(f"/ufficio/telefono/{told.pk}/{path}")
        desk.check_at_both_widths(f"phone-{name}")

    # At home: whose words they are, to be confirmed.
    home = visitor(third_user, third_firm)
    for name, path in {"tasks": "", "section": "sezioni/enterprise/", "summary": "riepilogo/"}.items():
        home.open(f"/impresa/domande/{told.pk}/{path}")
        home.check_at_both_widths(f"by-office-{name}")
    home.open(f"/en/impresa/domande/{told.pk}/riepilogo/")
    home.check()

    # The consultant of the three.
    carla = person("Carla", "Consulente")
    for client in (lead_firm, partner_firm, third_firm):
        Mandate.objects.create(
            user=carla, enterprise=client, kind="delegate", scopes=["read", "apply"], state=Mandate.CONFIRMED,
            since=today() - timedelta(days=1), requested_at=now(), decided_at=now(),
        )  # fmt: skip
    office = visitor(carla)
    office.open("/impresa/clienti/")
    office.check_at_both_widths("clients")
    hands = Hands(office)
    hands.follow("Agisci e apri")
    assert office.page.locator(".lv-acting").is_visible()
    if "/gruppi/" not in office.page.url:  # a delegate who fills in and does not send is told who can
        page = office.open(office.page.url.removeprefix(office.address) + "riepilogo/")
        assert "legale rappresentante" in page.inner_text("main")
        assert not page.locator("form[action$='/invio/']").count()
    office.open("/en/impresa/clienti/")
    office.check()
