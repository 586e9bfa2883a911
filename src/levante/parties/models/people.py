"""People and contacts, and what they consented to."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.parties.models.enterprise import Enterprise
from levante.parties.models.search import Plain, answering

#: The roles of the Section whose work is with people: who decides and checks, who receives, who invites, who keeps the
#: system. Who designs calls or pays does it for enterprises (GDPR art. 5(1)(c): what is necessary, and no more).
SEES_PEOPLE = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.COMMUNICATION, roles.SYSTEM, roles.AUDITOR)


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Actor) -> "PersonQuerySet":
        """Everyone for the roles of the Section that deal with people (``SEES_PEOPLE``); the contacts of the enterprise
        acted for, and oneself. An agency sees of people what a case or an initiative of its own tells it, and no file."""
        if actor.is_superuser or actor.in_section(*SEES_PEOPLE):
            return self
        mine = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
        if actor.enterprise_id is not None and "read" in actor.scopes:
            mine |= Q(contacts__enterprise_id=actor.enterprise_id, contacts__until__isnull=True)
        return self.filter(mine).distinct()

    def search(self, text: str, *, loose: bool = False) -> "PersonQuerySet":
        """People whose name, e-mail or tax code answers to ``text``; ``loose``: the name with typing mistakes."""
        cleaned = text.strip()
        if not cleaned:
            return self.none()
        named: PersonQuerySet = answering(self, text, "search_name", loose=loose)
        if not loose:
            found = named.values("pk")
            named = self.filter(Q(pk__in=found) | Q(email__iexact=cleaned) | Q(codice_fiscale=cleaned.upper()))
        return named.filter(erased_at__isnull=True)


class Person(models.Model):
    """A natural person the programme deals with: a contact, a holder of shares, someone who acts for an enterprise.

    After an erasure the row stays without anything personal (``erased_at``): what the law requires refers to it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="person"
    )
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    search_name = models.GeneratedField(
        expression=Plain(
            F("given_name") + F("family_name"), template="levante_plain(given_name || ' ' || family_name)"
        ),
        output_field=models.TextField(),
        db_persist=True,
        editable=False,
    )
    codice_fiscale = models.CharField(max_length=16, null=True, blank=True, unique=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=2, default="it")
    is_demo = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        indexes = [GinIndex(OpClass(F("search_name"), name="gin_trgm_ops"), name="person_by_likeness")]
        constraints = [
            models.CheckConstraint(
                condition=Q(codice_fiscale__isnull=True) | Q(codice_fiscale__regex=r"^[A-Z0-9]{16}$"),
                name="person_codice_fiscale_form",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(given_name="", family_name="", codice_fiscale__isnull=True, email="", phone="", user__isnull=True),
                name="person_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(family_name=""), name="person_has_family_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or f"#{self.pk}"


class Contact(models.Model):
    """A person as a contact of an enterprise, with the role held there."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=120, blank=True, help_text="export manager, sole director, …")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    class Meta:
        ordering = ["enterprise", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "person"], condition=Q(until__isnull=True), name="contact_once_in_force"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="contact_period",
            ),
        ]


class Consent(models.Model):
    """One event in the history of a consent: given or withdrawn, for a purpose and a channel, with its proof.

    The last event for a purpose and channel is what holds (art. 7 GDPR: who processes proves the consent; withdrawing
    is as easy as giving). Append-only. ``proof`` says how it was expressed and on which wording, and names nobody.
    """

    PURPOSES = [
        ("opportunities", _("News of calls and opportunities")),
        ("events", _("Invitations to fairs and missions")),
        ("catalogue", _("Publication in the catalogue for foreign buyers")),
        ("matching", _("Meetings with foreign buyers")),
        ("surveys", _("Surveys on results")),
    ]
    CHANNELS = [
        ("email", _("E-mail")),
        ("phone", _("Telephone")),
        ("post", _("Post")),
        ("web", _("Publication on the web")),
    ]
    #: The channels each purpose can use.
    CHANNELS_OF = {
        "opportunities": CHANNELS[:2],
        "events": CHANNELS[:2],
        "catalogue": CHANNELS[3:],
        "matching": CHANNELS[:2],
        "surveys": CHANNELS[:2],
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=PURPOSES)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    given = models.BooleanField(help_text="given, or withdrawn")
    at = models.DateTimeField()
    wording = models.CharField(max_length=60, help_text="version of the text the person read")
    proof = models.CharField(max_length=300, help_text="how it was expressed: form on the portal, signed sheet no. …")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["person", "purpose", "channel", "-id"]
        indexes = [models.Index(fields=["person", "purpose", "channel", "-id"], name="consent_last")]
        constraints = [
            models.CheckConstraint(condition=~Q(proof="") & ~Q(wording=""), name="consent_proved"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
