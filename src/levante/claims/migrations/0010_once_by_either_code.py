"""Neither of its names is of two documents; documents that look alike are found by amount."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_known_by_two_codes")]

    operations = [
        migrations.AddConstraint(
            model_name="expensedocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("holds", True), models.Q(("tax_identity", ""), _negated=True)),
                fields=("tax_identity",),
                name="expense_document_once_by_tax_code",
            ),
        ),
        migrations.AddIndex(
            model_name="expensedocument",
            index=models.Index(fields=["total", "issued_on"], name="expense_document_by_amount"),
        ),
    ]
