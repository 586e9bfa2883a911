from django.db import migrations

#: After its observations were accepted the examination goes on, and the notice grounds no rejection.
_ACCEPTED = """
UPDATE applications_rejectionnotice AS notice SET accepted_at = resumed.at
  FROM (SELECT application_id, max(at) AS at FROM applications_applicationevent WHERE kind = 'resume' GROUP BY application_id)
       AS resumed
 WHERE resumed.application_id = notice.application_id AND notice.accepted_at IS NULL AND resumed.at >= notice.given_at
"""
_LAST = """
UPDATE applications_application AS file SET notice_id = notice.id
  FROM applications_rejectionnotice AS notice WHERE notice.application_id = file.id AND file.notice_id IS NULL
"""


class Migration(migrations.Migration):
    """The notices there were are the first round of theirs."""

    dependencies = [("applications", "0009_notice_a_round")]

    operations = [
        migrations.RunSQL(_ACCEPTED, migrations.RunSQL.noop),
        migrations.RunSQL(_LAST, migrations.RunSQL.noop),
    ]
