from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wins", "0006_letters_in_other_languages"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnsRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mailbox", models.CharField(help_text="user, host, folder", max_length=300, unique=True)),
                ("validity", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["mailbox"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", 0), ("validity__gte", 1)), name="returns_read_numbers"
                    )
                ],
            },
        ),
    ]
