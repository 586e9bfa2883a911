"""Migrations that draw only what changes make the same tables as Django's own way, name for name."""

import contextlib
import gc
from collections.abc import Callable
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.core.management import load_command_class
from django.db import connection, migrations, models, transaction
from django.db.migrations.state import ModelState, ProjectState, StateApps
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from levante.kernel import migrating

SEEN: list[str] = []


def _rows(apps: Any, schema_editor: Any) -> None:
    """What a migration in Python may do: classes that know one another, whatever was drawn alone before."""
    fair, firm = apps.get_model("made", "Fair"), apps.get_model("made", "Firm")
    made = fair.objects.create(name="MADE", days=3)
    firm.objects.create(fair=made, name="Alfa").fairs.add(made)
    SEEN.append(f"{fair.objects.filter(firms__name='Alfa', visited__name='Alfa').count()} {made.firms.count()}")


def _frozen(model: Any) -> AddTrigger:
    trigger = pgtrigger.Protect(name="frozen", operation=pgtrigger.Update)
    return AddTrigger("fair", trigger.compile(model))


def _fair(**fields: Any) -> migrations.CreateModel:
    return migrations.CreateModel("Fair", [("id", models.AutoField(primary_key=True)), *fields.items()])


def operations() -> list[Any]:
    """Each kind of operation, those of one table before those that reach the tables tied to it."""
    name = models.CharField(max_length=40)
    to_fair = models.ForeignKey("made.Fair", models.PROTECT, related_name="firms")

    class Fair(models.Model):
        class Meta:
            app_label, db_table, managed, apps = "made", "made_fair", False, ProjectState().apps

    return [
        _fair(name=name),
        migrations.CreateModel(
            "Firm",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("fair", to_fair),
                ("name", name),
                ("fairs", models.ManyToManyField("made.Fair", related_name="visited")),
            ],
        ),
        migrations.CreateModel(
            "Grand",
            [("fair_ptr", models.OneToOneField("made.Fair", models.CASCADE, parent_link=True, primary_key=True))],
            bases=("made.fair",),
        ),
        migrations.CreateModel(
            "Rule", [("id", models.AutoField(primary_key=True)), ("parent", models.ForeignKey("self", models.CASCADE))]
        ),
        migrations.AddField("fair", "days", models.IntegerField(default=1)),
        migrations.AddConstraint("fair", models.CheckConstraint(condition=models.Q(days__gt=0), name="fair_lasts")),
        migrations.AddIndex("firm", models.Index(fields=["name"], name="firm_by_name")),
        _frozen(Fair),
        migrations.RunPython(_rows),
        migrations.AddField("rule", "fair", models.ForeignKey("made.Fair", models.SET_NULL, null=True)),
        migrations.AlterField("fair", "days", models.BigIntegerField(default=1)),
        # A field that refers to a class that another field is drawn alone for, one both ways, one to many.
        migrations.AddField(
            "fair", "best", models.ForeignKey("made.Firm", models.SET_NULL, null=True, related_name="+")
        ),
        migrations.AddField("firm", "rule", models.OneToOneField("made.Rule", models.CASCADE, null=True)),
        migrations.AddField("rule", "firms", models.ManyToManyField("made.Firm", related_name="rules")),
        migrations.AddField(
            "rule", "above", models.ForeignKey("self", models.CASCADE, null=True, related_name="below")
        ),
        # Reaches the column of everybody who refers to it, whom the class drawn alone for its trigger does not know.
        migrations.AlterField("fair", "id", models.BigAutoField(primary_key=True)),
        migrations.AlterUniqueTogether("firm", {("fair", "name")}),
        migrations.RenameField("firm", "name", "trade_name"),
        RemoveTrigger("fair", "frozen"),
        migrations.DeleteModel("Grand"),
        migrations.RenameModel("Fair", "Event"),
        migrations.AlterModelTable("rule", "made_rules"),
        migrations.RemoveField("rule", "fair"),
        migrations.RemoveConstraint("event", "fair_lasts"),
        _fair(name=name),
        migrations.AddField("firm", "next", models.ForeignKey("made.Fair", models.CASCADE, null=True)),
    ]


def _migration(number: int, operation: Any) -> migrations.Migration:
    made = migrations.Migration(f"{number:04}", "made")
    made.operations = [operation]
    return made


def _statements(way: Callable[[], Any]) -> list[list[str]]:
    """What is asked of the database at each step, in no order: Django comes to those tied to a table by a set. Nothing stays."""
    said: list[list[str]] = []

    def hear(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if "SAVEPOINT" not in str(sql):  # its name counts up
            said[-1].append(f"{sql} {params}")
        return execute(sql, params, many, context)

    steps = [_migration(number, operation) for number, operation in enumerate(operations())]
    state = ProjectState()
    assert state.apps  # drawn, as the executor draws it before the first migration
    with way(), transaction.atomic(), connection.execute_wrapper(hear):
        for step in steps:
            said.append([])
            with connection.schema_editor(atomic=False) as editor:
                state = step.apply(state, editor)
            connection.check_constraints()  # as at the end of a transaction: every step has one of its own
        transaction.set_rollback(True)
    return [sorted(step) for step in said]


@pytest.mark.django_db
def test_the_same_is_asked_of_the_database():
    SEEN.clear()
    whole = _statements(contextlib.nullcontext)
    light = _statements(migrating.drawing_only_what_changes)
    assert whole == light
    assert SEEN == ["1 1", "1 1"]
    assert any("made_firm" in line and "ALTER COLUMN" in line and "bigint" in line for step in light for line in step)


@pytest.mark.parametrize(("options", "light"), [({}, True), ({"migration_name": "zero"}, False)])
def test_the_command_goes_forward_this_way(monkeypatch, options, light):
    """Back it goes Django's way, whose steps in Python are not drawn whole; and Django stays as it was, whatever happens."""
    from django.core.management.commands import migrate

    def handle(self: Any, *args: Any, **options: Any) -> None:
        assert (ProjectState.add_model is migrating._add_model) is light
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate.Command, "handle", handle)

    def replaced() -> list[Any]:
        ways = (
            ProjectState.add_model,
            ProjectState.add_field,
            ProjectState.reload_model,
            ModelState.clone,
            StateApps.clone,
        )
        return [*ways, "get_swappable_settings_name" in vars(apps), gc.get_threshold()]

    before = replaced()
    with pytest.raises(KeyboardInterrupt):
        load_command_class("levante.kernel", "migrate").handle(**options)
    assert replaced() == before
