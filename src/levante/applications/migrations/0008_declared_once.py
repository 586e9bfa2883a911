from django.db import migrations, models

#: Of what was said twice the first stays.
_TWICE = """
DELETE FROM applications_conflictdeclaration AS later USING applications_conflictdeclaration AS first
 WHERE first.application_id = later.application_id AND first.officer_id = later.officer_id
   AND first.has_conflict = later.has_conflict AND first.id < later.id
"""


class Migration(migrations.Migration):
    """Nobody declares the same about a file twice, from two pages at once either; an order keeps why its act approves the list."""

    dependencies = [("applications", "0007_what_today_counts")]

    operations = [
        migrations.RunSQL(_TWICE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="conflictdeclaration",
            constraint=models.UniqueConstraint(
                fields=("application", "officer", "has_conflict"), name="conflict_declared_once"
            ),
        ),
        migrations.AddField(
            model_name="rankingorder",
            name="why",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="why an act of another matter approves it",
                max_length=300,
            ),
        ),
    ]
