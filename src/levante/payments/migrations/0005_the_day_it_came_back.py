"""The day the bank gave a payment back: of those given back before, the day it was heard."""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import TruncDate


def say_the_day(apps: Any, _schema_editor: Any) -> None:
    payments = apps.get_model("payments", "Payment").objects
    payments.filter(state="returned").update(returned_on=TruncDate("ended_at"))


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_undoing")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="returned_on",
            field=models.DateField(blank=True, help_text="the day the bank gave it back", null=True),
        ),
        migrations.RunPython(say_the_day, migrations.RunPython.noop),
    ]
