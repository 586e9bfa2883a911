"""Mandates: who may give, confirm, refuse and revoke which powers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from levante.kernel.api import Refused, today
from levante.parties.api import (
    Enterprise,
    Mandate,
    acting_scopes,
    confirm_mandate,
    invite,
    refuse_mandate,
    request_mandate,
    revoke_mandate,
)

Maker = Callable[..., Any]


@pytest.fixture
def firm(enterprise: Maker) -> Enterprise:
    return enterprise()


def test_a_representative_needs_a_deed_and_an_officer(
    firm: Enterprise, person: Maker, officer: Maker, representative: Maker, actor_for: Maker
) -> None:
    asker = person("Rita", "Rossi")
    clerk = actor_for(officer("front_desk"))
    bare = request_mandate(actor=actor_for(asker), enterprise=firm, kind="legal_representative")
    with pytest.raises(Refused, match="atto di nomina"):
        confirm_mandate(actor=clerk, mandate=bare)
    refuse_mandate(actor=clerk, mandate=bare, reason="no deed")
    asked = request_mandate(actor=actor_for(asker), enterprise=firm, kind="legal_representative", act="verbale")
    other = actor_for(representative(firm, given="Ugo"), firm)
    with pytest.raises(Refused, match="ufficio"):
        confirm_mandate(actor=other, mandate=asked)
    confirm_mandate(actor=clerk, mandate=asked)
    assert acting_scopes(asker.pk, firm.pk, today()) == set(Mandate.SCOPES)


def test_nobody_decides_on_ones_own(firm: Enterprise, officer: Maker, actor_for: Maker) -> None:
    clerk = officer("case_officer")
    mine = request_mandate(actor=actor_for(clerk), enterprise=firm, kind="operator", scopes=["apply"])
    with pytest.raises(Refused, match="propria"):
        confirm_mandate(actor=actor_for(clerk), mandate=mine)


def test_nobody_gives_wider_powers_than_ones_own(
    firm: Enterprise, person: Maker, representative: Maker, actor_for: Maker
) -> None:
    helper = representative(firm, kind="delegate", scopes=["read", "people"], given="Ada")
    friend = person("Leo", "Loi")
    with pytest.raises(Refused, match="submit"):
        invite(actor=actor_for(helper, firm), holder=firm, email=friend.email, kind="operator", scopes=["submit"])
    asked = request_mandate(actor=actor_for(friend), enterprise=firm, kind="delegate", scopes=["submit"])
    with pytest.raises(Refused, match="submit"):
        confirm_mandate(actor=actor_for(helper, firm), mandate=asked)
    offered = invite(actor=actor_for(helper, firm), holder=firm, email=friend.email, kind="operator", scopes=["people"])
    assert offered.state == "sent", "nothing is in force until who owns the address accepts it"
    assert acting_scopes(friend.pk, firm.pk, today()) == set()


def test_an_enterprise_decides_only_on_its_own(
    enterprise: Maker, person: Maker, representative: Maker, actor_for: Maker
) -> None:
    mine, other = enterprise("Mine"), enterprise("Other")
    asked = request_mandate(actor=actor_for(person("Leo", "Loi")), enterprise=other, kind="operator", scopes=["apply"])
    boss = actor_for(representative(mine), mine)
    for decide in (confirm_mandate, refuse_mandate, revoke_mandate):
        with pytest.raises(Refused):
            decide(actor=boss, mandate=asked, reason="why not")
    assert not Mandate.objects.visible_to(boss).filter(pk=asked.pk).exists()


def test_a_revoked_or_expired_mandate_gives_nothing(firm: Enterprise, representative: Maker, actor_for: Maker) -> None:
    user = representative(firm, kind="consultant", scopes=["read", "apply"])
    mandate = Mandate.objects.get()
    assert acting_scopes(user.pk, firm.pk, today()) == {"read", "apply"}
    mandate.until = today() - timedelta(days=1)
    mandate.save()
    assert acting_scopes(user.pk, firm.pk, today()) == set()
    assert acting_scopes(user.pk, firm.pk, mandate.until) == {"read", "apply"}
    revoke_mandate(actor=actor_for(user), mandate=mandate)
    assert acting_scopes(user.pk, firm.pk, date(2024, 6, 1)) == set()
    with pytest.raises(Refused):
        revoke_mandate(actor=actor_for(user), mandate=mandate)


def test_asking_twice_is_told(firm: Enterprise, person: Maker, actor_for: Maker) -> None:
    actor = actor_for(person())
    request_mandate(actor=actor, enterprise=firm, kind="operator", scopes=["apply"])
    with pytest.raises(Refused, match="già"):
        request_mandate(actor=actor, enterprise=firm, kind="operator", scopes=["apply"])
    for wrong in (
        {"kind": "king", "scopes": ["apply"]},
        {"kind": "delegate", "scopes": []},
        {"kind": "delegate", "scopes": ["fly"]},
    ):
        with pytest.raises(Refused):
            request_mandate(actor=actor, enterprise=firm, **wrong)
