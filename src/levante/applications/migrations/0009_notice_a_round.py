import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A pre-rejection notice a round: the application keeps the last; observations are registered, with their documents."""

    dependencies = [
        ("applications", "0008_declared_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="notice",
            field=models.OneToOneField(
                blank=True,
                help_text="the last pre-rejection notice",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.rejectionnotice",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                help_text="given with the observations on it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="applications.rejectionnotice",
            ),
        ),
        migrations.AddField(
            model_name="rejectionnotice",
            name="accepted_at",
            field=models.DateTimeField(blank=True, help_text="when the examination went on after it", null=True),
        ),
        migrations.AddField(
            model_name="rejectionnotice",
            name="number",
            field=models.CharField(
                blank=True, help_text="register number of the observations", max_length=32, null=True
            ),
        ),
        migrations.AddField(
            model_name="rejectionnotice",
            name="pauses",
            field=models.JSONField(
                db_default=[],
                default=list,
                help_text="days on which the rounds before stopped the term: [[first, last]]",
            ),
        ),
        migrations.AlterField(
            model_name="rejectionnotice",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="applications.application"
            ),
        ),
        migrations.AddConstraint(
            model_name="rejectionnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True)),
                fields=("application",),
                name="rejection_notice_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="rejectionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__isnull", True), ("observed_at__isnull", False), _connector="OR"),
                name="rejection_notice_number_of_answer",
            ),
        ),
    ]
