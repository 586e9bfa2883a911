import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("identity", "0001_initial"),
        ("parties", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Opportunity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("site", "Site or area"), ("sector", "Sector"), ("project", "Project")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("withdrawn", "withdrawn")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("summary_it", models.TextField()),
                ("summary_en", models.TextField()),
                ("area_m2", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "figures",
                    models.JSONField(
                        default=list, help_text="[{label{it,en}, value, unit{it,en}, source, demonstration}]"
                    ),
                ),
                ("verified_on", models.DateField(help_text="the day its facts were last checked")),
                ("source", models.CharField(blank=True, max_length=500)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=2000)),
                ("demonstration", models.BooleanField(default=False)),
                (
                    "comune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.comune",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        help_text="who keeps it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.office",
                    ),
                ),
                ("sectors", models.ManyToManyField(blank=True, related_name="opportunities", to="programme.sector")),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "withdrawn"])),
                        name="opportunity_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["site", "sector", "project"])), name="opportunity_known_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("demonstration", True), models.Q(("source", ""), _negated=True), _connector="OR"
                        ),
                        name="opportunity_has_a_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), models.Q(("withdrawn_reason", ""), _negated=True)),
                            models.Q(models.Q(("state", "withdrawn"), _negated=True), ("withdrawn_reason", "")),
                            _connector="OR",
                        ),
                        name="opportunity_withdrawn_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("greenfield", "new plant or office"),
                            ("brownfield", "reuse of an existing site"),
                            ("partnership", "partnership with local firms"),
                            ("acquisition", "acquisition"),
                            ("unknown", "not decided yet"),
                        ],
                        default="unknown",
                        max_length=12,
                    ),
                ),
                (
                    "announced_capex",
                    models.DecimalField(blank=True, decimal_places=2, help_text="euro", max_digits=15, null=True),
                ),
                ("announced_jobs", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "realised_capex",
                    models.DecimalField(blank=True, decimal_places=2, help_text="euro", max_digits=15, null=True),
                ),
                ("realised_jobs", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "realised_on",
                    models.DateField(blank=True, help_text="the day the realised figures were checked", null=True),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enquiry", to="cases.case"
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="programme.sector",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="investment.opportunity",
                    ),
                ),
            ],
            options={
                "ordering": ["-case__opened_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mode__in", ["greenfield", "brownfield", "partnership", "acquisition", "unknown"])
                        ),
                        name="enquiry_known_mode",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("announced_capex__isnull", True), ("announced_capex__gte", 0), _connector="OR"
                        ),
                        name="enquiry_announced_capex",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("realised_capex__isnull", True), ("realised_capex__gte", 0), _connector="OR"
                        ),
                        name="enquiry_realised_capex",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("realised_capex__isnull", True), ("realised_jobs__isnull", True)),
                            ("realised_on__isnull", False),
                            _connector="OR",
                        ),
                        name="enquiry_realised_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmissionAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(help_text="HMAC-SHA256 of the address or of the session", max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["source", "at"], name="attempt_by_source")],
            },
        ),
    ]
