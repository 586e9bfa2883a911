from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest


def within_admitted(apps, schema_editor):
    """What a payment shared on a charge over what was admitted of it was of the other costs of the award: it is no longer said of it."""
    zero = Value(0, output_field=models.DecimalField(max_digits=15, decimal_places=2))
    most = Coalesce(F("admitted"), zero)
    charges = apps.get_model("claims", "Charge").objects.filter(paid__gt=most)
    charges.update(paid=Greatest(most, zero))


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0015_words_of_a_receipt"),
    ]

    operations = [
        migrations.AddField(
            model_name="simplifiedcost",
            name="admitted",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="in euro, of the units kept, within the limits",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="simplifiedcost",
            name="charged",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="in euro, within the limits of the call",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="simplifiedcost",
            name="paid",
            field=models.DecimalField(
                decimal_places=2, default=0, help_text="of the grant, when it is paid", max_digits=15
            ),
        ),
        migrations.RunPython(within_admitted, migrations.RunPython.noop),
    ]
