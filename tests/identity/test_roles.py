import json
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from levante.identity import cli
from levante.identity.api import (
    Office,
    RoleGrant,
    RoleOffer,
    User,
    close_account,
    grant_role,
    personal_data,
    powers_of,
    revoke_role,
)
from levante.identity.jobs import send_role_offer
from levante.identity.services import forget_offers
from levante.kernel.api import Refused, clock_at, now, system
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_director_gives_roles_in_their_own_office_only(officer, actor_for, person):
    director = officer("director")
    agency = Office.objects.create(code="arti", kind="agency", name_it="ARTI", name_en="ARTI")
    somebody = person("Ugo", "Bassi")
    grant = grant_role(
        actor=actor_for(director), user=somebody, office=Office.objects.get(code="sezione"), role="front_desk"
    )
    assert ("sezione", "front_desk") in actor_for(somebody).grants
    entry = AuditEntry.objects.get(verb="identity.grant_role")
    assert (entry.user_id, entry.object_id, entry.data["role"]) == (director.pk, str(grant.pk), "front_desk")
    with pytest.raises(Refused):
        grant_role(actor=actor_for(director), user=somebody, office=agency, role="agency_staff")
    with pytest.raises(Refused):
        grant_role(actor=actor_for(director), user=somebody, office=grant.office, role="system")


def test_a_role_taken_away_gives_nothing_at_once_and_the_last_administrator_stays(officer, actor_for):
    admin = officer("system")
    clerk = officer("case_officer", given="Ugo")
    revoke_role(actor=actor_for(admin), grant=clerk.role_grants.get())
    assert actor_for(clerk).grants == frozenset()
    with pytest.raises(Refused):
        revoke_role(actor=actor_for(admin), grant=admin.role_grants.get())


def test_what_was_done_this_morning_was_done_with_the_role(officer, actor_for, person):
    director = actor_for(officer("director"))
    clerk = officer("finance", given="Ugo")
    with clock_at(datetime(2026, 5, 4, 10, 0, tzinfo=UTC)):
        grant = revoke_role(actor=director, grant=clerk.role_grants.get())
        assert actor_for(clerk).grants == frozenset()
        assert not RoleGrant.objects.in_force(date(2026, 5, 4)).filter(user=clerk).exists()
        again = grant_role(actor=director, user=clerk, office=grant.office, role="finance")
        assert actor_for(clerk).has_role("finance")
        revoke_role(actor=director, grant=again)
        assert actor_for(clerk).grants == frozenset()
    assert (grant.until, grant.revoked_at) == (date(2026, 5, 4), datetime(2026, 5, 4, 10, 0, tzinfo=UTC))
    assert powers_of(clerk.pk, date(2026, 5, 3))["grants"] == {("sezione", "finance")}, "the day before stands"
    assert clerk.role_grants.count() == 2, "held for a morning is held: the row stays"


def test_a_role_once_in_force(officer):
    user = officer("finance")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            user=user, office=Office.objects.get(code="sezione"), role="finance", since=date(2025, 1, 1)
        )


def test_closing_an_account_forgets_the_person_and_ends_the_sessions(person, actor_for, signed_in):
    user = person("Ugo", "Bassi", codice_fiscale="BSSGUO70A01A662X")
    browser = signed_in(user)
    told = browser.post("/impresa/i-miei-dati/file/").content.decode()
    assert "Bassi" in told
    assert "BSSGUO70A01A662X" in told
    assert browser.post("/utenza/chiudi/").status_code == 302
    user = User.objects.get(pk=user.pk)
    assert (user.given_name, user.family_name, user.codice_fiscale, user.is_active) == ("", "", None, False)
    assert "Bassi" not in str(personal_data(user))
    assert browser.get("/utenza/").status_code == 302


def test_staff_with_a_role_cannot_vanish(officer, actor_for):
    user = officer("finance")
    with pytest.raises(Refused):
        close_account(actor=actor_for(user), user=user)


