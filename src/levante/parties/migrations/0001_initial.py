import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

import levante.parties.models.search
from levante.parties.sql import DROP_LIKE, DROP_LIKENESS, DROP_PLAIN, LIKE, LIKENESS, PLAIN


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "__first__"),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(PLAIN, DROP_PLAIN),
        migrations.CreateModel(
            name="Country",
            fields=[
                (
                    "code",
                    models.CharField(help_text="ISO 3166-1 alpha-2", max_length=2, primary_key=True, serialize=False),
                ),
                ("name_it", models.CharField(max_length=100)),
                ("name_en", models.CharField(max_length=100)),
                ("eu_since", models.DateField(blank=True, null=True)),
                ("eu_until", models.DateField(blank=True, help_text="last day, included", null=True)),
            ],
            options={
                "ordering": ["name_it"],
            },
        ),
        migrations.CreateModel(
            name="ProductionDistrict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name_it", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                (
                    "sectors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("act", models.CharField(blank=True, help_text="act of recognition", max_length=200)),
                ("recognised_on", models.DateField(blank=True, null=True)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SupplyChain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name_it", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                (
                    "sectors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("act", models.CharField(blank=True, help_text="act of recognition", max_length=200)),
                ("recognised_on", models.DateField(blank=True, null=True)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Buyer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=300)),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=levante.parties.models.search.Plain(models.F("name")),
                        output_field=models.TextField(),
                    ),
                ),
                ("website", models.URLField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("importer", "Importer"),
                            ("distributor", "Distributor"),
                            ("retailer", "Retail chain"),
                            ("manufacturer", "Manufacturer"),
                            ("tour_operator", "Tour operator"),
                            ("other", "Other"),
                        ],
                        default="importer",
                        max_length=15,
                    ),
                ),
                (
                    "sectors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                    ),
                ),
                (
                    "looking_for",
                    models.TextField(blank=True, help_text="products, quantities, quality: in its own words"),
                ),
                (
                    "country",
                    models.ForeignKey(
                        default="IT",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.country",
                    ),
                ),
            ],
            options={
                "ordering": ["search_name", "id"],
                "abstract": False,
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("search_name"), name="gin_trgm_ops"),
                        name="buyer_by_name",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="buyer_has_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200)),
                ("path", models.CharField(help_text="where the file is on this server", max_length=500)),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "rows_total",
                    models.PositiveIntegerField(blank=True, help_text="an estimate until the end", null=True),
                ),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("rejects_path", models.CharField(blank=True, max_length=500)),
                ("rejects_bytes", models.BigIntegerField(default=0)),
                ("error_it", models.TextField(blank=True)),
                ("error_en", models.TextField(blank=True)),
                ("requested_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(help_text="the last sign of life")),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "running"])),
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed"])),
                            _connector="OR",
                        ),
                        name="import_run_finish_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            models.Q(("error_it", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="import_run_failure_explained",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enterprise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tax_code", models.CharField(max_length=16, unique=True, verbose_name="codice fiscale")),
                ("vat_number", models.CharField(blank=True, db_index=True, max_length=11, verbose_name="partita IVA")),
                ("name", models.CharField(max_length=300)),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=levante.parties.models.search.Plain(models.F("name")),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "legal_form",
                    models.CharField(blank=True, help_text="code of the business register, as SR or DI", max_length=3),
                ),
                (
                    "ateco",
                    models.CharField(
                        blank=True, help_text="main activity, dotted: 13.92.10", max_length=8, verbose_name="ATECO"
                    ),
                ),
                (
                    "ateco_edition",
                    models.CharField(
                        blank=True,
                        choices=[("2007", "ATECO 2007"), ("2022", "ATECO 2007, update 2022"), ("2025", "ATECO 2025")],
                        max_length=4,
                    ),
                ),
                ("ateco_on", models.DateField(blank=True, help_text="since when, or when it was read", null=True)),
                (
                    "artisan",
                    models.BooleanField(default=False, help_text="in the register of artisan firms (L. 443/1985)"),
                ),
                (
                    "rea",
                    models.CharField(
                        blank=True, help_text="province and number, as BA-123456", max_length=12, verbose_name="REA"
                    ),
                ),
                ("founded_on", models.DateField(blank=True, null=True)),
                ("ceased_on", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("ceased", "Ceased"), ("merged", "Merged into another")],
                        default="active",
                        max_length=6,
                    ),
                ),
                ("pec", models.EmailField(blank=True, max_length=254, verbose_name="PEC")),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("website", models.URLField(blank=True)),
                (
                    "sectors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "verified_facts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        help_text="names of the facts an office has written or accepted: an import of the register does not overwrite them",
                        size=None,
                    ),
                ),
                (
                    "size",
                    models.CharField(
                        blank=True,
                        choices=[("micro", "Micro"), ("small", "Small"), ("medium", "Medium"), ("large", "Large")],
                        max_length=6,
                    ),
                ),
                (
                    "size_on",
                    models.DateField(blank=True, help_text="the day for which the size was derived", null=True),
                ),
                (
                    "is_demo",
                    models.BooleanField(default=False, help_text="an invented enterprise of the demonstration"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "register_run",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="the import that last wrote it",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="parties.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ["search_name", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("search_name"), name="gin_trgm_ops"),
                        name="enterprise_by_likeness",
                    ),
                    models.Index(fields=["search_name", "id"], name="enterprise_by_name"),
                    django.contrib.postgres.indexes.GinIndex(fields=["sectors"], name="enterprise_by_sector"),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(models.F("ateco"), name="varchar_pattern_ops"),
                        name="enterprise_by_ateco",
                    ),
                    models.Index(fields=["status", "size"], name="enterprise_by_status_size"),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["merged_into"],
                        name="enterprise_merged",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tax_code__regex", "^([0-9]{11}|[A-Z0-9]{16})$")),
                        name="enterprise_tax_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("vat_number", ""), ("vat_number__regex", "^[0-9]{11}$"), _connector="OR"),
                        name="enterprise_vat_number_form",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="enterprise_has_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ateco", ""), ("ateco_edition", "")),
                            models.Q(
                                ("ateco__regex", "^[0-9]{2}(\\.[0-9]{1,2}){0,2}$"),
                                models.Q(("ateco_edition", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="enterprise_ateco_has_edition",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("status", "merged")),
                            models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="enterprise_merged_into_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="enterprise_not_merged_into_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ceased"), _negated=True), ("ceased_on__isnull", False), _connector="OR"
                        ),
                        name="enterprise_ceased_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("size", ""), ("size_on__isnull", True)),
                            models.Q(models.Q(("size", ""), _negated=True), ("size_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="enterprise_size_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "ceased", "merged"])),
                        name="enterprise_known_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__in", ["", "micro", "small", "medium", "large"])),
                        name="enterprise_known_size",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "headcount",
                    models.DecimalField(
                        decimal_places=2, help_text="annual work units (ULA), fractions too", max_digits=9
                    ),
                ),
                ("turnover", models.DecimalField(decimal_places=2, max_digits=15)),
                ("balance", models.DecimalField(decimal_places=2, help_text="balance sheet total", max_digits=15)),
                ("export_turnover", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("approved", models.BooleanField(default=True, help_text="closed and approved, not an estimate")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("declared", "Declared"),
                            ("register", "Business register"),
                            ("verified", "Verified by an office"),
                        ],
                        default="declared",
                        max_length=10,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="parties.enterprise",
                    ),
                ),
            ],
            options={
                "ordering": ["enterprise", "-year"],
                "constraints": [
                    models.UniqueConstraint(fields=("enterprise", "year"), name="account_once_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 1950), ("year__lte", 2200)), name="account_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0), ("headcount__gte", 0), ("turnover__gte", 0)),
                        name="account_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("export_turnover__isnull", True),
                            models.Q(("export_turnover__gte", 0), ("export_turnover__lte", models.F("turnover"))),
                            _connector="OR",
                        ),
                        name="account_export_within_turnover",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=300)),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=levante.parties.models.search.Plain(models.F("name")),
                        output_field=models.TextField(),
                    ),
                ),
                ("website", models.URLField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public_body", "Public body"),
                            ("university", "University or research centre"),
                            ("local_authority", "Small local authority"),
                            ("venture_capital", "Venture capital or business angels"),
                            ("institutional_investor", "Institutional investor"),
                            ("chamber", "Chamber of commerce"),
                            ("association", "Association"),
                            ("other", "Other"),
                        ],
                        max_length=25,
                    ),
                ),
                ("tax_code", models.CharField(blank=True, max_length=16)),
                (
                    "country",
                    models.ForeignKey(
                        default="IT",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.country",
                    ),
                ),
            ],
            options={
                "ordering": ["search_name", "id"],
                "abstract": False,
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("search_name"), name="gin_trgm_ops"),
                        name="institution_by_name",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="institution_has_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Investor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=300)),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=levante.parties.models.search.Plain(models.F("name")),
                        output_field=models.TextField(),
                    ),
                ),
                ("website", models.URLField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("company", "Company"),
                            ("fund", "Fund"),
                            ("family_office", "Family office"),
                            ("public", "Public body"),
                        ],
                        default="company",
                        max_length=15,
                    ),
                ),
                (
                    "sectors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("looking_for", models.TextField(blank=True, help_text="place, size, partners: in its own words")),
                (
                    "country",
                    models.ForeignKey(
                        default="IT",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.country",
                    ),
                ),
            ],
            options={
                "ordering": ["search_name", "id"],
                "abstract": False,
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("search_name"), name="gin_trgm_ops"),
                        name="investor_by_name",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="investor_has_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("legal_representative", "Legal representative"),
                            ("delegate", "Delegate"),
                            ("operator", "Operator"),
                            ("consultant", "Consultant"),
                        ],
                        max_length=25,
                    ),
                ),
                ("scopes", models.JSONField(default=list, help_text="codes among SCOPES_OF its party")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("revoked", "Revoked"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("act", models.CharField(blank=True, help_text="deed of appointment or delegation", max_length=300)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revocation_reason", models.TextField(blank=True)),
                (
                    "buyer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.buyer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "investor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.investor",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-id"],
                "indexes": [models.Index(fields=["state", "requested_at"], name="mandate_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("buyer__isnull", True), ("enterprise__isnull", False), ("investor__isnull", True)
                            ),
                            models.Q(
                                ("buyer__isnull", False), ("enterprise__isnull", True), ("investor__isnull", True)
                            ),
                            models.Q(
                                ("buyer__isnull", True), ("enterprise__isnull", True), ("investor__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="mandate_one_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("enterprise__isnull", False),
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(("act", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="mandate_abroad_has_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="mandate_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "requested")),
                            models.Q(models.Q(("state", "requested"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="mandate_decision_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", False), ("state", "revoked")),
                            models.Q(models.Q(("state", "revoked"), _negated=True), ("revoked_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="mandate_revocation_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "confirmed", "refused", "revoked"])),
                        name="mandate_known_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "confirmed"]), ("until__isnull", True)),
                        fields=("user", "enterprise", "kind"),
                        name="mandate_once_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "confirmed"]), ("until__isnull", True)),
                        fields=("user", "buyer", "kind"),
                        name="mandate_once_open_of_buyer",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "confirmed"]), ("until__isnull", True)),
                        fields=("user", "investor", "kind"),
                        name="mandate_once_open_of_investor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="emptied when the person is erased or long after it expired",
                        max_length=254,
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("it", "Italiano"), ("en", "English")], default="it", max_length=2),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("legal_representative", "Legal representative"),
                            ("delegate", "Delegate"),
                            ("operator", "Operator"),
                            ("consultant", "Consultant"),
                        ],
                        max_length=25,
                    ),
                ),
                ("scopes", models.JSONField(default=list, help_text="codes among Mandate.SCOPES_OF its party")),
                ("act", models.CharField(blank=True, help_text="deed of appointment or delegation", max_length=300)),
                ("until", models.DateField(blank=True, help_text="last day of the mandate, included", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("sent", "Sent"), ("accepted", "Accepted"), ("withdrawn", "Withdrawn")],
                        default="sent",
                        max_length=10,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations_accepted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.buyer",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "investor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.investor",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mandate",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitation",
                        to="parties.mandate",
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-id"],
                "indexes": [models.Index(django.db.models.functions.text.Lower("email"), name="invitation_by_address")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("buyer__isnull", True), ("enterprise__isnull", False), ("investor__isnull", True)
                            ),
                            models.Q(
                                ("buyer__isnull", False), ("enterprise__isnull", True), ("investor__isnull", True)
                            ),
                            models.Q(
                                ("buyer__isnull", True), ("enterprise__isnull", True), ("investor__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="invitation_one_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["sent", "accepted", "withdrawn"])),
                        name="invitation_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("sent_at"))), name="invitation_expires_after"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("enterprise__isnull", False), models.Q(("act", ""), _negated=True), _connector="OR"
                        ),
                        name="invitation_abroad_has_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("accepted_by__isnull", False),
                                ("mandate__isnull", False),
                                ("state", "accepted"),
                            ),
                            models.Q(
                                models.Q(("state", "accepted"), _negated=True),
                                ("accepted_at__isnull", True),
                                ("accepted_by__isnull", True),
                                ("mandate__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="invitation_accepted_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                            models.Q(models.Q(("state", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="invitation_withdrawal_dated",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("enterprise"),
                        models.F("kind"),
                        condition=models.Q(("state", "sent"), models.Q(("email", ""), _negated=True)),
                        name="invitation_once_open_of_enterprise",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("buyer"),
                        models.F("kind"),
                        condition=models.Q(("state", "sent"), models.Q(("email", ""), _negated=True)),
                        name="invitation_once_open_of_buyer",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("investor"),
                        models.F("kind"),
                        condition=models.Q(("state", "sent"), models.Q(("email", ""), _negated=True)),
                        name="invitation_once_open_of_investor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chosen", models.JSONField(help_text="field -> survivor or absorbed")),
                ("moved", models.JSONField(help_text="relation -> rows moved")),
                ("before", models.JSONField(help_text="the fields of both before the merge, by side")),
                ("reason", models.TextField()),
                ("merged_at", models.DateTimeField()),
                (
                    "absorbed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merge", to="parties.enterprise"
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_into_it",
                        to="parties.enterprise",
                    ),
                ),
            ],
            options={
                "ordering": ["-merged_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("survivor", models.F("absorbed")), _negated=True), name="merge_of_two"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_name", models.CharField(blank=True, max_length=100)),
                ("family_name", models.CharField(blank=True, max_length=100)),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=levante.parties.models.search.Plain(
                            django.db.models.expressions.CombinedExpression(
                                models.F("given_name"), "+", models.F("family_name")
                            ),
                            template="levante_plain(given_name || ' ' || family_name)",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                ("codice_fiscale", models.CharField(blank=True, max_length=16, null=True, unique=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=30)),
                (
                    "language",
                    models.CharField(choices=[("it", "Italiano"), ("en", "English")], default="it", max_length=2),
                ),
                ("is_demo", models.BooleanField(default=False)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["family_name", "given_name", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("search_name"), name="gin_trgm_ops"),
                        name="person_by_likeness",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("codice_fiscale__isnull", True),
                            ("codice_fiscale__regex", "^[A-Z0-9]{16}$"),
                            _connector="OR",
                        ),
                        name="person_codice_fiscale_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            models.Q(
                                ("codice_fiscale__isnull", True),
                                ("email", ""),
                                ("family_name", ""),
                                ("given_name", ""),
                                ("phone", ""),
                                ("user__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="person_erased_is_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", False), models.Q(("family_name", ""), _negated=True), _connector="OR"
                        ),
                        name="person_has_family_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnershipLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "holder_abroad",
                    models.CharField(blank=True, help_text="name of an enterprise abroad", max_length=300),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("participation", "Share of capital or votes"),
                            ("appointment", "Right to appoint or remove the majority of the board"),
                            ("dominant_influence", "Dominant influence by contract or statute"),
                            ("agreement", "Control of votes by agreement between holders"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "capital",
                    models.DecimalField(blank=True, decimal_places=4, help_text="percentage", max_digits=7, null=True),
                ),
                (
                    "votes",
                    models.DecimalField(blank=True, decimal_places=4, help_text="percentage", max_digits=7, null=True),
                ),
                (
                    "same_market",
                    models.BooleanField(
                        blank=True,
                        help_text="for a natural person: the firms held work on the same or adjacent markets",
                        null=True,
                    ),
                ),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("declared", "Declared"),
                            ("register", "Business register"),
                            ("verified", "Verified by an office"),
                        ],
                        default="declared",
                        max_length=10,
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=300)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "holder_country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.country",
                    ),
                ),
                (
                    "holder_enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "holder_institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="parties.institution",
                    ),
                ),
                (
                    "owned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holders", to="parties.enterprise"
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="parties.person",
                    ),
                ),
            ],
            options={
                "ordering": ["owned", "-capital", "id"],
                "indexes": [models.Index(fields=["owned"], name="ownership_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("holder_abroad", ""),
                                ("holder_enterprise__isnull", False),
                                ("holder_institution__isnull", True),
                                ("holder_person__isnull", True),
                            ),
                            models.Q(
                                ("holder_abroad", ""),
                                ("holder_enterprise__isnull", True),
                                ("holder_institution__isnull", True),
                                ("holder_person__isnull", False),
                            ),
                            models.Q(
                                ("holder_abroad", ""),
                                ("holder_enterprise__isnull", True),
                                ("holder_institution__isnull", False),
                                ("holder_person__isnull", True),
                            ),
                            models.Q(
                                ("holder_country__isnull", False),
                                ("holder_enterprise__isnull", True),
                                ("holder_institution__isnull", True),
                                ("holder_person__isnull", True),
                                models.Q(("holder_abroad", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ownership_one_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("holder_enterprise__isnull", True),
                            models.Q(("holder_enterprise", models.F("owned")), _negated=True),
                            _connector="OR",
                        ),
                        name="ownership_not_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "participation"),
                                models.Q(("capital__isnull", False), ("votes__isnull", False), _connector="OR"),
                                models.Q(
                                    ("capital__isnull", True),
                                    models.Q(("capital__gt", 0), ("capital__lte", 100)),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("votes__isnull", True),
                                    models.Q(("votes__gte", 0), ("votes__lte", 100)),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                models.Q(("kind", "participation"), _negated=True),
                                ("capital__isnull", True),
                                ("votes__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ownership_percentages",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["participation", "appointment", "dominant_influence", "agreement"])
                        ),
                        name="ownership_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("since__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="ownership_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "verified"), _negated=True),
                            models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="ownership_verified_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, help_text="export manager, sole director, …", max_length=120)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="parties.enterprise"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="parties.person"
                    ),
                ),
            ],
            options={
                "ordering": ["enterprise", "person"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("enterprise", "person"),
                        name="contact_once_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("since__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="contact_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("opportunities", "News of calls and opportunities"),
                            ("events", "Invitations to fairs and missions"),
                            ("catalogue", "Publication in the catalogue for foreign buyers"),
                            ("matching", "Meetings with foreign buyers"),
                            ("surveys", "Surveys on results"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("phone", "Telephone"),
                            ("post", "Post"),
                            ("web", "Publication on the web"),
                        ],
                        max_length=10,
                    ),
                ),
                ("given", models.BooleanField(help_text="given, or withdrawn")),
                ("at", models.DateTimeField()),
                ("wording", models.CharField(help_text="version of the text the person read", max_length=60)),
                (
                    "proof",
                    models.CharField(
                        help_text="how it was expressed: form on the portal, signed sheet no. …", max_length=300
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="parties.person"
                    ),
                ),
            ],
            options={
                "ordering": ["person", "purpose", "channel", "-id"],
                "indexes": [models.Index(fields=["person", "purpose", "channel", "-id"], name="consent_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proof", ""), _negated=True), models.Q(("wording", ""), _negated=True)
                        ),
                        name="consent_proved",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DistrictMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, max_length=120)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="district_memberships",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="parties.productiondistrict",
                    ),
                ),
            ],
            options={
                "ordering": ["district", "enterprise", "-since"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="district_membership_period",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("enterprise", "district"),
                        name="district_membership_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Province",
            fields=[
                (
                    "code",
                    models.CharField(
                        help_text="the letters of the number plates", max_length=2, primary_key=True, serialize=False
                    ),
                ),
                ("istat_code", models.CharField(max_length=3, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("region_code", models.CharField(help_text="ISTAT", max_length=2)),
                ("region", models.CharField(max_length=100)),
                ("nuts3", models.CharField(max_length=5)),
            ],
            options={
                "ordering": ["name"],
                "indexes": [models.Index(fields=["region_code"], name="province_by_region")],
            },
        ),
        migrations.CreateModel(
            name="Comune",
            fields=[
                ("istat_code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("cadastral_code", models.CharField(max_length=4, unique=True)),
                (
                    "caps",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5), default=list, help_text="postal codes", size=None
                    ),
                ),
                (
                    "search_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=levante.parties.models.search.Plain(models.F("name")),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comuni", to="parties.province"
                    ),
                ),
            ],
            options={
                "ordering": ["search_name", "istat_code"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("search_name"), name="gin_trgm_ops"),
                        name="comune_by_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="of the accounts; empty for a fact", null=True
                    ),
                ),
                ("field", models.CharField(max_length=30)),
                ("ours", models.TextField(blank=True)),
                ("theirs", models.TextField()),
                ("found_at", models.DateTimeField()),
                (
                    "taken",
                    models.BooleanField(
                        blank=True, help_text="the register's value was taken, or ours kept", null=True
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="differences", to="parties.enterprise"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="differences", to="parties.importrun"
                    ),
                ),
            ],
            options={
                "ordering": ["enterprise", "year", "field", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("enterprise", "year", "field"),
                        name="difference_open_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("taken__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("taken__isnull", False)),
                            _connector="OR",
                        ),
                        name="difference_decision_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("legal", "Legal seat"), ("operating", "Operating seat")], max_length=9),
                ),
                ("locality", models.CharField(blank=True, help_text="town, for a seat abroad", max_length=120)),
                ("cap", models.CharField(blank=True, max_length=10)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "comune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="parties.comune",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        db_index=False,
                        default="IT",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.country",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="parties.enterprise"
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.province",
                    ),
                ),
            ],
            options={
                "ordering": ["enterprise", "kind", "-since", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "legal"), ("until__isnull", True)),
                        fields=["province", "enterprise"],
                        name="seat_by_province",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "legal"), ("until__isnull", True)),
                        fields=("enterprise",),
                        name="seat_one_legal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("comune__isnull", False), ("country", "IT"), ("province__isnull", False)),
                            models.Q(
                                models.Q(("country", "IT"), _negated=True),
                                ("comune__isnull", True),
                                ("province__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="seat_in_italy_has_comune",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("since__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="seat_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["legal", "operating"])), name="seat_known_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("facts", "Facts"),
                            ("seat", "Legal seat"),
                            ("operating", "Operating seat"),
                            ("account", "Accounts of a year"),
                            ("ownership", "Who holds it"),
                        ],
                        default="facts",
                        max_length=10,
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="of the accounts, when they are the subject", null=True
                    ),
                ),
                ("changes", models.JSONField()),
                ("reason", models.TextField(blank=True, help_text="why, and with which evidence")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for review"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.TextField(blank=True)),
                (
                    "buyer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.buyer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "investor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="parties.investor",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        help_text="the hold that is corrected; empty for a new one",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="corrections",
                        to="parties.ownershiplink",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        blank=True,
                        help_text="the operating seat that is corrected; empty for a new one",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="corrections",
                        to="parties.seat",
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
                "indexes": [models.Index(fields=["state", "proposed_at"], name="correction_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("buyer__isnull", True), ("enterprise__isnull", False), ("investor__isnull", True)
                            ),
                            models.Q(
                                ("buyer__isnull", False), ("enterprise__isnull", True), ("investor__isnull", True)
                            ),
                            models.Q(
                                ("buyer__isnull", True), ("enterprise__isnull", True), ("investor__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="correction_one_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("enterprise__isnull", False), ("subject", "facts"), _connector="OR"),
                        name="correction_abroad_of_facts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "proposed")),
                            models.Q(models.Q(("state", "proposed"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="correction_decision_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("decision_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="correction_refusal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "accepted", "refused", "withdrawn"])),
                        name="correction_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject", "account"), ("year__isnull", False)),
                            models.Q(models.Q(("subject", "account"), _negated=True), ("year__isnull", True)),
                            _connector="OR",
                        ),
                        name="correction_account_has_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject", "ownership"), ("link__isnull", True), _connector="OR"),
                        name="correction_link_of_ownership",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject", "operating"), ("seat__isnull", True), _connector="OR"),
                        name="correction_seat_of_operating",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, max_length=120)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chain_memberships",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="parties.supplychain",
                    ),
                ),
            ],
            options={
                "ordering": ["chain", "enterprise", "-since"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="chain_membership_period",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("enterprise", "chain"),
                        name="chain_membership_once",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c6ebaaa28f302360a5406317d5c9033b4f39f945",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_098b8",
                    table="parties_consent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(LIKENESS, DROP_LIKENESS),
        migrations.RunSQL(LIKE, DROP_LIKE),
    ]
