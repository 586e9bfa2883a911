"""A document is known by the supplier's VAT number and by its tax code, however they are written."""

from django.db import migrations, models
from django.db.models import functions

from levante.claims.identities import identity_of

WARNING = {
    "code": "presented_twice",
    "field": "file",
    "line": None,
    "message": "La stessa fattura risulta presentata due volte, scritta in modo diverso: verifica.",
    "message_en": "The same invoice appears to be presented twice, written otherwise: check it.",
}


def name_again(apps, schema_editor):
    """Names are reckoned again. Of two documents that turn out to be one the first presented has the name; the other keeps its place with a
    name of its own and a warning to the officer: nothing that was decided is undone by a migration."""
    model = apps.get_model("claims", "ExpenseDocument")
    fields = ("pk", "supplier_code", "supplier_country", "number", "issued_on", "warnings", "holds")
    rows = model.objects.order_by("-holds", "pk").only(*fields)
    # Names of before make room, so that a new one never meets an old one.
    model.objects.update(identity=functions.Concat(models.Value("before|"), functions.Cast("pk", models.CharField())))
    held, changed = set(), []
    for row in rows.iterator(chunk_size=2000):
        name = identity_of(row.supplier_code, row.supplier_country, row.number, row.issued_on)
        row.tax_identity = name if row.supplier_country == "IT" else ""
        row.identity = name
        if name in held and row.holds:
            row.identity, row.tax_identity = f"{name}|{row.pk}", ""
            row.warnings = [*row.warnings, WARNING]
        elif row.holds:
            held.add(name)
        changed.append(row)
        if len(changed) == 1000:
            model.objects.bulk_update(changed, ["identity", "tax_identity", "warnings"])
            changed = []
    model.objects.bulk_update(changed, ["identity", "tax_identity", "warnings"])


class Migration(migrations.Migration):
    dependencies = [("claims", "0008_due_of_capital_goods")]

    operations = [
        migrations.AddField(
            model_name="expensedocument",
            name="tax_identity",
            preserve_default=False,
            field=models.CharField(
                blank=True, default="", help_text="by the supplier’s Italian tax code", max_length=200
            ),
        ),
        migrations.RunPython(name_again, migrations.RunPython.noop),
    ]
