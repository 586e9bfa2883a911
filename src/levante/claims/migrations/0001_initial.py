import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0002_asked_of_the_worker"),
        ("grants", "0006_arrival_part_given_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="first, second… of its award")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("advance", "advance"),
                            ("sal", "progress payment"),
                            ("balance", "balance"),
                            ("single", "one payment"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being filled in"),
                            ("sent", "sent"),
                            ("under_review", "under review"),
                            ("integration", "documents asked"),
                            ("assessed", "assessed"),
                            ("liquidated", "verified as due"),
                            ("paid", "paid"),
                            ("refused", "not granted"),
                            ("discarded", "discarded"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("report", models.TextField(blank=True, help_text="what was done, in the enterprise's words")),
                (
                    "asked",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="of the grant, gross: what the claim came to when sent",
                        max_digits=15,
                        null=True,
                    ),
                ),
                ("register_number", models.CharField(blank=True, max_length=32, null=True, unique=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("frozen", models.JSONField(blank=True, null=True)),
                ("frozen_sha256", models.CharField(blank=True, max_length=64)),
                ("due", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                (
                    "excess",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="of what was due before, more than is earned: to be given back",
                        max_digits=15,
                    ),
                ),
                ("steps", models.JSONField(blank=True, default=list, help_text="how what is due was reckoned")),
                (
                    "reason",
                    models.TextField(blank=True, help_text="of the office's decision, where it cuts or refuses"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "paid",
                    models.DecimalField(
                        decimal_places=2, default=0, help_text="gross, of the payments executed", max_digits=15
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="grants.award"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
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
            },
        ),
        migrations.CreateModel(
            name="ClaimEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=30)),
                ("from_state", models.CharField(blank=True, max_length=12)),
                ("to_state", models.CharField(blank=True, max_length=12)),
                ("text_it", models.TextField(blank=True)),
                ("text_en", models.TextField(blank=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="claims.claim"
                    ),
                ),
                (
                    "user",
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
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ClaimRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("expired", "Expired")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("requested_at", models.DateTimeField()),
                ("due_on", models.DateField(help_text="last day to answer")),
                ("steps", models.JSONField(default=list, help_text="how the day was reckoned")),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "number",
                    models.CharField(blank=True, help_text="register number of the answer", max_length=32, null=True),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="claims.claim"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["claim_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="ClaimReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("document", "Expense document"),
                            ("transfer", "Payment"),
                            ("cost", "Simplified cost"),
                            ("file", "File"),
                            ("report", "Report"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_id", models.BigIntegerField(help_text="id of the thing; of the report, the claim's")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("complete", "complete"),
                            ("integrate", "to be integrated"),
                            ("incomplete", "incomplete"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("reviewed_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="claims.claim"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ExpenseDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "invoice"),
                            ("credit_note", "credit note"),
                            ("receipt", "receipt"),
                            ("payslip", "payslip"),
                            ("other", "other document"),
                        ],
                        max_length=12,
                    ),
                ),
                ("source", models.CharField(choices=[("e_invoice", "E-invoice"), ("typed", "Typed")], max_length=10)),
                ("number", models.CharField(max_length=60)),
                ("issued_on", models.DateField()),
                ("supplier_name", models.CharField(max_length=300)),
                ("supplier_country", models.CharField(max_length=2)),
                (
                    "supplier_code",
                    models.CharField(help_text="VAT number with its country, or tax code", max_length=40),
                ),
                ("description", models.TextField(blank=True)),
                ("taxable", models.DecimalField(decimal_places=2, max_digits=15)),
                ("vat", models.DecimalField(decimal_places=2, default=0, max_digits=15, verbose_name="VAT")),
                ("total", models.DecimalField(decimal_places=2, max_digits=15)),
                (
                    "with_vat",
                    models.BooleanField(default=False, help_text="VAT is a cost: the enterprise cannot recover it"),
                ),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("original_total", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("lines", models.JSONField(blank=True, default=list)),
                ("cups", models.JSONField(blank=True, default=list, help_text="CUPs that it bears")),
                (
                    "warnings",
                    models.JSONField(
                        blank=True, default=list, help_text="what the reader of the e-invoice found strange"
                    ),
                ),
                ("identity", models.CharField(max_length=200)),
                ("holds", models.BooleanField(default=True)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="expense_documents", to="grants.award"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
            ],
            options={
                "ordering": ["award_id", "issued_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.CharField(
                        blank=True, help_text="code of the call's cost items; empty where it has none", max_length=80
                    ),
                ),
                ("asked", models.DecimalField(decimal_places=2, max_digits=15)),
                ("charged", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ("kept", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("admitted", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("paid", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ("reason", models.TextField(blank=True, help_text="why the officer cut it")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="charges", to="claims.claim"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="claims.expensedocument"
                    ),
                ),
            ],
            options={
                "ordering": ["claim_id", "item", "id"],
            },
        ),
        migrations.CreateModel(
            name="SimplifiedCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.CharField(
                        blank=True, help_text="code of the call's cost items; empty: the fixed amount", max_length=80
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=12)),
                ("note", models.TextField(blank=True)),
                ("kept", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ("reason", models.TextField(blank=True, help_text="why the officer cut it")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="claims.claim"
                    ),
                ),
            ],
            options={
                "ordering": ["claim_id", "item"],
            },
        ),
        migrations.CreateModel(
            name="ClaimFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("proof", "Proof of what was done"),
                            ("guarantee", "Guarantee"),
                            ("contract", "Contract"),
                            ("answer", "Answer to a request"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        blank=True, help_text="code of the item's proofs, where the call names them", max_length=80
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=200)),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, help_text="of a guarantee, in euro", max_digits=15, null=True
                    ),
                ),
                (
                    "issuer",
                    models.CharField(blank=True, help_text="of a guarantee: bank, insurer, fund", max_length=200),
                ),
                ("number", models.CharField(blank=True, max_length=60)),
                (
                    "until",
                    models.DateField(blank=True, help_text="of a guarantee: the last day on which it holds", null=True),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="claims.claim"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
                (
                    "cost",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="claims.simplifiedcost",
                    ),
                ),
            ],
            options={
                "ordering": ["claim_id", "id"],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paid_on", models.DateField(help_text="the value date of the bank's statement")),
                ("amount", models.DecimalField(decimal_places=2, help_text="of the whole payment", max_digits=15)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("transfer", "bank transfer"),
                            ("card", "company card"),
                            ("direct_debit", "direct debit"),
                            ("bank_receipt", "bank receipt (Ri.Ba.)"),
                            ("tax_form", "F24 tax form"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "reference",
                    models.CharField(help_text="CRO/TRN of the transfer, number of the operation", max_length=60),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="grants.award"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
            ],
            options={
                "ordering": ["award_id", "paid_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=15)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settlements",
                        to="claims.expensedocument",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="settlements", to="claims.transfer"
                    ),
                ),
            ],
            options={
                "ordering": ["transfer_id", "document_id"],
            },
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["state", "sent_at"], name="claim_by_state"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["officer", "state"], name="claim_by_officer"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(fields=("award", "number"), name="claim_number_once"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "sent", "under_review", "integration"])),
                fields=("award",),
                name="claim_one_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("mode", "sal"), _negated=True),
                    models.Q(("state__in", ("refused", "discarded")), _negated=True),
                ),
                fields=("award", "mode"),
                name="claim_mode_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "sent",
                            "under_review",
                            "integration",
                            "assessed",
                            "liquidated",
                            "paid",
                            "refused",
                            "discarded",
                        ],
                    )
                ),
                name="claim_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["advance", "sal", "balance", "single"])), name="claim_known_mode"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frozen__isnull", True),
                        ("register_number__isnull", True),
                        ("sent_at__isnull", True),
                        ("state__in", ["draft", "discarded"]),
                    ),
                    models.Q(
                        models.Q(("state__in", ["draft", "discarded"]), _negated=True),
                        ("asked__isnull", False),
                        ("frozen__isnull", False),
                        ("register_number__isnull", False),
                        ("sent_at__isnull", False),
                        models.Q(("frozen_sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="claim_sent_is_registered",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("officer__isnull", False),
                        ("state__in", ["under_review", "integration", "assessed", "refused"]),
                    ),
                    models.Q(("state__in", ["under_review", "integration", "assessed", "refused"]), _negated=True),
                    _connector="OR",
                ),
                name="claim_review_has_an_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due__gte", 0), ("state__in", ("assessed", "liquidated", "paid"))),
                    models.Q(
                        models.Q(("state__in", ("assessed", "liquidated", "paid")), _negated=True),
                        ("due__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="claim_due_once_assessed",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False), ("state__in", ["assessed", "liquidated", "paid", "refused"])
                    ),
                    models.Q(
                        models.Q(("state__in", ["assessed", "liquidated", "paid", "refused"]), _negated=True),
                        ("decided_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="claim_decision_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("excess", 0), models.Q(("due", 0), ("excess__gt", 0)), _connector="OR"),
                name="claim_excess_or_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="claim_refusal_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid", 0), models.Q(("paid__gt", 0), ("state__in", ["liquidated", "paid"])), _connector="OR"
                ),
                name="claim_paid_once_liquidated",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted_once_sent",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."sent_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="164931e9ba6181ede300a2f3a961c3012eb6d483",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_once_sent_853fd",
                    table="claims_claim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="sent_copy_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."sent_at" IS NOT NULL)',
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "frozen", "frozen_sha256", "register_number", "sent_at" rows from % table\', TG_TABLE_NAME;',
                    hash="75e36cbdcec257e84502bc04b044f0137e2e2bfd",
                    operation='UPDATE OF "frozen", "frozen_sha256", "register_number", "sent_at"',
                    pgid="pgtrigger_sent_copy_stays_b2202",
                    table="claims_claim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claimevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0342f9354d975fc258a2169f5a68f2fcb6b672f7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_aeef3",
                    table="claims_claimevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="claimrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("claim",), name="claim_request_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", False), ("number__isnull", False), ("state", "answered")),
                    models.Q(
                        models.Q(("state", "answered"), _negated=True),
                        ("answered_at__isnull", True),
                        ("number__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="claim_request_answer_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="claim_request_says_what"
            ),
        ),
        migrations.AddIndex(
            model_name="claimreview",
            index=models.Index(fields=["claim", "kind", "object_id", "-id"], name="claim_review_last"),
        ),
        migrations.AddConstraint(
            model_name="claimreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "complete"), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="claim_review_is_explained",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claimreview",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e0e1e07a03dcb554755bab9fceebcfa11b8be4c6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4c0d5",
                    table="claims_claimreview",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="expensedocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("holds", True)), fields=("identity",), name="expense_document_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="expensedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["invoice", "credit_note", "receipt", "payslip", "other"])),
                name="expense_document_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="expensedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "credit_note"), ("total__lt", 0)),
                    models.Q(models.Q(("kind", "credit_note"), _negated=True), ("total__gt", 0)),
                    _connector="OR",
                ),
                name="expense_document_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="expensedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total",
                        django.db.models.expressions.CombinedExpression(models.F("taxable"), "+", models.F("vat")),
                    )
                ),
                name="expense_document_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="expensedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("currency", "EUR"), ("original_total__isnull", True)),
                    models.Q(models.Q(("currency", "EUR"), _negated=True), ("original_total__isnull", False)),
                    _connector="OR",
                ),
                name="expense_document_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(fields=("claim", "document", "item"), name="charge_once"),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked", 0), _negated=True), name="charge_asks_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("admitted__isnull", True), ("kept__isnull", True)),
                    models.Q(("admitted__isnull", False), ("kept__isnull", False)),
                    _connector="OR",
                ),
                name="charge_admitted_once_looked_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept__isnull", True),
                    ("kept", models.F("asked")),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="charge_cut_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="simplifiedcost",
            constraint=models.UniqueConstraint(fields=("claim", "item"), name="simplified_cost_once"),
        ),
        migrations.AddConstraint(
            model_name="simplifiedcost",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="simplified_cost_quantity"),
        ),
        migrations.AddConstraint(
            model_name="simplifiedcost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept__isnull", True),
                    models.Q(("kept__gte", 0), ("kept__lte", models.F("quantity"))),
                    _connector="OR",
                ),
                name="simplified_cost_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="simplifiedcost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept__isnull", True),
                    ("kept", models.F("quantity")),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="simplified_cost_cut_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("kind", "guarantee"),
                        ("until__isnull", False),
                        models.Q(("issuer", ""), _negated=True),
                        models.Q(("number", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("kind", "guarantee"), _negated=True),
                        ("amount__isnull", True),
                        ("issuer", ""),
                        ("number", ""),
                        ("until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="claim_file_guarantee_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost__isnull", True), ("kind", "proof"), _connector="OR"),
                name="claim_file_proof_of_a_cost",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="transfer_amount"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["transfer", "card", "direct_debit", "bank_receipt", "tax_form"])),
                name="transfer_known_method",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference", ""), _negated=True), name="transfer_has_a_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(fields=("transfer", "document"), name="settlement_once"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="settlement_amount"
            ),
        ),
    ]
