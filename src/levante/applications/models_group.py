"""The firms of an application made by a group: a network, a consortium, a district, a supply chain."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

INVITED, ACCEPTED, DECLARED = "invited", "accepted", "declared"
DECLINED, REMOVED, LEFT = "declined", "removed", "left"

#: The states of a member, in words.
MEMBER_STATES = {
    INVITED: Bilingual("invitata", "invited"),
    ACCEPTED: Bilingual("ha accettato", "accepted"),
    DECLARED: Bilingual("dichiarata dalla capofila", "declared by the lead"),
    DECLINED: Bilingual("ha rifiutato", "declined"),
    REMOVED: Bilingual("tolta dalla capofila", "removed by the lead"),
    LEFT: Bilingual("uscita dal gruppo", "left the group"),
}
#: In the group; in it, or asked to be; out of it.
STANDING = (ACCEPTED, DECLARED)
OPEN = (INVITED, *STANDING)
OUT = (DECLINED, REMOVED, LEFT)

#: The kinds of applicant, in words.
APPLICANT_KINDS = {
    "single": Bilingual("impresa singola", "single firm"),
    "network": Bilingual("rete di imprese", "network of firms"),
    "consortium": Bilingual("consorzio", "consortium"),
    "district": Bilingual("distretto produttivo", "production district"),
    "supply_chain": Bilingual("filiera", "supply chain"),
}


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def visible_to(self, actor: Actor) -> Self:
        """An enterprise sees its own memberships, and those of the applications it leads."""
        if actor.enterprise_id is None or "read" not in actor.scopes:
            return self.none()
        return self.filter(Q(enterprise_id=actor.enterprise_id) | Q(application__enterprise_id=actor.enterprise_id))

    def standing(self) -> Self:
        return self.filter(state__in=STANDING)


class GroupMember(models.Model):
    """A firm of a group that applies, the lead among them; ``answers`` are its own (of the sections asked of each member).

    It enters by its own mandate (``accepted``) or because the lead declares it on a power of attorney (``declared``, with the
    ``proxy``), as the call says. What it was when the application was sent is in the frozen copy.
    """

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="members")
    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="group_memberships")
    is_lead = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=[(code, label.en) for code, label in MEMBER_STATES.items()], default=INVITED
    )
    answers = models.JSONField(default=dict, blank=True)
    proxy = models.OneToOneField(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the power of attorney on which the lead declares it",
    )  # fmt: skip
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(null=True, blank=True)
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    enterprise_id: int

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        ordering = ["application_id", "-is_lead", "position", "id"]
        indexes = [models.Index(fields=["enterprise", "state"], name="group_member_of_enterprise")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "enterprise"], condition=Q(state__in=OPEN), name="group_member_once"
            ),
            models.UniqueConstraint(fields=["application"], condition=Q(is_lead=True), name="group_member_one_lead"),
            models.CheckConstraint(condition=Q(state__in=list(MEMBER_STATES)), name="group_member_known_state"),
            models.CheckConstraint(condition=Q(is_lead=False) | Q(state=ACCEPTED), name="group_member_lead_is_in"),
            models.CheckConstraint(
                condition=~Q(state__in=STANDING) | Q(joined_at__isnull=False), name="group_member_joining_is_dated"
            ),
            models.CheckConstraint(
                condition=~Q(state=DECLARED) | Q(proxy__isnull=False), name="group_member_declared_on_a_proxy"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OUT, ended_at__isnull=False) | Q(state__in=OPEN, ended_at__isnull=True),
                name="group_member_end_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.enterprise_id}"

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING

    @property
    def state_label(self) -> Bilingual:
        return MEMBER_STATES[self.state]
