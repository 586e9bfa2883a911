"""The one arrival that was kept of each is of its day, in the hours of the place; before the first day of the meetings of that, after the
last of the last."""

from django.db import migrations

FIRST = """
    INSERT INTO meetings_arrival (attendee_id, day, at, by_id)
    SELECT attendee.id,
           LEAST(GREATEST((attendee.came_at AT TIME ZONE agenda.zone)::date, days.first), days.last),
           attendee.came_at, attendee.checked_by_id
      FROM meetings_attendee AS attendee JOIN meetings_agenda AS agenda ON agenda.id = attendee.agenda_id,
           LATERAL (SELECT min((slot.starts_at AT TIME ZONE agenda.zone)::date) AS first,
                           max((slot.starts_at AT TIME ZONE agenda.zone)::date) AS last
                      FROM meetings_slot AS slot
                     WHERE slot.agenda_id = agenda.id AND slot.closed_at IS NULL) AS days
     WHERE attendee.came_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0014_arrivals_by_day"),
    ]

    operations = [
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
