from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="award",
            name="cor",
            field=models.CharField(
                blank=True,
                default="",
                help_text="given by the RNA, art. 9 of DM 115/2017",
                max_length=30,
                verbose_name="COR",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="award",
            name="cup",
            field=models.CharField(
                blank=True, default="", help_text="art. 11 of L. 3/2003", max_length=30, verbose_name="CUP"
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("draft_act", "sent_to_act_system", "act_returned", "effective")),
                    models.Q(("cor", ""), _negated=True),
                ),
                fields=("cor",),
                name="award_once_per_cor",
            ),
        ),
    ]
