from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.letters.kinds import KINDS
from levante.letters.models_letter import OFFICE_READERS, SECTION_READERS

PREPARED, RUNNING, STOPPED, FINISHED = "prepared", "running", "stopped", "finished"
#: The life of a run of letters, in the words of the office.
RUN_STATES = {
    PREPARED: Bilingual("da avviare", "to be started"),
    RUNNING: Bilingual("in corso", "running"),
    STOPPED: Bilingual("fermata", "stopped"),
    FINISHED: Bilingual("finita", "finished"),
}
WAITING, WRITTEN, FAILED = "waiting", "written", "failed"
ITEM_STATES = {
    WAITING: Bilingual("da scrivere", "to be written"),
    WRITTEN: Bilingual("scritta", "written"),
    FAILED: Bilingual("non si può scrivere", "cannot be written"),
}


class LetterRunQuerySet(models.QuerySet["LetterRun"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section sees every run, an agency its own office's."""
        if actor.in_section(*SECTION_READERS):
            return self
        offices = {office for office, role in actor.grants if role in OFFICE_READERS}
        return self.filter(office__code__in=offices) if offices else self.none()

    def counted(self) -> Self:
        """With how many lines each has (``total``), are to be written (``waiting``), cannot be (``failed``)."""
        return self.annotate(
            total=Count("items"),
            waiting=Count("items", filter=Q(items__state=WAITING)),
            failed=Count("items", filter=Q(items__state=FAILED)),
        )


class LetterRun(models.Model):
    """Many letters of one kind, one for each of a set of things fixed at the start: the places of a ranking, the awards of an
    act, a choice of files. A worker writes them one by one; killed, another goes on from where it was."""

    office_id: int
    items: Any

    key = models.CharField(max_length=120, unique=True, help_text="what it is for: asked twice, it is one run")
    kind = models.CharField(max_length=30, choices=[(kind.code, kind.label.en) for kind in KINDS.values()])
    state = models.CharField(
        max_length=10, choices=[(code, label.en) for code, label in RUN_STATES.items()], default=PREPARED
    )
    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="letter_runs")
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    source_type = models.CharField(max_length=60, help_text="who composes its letters: the model's label")
    source_id = models.BigIntegerField(
        null=True, blank=True, help_text="the ranking, the act; a choice of files has none"
    )
    subject = models.CharField(max_length=300, blank=True, help_text="object of the officer's own text")
    body = models.TextField(blank=True, help_text="the officer's own text; empty: that of the kind")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    moved_at = models.DateTimeField(null=True, blank=True, help_text="when a worker last said to be at it")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = LetterRunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(RUN_STATES)), name="letter_run_known_state"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="letter_run_known_kind"),
            models.CheckConstraint(
                condition=Q(state=PREPARED, started_at__isnull=True, moved_at__isnull=True)
                | (~Q(state=PREPARED) & Q(started_at__isnull=False, moved_at__isnull=False)),
                name="letter_run_started_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state=FINISHED, finished_at__isnull=False)
                | (~Q(state=FINISHED) & Q(finished_at__isnull=True)),
                name="letter_run_finished_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.title_it

    @property
    def state_label(self) -> Bilingual:
        return RUN_STATES[self.state]

    @property
    def kind_label(self) -> Bilingual:
        return KINDS[self.kind].label


class LetterRunItem(models.Model):
    """One thing a run writes about: its letter once written, or why it cannot be."""

    run_id: int
    letter_id: int | None

    run = models.ForeignKey(LetterRun, on_delete=models.CASCADE, related_name="items")
    serial = models.PositiveIntegerField(help_text="in which order they are written")
    subject_id = models.BigIntegerField(help_text="what the letter is about, as who composes it knows it")
    reference = models.CharField(max_length=120, help_text="as people call it: the application's number")
    state = models.CharField(
        max_length=10, choices=[(code, label.en) for code, label in ITEM_STATES.items()], default=WAITING
    )
    letter = models.OneToOneField(
        "letters.Letter", null=True, blank=True, on_delete=models.PROTECT, related_name="run_item"
    )
    problem_it = models.CharField(max_length=500, blank=True)
    problem_en = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["run_id", "serial"]
        indexes = [
            models.Index(fields=["run", "serial"], name="letter_run_waiting", condition=Q(state=WAITING)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "serial"], name="letter_run_item_serial_once"),
            models.UniqueConstraint(fields=["run", "subject_id"], name="letter_run_item_once"),
            models.CheckConstraint(
                condition=Q(state=WAITING, letter__isnull=True, problem_it="", problem_en="")
                | Q(state=WRITTEN, letter__isnull=False, problem_it="", problem_en="")
                | (Q(state=FAILED, letter__isnull=True) & ~Q(problem_it="") & ~Q(problem_en="")),
                name="letter_run_item_state",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="written_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=WRITTEN),
            )
        ]

    @property
    def state_label(self) -> Bilingual:
        return ITEM_STATES[self.state]
