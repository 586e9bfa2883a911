from django.db import migrations, models

#: What was written in words becomes the code, and the words of the other system.
_BY_CODE = """
UPDATE letters_letter
   SET problem_text = CASE WHEN problem LIKE 'Il protocollo ha rifiutato: %' THEN substr(problem, 29)
                           ELSE trim(split_part(problem, 'la lettera aspetta.', 2)) END,
       problem = CASE WHEN problem LIKE 'Il protocollo ha rifiutato%' THEN 'protocol_refused' ELSE 'no_mailbox' END
 WHERE problem <> ''
"""


class Migration(migrations.Migration):
    """Why a letter cannot leave is a code, told in the language of who reads it."""

    dependencies = [("letters", "0003_letter_by_likeness")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="problem_text",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="in the other system's own words", max_length=500
            ),
        ),
        migrations.RunSQL(_BY_CODE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="letter",
            name="problem",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_mailbox", "The office has no PEC mailbox configured (LEVANTE_PEC): the letter waits."),
                    ("protocol_refused", "The protocol system refused"),
                ],
                help_text="why it cannot leave",
                max_length=500,
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("problem", ""), ("problem_text", ""))
                | models.Q(("problem__in", ["no_mailbox", "protocol_refused"])),
                name="letter_known_problem",
            ),
        ),
    ]
