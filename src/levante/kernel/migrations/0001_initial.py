import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("actor_label", models.CharField(max_length=200)),
                (
                    "enterprise_id",
                    models.BigIntegerField(help_text="the enterprise for which the person acted", null=True),
                ),
                ("buyer_id", models.BigIntegerField(help_text="the buyer for which the person acted", null=True)),
                ("investor_id", models.BigIntegerField(help_text="the investor for which the person acted", null=True)),
                (
                    "verb",
                    models.CharField(help_text="room and service, as in programme.record_movement", max_length=100),
                ),
                ("object_type", models.CharField(blank=True, max_length=100)),
                ("object_id", models.CharField(blank=True, max_length=100)),
                ("data", models.JSONField(default=dict)),
                (
                    "user",
                    models.ForeignKey(
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
                    models.Index(fields=["object_type", "object_id", "id"], name="audit_by_object"),
                    models.Index(
                        condition=models.Q(("enterprise_id__isnull", False)),
                        fields=["enterprise_id", "id"],
                        name="audit_by_enterprise",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("buyer_id__isnull", True), ("enterprise_id__isnull", True)),
                            models.Q(("enterprise_id__isnull", True), ("investor_id__isnull", True)),
                            models.Q(("buyer_id__isnull", True), ("investor_id__isnull", True)),
                            _connector="OR",
                        ),
                        name="audit_for_one_party",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2f03bd5a441dbd353bcbd274575dfc2a8977a430",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5efc5",
                    table="kernel_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is only added to, never emptied', TG_TABLE_NAME;",
                    hash="ffddca56017d2a8ce2518bd3887482f859119888",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_dab96",
                    table="kernel_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
