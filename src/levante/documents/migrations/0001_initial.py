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
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.BigIntegerField(help_text="bytes")),
                (
                    "kind",
                    models.CharField(help_text="code of documents.kinds: what the content really is", max_length=20),
                ),
                (
                    "content_type",
                    models.CharField(help_text="found from the content, never taken from the sender", max_length=100),
                ),
                ("name", models.CharField(help_text="the sender's name for it, made harmless", max_length=200)),
                ("purpose", models.SlugField(max_length=60)),
                ("enterprise_id", models.BigIntegerField(blank=True, null=True)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "uploaded_by",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("enterprise_id__isnull", False)),
                        fields=["enterprise_id", "id"],
                        name="stored_file_enterprise",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="stored_file_sha256"
                    ),
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="stored_file_not_empty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GeneratedDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.SlugField(max_length=60)),
                ("title", models.CharField(max_length=300)),
                (
                    "language",
                    models.CharField(choices=[("it", "Italiano"), ("en", "English")], default="it", max_length=2),
                ),
                ("template", models.CharField(max_length=200)),
                ("data", models.JSONField(default=dict, help_text="what the template was filled with")),
                ("subject_type", models.CharField(max_length=100)),
                ("subject_id", models.CharField(max_length=100)),
                ("enterprise_id", models.BigIntegerField(blank=True, null=True)),
                ("problem", models.TextField(blank=True, help_text="why there is no PDF, when there is none")),
                ("made_at", models.DateTimeField()),
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
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["subject_type", "subject_id", "id"], name="generated_by_subject")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("problem", "")),
                            models.Q(("file__isnull", True), models.Q(("problem", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="generated_pdf_or_problem",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="storedfile",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "sha256", "size", "kind", "content_type", "name", "purpose", "uploaded_by_id", "uploaded_at" rows from % table\', TG_TABLE_NAME;',
                    hash="57a617d35fb09b6e2dea932f38064b5efd5ab692",
                    operation='UPDATE OF "sha256", "size", "kind", "content_type", "name", "purpose", "uploaded_by_id", "uploaded_at"',
                    pgid="pgtrigger_never_changes_c6daa",
                    table="documents_storedfile",
                    when="BEFORE",
                ),
            ),
        ),
    ]
