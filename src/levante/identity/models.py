from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from levante.identity import roles
from levante.kernel.pure.languages import CODE


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. The codice fiscale identifies the person; it gives no power over any enterprise."""

    email = models.EmailField(unique=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    codice_fiscale = models.CharField(max_length=16, null=True, blank=True, unique=True)
    language = models.CharField(max_length=2, default="it")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="may enter the technical administration (superusers)")
    is_demo = models.BooleanField(default=False, help_text="an invented person of the demonstration")
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["given_name", "family_name"]
    objects = UserManager()

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                condition=Q(codice_fiscale__isnull=True) | Q(codice_fiscale__regex=r"^[A-Z0-9]{16}$"),
                name="user_codice_fiscale_form",
            ),
            models.CheckConstraint(condition=Q(language__regex=CODE), name="user_language"),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.given_name or self.email


class Office(models.Model):
    """The regional Section, an agency, or a part of one: where roles are held and files are worked.

    How a body adopts its acts is its own: who signs them, what they are called, on which norms (``queries.adopting``). Its
    parts adopt as it does. ``act_source`` says where that is written; without one it is to be confirmed, and drafts say so.
    """

    SECTION, AGENCY, PART = "section", "agency", "part"

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=[(SECTION, "Section"), (AGENCY, "Agency"), (PART, "Part of a body")])
    name_it = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    email = models.EmailField(blank=True)
    pec = models.EmailField(blank=True)
    url = models.URLField(blank=True)
    signatory_it = models.CharField(max_length=200, blank=True, help_text="who signs its acts: Il dirigente")
    signatory_en = models.CharField(max_length=200, blank=True)
    act_kind_it = models.CharField(max_length=200, blank=True, help_text="what its acts are: Determinazione")
    act_kind_en = models.CharField(max_length=200, blank=True)
    act_verb = models.CharField(max_length=40, blank=True, help_text="what who signs does, in Italian: Determina")
    act_norms = models.JSONField(
        default=list, blank=True, help_text="on which it adopts acts, a sentence each, in Italian"
    )
    award_norms = models.JSONField(default=list, blank=True, help_text="those of acts that commit money, besides")
    act_source = models.CharField(max_length=500, blank=True, help_text="where this is written")
    act_on = models.DateField(null=True, blank=True, help_text="the day on which it was so")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="part") | Q(parent__isnull=False), name="office_part_has_parent"),
        ]

    def __str__(self) -> str:
        return self.name_it


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def over(self, office_id: Any) -> "RoleGrantQuerySet":
        """Held in an office or in the agency that it is a part of: whoever works in an agency works what its parts manage."""
        whole = Office.objects.filter(kind=Office.AGENCY).filter(Q(parts=office_id) | Q(parts__parts=office_id))
        return self.filter(Q(office_id=office_id) | Q(office__in=whole))

    def in_force(self, on: date) -> "RoleGrantQuerySet":
        """Held on a day; a role taken away in the day is held no more, though what was done before it stands."""
        return self.filter(Q(until=None) | Q(until__gt=on) | Q(until=on, revoked_at=None), since__lte=on)


class RoleGrant(models.Model):
    """A role that a person holds in an office, for a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=[(code, label.en) for code, label in roles.LABELS.items()])
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="last day, included")
    revoked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when it was taken away, in its last day: what was done before was done with it",
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["office", "role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "office", "role"], condition=Q(until__isnull=True), name="role_grant_once_in_force"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="role_grant_period"
            ),
            models.CheckConstraint(condition=Q(role__in=list(roles.LABELS)), name="role_grant_known_role"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(until__isnull=False), name="role_grant_revoked_has_ended"
            ),
        ]


class RoleOffer(models.Model):
    """A role offered to an e-mail address: it is held from the next sign-in of who has proved to own the address.

    Nothing tells whether the address has an account: with one or without, the offer waits in the same place.
    """

    email = models.EmailField(blank=True, help_text="emptied when the person leaves or long after it was offered")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="role_offers")
    role = models.CharField(max_length=20, choices=[(code, label.en) for code, label in roles.LABELS.items()])
    offered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="role_offers_taken"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["office", "role", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=list(roles.LABELS)), name="role_offer_known_role"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False, withdrawn_at__isnull=True),
                name="role_offer_taken_whole",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "office",
                "role",
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True) & ~Q(email=""),
                name="role_offer_once_open",
            ),
        ]


class SavedView(models.Model):
    """How a person likes to look at a list of the desk: its filters, order and columns, under a name of one's own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    listing = models.CharField(max_length=60, help_text="name of the URL of the list, as desk:enterprises")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True, help_text="the query string of the list")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["listing", Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint("user", "listing", Lower("name"), name="saved_view_once_by_name"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
