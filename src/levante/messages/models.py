from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual, Kept


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """One's own notices; acting for a party, those about it and those about no enterprise."""
        if actor.user_id is None:
            return self.none()
        mine = self.filter(user_id=actor.user_id)
        if actor.party is not None:
            return mine.filter(Q(enterprise_id=actor.enterprise_id) | Q(enterprise_id__isnull=True))
        return mine

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """Something a person is told: a row per recipient, shown in the portal and sent by mail."""

    WAITING, SENT, FAILED, MUTED = "waiting", "sent", "failed", "muted"
    MAIL_STATES = [(WAITING, "Waiting"), (SENT, "Sent"), (FAILED, "Failed"), (MUTED, "Not wanted")]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    enterprise_id = models.BigIntegerField(null=True, help_text="the enterprise it is about")
    kind = models.SlugField(max_length=60, help_text="what happened, as in application-admitted")
    topic = models.CharField(max_length=20, blank=True, help_text="of a reminder, which one may switch off by mail")
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.CharField(max_length=100, blank=True)
    title_it = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    body_it = models.TextField()
    body_en = models.TextField()
    others: "models.JSONField[Any]" = models.JSONField(
        default=dict, blank=True, help_text="in languages whose catalogue has them: {language: {title, body}}"
    )
    path = models.CharField(max_length=300, blank=True, help_text="where to go from here, without language prefix")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_state = models.CharField(max_length=10, choices=MAIL_STATES, default=WAITING)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["user", "-created_at"], name="notice_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(mail_state="sent", mailed_at__isnull=False) | ~Q(mail_state="sent"),
                name="notice_sent_dated",
            ),
            # What has no topic must be told: nobody switches it off.
            models.CheckConstraint(condition=~Q(mail_state="muted") | ~Q(topic=""), name="notice_muted_is_a_reminder"),
            models.CheckConstraint(condition=Q(topic__in=["", "meetings", "follow-ups"]), name="notice_known_topic"),
            # The same event never tells the same person twice, however often its job runs.
            models.UniqueConstraint(
                fields=["user", "kind", "subject_type", "subject_id"],
                condition=~Q(subject_id=""),
                name="notice_once_per_event",
            ),
        ]

    def __str__(self) -> str:
        return self.title_it

    @property
    def title(self) -> Bilingual:
        return self._words("title", self.title_it, self.title_en)

    @property
    def body(self) -> Bilingual:
        return self._words("body", self.body_it, self.body_en)

    def _words(self, name: str, it: str, en: str) -> Bilingual:
        return Kept(it, en, tuple((code, said[name]) for code, said in self.others.items()))


class MutedTopic(models.Model):
    """A kind of reminder that a person does not want by mail. The portal tells it all the same."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="muted_topics")
    topic = models.CharField(max_length=20)
    since = models.DateTimeField()

    class Meta:
        ordering = ["user", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="muted_topic_once"),
            models.CheckConstraint(condition=Q(topic__in=["meetings", "follow-ups"]), name="muted_topic_known"),
        ]

    def __str__(self) -> str:
        return self.topic
