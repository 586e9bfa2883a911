from django.db import migrations, models


class Migration(migrations.Migration):
    """Today counts an officer's files and what is admitted without reading the applications, whose rows are wide; every list
    leaves the files of a conflict out, and these are few among the declarations."""

    dependencies = [("applications", "0006_ranking_head")]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["submitted", "under_check", "integration", "notice"]),
                    models.Q(("held_from", ""), _negated=True),
                    _connector="OR",
                ),
                fields=["case_officer"],
                name="application_at_work",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("state", "admitted")),
                fields=["opening"],
                include=("id", "admitted_amount"),
                name="application_admitted",
            ),
        ),
        migrations.AddIndex(
            model_name="conflictdeclaration",
            index=models.Index(
                condition=models.Q(("has_conflict", True)), fields=["officer", "application"], name="conflict_declared"
            ),
        ),
    ]
