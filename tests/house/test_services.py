"""The shape of every write: one transaction, one audit entry; what changed nothing leaves none."""

import pytest

from levante.identity.models import Office
from levante.kernel.api import Refused, note, refuse, service, system, unchanged
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db
ROBOT = system("test")


@service("test.open_office")
def open_office(*, actor, code):
    known = Office.objects.filter(code=code).first()
    if known is not None:
        return unchanged(known)
    note(code=code)
    return Office.objects.create(code=code, kind="agency", name_it=code, name_en=code)


@service("test.open_offices")
def open_offices(*, actor, codes):
    for code in codes:
        open_office(actor=actor, code=code)
    note(codes=codes)


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_write_leaves_one_entry_and_its_repetition_none():
    first = open_office(actor=ROBOT, code="a")
    assert verbs() == ["test.open_office"]
    assert open_office(actor=ROBOT, code="a") == first
    assert verbs() == ["test.open_office"]


def test_a_service_inside_another_speaks_for_itself_only():
    open_office(actor=ROBOT, code="a")
    open_offices(actor=ROBOT, codes=["a", "b"])
    assert verbs() == ["test.open_office", "test.open_office", "test.open_offices"]


@pytest.mark.parametrize("order", [(note, unchanged), (unchanged, note)])
def test_to_note_something_and_say_that_nothing_changed_is_a_mistake(order):
    @service("test.confused")
    def confused(*, actor):
        Office.objects.create(code="a", kind="agency", name_it="a", name_en="a")
        for say in order:
            say(code="a") if say is note else say(None)

    with pytest.raises(RuntimeError, match=r"note\(\)"):
        confused(actor=ROBOT)
    assert not Office.objects.filter(code="a").exists()
    assert not verbs()


def test_what_is_refused_leaves_nothing():
    @service("test.refused")
    def refused(*, actor):
        open_office(actor=actor, code="a")
        refuse("No.", "No.")

    with pytest.raises(Refused):
        refused(actor=ROBOT)
    assert not verbs()


@pytest.mark.parametrize("say", [lambda: note(code="a"), lambda: unchanged(None)])
def test_outside_a_service_there_is_nothing_to_say(say):
    with pytest.raises(RuntimeError, match="inside a service"):
        say()


def test_the_actor_is_told_by_name():
    with pytest.raises(TypeError):
        open_office(ROBOT, "a")
    with pytest.raises(TypeError):
        open_office(actor="somebody", code="a")
