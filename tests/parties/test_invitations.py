"""A mandate offered to an address: nothing tells whether it has an account; who owns it accepts, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction

from levante.kernel.api import Party, Refused, clock_at, now, system, today
from levante.kernel.models import AuditEntry
from levante.parties.api import (
    Buyer,
    Investor,
    Invitation,
    Mandate,
    Person,
    accept_invitation,
    acting_as,
    acting_scopes,
    erase_person,
    export_person,
    forget_invitations,
    invitation_by,
    invitation_token,
    invitations_to,
    invite,
    load_places,
    people_of,
    request_mandate,
    revoke_mandate,
    withdraw_invitation,
)
from levante.parties.invitation_mail import invitation_mail, send_invitation_mail

Maker = Callable[..., Any]


@pytest.fixture
def owner(person: Maker) -> Maker:
    """A person who has proved to own their address."""

    def make(*names: str, **fields: Any) -> Any:
        user = person(*names, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def boss(enterprise: Maker, representative: Maker, actor_for: Maker) -> Any:
    firm = enterprise()
    return actor_for(representative(firm, given="Rita"), firm), firm


@pytest.fixture
def abroad(db: None) -> tuple[Buyer, Investor]:
    load_places()
    return (
        Buyer.objects.create(name="Hanse Boats", country_id="DE"),
        Investor.objects.create(name="Boreas", country_id="SE"),
    )


def ask(boss: Any, email: str, **changes: Any) -> Invitation:
    actor, firm = boss
    given = {"actor": actor, "holder": firm, "email": email, "kind": "operator", "scopes": ["apply"]}
    return invite(**(given | changes))


def test_the_answer_is_the_same_with_and_without_an_account(boss: Any, owner: Maker) -> None:
    known, unknown = owner("Leo", "Loi"), "nobody.yet@example.org"
    rows = [ask(boss, address) for address in (known.email.upper(), unknown)]
    for row in rows:
        send_invitation_mail(row.pk)
    # A token bears its second: the one of the message may be older than one made now.
    first, second = (re.sub(r"/inviti/[^/]+/", "/inviti/TOKEN/", message.body) for message in mail.outbox)
    assert first == second
    assert mail.outbox[0].subject == mail.outbox[1].subject
    assert "Rita Greco ti offre una delega" in first
    assert "/en/inviti/TOKEN/" in first
    trace = [entry.data | {"object_id": ""} for entry in AuditEntry.objects.filter(verb="parties.invite")]
    assert trace[0] == trace[1]
    assert "example" not in str(trace)


def test_who_owns_the_address_accepts_once(boss: Any, owner: Maker, person: Maker, actor_for: Maker) -> None:
    actor, firm = boss
    friend, thief = owner("Leo", "Loi"), owner("Ugo", "Ladro")
    row = ask(boss, friend.email)
    assert invitations_to(friend.pk) == [row]
    assert invitations_to(thief.pk) == []
    assert invitation_by(invitation_token(row)) == row
    assert invitation_by("made:up:token") is None
    with pytest.raises(Refused, match="altro indirizzo"):
        accept_invitation(actor=actor_for(thief), invitation=row)
    unproved = person("Pia", "Pini")
    with pytest.raises(Refused, match="altro indirizzo"):
        accept_invitation(actor=actor_for(unproved), invitation=ask(boss, unproved.email))
    mandate = accept_invitation(actor=actor_for(friend), invitation=row)
    assert acting_scopes(friend.pk, firm.pk, today()) == {"read", "apply"}
    assert (mandate.decided_by_id, mandate.state) == (actor.user_id, "confirmed")
    assert accept_invitation(actor=actor_for(friend), invitation=row) == mandate
    assert Mandate.objects.filter(user=friend).count() == 1
    revoke_mandate(actor=actor, mandate=mandate)
    assert acting_scopes(friend.pk, firm.pk, today()) == set(), "an accepted invitation gives nothing again"


def test_what_no_longer_holds_is_refused(
    boss: Any, owner: Maker, enterprise: Maker, representative: Maker, actor_for: Maker
) -> None:
    actor, _ = boss
    friend = owner("Leo", "Loi")
    row = ask(boss, friend.email)
    with clock_at(now() + timedelta(days=31)), pytest.raises(Refused, match="non è più valido"):
        accept_invitation(actor=actor_for(friend), invitation=row)
    withdraw_invitation(actor=actor, invitation=row)
    with pytest.raises(Refused, match="non è più valido"):
        accept_invitation(actor=actor_for(friend), invitation=row)
    assert not send_invitation_mail(row.pk)
    assert not mail.outbox
    other = enterprise("Altra")
    stranger = actor_for(representative(other), other)
    again = ask(boss, friend.email)
    with pytest.raises(Refused):
        withdraw_invitation(actor=stranger, invitation=again)
    assert not Invitation.objects.visible_to(stranger).exists()
    revoke_mandate(actor=system("test"), mandate=Mandate.objects.get(user_id=actor.user_id))
    with pytest.raises(Refused, match="Chi ti ha invitato"):
        accept_invitation(actor=actor_for(friend), invitation=again)


def test_a_second_click_and_new_terms(boss: Any, owner: Maker) -> None:
    friend = owner("Leo", "Loi")
    row = ask(boss, friend.email)
    entries = AuditEntry.objects.count()
    assert ask(boss, friend.email) == row
    assert AuditEntry.objects.count() == entries
    wider = ask(boss, friend.email, scopes=["apply", "submit"])
    assert wider.pk == row.pk
    assert wider.scopes == ["apply", "read", "submit"]
    with pytest.raises(Refused, match="poteri che non hai"):
        ask(boss, friend.email, scopes=["meet"])
    with pytest.raises(Refused, match="ufficio"):
        ask(boss, friend.email, kind="legal_representative")
    for number in range(49):
        ask(boss, f"p{number}@example.org")
    with pytest.raises(Refused, match="domani"):
        ask(boss, "one-too-many@example.org")


def test_a_request_that_waited_is_confirmed_by_the_invitation(boss: Any, owner: Maker, actor_for: Maker) -> None:
    _, firm = boss
    friend = owner("Leo", "Loi")
    asked = request_mandate(actor=actor_for(friend), enterprise=firm, kind="operator", scopes=["submit"])
    accept_invitation(actor=actor_for(friend), invitation=ask(boss, friend.email))
    asked.refresh_from_db()
    assert (asked.state, asked.scopes) == ("confirmed", ["apply", "read"])
    with pytest.raises(Refused, match="già"):
        accept_invitation(actor=actor_for(friend), invitation=ask(boss, friend.email))


def test_a_buyer_and_an_investor_are_acted_for_on_a_document(
    abroad: tuple[Buyer, Investor], owner: Maker, officer: Maker, actor_for: Maker, boss: Any
) -> None:
    buyer, investor = abroad
    clerk = actor_for(officer("agency_staff", office="ente", given="Paola", family="Neri"))
    friend = owner("Klaus", "Brandt")
    terms = {"actor": clerk, "email": friend.email, "kind": "delegate"}
    with pytest.raises(Refused, match="documento"):
        invite(**terms, holder=buyer, scopes=["meet"])
    with pytest.raises(Refused, match="Indica"):
        invite(**terms, holder=investor, scopes=["meet"], act="extract")
    with pytest.raises(Refused):
        invite(**(terms | {"actor": boss[0]}), holder=buyer, scopes=["meet"], act="extract")
    row = invite(**terms, holder=buyer, scopes=["meet"], act="extract", language="en")
    subject, text = invitation_mail(row)
    assert subject == "An invitation to act for Hanse Boats"
    assert text.index("Hello") < text.index("Buongiorno")
    assert "Paola Neri (ente) offers you" in text
    assert "take part in fairs" in text
    mandate = accept_invitation(actor=actor_for(friend), invitation=row)
    party = Party("buyer", buyer.pk)
    assert acting_as(friend.pk, party, today()).scopes == {"read", "meet"}
    assert mandate.act == "extract"
    assert people_of(party, today()) == [friend.pk]
    assert acting_as(friend.pk, Party("investor", buyer.pk), today()).scopes == frozenset()
    assert mandate.party == party
    assert mandate.holder == buyer
    assert Mandate.objects.visible_to(clerk).count() == 1, (
        "who keeps buyers sees who acts for them, and no enterprise's"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(act="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(investor=investor)


def test_the_address_goes_with_the_person_and_with_time(boss: Any, owner: Maker, actor_for: Maker) -> None:
    actor, _ = boss
    friend = owner("Leo", "Loi")
    mandate = accept_invitation(actor=actor_for(friend), invitation=ask(boss, friend.email))
    one = Person.objects.get(user=friend)
    held = export_person(actor=actor_for(friend), person=one)
    assert held["invitations"][0]["email"] == friend.email
    assert held["mandates"][0]["for"] == mandate.enterprise.name
    ask(boss, "late@example.org")
    with clock_at(now() + timedelta(days=130)):
        assert forget_invitations(actor=system("night")) == 1
        assert forget_invitations(actor=system("night")) == 0
    assert Invitation.objects.get(state="sent").email == ""
    revoke_mandate(actor=actor, mandate=mandate)
    erase_person(actor=actor_for(friend), person=one)
    assert not Invitation.objects.exclude(email="").exists()
