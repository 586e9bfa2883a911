import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("aid", "0001_initial"),
        ("applications", "0001_initial"),
        ("calls", "0001_initial"),
        ("documents", "0001_initial"),
        ("exchange", "0001_initial"),
        ("identity", "__first__"),
        ("parties", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwardAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft_act", "act drafted"),
                            ("sent_to_act_system", "act being signed"),
                            ("act_returned", "act returned, effect to come"),
                            ("effective", "in effect"),
                            ("refused", "act refused"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft_act",
                        max_length=20,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("act_date", models.DateField(blank=True, null=True)),
                ("their_id", models.CharField(blank=True, max_length=120)),
                ("visa_number", models.CharField(blank=True, help_text="visto di regolarità contabile", max_length=40)),
                ("visa_date", models.DateField(blank=True, null=True)),
                ("publication_number", models.CharField(blank=True, max_length=40)),
                ("publication_date", models.DateField(blank=True, null=True)),
                ("publication_where", models.CharField(blank=True, max_length=60)),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, help_text="in effect, refused or cancelled since", null=True),
                ),
                ("closing_reason", models.TextField(blank=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="award_acts", to="calls.call"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.generateddocument",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award_acts",
                        to="programme.budgetline",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme_act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.act",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.externalrequest",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["state", "id"], name="award_act_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft_act",
                                    "sent_to_act_system",
                                    "act_returned",
                                    "effective",
                                    "refused",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="award_act_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft_act", "cancelled"]),
                            models.Q(
                                ("document__isnull", False), ("request__isnull", False), ("sent_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="award_act_sent_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["act_returned", "effective"]), _negated=True),
                            models.Q(
                                ("act_date__isnull", False),
                                ("publication_date__isnull", False),
                                ("visa_date__isnull", False),
                                ("programme_act__isnull", False),
                                ("returned_at__isnull", False),
                                models.Q(("number", ""), _negated=True),
                                models.Q(("visa_number", ""), _negated=True),
                                models.Q(("publication_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="award_act_returned_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False), ("state__in", ["effective", "refused", "cancelled"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["effective", "refused", "cancelled"]), _negated=True),
                                ("closed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="award_act_closing_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["refused", "cancelled"]), _negated=True),
                            models.Q(("closing_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="award_act_closing_has_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("their_id", ""), _negated=True),
                        fields=("their_id",),
                        name="award_act_once_in_their_system",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft_act", "act drafted"),
                            ("sent_to_act_system", "act being signed"),
                            ("act_returned", "act returned, effect to come"),
                            ("effective", "in effect"),
                            ("refused", "act refused"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft_act",
                        max_length=20,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=15)),
                ("gge", models.DecimalField(decimal_places=2, help_text="gross grant equivalent", max_digits=15)),
                ("regime", models.CharField(max_length=20)),
                (
                    "cor",
                    models.CharField(
                        blank=True,
                        help_text="given by the RNA, art. 9 of DM 115/2017",
                        max_length=30,
                        verbose_name="COR",
                    ),
                ),
                (
                    "cup",
                    models.CharField(blank=True, help_text="art. 11 of L. 3/2003", max_length=30, verbose_name="CUP"),
                ),
                ("cor_on", models.DateField(blank=True, help_text="the day the COR was written here", null=True)),
                ("checks", models.JSONField()),
                ("final_checks", models.JSONField(blank=True, null=True)),
                ("stop_reason_it", models.TextField(blank=True)),
                ("stop_reason_en", models.TextField(blank=True)),
                ("effective_on", models.DateField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_reason", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                (
                    "aid",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award",
                        to="aid.aidrecord",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="applications.application",
                    ),
                ),
                (
                    "commitment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award",
                        to="programme.movement",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="parties.enterprise"
                    ),
                ),
                (
                    "reservation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award",
                        to="aid.reservation",
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="grants.awardact"
                    ),
                ),
            ],
            options={
                "ordering": ["act", "id"],
                "indexes": [models.Index(fields=["enterprise", "state"], name="award_by_enterprise")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("draft_act", "sent_to_act_system", "act_returned", "effective"))
                        ),
                        fields=("application", "enterprise"),
                        name="award_once_per_firm",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("draft_act", "sent_to_act_system", "act_returned", "effective")),
                            models.Q(("cor", ""), _negated=True),
                        ),
                        fields=("cor",),
                        name="award_once_per_cor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft_act",
                                    "sent_to_act_system",
                                    "act_returned",
                                    "effective",
                                    "refused",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="award_known_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0), ("gge__gt", 0)), name="award_amounts"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("aid__isnull", False),
                                ("commitment__isnull", False),
                                ("effective_on__isnull", False),
                                ("final_checks__isnull", False),
                                ("state", "effective"),
                                ("stop_reason_it", ""),
                            ),
                            models.Q(
                                models.Q(("state", "effective"), _negated=True),
                                ("aid__isnull", True),
                                ("commitment__isnull", True),
                                ("effective_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="award_effect_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state__in", ["refused", "cancelled"])),
                            models.Q(("state__in", ["refused", "cancelled"]), _negated=True),
                            _connector="OR",
                        ),
                        name="award_closing_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop_reason_it", ""), ("state__in", ["act_returned", "cancelled"]), _connector="OR"
                        ),
                        name="award_stop_when_returned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RehearsalRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(help_text="of the call when it was asked")),
                ("options", models.JSONField(help_text="count, seed, opening, short: those of grants.rehearse_call")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("report", models.JSONField(blank=True, default=dict, help_text="Rehearsal.as_json")),
                ("reason_it", models.TextField(blank=True, help_text="why it failed")),
                ("reason_en", models.TextField(blank=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rehearsals", to="calls.call"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="rehearsal_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ("done", "failed"))),
                            models.Q(
                                models.Q(("state__in", ("done", "failed")), _negated=True), ("ended_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="rehearsal_ended_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            models.Q(("reason_it", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rehearsal_failure_has_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("done", "failed")), _negated=True),
                        fields=("call",),
                        name="rehearsal_one_at_a_time_of_a_call",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="award",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="d32fc91244177915d17b6de9efb7c1286093304e",
                    operation="DELETE",
                    pgid="pgtrigger_kept_190a3",
                    table="grants_award",
                    when="BEFORE",
                ),
            ),
        ),
    ]
