import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("ended", "Ended"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("operator", models.CharField(max_length=200)),
                ("requested_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(help_text="the last sign of life")),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("entries_total", models.BigIntegerField(default=0, help_text="as the counters said when it began")),
                ("entries_done", models.BigIntegerField(default=0)),
                ("logs", models.JSONField(default=list, help_text="log, size, root, heads, erased of each")),
                ("problems", models.JSONField(default=list, help_text="the first ones: log, where, what")),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, help_text="why it could not be carried out", max_length=500)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1),
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        name="audit_run_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "running"])),
                            models.Q(("finished_at__isnull", False), ("state__in", ["ended", "failed"])),
                            _connector="OR",
                        ),
                        name="audit_run_finish_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "failed"), ("error", ""), _connector="XOR"),
                        name="audit_run_failure_explained",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "size",
                    models.BigIntegerField(default=0, help_text="entries so far: the next one takes the place after"),
                ),
                (
                    "last_instant",
                    models.DateTimeField(
                        help_text="the instant of the last entry: no later one precedes it", null=True
                    ),
                ),
                (
                    "frontier",
                    models.BinaryField(
                        default=b"", help_text="roots of the perfect subtrees, the largest first, 32 bytes each"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[a-z0-9]+([._-][a-z0-9]+)*$")), name="log_name_is_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_instant__isnull", True), ("size", 0)),
                            models.Q(("last_instant__isnull", False), ("size__gt", 0)),
                            _connector="OR",
                        ),
                        name="log_counts_from_zero",
                    ),
                    models.CheckConstraint(condition=models.Q(("size__lt", 1099511627776)), name="log_fits_the_ids"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("previous", models.BigIntegerField(help_text="the size of the head before; 0 for the first")),
                ("root", models.BinaryField()),
                ("instant", models.DateTimeField(help_text="the instant of the last entry under this head")),
                (
                    "key_id",
                    models.CharField(help_text="SHA-256 of the public key's SubjectPublicKeyInfo", max_length=64),
                ),
                ("signature", models.BinaryField()),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="register.log",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "id",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("log_id"), "*", models.Value(1099511627776)
                                    ),
                                    "+",
                                    models.F("size"),
                                ),
                            )
                        ),
                        name="head_id_says_its_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1), ("size__lt", 1099511627776)), name="head_size_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("previous__gte", 0), ("previous__lt", models.F("size"))),
                        name="head_follows_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subtree",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log_id", "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField(help_text="the height in units of eight")),
                ("index", models.BigIntegerField()),
                ("root", models.BinaryField()),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subtrees",
                        to="register.log",
                    ),
                ),
            ],
            options={
                "ordering": ["log_id", "level", "index"],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("authority", models.CharField(help_text="the address asked", max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("nonce", models.DecimalField(decimal_places=0, max_digits=20)),
                ("request", models.BinaryField()),
                ("response", models.BinaryField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("granted", "granted"), ("refused", "refused"), ("failed", "failed")], max_length=10
                    ),
                ),
                ("instant", models.DateTimeField(help_text="the instant the authority states", null=True)),
                (
                    "serial",
                    models.CharField(blank=True, help_text="the authority's own number of the stamp", max_length=80),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("operator", models.CharField(max_length=200)),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="anchors", to="register.head"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "granted")),
                        fields=("head", "authority"),
                        name="anchor_granted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("instant__isnull", False),
                                ("outcome", "granted"),
                                ("reason", ""),
                                ("response__isnull", False),
                            ),
                            models.Q(
                                models.Q(("outcome", "granted"), _negated=True),
                                ("instant__isnull", True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="anchor_outcome_is_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(help_text="the place in the log, from 1")),
                ("number", models.CharField(help_text="the register number people quote: 2026/0000123", max_length=32)),
                ("received_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=100)),
                (
                    "subject",
                    models.CharField(help_text="our identifier of what it is about; empty once erased", max_length=200),
                ),
                ("request", models.BinaryField(help_text="SHA-256 of the idempotency key")),
                ("entry_hash", models.BinaryField(help_text="SHA-256(salt || canonical content)")),
                ("leaf_hash", models.BinaryField()),
                ("salt", models.BinaryField(null=True)),
                ("content", models.TextField(help_text="canonical JSON; null once erased", null=True)),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="register.log",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["subject"], name="entry_by_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("log", "request"), name="entry_request_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "id",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("log_id"), "*", models.Value(1099511627776)
                                    ),
                                    "+",
                                    models.F("sequence"),
                                ),
                            )
                        ),
                        name="entry_id_says_its_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1), ("sequence__lt", 1099511627776)),
                        name="entry_sequence_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content__isnull", False), ("salt__isnull", False)),
                            models.Q(("content__isnull", True), ("salt__isnull", True), ("subject", "")),
                            _connector="OR",
                        ),
                        name="entry_whole_or_erased",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="log",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="cc16f0c3bf8081465beb539d06567576df460c8a",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_5a63d",
                    table="register_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="log",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the register is not emptied';",
                    hash="2eee43cc4218e60307d6bc30a8724a9915cfebc1",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_88f66",
                    table="register_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="log",
            trigger=pgtrigger.compiler.Trigger(
                name="only_forward",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.size < OLD.size\n                       OR (OLD.last_instant IS NOT NULL AND NEW.last_instant < OLD.last_instant) THEN\n                        RAISE EXCEPTION 'pgtrigger: a log only goes forward';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="56bcf9f75dda8c664de35a5337b5dd34837e2cea",
                    operation="UPDATE",
                    pgid="pgtrigger_only_forward_3f570",
                    table="register_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anchor",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="87b79eee84854c88e075e56e2d9a12cd1b85c99f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_679cc",
                    table="register_anchor",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anchor",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the register is not emptied';",
                    hash="d94f3dd1f42839cfb22ee8298940e8cef68f8d7e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_ab065",
                    table="register_anchor",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="head",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="bfac2c74a373f581b10485a7b347b2b5a2c4b54e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_53fbf",
                    table="register_head",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="head",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the register is not emptied';",
                    hash="2d638b4f8f12b0c81103234b079d71d12b8e11a5",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_6af65",
                    table="register_head",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="9e511fd16b8eeb9a85a615ad5816e25de83d0348",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_95f86",
                    table="register_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the register is not emptied';",
                    hash="7a6d1d2298ed1ab381d25d0f36ef7f7db07a6476",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_7740d",
                    table="register_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="only_erased",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.content IS NULL OR NEW.content IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.subject <> ''\n                       OR ROW(NEW.id, NEW.log_id, NEW.sequence, NEW.number, NEW.received_at, NEW.kind, NEW.request,\n                              NEW.entry_hash, NEW.leaf_hash)\n                       IS DISTINCT FROM\n                          ROW(OLD.id, OLD.log_id, OLD.sequence, OLD.number, OLD.received_at, OLD.kind, OLD.request,\n                              OLD.entry_hash, OLD.leaf_hash) THEN\n                        RAISE EXCEPTION 'pgtrigger: an entry of the register does not change';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="d7202b0b528af8dc8f1069f29c79b0f8553b3050",
                    operation="UPDATE",
                    pgid="pgtrigger_only_erased_e573c",
                    table="register_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subtree",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e37002956ba078cd634228320db135be74bcf5da",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7d8e9",
                    table="register_subtree",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subtree",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the register is not emptied';",
                    hash="a66c500784b2eaf3d98ca259a00329266eca4b9e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_ca871",
                    table="register_subtree",
                    when="BEFORE",
                ),
            ),
        ),
    ]
