from django.db import migrations, models


class Migration(migrations.Migration):
    """Who did not accept the part offered in time has given up the place, and is told."""

    dependencies = [
        ("applications", "0012_part_by_arrival"),
        ("grants", "0005_arrival_terms"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="arrivalplace",
            name="arrival_place_has_a_position",
        ),
        migrations.RemoveConstraint(
            model_name="arrivalplace",
            name="arrival_place_told_is_dated",
        ),
        migrations.RemoveIndex(
            model_name="arrivalplace",
            name="arrival_place_short",
        ),
        migrations.AlterField(
            model_name="arrivalplace",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("funded", "Funded"),
                    ("partial", "Partly funded"),
                    ("not_funded", "Not funded"),
                    ("below", "Below threshold"),
                    ("void", "Does not count"),
                    ("renounced", "Given up"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="arrivalplace",
            name="told",
            field=models.CharField(
                blank=True,
                choices=[
                    ("funded", "Funded"),
                    ("partial", "Partly funded"),
                    ("not_funded", "Not funded"),
                    ("below", "Below threshold"),
                    ("void", "Does not count"),
                    ("renounced", "Given up"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="arrivalplace",
            index=models.Index(
                condition=models.Q(
                    ("outcome__in", ("partial", "not_funded", "renounced")),
                    ("told__in", ("partial", "not_funded")),
                    _connector="OR",
                ),
                fields=["id"],
                name="arrival_place_short",
            ),
        ),
        migrations.AddConstraint(
            model_name="arrivalplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome__in", ["funded", "partial", "not_funded", "below", "renounced"]),
                        ("position__isnull", False),
                    ),
                    models.Q(("outcome", "void"), ("position__isnull", True)),
                    _connector="OR",
                ),
                name="arrival_place_has_a_position",
            ),
        ),
        migrations.AddConstraint(
            model_name="arrivalplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("letters", 0), ("told", ""), ("told_at__isnull", True)),
                    models.Q(
                        ("letters__gt", 0),
                        ("told__in", ["funded", "partial", "not_funded", "renounced"]),
                        ("told_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="arrival_place_told_is_dated",
            ),
        ),
    ]
