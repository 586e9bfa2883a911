import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_initial"),
        ("identity", "0001_initial"),
        ("identity", "__first__"),
        ("parties", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("protocol", "Protocol of understanding"),
                            ("memorandum", "Memorandum of understanding"),
                            ("convention", "Convention"),
                            ("trade_agreement", "Trade agreement"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "in preparation"),
                            ("signed", "signed"),
                            ("in_force", "in force"),
                            ("expired", "expired"),
                            ("ended", "ended early"),
                            ("abandoned", "abandoned before signature"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("summary_it", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("in_force_from", models.DateField(blank=True, null=True)),
                (
                    "expires_on",
                    models.DateField(
                        blank=True, help_text="last day of the first term; empty when no source says", null=True
                    ),
                ),
                (
                    "renewal",
                    models.CharField(
                        choices=[
                            ("none", "does not renew"),
                            ("tacit", "tacit renewal"),
                            ("express", "renewal by an express act"),
                            ("unknown", "to be checked in the text"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                (
                    "renewal_months",
                    models.PositiveSmallIntegerField(blank=True, help_text="length of a tacit renewal", null=True),
                ),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "ended_reason",
                    models.CharField(blank=True, help_text="why it ended early or was never signed", max_length=2000),
                ),
                (
                    "clearance",
                    models.CharField(
                        choices=[
                            ("not_needed", "not needed (Italian parties)"),
                            ("asked", "asked of the government"),
                            ("given", "given"),
                            ("unknown", "to be checked"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=500)),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                ("demonstration", models.BooleanField(default=False)),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="programme.act",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
                (
                    "intervention",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="programme.intervention",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        help_text="who follows it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.office",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="who is told before it expires; empty: the office",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sectors", models.ManyToManyField(blank=True, related_name="agreements", to="programme.sector")),
            ],
            options={
                "ordering": ["-signed_on", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "signed", "in_force", "expired", "ended", "abandoned"])
                        ),
                        name="agreement_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["protocol", "memorandum", "convention", "trade_agreement"])),
                        name="agreement_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("renewal__in", ["none", "tacit", "express", "unknown"])),
                        name="agreement_known_renewal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("clearance__in", ["not_needed", "asked", "given", "unknown"])),
                        name="agreement_known_clearance",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "abandoned"]), ("signed_on__isnull", False), _connector="OR"
                        ),
                        name="agreement_signed_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["ended", "abandoned"]), models.Q(("ended_reason", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("state__in", ["ended", "abandoned"]), _negated=True), ("ended_reason", "")
                            ),
                            _connector="OR",
                        ),
                        name="agreement_ended_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), _negated=True), ("ended_on__isnull", False), _connector="OR"
                        ),
                        name="agreement_ended_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("renewal", "tacit"), ("renewal_months__gt", 0)),
                            models.Q(("renewal", "tacit"), _negated=True),
                            _connector="OR",
                        ),
                        name="agreement_tacit_renewal_has_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("demonstration", True), models.Q(("source", ""), _negated=True), _connector="OR"
                        ),
                        name="agreement_has_a_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confidence", "sourced"), _negated=True),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="agreement_sourced_has_a_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("signatory", models.CharField(blank=True, max_length=200)),
                ("signatory_role_it", models.CharField(blank=True, max_length=200)),
                ("signatory_role_en", models.CharField(blank=True, max_length=200)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="promotion.agreement"
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.country"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="parties.institution",
                    ),
                ),
            ],
            options={
                "ordering": ["agreement", "position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("deadline", models.DateField(help_text="last day, included")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "to be met"), ("met", "met"), ("missed", "not met"), ("dropped", "dropped")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("outcome", models.TextField(blank=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("demonstration", models.BooleanField(default=False)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="promotion.agreement",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        help_text="what proves the outcome",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="commitments", to="identity.office"
                    ),
                ),
            ],
            options={
                "ordering": ["deadline", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "met", "missed", "dropped"])),
                        name="commitment_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("closed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="commitment_closed_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"), models.Q(("outcome", ""), _negated=True), _connector="OR"
                        ),
                        name="commitment_closed_has_outcome",
                    ),
                ],
            },
        ),
    ]
