"""Of a document's number two figures beside each other stay two: no. 1/11 and no. 11/1 of one supplier are two documents."""

from django.db import migrations

from levante.claims.identities import number_key


def named(name, number):
    """A name with the number as it is compared now; what stands before and after it stays."""
    supplier, _, *rest = name.split("|")
    return "|".join([supplier, number_key(number), *rest])


def name_again(apps, schema_editor):
    """Names become finer, so that none that was alone meets another."""
    model, changed = apps.get_model("claims", "ExpenseDocument"), []
    rows = model.objects.filter(number__regex="[0-9][^0-9A-Za-z]+[0-9]").only(
        "pk", "number", "identity", "tax_identity"
    )
    for row in rows.iterator(chunk_size=2000):
        row.identity = named(row.identity, row.number)
        row.tax_identity = named(row.tax_identity, row.number) if row.tax_identity else ""
        changed.append(row)
        if len(changed) == 1000:
            model.objects.bulk_update(changed, ["identity", "tax_identity"])
            changed = []
    model.objects.bulk_update(changed, ["identity", "tax_identity"])


class Migration(migrations.Migration):
    dependencies = [("claims", "0011_given_up_reductions")]

    operations = [migrations.RunPython(name_again, migrations.RunPython.noop)]
