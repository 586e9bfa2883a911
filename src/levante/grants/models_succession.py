"""Who takes the place of a firm that was awarded and that a deed merged into another, or whose branch another took."""

from typing import Self

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

TO_DECIDE, APPROVED, REFUSED, UNFOUNDED = "to_decide", "approved", "refused", "unfounded"
UNDONE = "undone"
SUCCESSION_STATES = {
    TO_DECIDE: Bilingual("da decidere", "to be decided"),
    APPROVED: Bilingual("subentrata", "took its place"),
    REFUSED: Bilingual("non subentra", "does not take its place"),
    UNFOUNDED: Bilingual("l’operazione non riguarda la concessione", "the deed does not concern the award"),
    UNDONE: Bilingual("operazione registrata per errore e annullata", "recorded by mistake, and undone"),
}
#: While it is in one of these nothing of the award is claimed or paid.
STOPPING = (TO_DECIDE, REFUSED)


#: Of an award: what it waits for is about it, and is open.
WAITS_FOR_ITS_OWN = pgtrigger.Trigger(
    name="waits_for_its_own",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__awaits__isnull=False),
    func="""
        IF NOT EXISTS (
            SELECT FROM grants_succession s
            WHERE s.id = NEW.awaits_id AND s.award_id = NEW.id AND s.state IN ('to_decide', 'refused')
        ) THEN
            RAISE EXCEPTION 'grants: an award waits for a succession of its own that is open';
        END IF;
        RETURN NEW;
    """,
)


class SuccessionQuerySet(models.QuerySet["Succession"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the awards that the actor sees."""
        seen = apps.get_model("grants", "Award").objects.visible_to(actor)
        return self.filter(award__in=seen.order_by().values("pk"))

    def open(self) -> Self:
        return self.filter(state=TO_DECIDE)


class Succession(models.Model):
    """The place of a firm (``firm``) in an award, which a deed of merger gives to another (``heir``: art. 2504-bis c.c.), or a split to the
    one that takes its aid. The office of the call decides, by its act: the heir takes the place; it does not, and the award is to be
    revoked; the deed does not concern the award. Until then, and when it is refused, nothing is claimed or paid. Of an award that was
    revoked only debts are left: they pass by the law, and nobody decides. ``undone`` with the event, recorded by mistake: what was decided
    is kept, and the award is whose it was."""

    award_id: int
    firm_id: int
    heir_id: int

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="successions")
    event = models.ForeignKey("aid.UndertakingEvent", on_delete=models.PROTECT, related_name="successions")
    firm = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="+")
    heir = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="+")
    on = models.DateField(help_text="since when the deed has effect")
    deed = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10, choices=[(code, label.en) for code, label in SUCCESSION_STATES.items()], default=TO_DECIDE
    )
    act = models.CharField(max_length=200, blank=True, help_text="by which the office took note of it")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="succession_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["award", "event", "firm"], name="succession_once_per_deed"),
            models.UniqueConstraint(
                fields=["award"], condition=Q(state__in=STOPPING), name="succession_one_stops_an_award"
            ),
            models.CheckConstraint(condition=Q(state__in=list(SUCCESSION_STATES)), name="succession_known_state"),
            models.CheckConstraint(condition=~Q(firm=F("heir")) & ~Q(deed=""), name="succession_of_another_by_deed"),
            models.CheckConstraint(
                condition=Q(state="to_decide", decided_at__isnull=True, decided_by__isnull=True, act="", reason="")
                | Q(state="approved", decided_at__isnull=False) & ~Q(act="")
                | Q(state__in=["refused", "unfounded"], decided_at__isnull=False) & ~Q(reason="")
                | Q(state="undone"),
                name="succession_decided_says_how",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="told_once",
                operation=pgtrigger.UpdateOf("award_id", "event_id", "on", "deed", "created_at"),  # type: ignore[no-untyped-call]
            ),
            pgtrigger.Trigger(
                name="frees_its_award",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state__in=[APPROVED, UNFOUNDED, UNDONE]),
                func="""
                    IF EXISTS (SELECT FROM grants_award a WHERE a.awaits_id = NEW.id) THEN
                        RAISE EXCEPTION 'grants: an award waits still for a succession that was decided';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(  # whose the award is was said: the next deed has a row of its own
                name="decided_stays",
                operation=pgtrigger.UpdateOf("state", "act", "reason", "decided_at", "decided_by_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition(
                    "OLD.state IN ('unfounded', 'undone') OR (OLD.state = 'approved' AND NOT (NEW.state = 'undone' AND NEW.act = OLD.act"
                    " AND NEW.reason = OLD.reason AND NEW.decided_at IS NOT DISTINCT FROM OLD.decided_at"
                    " AND NEW.decided_by_id IS NOT DISTINCT FROM OLD.decided_by_id))"
                ),
            ),
            pgtrigger.Trigger(
                name="undone_with_its_event",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__state=UNDONE),
                func="""
                    IF EXISTS (SELECT FROM aid_undertakingevent e WHERE e.id = NEW.event_id AND e.undone_at IS NULL) THEN
                        RAISE EXCEPTION 'grants: a succession is undone with its event';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"succession {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return SUCCESSION_STATES[self.state]
