import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


def lasting_takes(apps, schema_editor):
    """Assignments of a split named aid as positions did, with names that could change: now with lasting keys."""
    aids = apps.get_model("aid", "AidRecord").objects.using(schema_editor.connection.alias)
    events = apps.get_model("aid", "UndertakingEvent").objects.using(schema_editor.connection.alias)

    def key(name):
        kind, _, number = name.partition("-")
        if kind in {"LEV", "DICH"} and number.isdigit():
            return f"AID:{number}"
        if not aids.filter(cor=name).exists():
            parts = name.split("/")
            for place in range(1, len(parts)):
                row = aids.filter(cor="/".join(parts[:place]), regulation="/".join(parts[place:])).first()
                if row is not None:
                    return f"AID:{row.pk}"
        own = aids.filter(cor=name, source="own").first()
        return f"AID:{own.pk}" if own is not None else f"COR:{name}"

    for event in events.filter(kind="split"):
        for share in event.shares:
            share["takes"] = [key(name) for name in share.get("takes", [])]
        event.save(update_fields=["shares"])


class Migration(migrations.Migration):
    dependencies = [("aid", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="quarantinedaid",
            name="first_seen_in",
            field=models.ForeignKey(
                blank=True,
                help_text="none when it was sorted out again later",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quarantine",
                to="aid.rnaimport",
            ),
        ),
        migrations.AlterField(
            model_name="undertakingdecision",
            name="key",
            field=models.CharField(help_text="the id of the doubt, as the rule gives it", max_length=500),
        ),
        migrations.AddIndex(
            model_name="undertakingdecision",
            index=models.Index(fields=["key", "decided_at"], name="undertaking_decision_by_key"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="undertakingdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="176fa8957d3033a448f3989252883d71476e5bb4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3cdc8",
                    table="aid_undertakingdecision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(lasting_takes, migrations.RunPython.noop),
    ]
