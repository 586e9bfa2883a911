import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0001_initial"),
        ("identity", "__first__"),
        ("parties", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Fair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("organiser", models.CharField(blank=True, max_length=200)),
                ("website", models.URLField(blank=True)),
                ("source", models.CharField(blank=True, max_length=500)),
                ("sectors", models.ManyToManyField(blank=True, related_name="fairs", to="programme.sector")),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="FairEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                ("city", models.CharField(max_length=100)),
                ("venue", models.CharField(blank=True, max_length=200)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("source", models.CharField(blank=True, help_text="where the dates are written", max_length=500)),
                ("demonstration", models.BooleanField(default=False, help_text="the dates are invented")),
                (
                    "cancelled_on",
                    models.DateField(blank=True, help_text="the day we knew that it will not take place", null=True),
                ),
                ("cancelled_reason", models.CharField(blank=True, max_length=500)),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.country"
                    ),
                ),
                (
                    "fair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="initiatives.fair"
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="fair_edition_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("demonstration", True), models.Q(("source", ""), _negated=True), _connector="OR"
                        ),
                        name="fair_edition_has_a_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_on__isnull", True), ("cancelled_reason", "")),
                            models.Q(
                                ("cancelled_on__isnull", False), models.Q(("cancelled_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="fair_edition_cancelled_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Initiative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("fair", "Fair"),
                            ("mission", "Outgoing mission"),
                            ("incoming", "Incoming buyers"),
                            ("campaign", "Campaign"),
                            ("agreement", "Agreement"),
                            ("investor_event", "Investor event"),
                            ("training", "Training and skills"),
                            ("service", "Service"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "being planned"),
                            ("approved", "approved"),
                            ("calling", "call for interest"),
                            ("closed", "call for interest closed"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("summary_it", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                ("market_reason_it", models.TextField(blank=True, help_text="why this market")),
                ("market_reason_en", models.TextField(blank=True)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="euro; reserved when planned, committed by the act",
                        max_digits=15,
                        null=True,
                    ),
                ),
                (
                    "tourism_tie",
                    models.CharField(
                        choices=[("none", "No tie"), ("indirect", "Indirect tie"), ("direct", "Direct tie")],
                        default="none",
                        max_length=10,
                    ),
                ),
                (
                    "places",
                    models.PositiveSmallIntegerField(blank=True, help_text="enterprises that can take part", null=True),
                ),
                ("opens_at", models.DateTimeField(blank=True, help_text="call for interest, first instant", null=True)),
                (
                    "closes_at",
                    models.DateTimeField(blank=True, help_text="call for interest, first instant after it", null=True),
                ),
                (
                    "open_to_buyers",
                    models.BooleanField(default=False, help_text="buyers who sign in may ask to take part"),
                ),
                ("cancelled_reason", models.CharField(blank=True, max_length=2000)),
                ("demonstration", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        help_text="the act that approves it: the commitment cites it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="programme.act",
                    ),
                ),
                (
                    "budget_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="programme.budgetline",
                    ),
                ),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="programme.direction",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="initiatives.fairedition",
                    ),
                ),
                (
                    "intervention",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organised",
                        to="programme.intervention",
                    ),
                ),
                (
                    "lead_office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.office"
                    ),
                ),
                (
                    "market",
                    models.ForeignKey(
                        help_text="the market aimed at",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.country",
                    ),
                ),
                (
                    "planning_act",
                    models.ForeignKey(
                        blank=True,
                        help_text="the act that puts it in the plan: the reservation cites it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.act",
                    ),
                ),
                ("sectors", models.ManyToManyField(blank=True, related_name="initiatives", to="programme.sector")),
            ],
            options={
                "ordering": ["-starts_on", "code"],
                "indexes": [models.Index(fields=["state", "starts_on"], name="initiative_calendar")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "approved", "calling", "closed", "done", "cancelled"])
                        ),
                        name="initiative_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "call",
                                    "fair",
                                    "mission",
                                    "incoming",
                                    "campaign",
                                    "agreement",
                                    "investor_event",
                                    "training",
                                    "service",
                                ],
                            )
                        ),
                        name="initiative_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tourism_tie__in", ["none", "indirect", "direct"])),
                        name="initiative_known_tourism_tie",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="initiative_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost__isnull", True), ("cost__gte", 0), _connector="OR"),
                        name="initiative_cost",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), models.Q(("cancelled_reason", ""), _negated=True)),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_reason", "")),
                            _connector="OR",
                        ),
                        name="initiative_cancelled_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "cancelled"]),
                            models.Q(("act__isnull", False), ("budget_line__isnull", False)),
                            _connector="OR",
                        ),
                        name="initiative_approved_has_act_and_line",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["calling", "closed"]), _negated=True),
                            models.Q(("closes_at__isnull", False), ("opens_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="initiative_calling_has_window",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_at__isnull", True), ("opens_at__isnull", True)),
                            ("closes_at__gt", models.F("opens_at")),
                            _connector="OR",
                        ),
                        name="initiative_window",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpressionOfInterest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("expressed", "expressed"), ("withdrawn", "withdrawn")],
                        default="expressed",
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("stand", "with a space in the Region’s stand"),
                            ("meetings", "meetings with operators only"),
                            ("catalogue", "with products in the catalogue"),
                        ],
                        default="stand",
                        max_length=10,
                    ),
                ),
                ("products", models.TextField(help_text="what it would show")),
                ("expectations", models.TextField(blank=True, help_text="whom it would like to meet")),
                (
                    "turn",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="grows each time interest is expressed again"
                    ),
                ),
                ("number", models.CharField(blank=True, help_text="of the register, for this turn", max_length=32)),
                ("registered_at", models.DateTimeField(blank=True, help_text="instant of the register", null=True)),
                ("frozen", models.JSONField(help_text="the enterprise as it was")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interests", to="parties.enterprise"
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interests",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["initiative", "registered_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("initiative", "enterprise"), name="interest_once_per_enterprise"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["expressed", "withdrawn"])), name="interest_known_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["stand", "meetings", "catalogue"])), name="interest_known_way"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                            models.Q(("state", "expressed"), ("withdrawn_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="interest_withdrawal_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BuyerInterest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("expressed", "expressed"), ("withdrawn", "withdrawn")],
                        default="expressed",
                        max_length=10,
                    ),
                ),
                ("looking_for", models.TextField(help_text="which products, to meet whom")),
                ("expressed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interests", to="parties.buyer"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="buyer_interests",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["initiative", "expressed_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("initiative", "buyer"), name="buyer_interest_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["expressed", "withdrawn"])), name="buyer_interest_known_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                            models.Q(("state", "expressed"), ("withdrawn_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="buyer_interest_withdrawal_dated",
                    ),
                ],
            },
        ),
    ]
