"""Places that are free with nobody waiting: the call opens again for them, and who asks is added by another act."""

from datetime import date, timedelta

import pytest
from tests.initiatives.world import SYSTEM
from tests.participations.test_at_once import at
from tests.participations.world import AFTER, decided, make_world
from tests.programme.test_concurrency import together

from levante.identity.api import roles
from levante.initiatives.api import express_interest, move_initiative
from levante.kernel.api import Refused, clock_at
from levante.participations import api
from levante.participations.paper import told_on_paper
from levante.programme.api import record_act

OPEN_AGAIN, CLOSED_AGAIN = AFTER + timedelta(days=1), AFTER + timedelta(days=5)


def another_act(made):
    return record_act(
        actor=SYSTEM, triennium=made.made.second.lines[0].triennium, code="aggiunta", number="78",
        adopted_on=date(2026, 4, 19), title_it="Aggiunta", title_en="Added",
    )  # fmt: skip


def open_again(made):
    made.initiative.refresh_from_db()
    given = {"closes_at": CLOSED_AGAIN, "reason": "Un posto è libero"}
    return move_initiative(actor=SYSTEM, initiative=made.initiative, step="call", **given)


def opened_and_asked(made, enterprise, representative, actor_for, names):
    """The first gives up and nobody waits: the call opens again, these ask, it is closed."""
    with made.at():
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="prepare")
        with pytest.raises(Refused, match="posti liberi senza nessuno in attesa"):
            open_again(made)
        api.renounce_place(actor=made.actors[0], row=made.rows()[0])
    with clock_at(OPEN_AGAIN):
        open_again(made)
        with pytest.raises(Refused, match="Hai già un turno in questa iniziativa: ha rinunciato"):
            express_interest(actor=made.actors[0], initiative=made.initiative, products="di nuovo")
        for name, size in names:
            firm = enterprise(name, size=size, size_on=date(2026, 1, 1))
            express_interest(actor=actor_for(representative(firm), firm), initiative=made.initiative, products="cose")
            made.firms.append(firm)
    with clock_at(CLOSED_AGAIN):
        made.initiative = move_initiative(actor=SYSTEM, initiative=made.initiative, step="close")
    made.selection.refresh_from_db()


@pytest.mark.slow  # a list decided twice, two pages and two papers
@pytest.mark.django_db
def test_who_asks_for_the_free_place_is_added_by_another_act(
    desk, enterprise, representative, actor_for, officer, client, signed_in
):
    made = decided(make_world(enterprise, representative, actor_for, firms=2))
    opened_and_asked(
        made, enterprise, representative, actor_for, [("Nuova", "small"), ("Grande", "large"), ("Terza", "micro")]
    )
    page, director = f"/ufficio/iniziative/{made.initiative.code}/partecipanti/", officer(roles.DIRECTOR)
    signed_in(director)

    def awaited():
        return [one.to_add for one in api.awaited_from_office(actor_for(director), decides=True, most=9)]

    with clock_at(CLOSED_AGAIN):
        with pytest.raises(Refused, match="l’atto che aggiunge alla lista chi ha chiesto dopo"):
            move_initiative(actor=SYSTEM, initiative=made.initiative, step="prepare")
        assert awaited() == [True]
        turns = api.order_of(made.selection)
        assert [(turn.request.enterprise.name, turn.placed and turn.placed.position) for turn in turns] == [
            ("Nuova", 3), ("Terza", 4), ("Grande", None),
        ]  # fmt: skip
        paper = told_on_paper(made.selection, since=True)
        assert [line["outcome"] for line in paper["placed"]] == ["un posto", "lista d’attesa"]
        read = api.mark_of_order(turns)
        shown = client.get(page).content.decode()
        assert ("Chi ha chiesto dopo" in shown, read in shown) == (True, True)
        assert read in b"".join(client.get(f"{page[:-1]}.csv?since").streaming_content).decode()
        same = client.post(f"{page}aggiungi/", {"add-act": made.act.code, "read": read})
        assert "È l’atto che ha approvato la lista" in same.content.decode()
        act = another_act(made)
        assert client.post(f"{page}aggiungi/", {"add-act": act.code, "read": "altro"}).status_code == 400
        assert client.post(f"{page}aggiungi/", {"add-act": act.code, "read": read}).status_code == 302
        assert client.post(f"{page}aggiungi/", {"add-act": act.code, "read": read}).status_code == 302, "twice is once"
        rows = {row.enterprise.name: (row.state, row.position, row.seat, row.added_act_id) for row in made.rows()}
        assert rows == {
            "Impresa 1": ("renounced", 1, None, None), "Impresa 2": ("offered", 2, 2, None), "Nuova": ("offered", 3, 1, act.pk),
            "Terza": ("listed", 4, None, act.pk), "Grande": ("excluded", None, None, act.pk),
        }  # fmt: skip
        assert awaited() == []
        assert "aggiunta con" in client.get(page).content.decode()
        every = client.get("/ufficio/partecipanti/?phase=decided&hide=waiting")
        assert made.initiative.title_it in every.content.decode()
        sheet = b"".join(client.get("/ufficio/partecipanti/?export=csv").streaming_content).decode().splitlines()
        assert (len(sheet), ";2;2;1;" in sheet[1]) == (2, True)
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="prepare")
        with pytest.raises(Refused, match="posti liberi senza nessuno in attesa"):
            open_again(made)


@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_once_add_once(desk, enterprise, representative, actor_for):
    made = decided(make_world(enterprise, representative, actor_for, firms=2))
    opened_and_asked(made, enterprise, representative, actor_for, [("Nuova", "small")])
    act = another_act(made)
    add = at(CLOSED_AGAIN, lambda: api.add_to_list(actor=SYSTEM, initiative=made.initiative, act=act))
    outcomes = together(add, add)
    assert all(isinstance(one, api.Selection) for one in outcomes), outcomes
    assert [(row.state, row.position, row.seat) for row in made.rows()] == [
        ("renounced", 1, None), ("offered", 2, 2), ("offered", 3, 1),
    ]  # fmt: skip
