from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

#: Who reads every file of the house: the Section's people and those who audit it. Agencies' staff and evaluators reach a
#: file through the thing it belongs to.
READERS = (*roles.SECTION_ROLES, roles.AUDITOR)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """The files an actor may open: those of the enterprise acted for, one's own uploads, everything for the Section."""
        if actor.in_section(*READERS):
            return self
        if actor.user_id is None:
            return self.none()
        mine = Q(uploaded_by_id=actor.user_id, enterprise_id__isnull=True)
        if actor.enterprise_id is not None:
            mine |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(mine)


class StoredFile(models.Model):
    """A file that came in or that we made: its content lies under ``MEDIA_ROOT`` by its hash, never under a web root.

    ``enterprise_id`` is the enterprise it belongs to (``parties`` is a floor above, so no foreign key). A row never changes,
    but for that: when two files of one enterprise become one, what came in for either is the survivor's to open.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(help_text="bytes")
    kind = models.CharField(max_length=20, help_text="code of documents.kinds: what the content really is")
    content_type = models.CharField(max_length=100, help_text="found from the content, never taken from the sender")
    name = models.CharField(max_length=200, help_text="the sender's name for it, made harmless")
    purpose = models.SlugField(max_length=60)
    enterprise_id = models.BigIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_sha256"),
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty"),
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "id"], name="stored_file_enterprise", condition=Q(enterprise_id__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="never_changes",
                operation=pgtrigger.UpdateOf(
                    "sha256", "size", "kind", "content_type", "name", "purpose", "uploaded_by_id", "uploaded_at"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


#: How far the PDF of a document is.
ASKED, MAKING, READY, FAILED, NO_PDF = "asked", "making", "ready", "failed", "no_pdf"
DOCUMENT_STATES = {
    ASKED: Bilingual("in attesa del suo turno", "waiting its turn"),
    MAKING: Bilingual("in preparazione", "being made"),
    READY: Bilingual("pronto", "ready"),
    FAILED: Bilingual("non riuscito", "failed"),
    NO_PDF: Bilingual("senza PDF", "without a PDF"),
}


class GeneratedDocument(models.Model):
    """A document the system wrote from data: which model, with which data, about what; its PDF when one could be made.

    A long one is asked of the worker (``asked``, ``making``): its data are those of when it was last asked.
    """

    file_id: int | None

    kind = models.SlugField(max_length=60)
    title = models.CharField(max_length=300)
    language = models.CharField(max_length=2, choices=[("it", "Italiano"), ("en", "English")], default="it")
    template = models.CharField(max_length=200)
    data = models.JSONField(default=dict, help_text="what the template was filled with")
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=100)
    enterprise_id = models.BigIntegerField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    problem = models.TextField(blank=True, help_text="why there is no PDF, when there is none, in Italian")
    problem_en = models.TextField(blank=True, default="", help_text="the same in English")
    state = models.CharField(
        max_length=8, choices=[(code, label.en) for code, label in DOCUMENT_STATES.items()], default=READY
    )
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when the worker was asked for its PDF")
    tries = models.PositiveSmallIntegerField(default=0, help_text="how often the worker began it")
    begun_at = models.DateTimeField(null=True, blank=True, help_text="when the worker began it")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="generated_by_subject"),
            models.Index(fields=["id"], name="generated_to_be_made", condition=Q(state__in=["asked", "making"])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ready", file__isnull=False, problem="")
                | Q(state__in=["failed", "no_pdf"], file__isnull=True) & ~Q(problem="")
                | Q(state__in=["asked", "making"], file__isnull=True, problem="", asked_at__isnull=False),
                name="generated_pdf_or_problem",
            ),
            models.CheckConstraint(
                condition=~Q(state="making") | Q(begun_at__isnull=False), name="generated_begun_is_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_label(self) -> Bilingual:
        return DOCUMENT_STATES[self.state]

    @property
    def why_no_pdf(self) -> Bilingual:
        """Why there is no PDF; empty while it is coming or is there."""
        return Bilingual(self.problem, self.problem_en or self.problem)

    @property
    def is_coming(self) -> bool:
        """Is its PDF still to be made?"""
        return self.state in (ASKED, MAKING)

    @property
    def is_final(self) -> bool:
        """Is it as it will be: with its PDF, or without where this machine makes none?"""
        return self.state in (READY, NO_PDF)
