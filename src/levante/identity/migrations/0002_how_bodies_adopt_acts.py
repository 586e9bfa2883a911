from django.db import migrations, models


def keep_what_the_section_said(apps, schema_editor):
    """Until now every act said what those of the Section say."""
    offices = apps.get_model("identity", "Office").objects.filter(kind="section", signatory_it="")
    offices.update(
        signatory_it="Il dirigente",
        signatory_en="The director",
        act_kind_it="Determinazione",
        act_kind_en="Determination",
        act_verb="Determina",
        act_norms=["il D.Lgs. 30 marzo 2001, n. 165, artt. 4 e 17"],
        award_norms=["il D.Lgs. 23 giugno 2011, n. 118, art. 56, sugli impegni di spesa"],
        act_source="D.Lgs. 165/2001, artt. 4(2) e 17; D.Lgs. 118/2011, art. 56",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="office",
            name="act_kind_en",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="office",
            name="act_kind_it",
            field=models.CharField(blank=True, help_text="what its acts are: Determinazione", max_length=200),
        ),
        migrations.AddField(
            model_name="office",
            name="act_norms",
            field=models.JSONField(
                blank=True, default=list, help_text="on which it adopts acts, a sentence each, in Italian"
            ),
        ),
        migrations.AddField(
            model_name="office",
            name="act_on",
            field=models.DateField(blank=True, help_text="the day on which it was so", null=True),
        ),
        migrations.AddField(
            model_name="office",
            name="act_source",
            field=models.CharField(blank=True, help_text="where this is written", max_length=500),
        ),
        migrations.AddField(
            model_name="office",
            name="act_verb",
            field=models.CharField(blank=True, help_text="what who signs does, in Italian: Determina", max_length=40),
        ),
        migrations.AddField(
            model_name="office",
            name="award_norms",
            field=models.JSONField(blank=True, default=list, help_text="those of acts that commit money, besides"),
        ),
        migrations.AddField(
            model_name="office",
            name="signatory_en",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="office",
            name="signatory_it",
            field=models.CharField(blank=True, help_text="who signs its acts: Il dirigente", max_length=200),
        ),
        migrations.RunPython(keep_what_the_section_said, migrations.RunPython.noop),
    ]
