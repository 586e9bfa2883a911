"""Saved texts: whose they are, their versions, their placeholders, and the file where one chooses them."""

import pytest

from levante.identity.api import Office
from levante.kernel.api import Refused
from levante.kernel.models import AuditEntry
from levante.letters.api import Wording, retire_wording, save_wording, wordings_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(desk):
    return Office.objects.get(code="sezione")


def save(desk, office, title="Fiera non internazionale", text="La fiera non è internazionale.", use="notice", **more):
    return save_wording(actor=desk, office=office, use=use, title=title, text=text, **more)


def test_a_text_is_kept_and_each_change_is_a_version(desk, office):
    one = save(desk, office)
    save(desk, office, wording=one)
    assert AuditEntry.objects.filter(verb="letters.save_wording").count() == 1, "nothing changed"
    save(desk, office, text="La fiera di {enterprise} non è internazionale.", wording=one)
    save(desk, office, title="Non internazionale", text="La fiera di {enterprise} non è internazionale.", wording=one)
    shown = Wording.objects.with_text().get()
    assert (shown.title, shown.version) == ("Non internazionale", 2)
    assert list(one.versions.values_list("number", flat=True)) == [2, 1]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "Gentile {nome}"}, "text"), ({"text": " "}, "text"), ({"title": " "}, "title"), ({"use": "altro"}, "use"),
        ({"text": "x" * 9000}, "text"), ({"title": "fiera NON internazionale", "text": "Altro"}, "title"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(desk, office, wrong, field):
    save(desk, office)
    with pytest.raises(Refused) as error:
        save(desk, office, **{"title": "Altra", **wrong})
    assert error.value.field == field
    if "nome" in wrong.get("text", ""):
        assert "{nome}" in error.value.reason.it


def test_an_agency_keeps_its_own_and_only_those(desk, office, officer, actor_for):
    agency = actor_for(officer("agency_staff", office="agenzia", given="Ugo"))
    with pytest.raises(Refused):
        save(agency, office)
    own = save(agency, Office.objects.get(code="agenzia"))
    save(desk, office)
    assert list(Wording.objects.visible_to(agency)) == [own]
    assert Wording.objects.visible_to(desk).count() == 2


def test_texts_are_filled_and_a_retired_one_is_not_offered(desk, office):
    one = save(desk, office, text="{enterprise}: no[[, {amount}]].")
    values = {"enterprise": "Ditta {strana}", "amount": ""}
    assert wordings_for(office, values) == {"notice": [("Fiera non internazionale", "Ditta {strana}: no.")]}
    retire_wording(actor=desk, wording=one)
    retire_wording(actor=desk, wording=one)
    assert wordings_for(office, values) == {}
    with pytest.raises(Refused):
        save(desk, office, text="Altro", wording=one)
    save(desk, office)  # its title is free again
