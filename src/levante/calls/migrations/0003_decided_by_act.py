from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What is decided of an opening says by which act. What was written before stays as it is: the history is append-only."""

    dependencies = [
        ("calls", "0002_call_strengthens"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="callevent",
            constraint=models.CheckConstraint(
                condition=~Q(
                    kind__in=(
                        "suspend",
                        "exhaust",
                        "reopen",
                        "close",
                        "seed_written",
                        "opening_added",
                        "opening_changed",
                        "extended",
                        "funded",
                    )
                )
                | Q(act__isnull=False),
                name="call_event_decided_by_act",
            ),
        ),
    ]
