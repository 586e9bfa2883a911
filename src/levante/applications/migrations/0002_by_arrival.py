from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The desk's list goes through a million applications in order of arrival, and through those still open."""

    dependencies = [("applications", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["submitted_at", "id"], name="application_by_arrival"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=Q(("state__in", ["submitted", "under_check", "integration", "notice"])),
                fields=["submitted_at", "id"],
                name="application_open",
            ),
        ),
    ]
