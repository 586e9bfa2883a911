"""The stand on its drawing, what is bought, what is to be done by when."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world

from levante.controls.api import record_due_payment
from levante.identity.api import RoleGrant
from levante.kernel.api import Refused, clock_at, system
from levante.kernel.models import AuditEntry
from levante.messages.api import Notice
from levante.participations import api

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def test_a_module_is_of_one_who_has_a_place_and_a_drawing_never_loses_it(world):
    made = decided(world())
    drawing = api.first_drawing(made.selection)
    with made.at():
        api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=drawing)
        first, second = made.selection.elements.order_by("code")
        api.assign_module(actor=SYSTEM, element=first, row=made.rows()[0])
        with pytest.raises(Refused, match="già tutti i suoi moduli"):
            api.assign_module(actor=SYSTEM, element=second, row=made.rows()[0])
        with pytest.raises(Refused, match="Non ha un posto"):
            api.assign_module(actor=SYSTEM, element=second, row=made.rows()[2])
        with pytest.raises(Refused, match="è assegnato"):
            api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=drawing[1:])
        with pytest.raises(Refused, match="si sovrappongono"):
            api.draw_stand(
                actor=SYSTEM, initiative=made.initiative, parts=[*drawing, api.Drawn("Z", "shared", 10, 10, 500, 20)]
            )
        api.draw_stand(
            actor=SYSTEM,
            initiative=made.initiative,
            parts=[*drawing, api.Drawn("H", "shared", 0, 500, 600, 300, "Sala", "Room")],
        )
        assert made.selection.elements.get(code="A1").holder == made.rows()[0]
        with pytest.raises(Refused, match="A2 esce dallo spazio"):
            api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=drawing, hall=api.Hall(500, 800))
        api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=drawing, hall=api.Hall(600, 300))
        further = [*drawing, api.Drawn("B1", "shared", 600, 0, 100, 100)]
        with pytest.raises(Refused, match="B1 esce dallo spazio"):
            api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=further)
        made.selection.refresh_from_db()
        read = api.mark_of_drawing(made.selection, made.selection.elements.all())
        whose = api.mark_of_holders(made.selection.elements.all())
        api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=drawing, hall=api.Hall(700, 300), read=read)
        with pytest.raises(Refused, match="Qualcuno ha salvato un’altra versione"):
            api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=drawing, hall=api.Hall(600, 300), read=read)
        first = made.selection.elements.get(code="A1")
        api.exchange_modules(actor=SYSTEM, initiative=made.initiative, holders={first.pk: None}, read=whose)
        with pytest.raises(Refused, match="Qualcuno ha salvato un’altra versione"):
            api.exchange_modules(actor=SYSTEM, initiative=made.initiative, holders={first.pk: None}, read=whose)
        api.assign_module(actor=SYSTEM, element=first, row=made.rows()[0])
        api.renounce_place(actor=made.actors[0], row=made.rows()[0])
    assert not made.selection.elements.filter(holder__isnull=False).exists(), "who gives up leaves its modules"


def test_a_second_module_only_where_there_is_room(world):
    made = decided(world(quota=D("0.00"), extra_quota=D("300.00")))
    with made.at():
        api.draw_stand(
            actor=SYSTEM,
            initiative=made.initiative,
            parts=[*api.first_drawing(made.selection), api.Drawn("B1", "module", 0, 900, 300, 300)],
        )
        row = api.accept_place(actor=made.actors[0], row=made.rows()[0], modules=2)
        assert (row.modules, row.due.amount) == (2, D("300.00"))
        told = Notice.objects.filter(kind="place-offered").first().body_it
        assert told.endswith(
            "è gratuito. Ogni modulo in più 300,00\xa0€. Se rinunci dopo aver pagato non ti si rende nulla."
        )
        with pytest.raises(Refused, match="non c’è posto per altri moduli"):
            api.accept_place(actor=made.actors[1], row=made.rows()[1], modules=2)
        for number in (3, 0):
            with pytest.raises(Refused, match="solo ridurre"):
                api.take_fewer_modules(actor=made.actors[0], row=row, modules=number)
        with pytest.raises(Refused, match="delega a trasmettere"):
            api.take_fewer_modules(actor=made.actors[1], row=row, modules=1)
        asked = row.due
        fewer = api.take_fewer_modules(actor=made.actors[0], row=row, modules=1)
        asked.refresh_from_db()
        assert (fewer.modules, fewer.state, asked.state) == (1, "confirmed", "cancelled"), "nothing is left to pay"


@pytest.mark.slow  # five pages
def test_modules_are_fewer_until_something_is_paid_and_are_priced_before(world, client, signed_in):
    made = decided(
        world(
            firms=1, places=1, quota=D("500.00"), extra_quota=D("300.00"), refunds=[{"days_before": 40, "percent": 50}]
        )
    )
    signed_in(made.users[0], made.firms[0])
    fair = f"/impresa/fiere/{made.initiative.code}/"
    with made.at():
        shown = client.get(fair).content.decode()
        for words in ("3 · 1.100,00", "22 apr 2026", "poi nulla"):
            assert words in shown
        client.post(f"{fair}posto/accetta/", {"modules": "3"})
        client.post(f"{fair}posto/moduli/", {"modules": "2"})
        row = made.rows()[0]
        assert (row.modules, row.due.amount, row.due.due_on, row.state) == (2, D("800.00"), row.answer_by, "offered")
        assert "1 · 500,00" in client.get(fair).content.decode()
        record_due_payment(
            actor=SYSTEM, due=row.due, source="treasury", reference="r", on=AFTER.date(), amount=D("1.00")
        )
        assert "Riduci i moduli" not in client.get(fair).content.decode()
        with pytest.raises(Refused, match="già pagata"):
            api.take_fewer_modules(actor=made.actors[0], row=row, modules=1)


def test_a_contract_has_its_cig_or_says_why_not_and_a_cig_is_of_one(world):
    made = world(firms=1)
    given = {"actor": SYSTEM, "initiative": made.initiative, "subject": "Allestimento", "supplier": "Stand S.r.l.", "amount": D("40000.00"),
             "signed_on": date(2026, 4, 1)}  # fmt: skip
    with made.at():
        with pytest.raises(Refused, match="Scrivi il CIG"):
            api.record_contract(**given)
        with pytest.raises(Refused):
            api.record_contract(**given, cig="123")
        one = api.record_contract(**given, no_cig="Quota di iscrizione dell’organizzatore")
        api.record_cost(actor=SYSTEM, contract=one, cost=D("48800.00"))
    assert api.costs_of(made.initiative).total == D("48800.00")
    assert api.costs_of(made.initiative).each is None, "nobody took part yet"


def test_the_cost_for_each_enterprise(world):
    made = decided(world())
    with made.at():
        api.record_contract(
            actor=SYSTEM, initiative=made.initiative, subject="Allestimento", supplier="S", amount=D("1000.01"), signed_on=date(2026, 4, 1),
            no_cig="quota",
        )  # fmt: skip
        for actor, row in zip(made.actors[:2], made.rows()[:2], strict=True):
            api.accept_place(actor=actor, row=row)
    costs = api.costs_of(made.initiative)
    assert (costs.total, costs.enterprises, costs.each) == (D("1000.01"), 2, D("500.01")), (
        "half a cent is rounded up, as money is"
    )


def test_what_is_written_of_a_contract_is_put_right(world):
    made = world(firms=1)
    given = {
        "subject": "Allestimento",
        "supplier": "Stand S.r.l.",
        "amount": D("40000.00"),
        "signed_on": date(2026, 4, 1),
    }
    with made.at():
        one, other = (
            api.record_contract(actor=SYSTEM, initiative=made.initiative, **(given | {"subject": name}), no_cig="quota")
            for name in ("Allestimento", "Viaggi")
        )
        right = api.correct_contract(actor=SYSTEM, contract=one, **(given | {"amount": D("41000.00")}), no_cig="quota")
        assert (right.amount, api.costs_of(made.initiative).total) == (D("41000.00"), D("81000.00"))
        before = AuditEntry.objects.count()
        api.correct_contract(actor=SYSTEM, contract=one, **(given | {"amount": D("41000.00")}), no_cig="quota")
        assert AuditEntry.objects.count() == before
        api.Contract.objects.filter(pk=other.pk).update(cig="B0123456AF", no_cig="")
        with pytest.raises(Refused):
            api.correct_contract(actor=SYSTEM, contract=one, **given)
        with pytest.raises(Refused, match="programma"):
            api.correct_contract(actor=made.actors[0], contract=one, **given, no_cig="quota")


def test_a_task_changes_hands_and_day_among_those_who_work_on_it(world, desk, person):
    made = world(firms=1)
    given = {"actor": SYSTEM, "initiative": made.initiative, "kind": "samples", "what": "Spedire"}
    day = AFTER.date() + timedelta(days=2)
    for stranger in (person(), desk.users.nino):
        with made.at(), pytest.raises(Refused, match="né nell’ufficio che guida"):
            api.add_task(**given, owner=stranger, due_on=day)
    with made.at():
        task = api.add_task(**given, owner=desk.users.anna, due_on=day)
        assert api.remind_of_tasks(actor=system("t")) == 1
        with pytest.raises(Refused, match="né nell’ufficio che guida"):
            api.move_task(actor=SYSTEM, task=task, owner=desk.users.nino, due_on=day)
        later = AFTER.date() + timedelta(days=6)
        moved = api.move_task(actor=SYSTEM, task=task, owner=desk.users.bruno, due_on=later)
        assert (moved.owner, moved.due_on) == (desk.users.bruno, later)
        assert Notice.objects.filter(user=desk.users.bruno, kind="task-given").count() == 1
        assert api.remind_of_tasks(actor=system("t")) == 0
    RoleGrant.objects.filter(user=desk.users.bruno).update(until=AFTER.date() + timedelta(days=2))
    with made.at(AFTER + timedelta(days=4)):
        assert api.remind_of_tasks(actor=system("t")) == 1
        left = set(Notice.objects.filter(kind="task-left").values_list("user_id", flat=True))
        assert left == {desk.users.dir.pk, desk.users.anna.pk}, (
            "its owner works here no more: who looks after it is told"
        )
        api.do_task(actor=SYSTEM, task=task)
        with pytest.raises(Refused, match="già fatto"):
            api.move_task(actor=SYSTEM, task=task, owner=desk.users.anna, due_on=later)


def test_the_owner_of_a_task_is_reminded_before_and_once_it_is_late(world, desk):
    made = world(firms=1)
    owner = desk.users.anna
    with made.at():
        task = api.add_task(
            actor=SYSTEM,
            initiative=made.initiative,
            kind="samples",
            what="Spedire i campioni",
            owner=owner,
            due_on=AFTER.date() + timedelta(days=5),
        )
        assert api.remind_of_tasks(actor=system("t")) == 0
    told = []
    for day in (2, 3, 5, 6, 7):
        with clock_at(AFTER + timedelta(days=day)):
            told.append(api.remind_of_tasks(actor=system("t")))
    assert told == [1, 0, 0, 1, 0]
    assert Notice.objects.filter(user=owner).count() == 3
    with made.at():
        api.do_task(actor=SYSTEM, task=task)
        api.do_task(actor=SYSTEM, task=task)
        with pytest.raises(Refused, match="termine è già passato"):
            api.add_task(
                actor=SYSTEM,
                initiative=made.initiative,
                kind="visa",
                what="Visti",
                owner=owner,
                due_on=AFTER.date() - timedelta(days=1),
            )
