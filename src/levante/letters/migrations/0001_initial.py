import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_initial"),
        ("exchange", "0001_initial"),
        ("identity", "0001_initial"),
        ("identity", "__first__"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="what it is written for: asked twice, it is one letter", max_length=120, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start_of_procedure", "start of the procedure"),
                            ("integration_request", "integration request"),
                            ("pre_rejection_notice", "pre-rejection notice"),
                            ("admitted", "admission"),
                            ("rejected", "rejection"),
                            ("withdrawal_noted", "withdrawal noted"),
                            ("ranking_place", "place in the ranking"),
                            ("award", "award"),
                            ("communication", "communication"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("ready", "ready"),
                            ("queued", "being sent"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("not_delivered", "not delivered"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=15,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("pec", "certified mail (PEC)"),
                            ("portal", "portal"),
                            ("registered_letter", "registered letter with return receipt"),
                            ("by_hand", "by hand"),
                            ("domicile", "served at the elected domicile"),
                        ],
                        help_text="by which way it goes, or went last",
                        max_length=20,
                    ),
                ),
                ("signatory", models.JSONField(help_text="who signs: {name, role}")),
                (
                    "addressee",
                    models.JSONField(help_text="to whom, as it was when it was written: {name, tax_code, seat, pec}"),
                ),
                (
                    "address",
                    models.EmailField(blank=True, help_text="the PEC address it goes to, frozen", max_length=254),
                ),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField()),
                (
                    "reference",
                    models.CharField(
                        help_text="what it is about, as people call it: the application's number", max_length=120
                    ),
                ),
                ("template", models.CharField(help_text="whose text it is: house, call, officer", max_length=20)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("courtesy_subject", models.CharField(blank=True, max_length=300)),
                ("courtesy_body", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("content_sha256", models.CharField(blank=True, max_length=64)),
                ("register_number", models.CharField(blank=True, max_length=32)),
                ("protocol_number", models.CharField(blank=True, max_length=60)),
                ("protocol_on", models.DateField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, help_text="why it cannot leave, in words", max_length=500)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True, help_text="accepted by the sender's provider, or posted", null=True
                    ),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_address", "the enterprise has no PEC address"),
                            ("not_accepted", "the provider did not accept it"),
                            ("refused", "the provider refused the address"),
                            ("unknown_address", "the PEC mailbox does not exist"),
                            ("unknown_domain", "the domain of the PEC address does not exist"),
                            ("virus", "the provider found a virus in it"),
                            ("other", "the provider did not deliver it"),
                            ("returned", "the registered letter came back"),
                        ],
                        max_length=20,
                    ),
                ),
                ("failure_text", models.CharField(blank=True, help_text="in the provider's own words", max_length=500)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=500)),
                ("attachments", models.ManyToManyField(blank=True, related_name="+", to="documents.storedfile")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.generateddocument",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="parties.enterprise"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="identity.office"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        help_text="responsible for the procedure (L. 241/1990 art. 5)",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["subject_type", "subject_id", "id"], name="letter_by_subject"),
                    models.Index(fields=["enterprise", "-id"], name="letter_by_enterprise"),
                    models.Index(fields=["state", "id"], name="letter_by_state"),
                    models.Index(fields=["reference"], name="letter_by_reference", opclasses=["varchar_pattern_ops"]),
                    models.Index(
                        condition=models.Q(("register_number", ""), _negated=True),
                        fields=["register_number"],
                        name="letter_by_register",
                    ),
                    models.Index(
                        condition=models.Q(("protocol_number", ""), _negated=True),
                        fields=["protocol_number"],
                        name="letter_by_protocol",
                    ),
                    models.Index(
                        condition=models.Q(("state", "not_delivered")), fields=["officer"], name="letter_not_delivered"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "ready", "queued", "sent", "delivered", "not_delivered", "cancelled"],
                            )
                        ),
                        name="letter_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "start_of_procedure",
                                    "integration_request",
                                    "pre_rejection_notice",
                                    "admitted",
                                    "rejected",
                                    "withdrawal_noted",
                                    "ranking_place",
                                    "award",
                                    "communication",
                                ],
                            )
                        ),
                        name="letter_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["pec", "portal", "registered_letter", "by_hand", "domicile"])
                        ),
                        name="letter_known_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "cancelled"]),
                            models.Q(
                                ("content_sha256__regex", "^[0-9a-f]{64}$"),
                                ("ready_at__isnull", False),
                                models.Q(("subject", ""), _negated=True),
                                models.Q(("body", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_ready_is_written",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), _negated=True),
                            models.Q(("content_sha256", ""), ("ready_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="letter_draft_is_not_final",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document__isnull", True),
                                ("queued_at__isnull", True),
                                ("state__in", ["draft", "ready", "cancelled"]),
                            ),
                            models.Q(
                                ("queued_at__isnull", False),
                                ("state__in", ["queued", "sent", "delivered", "not_delivered"]),
                                ("document__isnull", False),
                                models.Q(("register_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_left_is_numbered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["draft", "ready", "queued", "cancelled"]), _negated=True),
                            ("sent_at__isnull", True),
                            _connector="OR",
                        ),
                        name="letter_not_sent_yet",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="letter_sent_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                            models.Q(models.Q(("state", "delivered"), _negated=True), ("delivered_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="letter_delivered_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("failed_at__isnull", False),
                                ("state", "not_delivered"),
                                models.Q(("failure", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "not_delivered"), _negated=True),
                                ("failed_at__isnull", True),
                                ("failure", ""),
                                ("failure_text", ""),
                            ),
                            _connector="OR",
                        ),
                        name="letter_not_delivered_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", False),
                                ("state", "cancelled"),
                                models.Q(("cancel_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "cancelled"), _negated=True),
                                ("cancel_reason", ""),
                                ("cancelled_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_cancelled_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("protocol_number", ""), ("protocol_on__isnull", True)),
                            models.Q(models.Q(("protocol_number", ""), _negated=True), ("protocol_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="letter_protocol_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "pec"), _negated=True),
                            models.Q(("state__in", ["queued", "sent"]), _negated=True),
                            models.Q(("address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="letter_by_pec_has_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.PositiveSmallIntegerField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("pec", "certified mail (PEC)"),
                            ("portal", "portal"),
                            ("registered_letter", "registered letter with return receipt"),
                            ("by_hand", "by hand"),
                            ("domicile", "served at the elected domicile"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, help_text="the PEC address, or where it was posted to", max_length=300
                    ),
                ),
                ("sender", models.EmailField(blank=True, help_text="the mailbox it goes from", max_length=254)),
                ("message_id", models.CharField(blank=True, max_length=200, null=True, unique=True)),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="number of the registered letter, of the minutes", max_length=60
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(blank=True, null=True)),
                ("handed_at", models.DateTimeField(blank=True, null=True)),
                ("handed_text", models.CharField(blank=True, help_text="what the provider answered", max_length=400)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_address", "the enterprise has no PEC address"),
                            ("not_accepted", "the provider did not accept it"),
                            ("refused", "the provider refused the address"),
                            ("unknown_address", "the PEC mailbox does not exist"),
                            ("unknown_domain", "the domain of the PEC address does not exist"),
                            ("virus", "the provider found a virus in it"),
                            ("other", "the provider did not deliver it"),
                            ("returned", "the registered letter came back"),
                        ],
                        max_length=20,
                    ),
                ),
                ("failure_text", models.CharField(blank=True, max_length=500)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        blank=True,
                        help_text="as it goes (.eml)",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatch",
                        to="exchange.externalrequest",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="letters.letter"
                    ),
                ),
            ],
            options={
                "ordering": ["letter_id", "serial"],
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "serial"), name="dispatch_serial_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("channel", "pec"),
                                ("mail__isnull", False),
                                ("message_id__isnull", False),
                                ("request__isnull", False),
                                models.Q(("address", ""), _negated=True),
                                models.Q(("sender", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("channel", "pec"), _negated=True),
                                ("mail__isnull", True),
                                ("message_id__isnull", True),
                                ("request__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_by_pec_has_message",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failed_at__isnull", True), ("failure", ""), ("failure_text", "")),
                            models.Q(
                                ("delivered_at__isnull", True),
                                ("failed_at__isnull", False),
                                models.Q(("failure", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_failure_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_at__isnull", True),
                            ("offered_at__isnull", False),
                            models.Q(("channel", "pec"), _negated=True),
                            _connector="OR",
                        ),
                        name="dispatch_offered_before_handed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("receipt_id", models.CharField(help_text="the Message-ID of the receipt itself", max_length=200)),
                ("at", models.DateTimeField(help_text="the instant the provider certifies")),
                ("received_at", models.DateTimeField()),
                ("provider", models.CharField(blank=True, max_length=254)),
                ("recipient", models.CharField(blank=True, max_length=254)),
                ("error", models.CharField(blank=True, max_length=20)),
                ("error_text", models.CharField(blank=True, max_length=2000)),
                ("signature", models.JSONField(help_text="{signed, intact, trusted, signer, reason}")),
                ("counted", models.BooleanField()),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="letters.dispatch"
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
                "ordering": ["dispatch_id", "at", "id"],
                "constraints": [models.UniqueConstraint(fields=("dispatch", "receipt_id"), name="letter_receipt_once")],
            },
        ),
        migrations.CreateModel(
            name="LetterRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="what it is for: asked twice, it is one run", max_length=120, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start_of_procedure", "start of the procedure"),
                            ("integration_request", "integration request"),
                            ("pre_rejection_notice", "pre-rejection notice"),
                            ("admitted", "admission"),
                            ("rejected", "rejection"),
                            ("withdrawal_noted", "withdrawal noted"),
                            ("ranking_place", "place in the ranking"),
                            ("award", "award"),
                            ("communication", "communication"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "to be started"),
                            ("running", "running"),
                            ("stopped", "stopped"),
                            ("finished", "finished"),
                        ],
                        default="prepared",
                        max_length=10,
                    ),
                ),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                (
                    "source_type",
                    models.CharField(help_text="who composes its letters: the model's label", max_length=60),
                ),
                (
                    "source_id",
                    models.BigIntegerField(
                        blank=True, help_text="the ranking, the act; a choice of files has none", null=True
                    ),
                ),
                ("subject", models.CharField(blank=True, help_text="object of the officer's own text", max_length=300)),
                ("body", models.TextField(blank=True, help_text="the officer's own text; empty: that of the kind")),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "moved_at",
                    models.DateTimeField(blank=True, help_text="when a worker last said to be at it", null=True),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter_runs", to="identity.office"
                    ),
                ),
                (
                    "started_by",
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
                        condition=models.Q(("state__in", ["prepared", "running", "stopped", "finished"])),
                        name="letter_run_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "start_of_procedure",
                                    "integration_request",
                                    "pre_rejection_notice",
                                    "admitted",
                                    "rejected",
                                    "withdrawal_noted",
                                    "ranking_place",
                                    "award",
                                    "communication",
                                ],
                            )
                        ),
                        name="letter_run_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("moved_at__isnull", True), ("started_at__isnull", True), ("state", "prepared")),
                            models.Q(
                                models.Q(("state", "prepared"), _negated=True),
                                ("moved_at__isnull", False),
                                ("started_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="letter_run_started_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state", "finished")),
                            models.Q(models.Q(("state", "finished"), _negated=True), ("finished_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="letter_run_finished_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterRunItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.PositiveIntegerField(help_text="in which order they are written")),
                (
                    "subject_id",
                    models.BigIntegerField(help_text="what the letter is about, as who composes it knows it"),
                ),
                (
                    "reference",
                    models.CharField(help_text="as people call it: the application's number", max_length=120),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "to be written"), ("written", "written"), ("failed", "cannot be written")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("problem_it", models.CharField(blank=True, max_length=500)),
                ("problem_en", models.CharField(blank=True, max_length=500)),
                (
                    "letter",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="run_item",
                        to="letters.letter",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="letters.letterrun"
                    ),
                ),
            ],
            options={
                "ordering": ["run_id", "serial"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["run", "serial"], name="letter_run_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "serial"), name="letter_run_item_serial_once"),
                    models.UniqueConstraint(fields=("run", "subject_id"), name="letter_run_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("letter__isnull", True), ("problem_en", ""), ("problem_it", ""), ("state", "waiting")
                            ),
                            models.Q(
                                ("letter__isnull", False), ("problem_en", ""), ("problem_it", ""), ("state", "written")
                            ),
                            models.Q(
                                ("letter__isnull", True),
                                ("state", "failed"),
                                models.Q(("problem_it", ""), _negated=True),
                                models.Q(("problem_en", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_run_item_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("integration_items", "what is missing"),
                            ("integration_reasons", "why the integration is needed"),
                            ("notice", "reasons of a pre-rejection notice"),
                            ("rejection", "reasons of a rejection"),
                            ("reduction", "why the amount is reduced"),
                            ("resume", "why observations are accepted"),
                            ("communication", "communication"),
                        ],
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wordings", to="identity.office"
                    ),
                ),
            ],
            options={
                "ordering": ["office_id", "use", django.db.models.functions.text.Lower("title"), "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "use__in",
                                [
                                    "integration_items",
                                    "integration_reasons",
                                    "notice",
                                    "rejection",
                                    "reduction",
                                    "resume",
                                    "communication",
                                ],
                            )
                        ),
                        name="wording_known_use",
                    ),
                    models.CheckConstraint(condition=models.Q(("title", ""), _negated=True), name="wording_has_title"),
                    models.UniqueConstraint(
                        models.F("office"),
                        models.F("use"),
                        django.db.models.functions.text.Lower("title"),
                        condition=models.Q(("retired_at__isnull", True)),
                        name="wording_title_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="letters.wording"
                    ),
                ),
            ],
            options={
                "ordering": ["wording_id", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("wording", "number"), name="wording_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="wording_version_has_text"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted_once_ready",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."ready_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4bd3728560b835b1879cc846ab091485228c997b",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_once_ready_a9b9b",
                    table="letters_letter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_written_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."ready_at" IS NOT NULL)',
                    func="\n                    IF ROW(NEW.key, NEW.kind, NEW.office_id, NEW.subject_type, NEW.subject_id, NEW.subject, NEW.body,\n                           NEW.courtesy_subject, NEW.courtesy_body, NEW.ready_at, NEW.content_sha256)\n                       IS DISTINCT FROM\n                       ROW(OLD.key, OLD.kind, OLD.office_id, OLD.subject_type, OLD.subject_id, OLD.subject, OLD.body,\n                           OLD.courtesy_subject, OLD.courtesy_body, OLD.ready_at, OLD.content_sha256)\n                       OR NEW.addressee::text IS DISTINCT FROM OLD.addressee::text\n                       OR NEW.signatory::text IS DISTINCT FROM OLD.signatory::text\n                       OR (OLD.register_number <> '' AND NEW.register_number IS DISTINCT FROM OLD.register_number)\n                       OR (OLD.protocol_number <> '' AND NEW.protocol_number IS DISTINCT FROM OLD.protocol_number) THEN\n                        RAISE EXCEPTION 'pgtrigger: what was written does not change';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="616c3efdddbd441bb38babd339b2833d99eee515",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_written_stays_a189c",
                    table="letters_letter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letterreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5bcbd4399f96dca01c598bf4fd795de6b06e7526",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9b654",
                    table="letters_letterreceipt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letterrunitem",
            trigger=pgtrigger.compiler.Trigger(
                name="written_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" = 'written')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b74b39b2667515a9ba7d75b622b20ac3f55b41f4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_stays_be9c3",
                    table="letters_letterrunitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wordingversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="23591ba1d9eb2a9a88ec1e8316d4f0fcf2b7ed62",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_343cd",
                    table="letters_wordingversion",
                    when="BEFORE",
                ),
            ),
        ),
    ]