def test_the_desk_asks_for_a_second_factor_when_the_office_wants_it(officer, signed_in, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    browser = signed_in(officer("director"))
    answer = browser.get("/ufficio/impostazioni/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")


def enter(user):
    """Sign in through the form, as people do."""
    browser = Client()
    assert (
        browser.post("/accounts/login/", {"login": user.email, "password": "a-long-enough-password"}).status_code == 302
    )
    return browser


def test_a_role_is_offered_to_an_address_and_taken_at_the_next_sign_in(officer, person, signed_in):
    somebody = person("Ugo", "Bassi", email="ugo@example.org")
    EmailAddress.objects.create(user=somebody, email=somebody.email, verified=True, primary=True)
    boss = officer("system")
    browser = signed_in(boss)
    office = Office.objects.get(code="sezione")
    address = "/ufficio/impostazioni/"
    said = []
    for email in ("nobody@example.org", "UGO@example.org", "UGO@example.org"):
        answer = browser.post(address, {"email": email, "office": office.pk, "role": "finance"}, follow=True)
        said.append([str(text) for text in answer.context["messages"]])
    assert said[0] == said[1] == said[2], "nothing tells which address has an account"
    assert RoleOffer.objects.count() == 2
    assert not somebody.role_grants.exists()
    for offer in RoleOffer.objects.all():
        send_role_offer(offer.pk)
    assert len({message.body for message in mail.outbox}) == 1
    enter(somebody)
    grant = somebody.role_grants.get()
    assert (grant.role, grant.office) == ("finance", office)
    assert personal_data(somebody)["roles_offered"][0]["role"] == "finance"
    assert browser.post(f"/ufficio/impostazioni/ruoli/{grant.pk}/togli/").status_code == 302
    enter(somebody)
    assert not somebody.role_grants.filter(until=None).exists(), "an offer is taken once"
    late = person("Pia", "Neri", email="nobody@example.org")
    enter(late)
    assert not late.role_grants.exists(), "an address nobody has proved to own takes nothing"
    other = RoleOffer.objects.get(taken_at=None)
    assert browser.post(f"{address}offerte/{other.pk}/ritira/").status_code == 302
    EmailAddress.objects.filter(user=late).update(verified=True)
    enter(late)
    assert not late.role_grants.exists()
    with clock_at(now() + timedelta(days=200)):
        assert forget_offers(actor=system("night")) == 1
    close_account(actor=system("test"), user=somebody)
    assert not RoleOffer.objects.exclude(email="").exists()


def test_the_director_of_an_agency_directs_the_agency_only(officer, actor_for):
    Office.objects.create(code="regia", kind="section", name_it="Regia", name_en="Lead office")
    directs = actor_for(officer("director", office="arti"))
    assert directs.has_role("director")
    assert not directs.in_section("director")
    assert actor_for(officer("director", office="regia", given="Ugo")).in_section("director")


def test_an_agency_gives_the_roles_of_an_agency(officer, actor_for, person):
    Office.objects.create(code="regia", kind="section", name_it="Regia", name_en="Lead office")
    directs = actor_for(officer("director", office="arti"))
    agency = Office.objects.get(code="arti")
    part = Office.objects.create(code="arti-fondi", kind="part", parent=agency, name_it="Fondi", name_en="Funds")
    somebody = person("Ugo", "Bassi")
    for role in ("front_desk", "auditor", "communication", "system"):
        with pytest.raises(Refused) as refused:
            grant_role(actor=directs, user=somebody, office=agency, role=role)
        assert refused.value.field == "role"
    for role in ("case_officer", "finance", "evaluator", "agency_staff"):
        grant_role(actor=directs, user=somebody, office=agency, role=role)
    admin = actor_for(officer("system", office="regia", given="Ada"))
    with pytest.raises(Refused):
        grant_role(actor=admin, user=somebody, office=part, role="front_desk")
    with pytest.raises(Refused):
        grant_role(actor=admin, user=somebody, office=Office.objects.get(code="regia"), role="agency_staff")
    assert grant_role(actor=admin, user=somebody, office=part, role="finance").pk


def test_a_part_of_the_section_is_the_section(officer, actor_for):
    whole = Office.objects.create(code="regia", kind="section", name_it="Regia", name_en="Lead office")
    agency = Office.objects.create(code="agenzia", kind="agency", name_it="Agenzia", name_en="Agency")
    for code, parent in (("cassa", whole), ("cassa-agenzia", agency)):
        Office.objects.create(code=code, kind="part", parent=parent, name_it=code, name_en=code)
    assert actor_for(officer("finance", office="cassa")).in_section("finance")
    assert not actor_for(officer("finance", office="cassa-agenzia", given="Ugo")).in_section("finance")


def test_the_first_administrator_is_made_from_the_console_once_and_chooses_a_password(client, capsys, mailoutbox):
    asked = ["administrator", "Prima@Example.org", "--given", "Prima", "--family", "Persona"]
    assert cli.main(asked) == 2  # no Section yet
    assert "levante programme load" in json.loads(capsys.readouterr().out)["error"]["message"]
    Office.objects.create(code="regia", kind="section", name_it="Regia", name_en="Lead office")
    assert cli.main(["administrator", "nobody", "--given", "A", "--family", "B"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "email"
    assert cli.main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["email"], told["office"], told["created"], told["granted"]) == (
        "prima@example.org", "regia", True, True,
    )  # fmt: skip
    page = client.get(told["link"], follow=True)
    assert page.status_code == 200
    new = "una-frase-lunga-e-mia-77"
    done = client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    user = User.objects.get(email="prima@example.org")
    assert user.check_password(new)
    assert [(grant.office.code, grant.role) for grant in user.role_grants.all()] == [("regia", "system")]
    assert cli.main(asked) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["created"], again["granted"]) == (False, False)
    assert client.get(told["link"], follow=True).redirect_chain[-1:] != page.redirect_chain[-1:]  # the link held once
