from django.db import migrations, models
from django.db.models import Q

STANDS = Q(state__in=["planned", "held"]) | Q(state="missed", again_at__isnull=True)
#: Each of the constraints on meetings that take their place.
TAKEN = {
    "meeting_once": (["a", "b"], Q()),
    "meeting_a_in_one_place": (["slot", "a"], Q()),
    "meeting_b_in_one_place": (["slot", "b"], Q()),
    "meeting_table_has_one": (["slot", "table"], Q(table__isnull=False)),
}


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0017_not_held_by_nobodys_fault"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="again_at",
            field=models.DateTimeField(
                blank=True,
                help_text="it was missed, and then the two were given another time: a meeting of its own",
                null=True,
            ),
        ),
        *[migrations.RemoveConstraint(model_name="meeting", name=name) for name in TAKEN],
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=Q(again_at__isnull=True) | Q(state="missed"), name="meeting_again_was_missed"
            ),
        ),
        *[
            migrations.AddConstraint(
                model_name="meeting",
                constraint=models.UniqueConstraint(condition=STANDS & more, fields=fields, name=name),
            )
            for name, (fields, more) in TAKEN.items()
        ],
    ]
