"""What a claim leaves to come back may be asked again where the recovery was never due; otherwise there is one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0010_once_by_either_code"),
        ("controls", "0007_given_up_by_enterprise"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recovery",
            name="claim",
            field=models.ForeignKey(
                blank=True,
                help_text="whose review found that more was paid than is earned; of one that was never due it may be asked again",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recoveries",
                to="claims.claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closing_kind", "not_due"), _negated=True),
                fields=("claim",),
                name="recovery_one_of_a_claim",
            ),
        ),
    ]
