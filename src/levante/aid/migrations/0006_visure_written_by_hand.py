from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("aid", "0005_transfers_and_leases_of_a_business"), ("exchange", "0004_unapplied_says_why")]

    operations = [
        migrations.AddField("visura", "members", models.JSONField(blank=True, default=list)),
        migrations.AlterField(
            "visura",
            "request",
            models.OneToOneField(
                blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="exchange.externalrequest"
            ),
        ),
        migrations.RemoveConstraint("visura", "visura_answered_has_document"),
        migrations.AddConstraint(
            "visura",
            models.CheckConstraint(
                condition=(
                    Q(made_on__isnull=False) & ~Q(vercor="") & (Q(document__isnull=False) | Q(request__isnull=True))
                )
                | ~Q(state="answered"),
                name="visura_answered_has_document",
            ),
        ),
        migrations.AddConstraint(
            "visura",
            models.CheckConstraint(
                condition=Q(request__isnull=False)
                | (Q(state="answered", asked_by__isnull=False) & (~Q(kind="deggendorf") | Q(told__has_key="listed"))),
                name="visura_by_hand_is_whole",
            ),
        ),
        migrations.AddConstraint(
            "visura",
            models.CheckConstraint(condition=Q(members=[]) | Q(kind="de_minimis"), name="visura_members_of_de_minimis"),
        ),
    ]
