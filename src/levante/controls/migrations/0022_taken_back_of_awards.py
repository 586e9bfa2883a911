"""What acts of revocation in force ask back is kept on their award: of those that took effect before."""

from django.db import migrations

FORWARDS = """
UPDATE grants_award a SET taken_back = LEAST(told.back, a.granted - a.amount)
FROM (SELECT award_id, SUM(recover) AS back FROM controls_revocation WHERE state = 'effective' GROUP BY award_id) told
WHERE told.award_id = a.id AND a.granted IS NOT NULL AND told.back > 0
"""


class Migration(migrations.Migration):
    dependencies = [("controls", "0021_minutes_printed_and_answered"), ("grants", "0016_taken_back_by_acts")]

    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
