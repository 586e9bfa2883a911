"""The agenda moved by hand: each step is kept, told to whom it touches, and undone by another."""

import json

import pytest
from tests.meetings.world import AFTER, MORNING, SYSTEM, make_meetings, published

from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at
from levante.kernel.models import AuditEntry
from levante.meetings import api
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


def places(made):
    """Each standing meeting: who → slot, table, whether it is locked."""
    return {(row.a_id, row.b_id): (row.slot_id, row.table, row.locked) for row in made.agenda.meetings.standing()}


def placed(made):
    """By hand: the first enterprise with the first buyer in the first slot, with the second in the second."""
    with clock_at(AFTER):
        for buyer, slot in zip(made.b, made.slots, strict=False):
            edit = api.Edit("add", str(made.a[0].pk), str(buyer.pk), slot=str(slot.pk))
            api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
    made.fresh()
    return list(api.Meeting.objects.standing().order_by("slot__starts_at"))


def test_steps_are_kept_and_undone_one_by_one_and_only_who_is_touched_is_told(made):
    with clock_at(AFTER):
        api.set_agenda(actor=SYSTEM, agenda=made.agenda, **settings_with(made, tables=3))
    one, other = placed(made)
    published(made)
    a, b = str(one.a_id), str(one.b_id)
    with clock_at(AFTER):
        start = places(made)
        free = one.table % 3 + 1
        seen = [start]
        for edit in (
            api.Edit("move", a, b, slot=str(one.slot_id), table=free),
            api.Edit("swap", a, b, other=(str(other.a_id), str(other.b_id))),
            api.Edit("lock", a, b),
            api.Edit("unlock", a, b),
            api.Edit("remove", a, b),
            api.Edit("add", a, b, slot=str(other.slot_id)),
        ):
            api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit, revision=made.agenda.revision)
            assert places(made) != seen[-1], edit
            seen.append(places(made))
        assert seen[1][one.a_id, one.b_id][:2] == (one.slot_id, free), "the table that was asked"
        told = [row.subject_id.split(":") for row in Notice.objects.filter(kind="agenda-changed")]
        assert {who for who, _ in told} == {a, b, str(other.b_id)}, "the enterprise and its two buyers, and nobody else"
        assert len({revision for _, revision in told}) == 4, "a lock changes nobody's meeting"
        for before in reversed(seen[:-1]):
            api.undo_edit(actor=SYSTEM, agenda=made.fresh(), revision=made.agenda.revision)
            assert places(made) == before
        assert AuditEntry.objects.filter(verb="meetings.undo_edit").count() == 6
        again = api.last_edits(made.agenda)
        assert [row.kind for row in again[:2]] == ["undo", "undo"]
        still = api.Edit("move", a, b, slot=str(one.slot_id), table=one.table)
        revision = made.fresh().revision
        assert api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=still).revision == revision, (
            "it is there: no step"
        )


def test_what_changed_in_another_way_or_has_begun_is_not_put_back(made):
    with clock_at(AFTER), pytest.raises(Refused, match="Non ci sono passi"):
        api.undo_edit(actor=SYSTEM, agenda=made.agenda)
    one, _ = placed(made)
    a, b = str(one.a_id), str(one.b_id)
    with clock_at(AFTER):
        api.edit_meeting(actor=SYSTEM, agenda=made.agenda, edit=api.Edit("lock", a, b))
        for edit in (api.Edit("move", a, b, slot=str(made.slots[3].pk)), api.Edit("remove", a, b)):
            with pytest.raises(Refused, match="sbloccato"):
                api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=edit)
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=api.Edit("unlock", a, b))
        api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=api.Edit("remove", a, b))
        with pytest.raises(Refused, match="ricarica la pagina"):
            api.undo_edit(actor=SYSTEM, agenda=made.agenda, revision=made.agenda.revision - 1)
    with clock_at(MORNING.replace(hour=12)):
        with pytest.raises(Refused, match="già cominciata"):
            api.undo_edit(actor=SYSTEM, agenda=made.fresh())
        with pytest.raises(Refused, match="già cominciata"):
            api.edit_meeting(actor=SYSTEM, agenda=made.fresh(), edit=api.Edit("add", a, b, slot=str(made.slots[0].pk)))
    with clock_at(AFTER):
        api.block_pair(actor=SYSTEM, a=one.a, b=one.b, reason="Sono in causa")
        with pytest.raises(Refused, match="non è tra quelle che si possono incontrare"):
            api.undo_edit(actor=SYSTEM, agenda=made.fresh())


def settings_with(made, **more):
    row = made.agenda
    names = ("mode", "zone", "call_base", "tables", "interpreters", "languages", "penalty", "requests_until")
    return {name: getattr(row, name) for name in names} | more


@pytest.mark.slow  # a dozen pages
def test_the_grid_asks_what_it_costs_drops_and_undoes(made, officer, signed_in, monkeypatch):
    one, other = placed(made)
    chief = signed_in(officer(roles.DIRECTOR))
    base = f"/ufficio/iniziative/{made.initiative.code}/incontri/"
    given = {"kind": "move", "a": one.a_id, "b": one.b_id, "slot": other.slot_id, "revision": made.agenda.revision}
    with clock_at(AFTER):
        broken = json.loads(chief.get(f"{base}costo/", given).content)
        assert not broken["allowed"]
        assert "due incontri nello stesso momento" in broken["words"]
        given["slot"] = made.slots[3].pk
        assert json.loads(chief.get(f"{base}costo/", given).content) == {
            "allowed": True,
            "words": "Si può fare: punti 0.",
        }
        assert chief.post(f"{base}posa/", given | {"side": "tables"}).url.endswith("?side=tables")
        one.refresh_from_db()
        assert one.slot_id == made.slots[3].pk
        assert json.loads(chief.get(f"{base}costo/", given).content)["stale"]
        chief.post(f"{base}posa/", given)
        page = chief.post(
            f"{base}annulla/", {"revision": made.fresh().revision, "side": "a"}, follow=True
        ).content.decode()
        for words in ("Qualcuno ha cambiato l’agenda", "È tornato com’era", "riportato com’era"):
            assert words in page, "the second officer read another agenda; undone, it is said"
        monkeypatch.setattr("levante.web.components.meetings.PER_PAGE", 1)
        kept = chief.post(f"{base}posa/", given | {"side": "a", "q": "impresa", "page": "2"}, follow=True)
        assert kept.redirect_chain[-1][0] == f"{base}?side=a&q=impresa&page=2", "to the rows that were looked at"
        rows = [line["name"] for line in kept.context["grid"]["rows"]]
        assert rows == [made.a[1].name], "a page of those that answer"
        assert 'name="page" value="2"' in kept.content.decode()
        assert [line["name"] for line in chief.get(base, {"q": "BUYER 2"}).context["grid"]["rows"]] == ["Buyer 2"]
        type(made.agenda).objects.update(tables=1)
        for number, key in (("1", "t1"), ("2", "n1")):
            shown = chief.get(base, {"side": "tables", "page": number}).context["grid"]["rows"]
            assert [line["key"] for line in shown] == [key]
    form = chief.get(
        f"{base}modifica/", {"a": one.a_id, "b": one.b_id, "kind": "swap", "with": f"{other.a_id}-{other.b_id}"}
    )
    assert "Scambia di posto con" in form.content.decode()
