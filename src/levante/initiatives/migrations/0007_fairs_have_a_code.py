"""A fair always has a code: without one its page has no address. Those kept without one get the code that their name gives today."""

from django.db import migrations, models

from levante.kernel.codes import code_from_name


def give_codes(apps, editor):
    for fair in apps.get_model("initiatives", "Fair").objects.filter(code=""):
        fair.code = code_from_name(fair.name, instead="fiera")
        fair.save(update_fields=["code"])


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0006_editions_and_early_closing")]

    operations = [
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="fair",
            constraint=models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="fair_has_a_code"),
        ),
    ]
