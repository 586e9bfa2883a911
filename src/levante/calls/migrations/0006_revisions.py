import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0005_criterion_step"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="the call's revision after the change")),
                (
                    "part",
                    models.CharField(
                        help_text="what changed: a part of the document, created, loaded, restored, openings",
                        max_length=40,
                    ),
                ),
                ("document", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="calls.call"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["call_id", "-number"],
                "constraints": [models.UniqueConstraint(fields=("call", "number"), name="call_revision_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="callrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b1ca7b773d669cdbfbadf9c3e2337d93e8d25523",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_9868a",
                    table="calls_callrevision",
                    when="BEFORE",
                ),
            ),
        ),
    ]
