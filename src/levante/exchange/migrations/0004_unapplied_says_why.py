from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_held_in_both_languages")]

    operations = [
        migrations.AlterField(
            "externalrequest",
            "failures",
            models.PositiveIntegerField(
                default=0, help_text="tries in a row that got no usable answer, or could not apply it"
            ),
        ),
        migrations.AddConstraint(
            "externalrequest",
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(failures=0, last_error="") | (Q(failures__gt=0) & ~Q(last_error="")),
                name="external_request_unapplied_says",
            ),
        ),
        migrations.AddConstraint(
            "externalrequest",
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(failures=0, last_error=""), name="external_request_applied_is_well"
            ),
        ),
    ]
