"""A stay has its days and its order: one noted with its appeal runs since the appeal; one of an appeal that was upheld goes on."""

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce


def carry_over(apps, schema_editor):
    appeals = apps.get_model("controls", "Appeal").objects
    appeals.filter(is_stayed=True).update(stayed_from=F("lodged_on"))
    appeals.filter(state="upheld").update(stayed_from=Coalesce(F("stayed_from"), F("decided_on")))


class Migration(migrations.Migration):
    dependencies = [("controls", "0012_kept_and_not_offset")]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="stayed_from",
            field=models.DateField(blank=True, help_text="the court suspended the act", null=True),
        ),
        migrations.AddField(
            model_name="appeal",
            name="stayed_to",
            field=models.DateField(blank=True, help_text="the day from which it is suspended no more", null=True),
        ),
        migrations.AddField(
            model_name="appeal",
            name="stay_order",
            field=models.CharField(blank=True, help_text="the last order about it", max_length=300),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("stayed_to__isnull", True), ("stayed_to__gte", F("stayed_from")), _connector="OR"),
                name="appeal_stay_has_a_beginning",
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField(model_name="appeal", name="is_stayed"),
    ]
