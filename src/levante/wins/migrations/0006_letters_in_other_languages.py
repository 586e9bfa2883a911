from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("wins", "0005_withdrawn"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="customerletter", name="customer_letter_words"),
        migrations.AlterField(
            model_name="customerletter",
            name="language",
            field=models.CharField(help_text="of those of its wording", max_length=2),
        ),
        migrations.AddConstraint(
            model_name="customerletter",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "returned", "dropped"], language__regex="^[a-z]{2}$"),
                name="customer_letter_words",
            ),
        ),
    ]
