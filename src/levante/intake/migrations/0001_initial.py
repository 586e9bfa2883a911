import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("calls", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="IntakeLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(help_text="what follows /intake/ in the address", max_length=100, unique=True),
                ),
                ("rehearsal", models.BooleanField(default=False)),
                (
                    "opens_at",
                    models.DateTimeField(help_text="of a rehearsal; otherwise the opening says it", null=True),
                ),
                ("closes_at", models.DateTimeField(null=True)),
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
                    models.BinaryField(default=b"", help_text="roots of the perfect subtrees, the largest first"),
                ),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(help_text="from here on nothing is taken any more", null=True)),
                (
                    "register_number",
                    models.CharField(blank=True, help_text="of the register's entry about its head", max_length=32),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intake_logs",
                        to="calls.opening",
                    ),
                ),
            ],
            options={
                "db_table": "intake_log",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9]+([._-][a-z0-9]+)*$")),
                        name="intake_code_is_a_name",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("rehearsal", False)), fields=("opening",), name="intake_log_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closes_at__gt", models.F("opens_at")),
                                ("opens_at__isnull", False),
                                ("rehearsal", True),
                            ),
                            models.Q(
                                ("closes_at__isnull", True),
                                ("opening__isnull", False),
                                ("opens_at__isnull", True),
                                ("rehearsal", False),
                            ),
                            _connector="OR",
                        ),
                        name="intake_window",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_instant__isnull", True), ("size", 0)),
                            models.Q(("last_instant__isnull", False), ("size__gt", 0)),
                            _connector="OR",
                        ),
                        name="intake_counts_from_zero",
                    ),
                    models.CheckConstraint(condition=models.Q(("size__lt", 1099511627776)), name="intake_fits_the_ids"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("register_number", "")),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("rehearsal", False),
                                models.Q(("register_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="intake_closed_is_registered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeHead",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("previous", models.BigIntegerField(help_text="the size of the head before; 0 for the first")),
                ("root", models.BinaryField()),
                ("frontier", models.BinaryField(help_text="of the tree of ``previous`` leaves")),
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
                        to="intake.intakelog",
                    ),
                ),
            ],
            options={
                "db_table": "intake_head",
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
                        name="intake_head_id_says_its_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous__gte", 0), ("previous__lt", models.F("size")), ("size__lt", 1099511627776)
                        ),
                        name="intake_head_follows",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_digest", models.BinaryField(help_text="SHA-256 of the one-time token")),
                (
                    "subject",
                    models.CharField(help_text="our identifier of what was sealed: application:42", max_length=200),
                ),
                ("enterprise", models.CharField(help_text="tax code, or the name of a test", max_length=40)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=15)),
                ("seal", models.BinaryField(help_text="SHA-256(seal salt || canonical frozen copy)")),
                ("seal_salt", models.BinaryField()),
                ("salt", models.BinaryField(help_text="of the entry, should it come")),
                ("entry_hash", models.BinaryField(help_text="SHA-256(salt || canonical content of the entry)")),
                ("issued_at", models.DateTimeField()),
                (
                    "voided_at",
                    models.DateTimeField(
                        help_text="unsealed before it was sent: the token is worth nothing", null=True
                    ),
                ),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="intake.intakelog",
                    ),
                ),
            ],
            options={
                "db_table": "intake_ticket",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("log", "token_digest"), name="intake_token_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at__isnull", True)),
                        fields=("log", "subject"),
                        name="intake_one_live_ticket",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject__regex", "^[A-Za-z0-9:._-]+$")),
                        name="intake_subject_is_an_identifier",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="intake_amount_is_some"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeEntry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(help_text="the place in the log, from 1")),
                ("received_at", models.DateTimeField()),
                ("leaf_hash", models.BinaryField()),
                (
                    "log",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="intake.intakelog",
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="intake.intaketicket",
                    ),
                ),
            ],
            options={
                "db_table": "intake_entry",
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
                                    models.F("sequence"),
                                ),
                            )
                        ),
                        name="intake_entry_id_says_its_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1), ("sequence__lt", 1099511627776)),
                        name="intake_sequence_from_one",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakelog",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the log of an opening is not emptied';",
                    hash="ecc4d8cea2d41c4710120563a93550ab8182d901",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_adbe4",
                    table="intake_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakelog",
            trigger=pgtrigger.compiler.Trigger(
                name="only_rehearsals_go",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF NOT OLD.rehearsal THEN\n                RAISE EXCEPTION 'pgtrigger: only a rehearsal is wiped';\n            END IF;\n            RETURN OLD;\n        ",
                    hash="bdb8a84babf870ca150730438ccb6612b400f314",
                    operation="DELETE",
                    pgid="pgtrigger_only_rehearsals_go_10350",
                    table="intake_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakelog",
            trigger=pgtrigger.compiler.Trigger(
                name="only_forward",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.rehearsal <> OLD.rehearsal\n                       OR NEW.opening_id IS DISTINCT FROM OLD.opening_id OR NEW.size < OLD.size\n                       OR (OLD.last_instant IS NOT NULL AND NEW.last_instant < OLD.last_instant)\n                       OR (OLD.closed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN\n                        RAISE EXCEPTION 'pgtrigger: the log of an opening only goes forward';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="f6975837a830c63589358451ff674b9f1a7b67cd",
                    operation="UPDATE",
                    pgid="pgtrigger_only_forward_050a0",
                    table="intake_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakehead",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ae099eb8b7e2d29043527602ff7bcf726a40c9df",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_6a988",
                    table="intake_head",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakehead",
            trigger=pgtrigger.compiler.Trigger(
                name="only_rehearsals_go",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF NOT COALESCE((SELECT l.rehearsal FROM intake_log l WHERE l.id = OLD.log_id), false) THEN\n                RAISE EXCEPTION 'pgtrigger: only a rehearsal is wiped';\n            END IF;\n            RETURN OLD;\n        ",
                    hash="9e76a8652cd8cc49c2a407515802b940ef84338d",
                    operation="DELETE",
                    pgid="pgtrigger_only_rehearsals_go_90538",
                    table="intake_head",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakehead",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the log of an opening is not emptied';",
                    hash="54b93c0c49686e6341757b08a5ef3178d82a80c0",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_122b7",
                    table="intake_head",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intaketicket",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the log of an opening is not emptied';",
                    hash="a7c819dae0ba148e121e3a727e9613645f62de8b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_23e16",
                    table="intake_ticket",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intaketicket",
            trigger=pgtrigger.compiler.Trigger(
                name="only_rehearsals_go",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF NOT COALESCE((SELECT l.rehearsal FROM intake_log l WHERE l.id = OLD.log_id), false) THEN\n                RAISE EXCEPTION 'pgtrigger: only a rehearsal is wiped';\n            END IF;\n            RETURN OLD;\n        ",
                    hash="43fd0f054db2631993f31f9b2bd9bab65b3c3a63",
                    operation="DELETE",
                    pgid="pgtrigger_only_rehearsals_go_0f00e",
                    table="intake_ticket",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intaketicket",
            trigger=pgtrigger.compiler.Trigger(
                name="only_voided",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL\n                       OR ROW(NEW.id, NEW.log_id, NEW.token_digest, NEW.subject, NEW.enterprise, NEW.amount, NEW.seal,\n                              NEW.seal_salt, NEW.salt, NEW.entry_hash, NEW.issued_at)\n                       IS DISTINCT FROM\n                          ROW(OLD.id, OLD.log_id, OLD.token_digest, OLD.subject, OLD.enterprise, OLD.amount, OLD.seal,\n                              OLD.seal_salt, OLD.salt, OLD.entry_hash, OLD.issued_at) THEN\n                        RAISE EXCEPTION 'pgtrigger: a ticket is voided, and nothing else';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="36e84a9009f57c82ed84562895b1da68c8a368d7",
                    operation="UPDATE",
                    pgid="pgtrigger_only_voided_2450e",
                    table="intake_ticket",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakeentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1314259a54bbd736a00b8abec1de9da0aa47e7d6",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_04976",
                    table="intake_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakeentry",
            trigger=pgtrigger.compiler.Trigger(
                name="only_rehearsals_go",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF NOT COALESCE((SELECT l.rehearsal FROM intake_log l WHERE l.id = OLD.log_id), false) THEN\n                RAISE EXCEPTION 'pgtrigger: only a rehearsal is wiped';\n            END IF;\n            RETURN OLD;\n        ",
                    hash="1fb1ec0085691e8f6028a0be459e70c7f3d44257",
                    operation="DELETE",
                    pgid="pgtrigger_only_rehearsals_go_d4bcb",
                    table="intake_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="intakeentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: the log of an opening is not emptied';",
                    hash="58f85ede4fa528ff867d01d001cefbd4983dfd0b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_161b5",
                    table="intake_entry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
