"""What an act for many is drafted from: its applications, each put in the act by the worker or left out with the reason."""

from django.db import models
from django.db.models import Q

from levante.kernel.pure import Bilingual

WAITING, IN_THE_ACT, LEFT_OUT = "waiting", "in_the_act", "left_out"
ORDER_STATES = {
    WAITING: Bilingual("da controllare", "to be checked"),
    IN_THE_ACT: Bilingual("nell’atto", "in the act"),
    LEFT_OUT: Bilingual("lasciata fuori", "left out"),
}


class AwardOrder(models.Model):
    """An application that an act was asked to award. Whoever is left out waits for another act, and the page says why."""

    act = models.ForeignKey("grants.AwardAct", on_delete=models.PROTECT, related_name="orders")
    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="award_orders")
    position = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=[(code, label.en) for code, label in ORDER_STATES.items()], default=WAITING
    )
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="how many times an error nobody expected stopped it, in the worker"
    )
    reason_it = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)

    application_id: int

    class Meta:
        ordering = ["act_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["act", "application"], name="award_order_once_in_an_act"),
            models.CheckConstraint(
                condition=Q(state="left_out") & ~Q(reason_it="") & ~Q(reason_en="")
                | Q(state__in=["waiting", "in_the_act"], reason_it="", reason_en=""),
                name="award_order_left_out_says_why",
            ),
        ]
        indexes = [models.Index(fields=["act", "position"], name="award_order_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.act_id}: {self.application_id}"
