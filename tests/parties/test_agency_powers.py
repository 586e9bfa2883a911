"""What the roles of an agency do not give: powers over everybody's files, which are the Section's."""

import pytest

from levante.aid.policies import may_decide_undertaking, may_import
from levante.parties import policies

pytestmark = pytest.mark.django_db


def powers(enterprise, mandate, person):
    """Every power over files of anybody, as a question to an actor."""
    return {
        "edit": lambda actor: policies.may_edit_enterprise(actor, enterprise),
        "merge": policies.may_merge_enterprises,
        "import the register": policies.may_import_register,
        "decide a mandate": lambda actor: policies.may_decide_mandate(actor, mandate),
        "give any scope": lambda actor: policies.may_give_scopes(actor, ["people"]),
        "revoke a mandate": lambda actor: policies.may_revoke_mandate(actor, mandate),
        "keep contacts": lambda actor: policies.may_edit_people(actor, enterprise),
        "record a consent": lambda actor: policies.may_record_consent(actor, person),
        "hand over data": lambda actor: policies.may_export_person(actor, person),
        "erase": lambda actor: policies.may_erase_person(actor, person),
        "import the RNA": may_import,
        "decide a doubt": may_decide_undertaking,
    }


@pytest.fixture
def asked(enterprise, representative):
    from levante.parties.api import Mandate, Person

    firm = enterprise()
    representative(firm)
    return powers(firm, Mandate.objects.get(), Person.objects.create(given_name="Ada", family_name="Neri"))


@pytest.mark.parametrize("role", ["director", "case_officer", "front_desk", "system"])
def test_in_an_agency_no_role_gives_them(officer, actor_for, asked, role):
    actor = actor_for(officer(role, office="arti", given="Aldo"))
    assert [name for name, may in asked.items() if may(actor)] == []


def test_in_the_section_a_director_has_them_all(officer, actor_for, asked):
    actor = actor_for(officer("director", given="Aldo"))
    assert [name for name, may in asked.items() if not may(actor)] == []
