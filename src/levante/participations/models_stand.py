"""The drawing of a stand: modules and shared areas on a plane, and whose each module is."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor
from levante.participations import states
from levante.participations.states import choices


class StandElementQuerySet(models.QuerySet["StandElement"]):
    def visible_to(self, actor: Actor) -> Self:
        """As its initiative."""
        return self.filter(selection__initiative__in=Initiative.objects.visible_to(actor).values("pk"))


class StandElement(models.Model):
    """A rectangle on the drawing of a stand, in centimetres from its top left corner. A module may be an enterprise's."""

    selection = models.ForeignKey("participations.Selection", on_delete=models.CASCADE, related_name="elements")
    code = models.CharField(max_length=12, help_text="as written on the drawing: A1")
    kind = models.CharField(max_length=6, choices=choices(states.ELEMENTS), default=states.MODULE)
    label_it = models.CharField(max_length=60, blank=True)
    label_en = models.CharField(max_length=60, blank=True)
    x = models.PositiveIntegerField(help_text="cm")
    y = models.PositiveIntegerField(help_text="cm")
    width = models.PositiveIntegerField(help_text="cm")
    depth = models.PositiveIntegerField(help_text="cm")
    holder = models.ForeignKey(
        "participations.Participation", null=True, blank=True, on_delete=models.PROTECT, related_name="modules_held"
    )

    holder_id: int | None
    selection_id: int
    objects = StandElementQuerySet.as_manager()

    class Meta:
        ordering = ["selection", "code"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "code"], name="stand_code_once"),
            models.CheckConstraint(
                condition=Q(kind__in=list(states.ELEMENTS), width__gt=0, depth__gt=0) & ~Q(code=""), name="stand_element_shape"
            ),
            models.CheckConstraint(condition=Q(kind="module") | Q(holder__isnull=True), name="stand_module_has_holder"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def square_metres(self) -> Any:
        return self.width * self.depth / 10_000
