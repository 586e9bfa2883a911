"""Why a profile is hidden is said in both languages; what was said in one is read in both."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_buyers_read_english")]

    operations = [
        migrations.RemoveConstraint(model_name="profile", name="profile_hidden_says_why"),
        migrations.RenameField(model_name="profile", old_name="hidden_reason", new_name="hidden_reason_it"),
        migrations.AddField(
            model_name="profile",
            name="hidden_reason_en",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE directory_profile SET hidden_reason_en = hidden_reason_it WHERE hidden_reason_it <> ''",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="profile",
            constraint=models.CheckConstraint(
                condition=Q(state="hidden", hidden_at__isnull=False) & ~Q(hidden_reason_it="") & ~Q(hidden_reason_en="")
                | ~Q(state="hidden") & Q(hidden_at__isnull=True, hidden_reason_it="", hidden_reason_en=""),
                name="profile_hidden_says_why",
            ),
        ),
    ]
