import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "__first__"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AidRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("rna", "RNA"), ("own", "Own award"), ("declared", "Declared")], max_length=10
                    ),
                ),
                ("cor", models.CharField(blank=True, max_length=30, verbose_name="COR")),
                ("car", models.CharField(blank=True, max_length=30, verbose_name="CAR")),
                ("regulation", models.CharField(blank=True, help_text="COD_REGOLAMENTO of the RNA", max_length=60)),
                ("regulation_text", models.CharField(blank=True, max_length=300)),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("general_de_minimis", "general_de_minimis"),
                            ("agriculture", "agriculture"),
                            ("fishery", "fishery"),
                            ("sgei", "sgei"),
                            ("gber", "gber"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("measure_title", models.CharField(blank=True, max_length=500)),
                ("granting_body", models.CharField(blank=True, max_length=300)),
                ("act", models.CharField(blank=True, max_length=200)),
                ("tax_code", models.CharField(max_length=28, verbose_name="codice fiscale")),
                ("beneficiary_name", models.CharField(blank=True, max_length=300)),
                ("granted_on", models.DateField()),
                ("gge", models.DecimalField(decimal_places=2, max_digits=15)),
                ("granted_gge", models.DecimalField(decimal_places=2, max_digits=15)),
                ("nominal", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("instrument", models.CharField(blank=True, max_length=200)),
                ("cup", models.CharField(blank=True, max_length=30, verbose_name="CUP")),
                ("registered_on", models.DateField()),
                ("annulled_on", models.DateField(blank=True, null=True)),
                (
                    "subject_type",
                    models.CharField(
                        blank=True, help_text="what of ours granted it, as in grants.Award", max_length=60
                    ),
                ),
                ("subject_id", models.CharField(blank=True, max_length=40)),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="aids",
                        to="parties.enterprise",
                    ),
                ),
            ],
            options={
                "ordering": ["-granted_on", "-id"],
                "indexes": [
                    models.Index(fields=["tax_code", "granted_on"], name="aid_record_by_beneficiary"),
                    models.Index(
                        condition=models.Q(("enterprise__isnull", False)),
                        fields=["enterprise"],
                        name="aid_record_by_enterprise",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cor", ""), _negated=True),
                        fields=("cor", "regulation"),
                        name="aid_record_once_per_cor",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source", "own")),
                        fields=("subject_type", "subject_id"),
                        name="aid_record_once_per_award",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["rna", "own", "declared"])), name="aid_record_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("regime__in", ("general_de_minimis", "agriculture", "fishery", "sgei", "gber", "other"))
                        ),
                        name="aid_record_regime",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "rna"), _negated=True),
                            models.Q(("cor", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="aid_record_rna_has_cor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "own"), _negated=True),
                            models.Q(("subject_id", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="aid_record_own_has_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gge__gte", 0),
                            ("granted_gge__gte", 0),
                            models.Q(("nominal__isnull", True), ("nominal__gte", 0), _connector="OR"),
                        ),
                        name="aid_record_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax_code", ""), _negated=True), name="aid_record_has_beneficiary"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AidRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("gge", models.DecimalField(decimal_places=2, max_digits=15)),
                (
                    "reference",
                    models.CharField(blank=True, help_text="COVAR, or the act that changed the amount", max_length=100),
                ),
                (
                    "aid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="aid.aidrecord"
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("gge__gte", 0)), name="aid_revision_amount")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tax_code", models.CharField(max_length=28, verbose_name="codice fiscale")),
                ("amount", models.DecimalField(decimal_places=2, help_text="gross grant equivalent", max_digits=15)),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("general_de_minimis", "general_de_minimis"),
                            ("agriculture", "agriculture"),
                            ("fishery", "fishery"),
                            ("sgei", "sgei"),
                            ("gber", "gber"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reserved_on", models.DateField()),
                (
                    "expires_on",
                    models.DateField(blank=True, help_text="last day on which it holds, included", null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "Reserved"),
                            ("confirmed", "Confirmed"),
                            ("released", "Released"),
                            ("expired", "Expired"),
                        ],
                        default="reserved",
                        max_length=10,
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("closing_reason", models.CharField(blank=True, max_length=300)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=40)),
                ("position", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                (
                    "aid",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservation",
                        to="aid.aidrecord",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aid_reservations",
                        to="parties.enterprise",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["tax_code"], name="reservation_by_beneficiary")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["reserved", "confirmed"])),
                        fields=("subject_type", "subject_id"),
                        name="reservation_once_per_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["reserved", "confirmed", "released", "expired"])),
                        name="reservation_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="reservation_amount"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", True), ("state", "reserved")),
                            models.Q(models.Q(("state", "reserved"), _negated=True), ("closed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="reservation_closing_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("aid__isnull", False), ("state", "confirmed")),
                            models.Q(models.Q(("state", "confirmed"), _negated=True), ("aid__isnull", True)),
                            _connector="OR",
                        ),
                        name="reservation_confirmed_by_aid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "released"), _negated=True),
                            models.Q(("closing_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reservation_release_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__isnull", True), ("expires_on__gte", models.F("reserved_on")), _connector="OR"
                        ),
                        name="reservation_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RnaImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=300)),
                ("file_size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("finished", "Finished"), ("stopped", "Stopped")],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(help_text="last batch recorded")),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("bytes_read", models.BigIntegerField(default=0, help_text="of the file as it is, compressed or not")),
                (
                    "elements_done",
                    models.BigIntegerField(default=0, help_text="aids read and recorded: where to start again"),
                ),
                ("cors", models.BigIntegerField(default=0)),
                ("created", models.BigIntegerField(default=0)),
                ("updated", models.BigIntegerField(default=0)),
                ("unchanged", models.BigIntegerField(default=0)),
                ("quarantined", models.BigIntegerField(default=0)),
                ("error_it", models.TextField(blank=True)),
                ("error_en", models.TextField(blank=True)),
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
                "ordering": ["-started_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")), fields=("sha256",), name="rna_import_once_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "finished", "stopped"])), name="rna_import_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="rna_import_end_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "stopped"), _negated=True),
                            models.Q(("error_it", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rna_import_stop_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuarantinedAid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("element", models.BigIntegerField(help_text="which aid of the file it was, counting from one")),
                ("cor", models.CharField(blank=True, max_length=30, verbose_name="COR")),
                ("tax_code", models.CharField(blank=True, max_length=28, verbose_name="codice fiscale")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("content", models.JSONField()),
                ("seen_on", models.DateField()),
                (
                    "resolved_on",
                    models.DateField(blank=True, help_text="the same COR came later in good order", null=True),
                ),
                (
                    "first_seen_in",
                    models.ForeignKey(
                        blank=True,
                        help_text="none when it was sorted out again later",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quarantine",
                        to="aid.rnaimport",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_on__isnull", True)),
                        fields=["tax_code"],
                        name="quarantine_by_beneficiary",
                    ),
                    models.Index(
                        condition=models.Q(("resolved_on__isnull", True), models.Q(("cor", ""), _negated=True)),
                        fields=["cor"],
                        name="quarantine_by_cor",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reasons", []), _negated=True), name="quarantined_aid_has_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UndertakingDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="the id of the doubt, as the rule gives it", max_length=500)),
                ("together", models.BooleanField()),
                ("reason", models.TextField()),
                ("question_it", models.TextField(blank=True, help_text="as the rule asked it then")),
                ("question_en", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-decided_at", "-id"],
                "indexes": [models.Index(fields=["key", "decided_at"], name="undertaking_decision_by_key")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="undertaking_decision_has_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UndertakingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("merger", "Merger"), ("split", "Split")], max_length=6)),
                ("on", models.DateField()),
                (
                    "parties",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=28), size=None),
                ),
                ("into", models.CharField(blank=True, max_length=28)),
                ("shares", models.JSONField(blank=True, default=list)),
                (
                    "involved",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=28), help_text="every tax code of the event", size=None
                    ),
                ),
                ("deed", models.CharField(max_length=300)),
            ],
            options={
                "ordering": ["on", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["involved"], name="undertaking_event_involved")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "merger"), ("shares", []), models.Q(("into", ""), _negated=True)),
                            models.Q(
                                ("into", ""),
                                ("kind", "split"),
                                ("parties__len", 1),
                                models.Q(("shares", []), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="undertaking_event_shape",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parties", []), _negated=True), models.Q(("deed", ""), _negated=True)
                        ),
                        name="undertaking_event_has_deed",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quarantinedaid",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="eb8924b14457a5756b376df4cbcb16893ede473a",
                    operation="DELETE",
                    pgid="pgtrigger_kept_fff71",
                    table="aid_quarantinedaid",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="undertakingdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="176fa8957d3033a448f3989252883d71476e5bb4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3cdc8",
                    table="aid_undertakingdecision",
                    when="BEFORE",
                ),
            ),
        ),
    ]
