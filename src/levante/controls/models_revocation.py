"""The revocation of an award, what the enterprise says in it, and the appeals against it."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from levante.applications.api import conflicts_of
from levante.controls import states
from levante.identity.api import roles
from levante.kernel.api import Actor, today
from levante.kernel.pure import Bilingual
from levante.payments.api import bodies_of

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.FRONT_DESK, roles.AUDITOR)


def seen_by(actor: Actor, *, award: str, told: Q, collected: str = "") -> Q:
    """Rows about an award (``award``: the path to it) that an actor may see: the Section's all, an agency's those of its calls, and those
    that it recovers (``collected``: the path to who does), but for the files of a conflict of interest (art. 6-bis L. 241/1990); an
    enterprise its own, once ``told``."""
    offices = {office for office, role in actor.grants if role in (roles.AGENCY_STAFF, *READERS)}
    seen = Q(pk__in=[])
    if actor.in_section(*READERS):
        seen = Q()
    elif offices:
        seen = Q(**{f"{award}__act__call__office__code__in": offices})
        if collected:
            seen |= Q(**{f"{collected}__code__in": bodies_of(actor, *READERS)})
    if actor.user_id is not None and offices:
        seen &= ~Q(**{f"{award}__application__in": conflicts_of(actor).values("application")})
    if actor.enterprise_id is not None and "read" in actor.scopes:
        seen |= Q(**{f"{award}__enterprise_id": actor.enterprise_id}) & told
    return seen


class RevocationQuerySet(models.QuerySet["Revocation"]):
    def visible_to(self, actor: Actor) -> Self:
        """An enterprise sees what it was told of, or began itself; not what the office prepared and dropped."""
        told = Q(noticed_at__isnull=False) | Q(by_enterprise=True)
        return self.filter(seen_by(actor, award="award", told=told & Q(state__in=states.TOLD)))

    def standing(self) -> Self:
        """Procedures that are open."""
        return self.filter(state__in=states.OPEN)


class Revocation(models.Model):
    """The procedure to take back an award, whole or in part: begun by the office, heard with the enterprise, ended by an act or closed.

    ``amount`` is what is taken away of the award, ``recover`` what of it was paid and must come back, in euro. ``reason_code`` is one of
    ``revocation.reasons`` as they were on the day it began (``parameters``); ``grounds`` are the facts, ``reasons`` the decision on
    what was said. ``by_enterprise``: it began with the enterprise's own renunciation. ``effects`` is what the act did, frozen;
    ``stop_reason`` why, the act being back, it could not.
    """

    award_id: int
    opened_by_id: int | None
    proposed_by_id: int | None
    document_id: int | None
    papers: Any
    events: Any
    appeals: Any
    annulments: Any

    award = models.ForeignKey("grants.Award", on_delete=models.PROTECT, related_name="revocations")
    state = models.CharField(max_length=20, choices=states.choices(states.REVOCATIONS), default=states.DRAFTED)
    by_enterprise = models.BooleanField(
        default=False, help_text="the enterprise gave the award up itself: no notice is given to it"
    )
    is_whole = models.BooleanField()
    reason_code = models.CharField(max_length=30)
    grounds = models.TextField()
    grounds_en = models.TextField(blank=True, help_text="of the system; empty: a person’s words, as they wrote them")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    recover = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    parameters = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    noticed_at = models.DateTimeField(null=True, blank=True, help_text="when the notice of the procedure was given")
    answer_by = models.DateField(null=True, blank=True, help_text="last day for memoranda and documents")
    answer_steps = models.JSONField(default=list, blank=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True)
    reasons = models.TextField(blank=True, help_text="of the decision, answering what the enterprise said")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "documents.GeneratedDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.OneToOneField(
        "exchange.ExternalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(max_length=40, blank=True)
    act_date = models.DateField(null=True, blank=True)
    their_id = models.CharField(max_length=120, blank=True)
    programme_act = models.ForeignKey(
        "programme.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stop_reason_it = models.TextField(blank=True)
    stop_reason_en = models.TextField(blank=True)
    effects = models.JSONField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="archived or annulled since")
    closing_reason = models.TextField(blank=True)
    closing_reason_en = models.TextField(
        blank=True, help_text="of the system; empty: a person’s words, as they wrote them"
    )
    closing_act = models.CharField(max_length=120, blank=True, help_text="of the annulment: number and date")
    is_demo = models.BooleanField(default=False)

    objects = RevocationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "answer_by"], name="revocation_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(state__in=states.OPEN), name="revocation_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=list(states.REVOCATIONS)), name="revocation_known_state"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, recover__gte=0, recover__lte=F("amount")) & ~Q(grounds="") & ~Q(reason_code=""),
                name="revocation_amounts",
            ),
            models.CheckConstraint(
                condition=Q(by_enterprise=False)
                & (
                    Q(state="drafted", noticed_at__isnull=True, answer_by__isnull=True)
                    | Q(state="archived")
                    | (~Q(state="drafted") & Q(noticed_at__isnull=False, answer_by__isnull=False))
                )
                | Q(by_enterprise=True, reason_code="given_up", noticed_at__isnull=True, answer_by__isnull=True)
                & ~Q(state__in=["drafted", "noticed"]),
                name="revocation_noticed_has_a_term",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", "sent_to_act_system", *states.ACTED])
                | (Q(proposed_at__isnull=False, document__isnull=False) & ~Q(reasons="")),
                name="revocation_proposed_has_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent_to_act_system", *states.ACTED])
                | Q(sent_at__isnull=False, request__isnull=False),
                name="revocation_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | ~Q(sent_by=F("proposed_by")), name="revocation_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=states.ACTED)
                | (Q(act_date__isnull=False, programme_act__isnull=False) & ~Q(number="")),
                name="revocation_act_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["effective", "annulled"], effects__isnull=False, effective_at__isnull=False)
                | (~Q(state__in=["effective", "annulled"]) & Q(effects__isnull=True, effective_at__isnull=True)),
                name="revocation_effect_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(stop_reason_it="") | Q(state="act_returned"), name="revocation_stop_when_returned"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["archived", "annulled"], closed_at__isnull=False) & ~Q(closing_reason=""))
                | (~Q(state__in=["archived", "annulled"]) & Q(closed_at__isnull=True)),
                name="revocation_closing_says_why",
            ),
            models.CheckConstraint(condition=~Q(state="annulled") | ~Q(closing_act=""), name="revocation_annulled_by_act"),
            models.UniqueConstraint(
                fields=["their_id"], condition=~Q(their_id=""), name="revocation_once_in_their_system"
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number}/{self.act_date.year}" if self.number and self.act_date else f"revoca {self.pk}"

    @property
    def state_label(self) -> Bilingual:
        return states.REVOCATIONS[self.state]

    @property
    def reason(self) -> dict[str, Any]:
        """The reason as it was in the data when the procedure began: ``code, scope, it, en, norm, laws`` (what the act cites)."""
        for one in self.parameters:
            for row in one["value"] if one["name"] == "revocation.reasons" else ():
                if row["code"] == self.reason_code:
                    return dict(row)
        return {"code": self.reason_code, "scope": "both", "it": self.reason_code, "en": self.reason_code, "norm": ""}

    @property
    def reason_label(self) -> Bilingual:
        return Bilingual(self.reason["it"], self.reason["en"])

    @property
    def stop_reason(self) -> Bilingual:
        return Bilingual(self.stop_reason_it, self.stop_reason_en)

    @property
    def facts(self) -> Bilingual:
        return Bilingual(self.grounds, self.grounds_en)

    @property
    def closing(self) -> Bilingual:
        return Bilingual(self.closing_reason, self.closing_reason_en)


class RevocationPaper(models.Model):
    """What the enterprise sent in the procedure: a memorandum with its documents, a request of more time, of access to the file.
    Registered
    as it came; a request is answered once."""

    revocation_id: int
    answered_by_id: int | None

    revocation = models.ForeignKey(Revocation, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=10, choices=states.choices(states.PAPERS))
    text = models.TextField(blank=True)
    files = models.ManyToManyField("documents.StoredFile", blank=True, related_name="+")
    days = models.PositiveSmallIntegerField(default=0, help_text="asked, or granted, of more time")
    register_number = models.CharField(max_length=32, unique=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=states.choices(states.ANSWERS), default=states.ASKED)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(states.PAPERS)), name="revocation_paper_kind"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True)
                | (Q(state__in=["granted", "refused"], answered_at__isnull=False) & Q(kind__in=states.REQUESTS)),
                name="revocation_paper_answer_is_dated",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="revocation_paper_refused_says_why"),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.register_number

    @property
    def kind_label(self) -> Bilingual:
        return states.PAPERS[self.kind]

    @property
    def state_label(self) -> Bilingual:
        return states.ANSWERS[self.state]


class AppealQuerySet(models.QuerySet["Appeal"]):
    def staying(self) -> Self:
        """Those for which the act is suspended today: nothing is asked on it. One that was upheld goes on suspending it until the office
        annuls the act or cancels the recovery, or the judgment is itself suspended or set aside (``stayed_to``)."""
        on = today()
        running = Q(stayed_to__isnull=True) | Q(stayed_to__gt=on)
        return self.filter(running, state__in=(states.PENDING, states.UPHELD), stayed_from__lte=on)


class Appeal(models.Model):
    """An appeal against a revocation, and how it ended. The act is suspended from ``stayed_from`` until the day ``stayed_to`` (none: until
    the outcome), by ``stay_order``."""

    revocation_id: int

    revocation = models.ForeignKey(Revocation, on_delete=models.PROTECT, related_name="appeals")
    court = models.CharField(max_length=10, choices=states.choices(states.COURTS))
    reference = models.CharField(max_length=120)
    lodged_on = models.DateField()
    stayed_from = models.DateField(null=True, blank=True, help_text="the court suspended the act")
    stayed_to = models.DateField(null=True, blank=True, help_text="the day from which it is suspended no more")
    stay_order = models.CharField(max_length=300, blank=True, help_text="the last order about it")
    state = models.CharField(max_length=8, choices=states.choices(states.APPEALS), default=states.PENDING)
    decided_on = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["revocation", "court", "reference"], name="appeal_once"),
            models.CheckConstraint(condition=Q(state__in=list(states.APPEALS)) & ~Q(reference=""), name="appeal_state"),
            models.CheckConstraint(
                condition=Q(state="pending", decided_on__isnull=True)
                | (~Q(state="pending") & Q(decided_on__gte=F("lodged_on")) & ~Q(decision="")),
                name="appeal_outcome_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(stayed_to__isnull=True) | Q(stayed_to__gte=F("stayed_from")),
                name="appeal_stay_has_a_beginning",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reference

    @property
    def court_label(self) -> Bilingual:
        return states.COURTS[self.court]

    @property
    def state_label(self) -> Bilingual:
        return states.APPEALS[self.state]


class ControlEvent(models.Model):
    """One moment of a revocation or of a recovery, for its page; the audit has the rest."""

    revocation = models.ForeignKey(Revocation, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    recovery = models.ForeignKey(
        "controls.Recovery", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    at = models.DateTimeField()
    text_it = models.TextField()
    text_en = models.TextField()
    is_internal = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revocation__isnull=False, recovery__isnull=True)
                | Q(revocation__isnull=True, recovery__isnull=False),
                name="control_event_of_one",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text_it[:60]

    @property
    def text(self) -> Bilingual:
        return Bilingual(self.text_it, self.text_en)
