from django.db import migrations, models
from django.db.models import Q

OPEN = ["under_check", "integration", "notice"]


class Migration(migrations.Migration):
    """A file given back for a conflict of interest waits for another officer, wherever it stands."""

    dependencies = [("applications", "0002_by_arrival")]

    operations = [
        migrations.RemoveConstraint("application", "application_in_charge_has_officer"),
        migrations.AddField(
            "application",
            "returned_at",
            models.DateTimeField(
                blank=True, null=True, help_text="given back for a conflict of interest, until somebody else has it"
            ),
        ),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                condition=~Q(state__in=[*OPEN, "admitted", "rejected"])
                | Q(case_officer__isnull=False, taken_at__isnull=False)
                | Q(state__in=OPEN, returned_at__isnull=False),
                name="application_in_charge_has_officer",
            ),
        ),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(case_officer__isnull=True),
                name="application_given_back_has_none",
            ),
        ),
    ]
