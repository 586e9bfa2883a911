from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0015_arrivals_of_before"),
    ]

    operations = [
        migrations.RemoveField(model_name="attendee", name="came_at"),
        migrations.RemoveField(model_name="attendee", name="checked_by"),
    ]
