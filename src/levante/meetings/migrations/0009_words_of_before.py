"""Who wrote a request to meet, as the audit tells it; words that named who wrote them before names were taken out."""

from django.db import migrations

from levante.meetings.pure.words import without_name

WRITERS = """
    UPDATE meetings_meetingrequest AS request SET made_by_id = told.user_id
      FROM (SELECT DISTINCT ON (object_id) object_id, user_id FROM kernel_auditentry
             WHERE verb = 'meetings.ask_meeting' AND object_type = 'meetings.MeetingRequest' AND user_id IS NOT NULL
             ORDER BY object_id, id DESC) AS told
     WHERE told.object_id = request.id::text AND request.made_by_id IS NULL
       AND EXISTS (SELECT 1 FROM identity_user WHERE id = told.user_id)
"""


def take_names_out(apps, schema_editor):
    """Others read these words before they may know who wrote them."""
    model, changed = apps.get_model("meetings", "Attendee"), []
    rows = (
        model.objects.exclude(offers="")
        .select_related("enterprise", "buyer")
        .only("offers", "enterprise__name", "buyer__name")
    )
    for row in rows.order_by("pk").iterator(chunk_size=1000):
        holder = row.enterprise if row.enterprise_id is not None else row.buyer
        words = without_name(row.offers, holder.name)
        if words != row.offers:
            row.offers = words
            changed.append(row)
    model.objects.bulk_update(changed, ["offers"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0008_who_wrote_a_request"),
        ("kernel", "0002_audit_names"),
    ]

    operations = [
        migrations.RunPython(take_names_out, migrations.RunPython.noop),
        migrations.RunSQL(WRITERS, migrations.RunSQL.noop),
    ]
