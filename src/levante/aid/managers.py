"""The vocabulary of the aid querysets: who may see which rows is written here, once."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from levante.identity.api import roles
from levante.kernel.api import Actor

if TYPE_CHECKING:
    from levante.aid.models import AidRecord, Reservation  # noqa: F401
    from levante.aid.models_rna import RnaRegistration, Visura  # noqa: F401

#: Staff who look into the aid of any enterprise. Agencies too: they grant de minimis aid and must check it.
MAY_SEE_ALL = (
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    roles.FINANCE,
    roles.FRONT_DESK,
    roles.AGENCY_STAFF,
    roles.AUDITOR,
)


class AidRecordQuerySet(models.QuerySet["AidRecord"]):
    def visible_to(self, actor: Actor) -> "AidRecordQuerySet":
        """Staff see every record, an enterprise those of its own tax code.

        Its position tells besides, line by line, what was granted to the others of its single undertaking: the ceiling is
        of them all (Reg. (EU) 2023/2831, art. 3(2)), and the RNA publishes those lines.
        """
        if actor.has_role(*MAY_SEE_ALL):
            return self
        if actor.enterprise_id is not None and "read" in actor.scopes:
            return self.filter(enterprise_id=actor.enterprise_id)
        return self.none()

    def of(self, tax_codes: Any) -> "AidRecordQuerySet":
        return self.filter(tax_code__in=tax_codes)


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def visible_to(self, actor: Actor) -> "ReservationQuerySet":
        if actor.has_role(*MAY_SEE_ALL):
            return self
        if actor.enterprise_id is not None and "read" in actor.scopes:
            return self.filter(enterprise_id=actor.enterprise_id)
        return self.none()

    def live_on(self, day: Any) -> "ReservationQuerySet":
        """Those that hold on a day."""
        return self.filter(state="reserved", reserved_on__lte=day).filter(
            Q(expires_on__isnull=True) | Q(expires_on__gte=day)
        )


class RnaRegistrationQuerySet(models.QuerySet["RnaRegistration"]):
    def visible_to(self, actor: Actor) -> "RnaRegistrationQuerySet":
        """Staff see every registration, an enterprise its own."""
        if actor.has_role(*MAY_SEE_ALL):
            return self
        if actor.enterprise_id is not None and "read" in actor.scopes:
            return self.filter(enterprise_id=actor.enterprise_id)
        return self.none()

    def live(self) -> "RnaRegistrationQuerySet":
        """Those whose aid the RNA holds, or is about to."""
        return self.filter(state__in=["asked", "to_confirm", "confirmed"])

    def of_subject(self, subject_type: str, subject_id: str) -> "RnaRegistrationQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def untold(self) -> "RnaRegistrationQuerySet":
        """Those with a COR whose act the RNA was not told of: each by its last day."""
        return self.filter(state="to_confirm", confirm_request__isnull=True)


class VisuraQuerySet(models.QuerySet["Visura"]):
    def visible_to(self, actor: Actor) -> "VisuraQuerySet":
        """Staff alone: a visura may tell of the others of the single undertaking."""
        return self if actor.has_role(*MAY_SEE_ALL) else self.none()
