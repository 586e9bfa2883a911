import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0018_missed_and_arranged_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=2)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["interpreter", "starts_at"],
            },
        ),
        migrations.CreateModel(
            name="Interpreter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, help_text="empty: forgotten", max_length=120)),
                ("token", models.CharField(max_length=43, unique=True)),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="voices", to="meetings.agenda"
                    ),
                ),
            ],
            options={
                "ordering": ["agenda", "name", "id"],
            },
        ),
        migrations.AddField(
            model_name="meeting",
            name="interpreted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="meetings",
                to="meetings.interpreter",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["planned", "held"]),
                        models.Q(("again_at__isnull", True), ("state", "missed")),
                        _connector="OR",
                    ),
                    ("interpreted_by__isnull", False),
                ),
                fields=("slot", "interpreted_by"),
                name="meeting_interpreter_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("interpreted_by__isnull", True), models.Q(("interpreter", ""), _negated=True), _connector="OR"
                ),
                name="meeting_interpreted_in_a_language",
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="interpreter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="shifts", to="meetings.interpreter"
            ),
        ),
        migrations.AddConstraint(
            model_name="interpreter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("name", ""), _negated=True), fields=("agenda", "name"), name="interpreter_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at")), ("language__regex", "^[a-z]{2}$")),
                name="shift_of_a_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(models.Func("starts_at", "ends_at", function="tstzrange"), "&&"), ("interpreter", "=")],
                name="shift_one_at_a_time",
            ),
        ),
    ]
