"""What the screens ask about check-ups."""

from datetime import date

from django.db.models import F, QuerySet

from levante.competences.models import AssessmentQuerySet, ReadinessAssessment, SupportOffer, SupportOfferQuerySet
from levante.kernel.api import Actor


def assessments_of(actor: Actor) -> "QuerySet[ReadinessAssessment]":
    """The check-ups an actor sees, the latest first."""
    rows: AssessmentQuerySet = ReadinessAssessment.objects.visible_to(actor)
    return rows.select_related("enterprise", "taken_by").order_by("-taken_at", "-id")


def comparable(earlier: ReadinessAssessment, later: ReadinessAssessment) -> bool:
    """Only results of the very same questions are compared: same questionnaire, version and text."""
    return (earlier.questionnaire, earlier.version, earlier.checksum) == (
        later.questionnaire,
        later.version,
        later.checksum,
    )


def previous_of(assessment: ReadinessAssessment) -> ReadinessAssessment | None:
    """The check-up before this one of the same enterprise that can be compared with it."""
    rows = ReadinessAssessment.objects.filter(
        enterprise_id=assessment.enterprise_id,
        questionnaire=assessment.questionnaire,
        version=assessment.version,
        checksum=assessment.checksum,
        taken_at__lt=assessment.taken_at,
    )
    return rows.order_by("-taken_at", "-id").first()


def band_of(enterprise_id: int) -> str:
    """The band of the latest check-up of an enterprise, empty when it never took one. One query."""
    rows = ReadinessAssessment.objects.filter(enterprise_id=enterprise_id).order_by("-taken_at", "-id")
    found = rows.values_list("result__band__code", flat=True).first()
    return str(found or "")


def support_on(day: date) -> "QuerySet[SupportOffer]":
    """The help that can be asked for on a day, what closes first, first. One query and one more."""
    rows: SupportOfferQuerySet = SupportOffer.objects.open_on(day)
    return rows.select_related("office").prefetch_related("sectors").order_by(F("until").asc(nulls_last=True), "code")
