"""Who holds or controls whom: the facts from which the single undertaking and the size are derived."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from levante.parties.models.counterparts import Institution
from levante.parties.models.enterprise import Enterprise
from levante.parties.models.people import Person


class OwnershipLink(models.Model):
    """A holder's hold on an enterprise, for a time, with where we know it from.

    One of four holders: an enterprise of ours, a natural person, an institution, an enterprise abroad (its name). A
    ``participation`` has percentages of capital and votes; the other kinds are the ways of control of art. 2(2) of
    Reg. (EU) 2023/2831 and art. 3(3) of the annex to Rec. 2003/361, and have none.
    """

    PARTICIPATION, APPOINTMENT, INFLUENCE, AGREEMENT = "participation", "appointment", "dominant_influence", "agreement"
    KINDS = [
        (PARTICIPATION, _("Share of capital or votes")),
        (APPOINTMENT, _("Right to appoint or remove the majority of the board")),
        (INFLUENCE, _("Dominant influence by contract or statute")),
        (AGREEMENT, _("Control of votes by agreement between holders")),
    ]
    SOURCES = [
        ("declared", _("Declared")),
        ("register", _("Business register")),
        ("verified", _("Verified by an office")),
    ]

    owned = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="holders")
    holder_enterprise = models.ForeignKey(
        Enterprise, null=True, blank=True, on_delete=models.PROTECT, related_name="holdings"
    )
    holder_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="holdings")
    holder_institution = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="holdings"
    )
    holder_abroad = models.CharField(max_length=300, blank=True, help_text="name of an enterprise abroad")
    holder_country = models.ForeignKey(
        "parties.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=KINDS)
    capital = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True, help_text="percentage")
    votes = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True, help_text="percentage")
    same_market = models.BooleanField(
        null=True, blank=True, help_text="for a natural person: the firms held work on the same or adjacent markets"
    )
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")
    source = models.CharField(max_length=10, choices=SOURCES, default="declared")
    evidence = models.CharField(max_length=300, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["owned", "-capital", "id"]
        indexes = [models.Index(fields=["owned"], name="ownership_of")]
        constraints = [
            models.CheckConstraint(
                name="ownership_one_holder",
                condition=Q(
                    holder_enterprise__isnull=False,
                    holder_person__isnull=True,
                    holder_institution__isnull=True,
                    holder_abroad="",
                )
                | Q(
                    holder_enterprise__isnull=True,
                    holder_person__isnull=False,
                    holder_institution__isnull=True,
                    holder_abroad="",
                )
                | Q(
                    holder_enterprise__isnull=True,
                    holder_person__isnull=True,
                    holder_institution__isnull=False,
                    holder_abroad="",
                )
                | (
                    Q(
                        holder_enterprise__isnull=True,
                        holder_person__isnull=True,
                        holder_institution__isnull=True,
                        holder_country__isnull=False,
                    )
                    & ~Q(holder_abroad="")
                ),
            ),
            models.CheckConstraint(
                condition=Q(holder_enterprise__isnull=True) | ~Q(holder_enterprise=F("owned")),
                name="ownership_not_itself",
            ),
            models.CheckConstraint(
                name="ownership_percentages",
                condition=(
                    Q(kind="participation")
                    & (Q(capital__isnull=False) | Q(votes__isnull=False))
                    & (Q(capital__isnull=True) | Q(capital__gt=0, capital__lte=100))
                    & (Q(votes__isnull=True) | Q(votes__gte=0, votes__lte=100))
                )
                | (~Q(kind="participation") & Q(capital__isnull=True, votes__isnull=True)),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["participation", "appointment", "dominant_influence", "agreement"]),
                name="ownership_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="ownership_period",
            ),
            models.CheckConstraint(
                condition=~Q(source="verified") | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="ownership_verified_by_someone",
            ),
        ]

    @property
    def holder_name(self) -> str:
        """The holder as a person reads it."""
        if self.holder_enterprise_id is not None:
            return str(self.holder_enterprise)
        if self.holder_person_id is not None:
            return str(self.holder_person)
        if self.holder_institution_id is not None:
            return str(self.holder_institution)
        return f"{self.holder_abroad} ({self.holder_country_id})"
