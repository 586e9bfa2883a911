from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Lower

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

#: What a saved text is for: the place where it is chosen.
USES = {
    "integration_items": Bilingual("che cosa manca", "what is missing"),
    "integration_reasons": Bilingual("perché serve l’integrazione", "why the integration is needed"),
    "notice": Bilingual("motivi del preavviso di rigetto", "reasons of a pre-rejection notice"),
    "rejection": Bilingual("motivi del rigetto", "reasons of a rejection"),
    "reduction": Bilingual("perché l’importo è ridotto", "why the amount is reduced"),
    "resume": Bilingual("perché le osservazioni sono accolte", "why observations are accepted"),
    "communication": Bilingual("comunicazione", "communication"),
}
READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF, roles.AUDITOR, roles.FRONT_DESK)


class WordingQuerySet(models.QuerySet["Wording"]):
    def visible_to(self, actor: Actor) -> Self:
        """The Section sees every office's, an agency its own."""
        if actor.in_section(*READERS):
            return self
        offices = {office for office, role in actor.grants if role in READERS}
        return self.filter(office__code__in=offices) if offices else self.none()

    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)

    def with_text(self) -> Self:
        """With the words of the last version (``text``) and its number (``version``)."""
        last = WordingVersion.objects.filter(wording=OuterRef("pk")).order_by("-number")
        return self.annotate(text=Subquery(last.values("text")[:1]), version=Subquery(last.values("number")[:1]))


class Wording(models.Model):
    """A text an office keeps for a reason it often gives: chosen while writing, with its placeholders filled."""

    office_id: int
    versions: Any

    office = models.ForeignKey("identity.Office", on_delete=models.PROTECT, related_name="wordings")
    use = models.CharField(max_length=20, choices=[(code, label.en) for code, label in USES.items()])
    title = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        ordering = ["office_id", "use", Lower("title"), "id"]
        constraints = [
            models.CheckConstraint(condition=Q(use__in=list(USES)), name="wording_known_use"),
            models.CheckConstraint(condition=~Q(title=""), name="wording_has_title"),
            models.UniqueConstraint(
                "office", "use", Lower("title"), condition=Q(retired_at__isnull=True), name="wording_title_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def use_label(self) -> Bilingual:
        return USES[self.use]


class WordingVersion(models.Model):
    """The words of a saved text from one day to the next. Append-only."""

    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["wording_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["wording", "number"], name="wording_version_once"),
            models.CheckConstraint(condition=~Q(text=""), name="wording_version_has_text"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
