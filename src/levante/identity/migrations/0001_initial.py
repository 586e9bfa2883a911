import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

#: Where attempts are counted for all processes (``CACHES``).
COUNTED = """
CREATE TABLE identity_counted (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX identity_counted_expires ON identity_counted (expires);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("given_name", models.CharField(max_length=100)),
                ("family_name", models.CharField(max_length=100)),
                ("codice_fiscale", models.CharField(blank=True, max_length=16, null=True, unique=True)),
                (
                    "language",
                    models.CharField(choices=[("it", "Italiano"), ("en", "English")], default="it", max_length=2),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "is_staff",
                    models.BooleanField(default=False, help_text="may enter the technical administration (superusers)"),
                ),
                ("is_demo", models.BooleanField(default=False, help_text="an invented person of the demonstration")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ["family_name", "given_name", "id"],
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="user_email_any_case"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("codice_fiscale__isnull", True),
                            ("codice_fiscale__regex", "^[A-Z0-9]{16}$"),
                            _connector="OR",
                        ),
                        name="user_codice_fiscale_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("section", "Section"), ("agency", "Agency"), ("part", "Part of a body")],
                        max_length=10,
                    ),
                ),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("pec", models.EmailField(blank=True, max_length=254)),
                ("url", models.URLField(blank=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="identity.office",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "part"), _negated=True), ("parent__isnull", False), _connector="OR"
                        ),
                        name="office_part_has_parent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "Director"),
                            ("case_officer", "Case officer"),
                            ("call_designer", "Call designer"),
                            ("finance", "Finance"),
                            ("communication", "Communication"),
                            ("front_desk", "Front desk"),
                            ("system", "System administration"),
                            ("agency_staff", "Agency staff"),
                            ("evaluator", "Evaluator"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when it was taken away, in its last day: what was done before was done with it",
                        null=True,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="role_grants", to="identity.office"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["office", "role", "user"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("user", "office", "role"),
                        name="role_grant_once_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="role_grant_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "director",
                                    "case_officer",
                                    "call_designer",
                                    "finance",
                                    "communication",
                                    "front_desk",
                                    "system",
                                    "agency_staff",
                                    "evaluator",
                                    "auditor",
                                ],
                            )
                        ),
                        name="role_grant_known_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revoked_at__isnull", True), ("until__isnull", False), _connector="OR"),
                        name="role_grant_revoked_has_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="emptied when the person leaves or long after it was offered",
                        max_length=254,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "Director"),
                            ("case_officer", "Case officer"),
                            ("call_designer", "Call designer"),
                            ("finance", "Finance"),
                            ("communication", "Communication"),
                            ("front_desk", "Front desk"),
                            ("system", "System administration"),
                            ("agency_staff", "Agency staff"),
                            ("evaluator", "Evaluator"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "offered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="role_offers", to="identity.office"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_offers_taken",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["office", "role", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "director",
                                    "case_officer",
                                    "call_designer",
                                    "finance",
                                    "communication",
                                    "front_desk",
                                    "system",
                                    "agency_staff",
                                    "evaluator",
                                    "auditor",
                                ],
                            )
                        ),
                        name="role_offer_known_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_at__isnull", True), ("taken_by__isnull", True)),
                            models.Q(
                                ("taken_at__isnull", False), ("taken_by__isnull", False), ("withdrawn_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="role_offer_taken_whole",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("office"),
                        models.F("role"),
                        condition=models.Q(
                            ("taken_at__isnull", True),
                            ("withdrawn_at__isnull", True),
                            models.Q(("email", ""), _negated=True),
                        ),
                        name="role_offer_once_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "listing",
                    models.CharField(help_text="name of the URL of the list, as desk:enterprises", max_length=60),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, help_text="the query string of the list", max_length=1000)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["listing", django.db.models.functions.text.Lower("name"), "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        models.F("listing"),
                        django.db.models.functions.text.Lower("name"),
                        name="saved_view_once_by_name",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="saved_view_has_name"),
                ],
            },
        ),
        migrations.RunSQL(COUNTED, "DROP TABLE identity_counted"),
    ]
