"""The public profile of an enterprise: what it makes, how much, for whom; shown when the enterprise publishes it."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from levante.directory import states
from levante.directory.states import choices
from levante.identity.api import roles
from levante.kernel.api import Actor

#: Those of the Section who read profiles that are not public.
READERS = (*roles.SECTION_ROLES, roles.AUDITOR)


class ProfileQuerySet(models.QuerySet["Profile"]):
    def public(self) -> Self:
        """Those on the public page: published, of an enterprise that is active."""
        return self.filter(state=states.PUBLISHED, enterprise__status="active")

    def visible_to(self, actor: Actor) -> Self:
        """The Section's offices see every profile; an enterprise its own, and all see the public ones."""
        if actor.in_section(*READERS):
            return self
        seen = Q(state=states.PUBLISHED, enterprise__status="active")
        if actor.enterprise_id is not None and "read" in actor.scopes:
            seen |= Q(enterprise_id=actor.enterprise_id)
        return self.filter(seen)


class Profile(models.Model):
    """What an enterprise says of itself to who buys, in Italian and English. What is left empty is not shown: the contacts above all,
    and a person is named only if the enterprise says that the person agrees.

    ``chapters``, ``markets``, ``province``, ``search_name`` and ``document`` are derived by ``indexing`` from the rest, for the search.
    """

    enterprise_id: int
    province_id: str | None
    products: Any
    photos: Any
    certifications: Any

    enterprise = models.ForeignKey("parties.Enterprise", on_delete=models.PROTECT, related_name="profiles")
    slug = models.SlugField(max_length=120, unique=True, help_text="its address, given once")
    state = models.CharField(max_length=9, choices=choices(states.STATES), default=states.DRAFT)
    summary_it = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    sectors = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="codes of the programme")
    capacity_it = models.CharField(max_length=200, blank=True, help_text="how much it makes, with its unit")
    capacity_en = models.CharField(max_length=200, blank=True)
    minimum_it = models.CharField(max_length=200, blank=True, help_text="the least it sells at once")
    minimum_en = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True, help_text="ISO 639-1")
    markets_served = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="ISO 3166-1")
    markets_wanted = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    price_band = models.CharField(max_length=6, blank=True, choices=choices(states.PRICE_BANDS))
    public_email = models.EmailField(blank=True)
    public_phone = models.CharField(max_length=30, blank=True)
    public_website = models.URLField(blank=True)
    public_person = models.CharField(max_length=200, blank=True)
    person_agrees = models.BooleanField(default=False, help_text="who is named agreed to be")
    published_at = models.DateTimeField(null=True, blank=True, help_text="the first time")
    changed_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason_it = models.TextField(blank=True)
    hidden_reason_en = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False)
    chapters = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="of its products")
    markets = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="served or wanted")
    province = models.ForeignKey(
        "parties.Province", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    search_name = models.TextField(blank=True, default="", help_text="every word it can be found by, folded")
    document = SearchVectorField(null=True, editable=False)
    indexed_at = models.DateTimeField(null=True, blank=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        indexes = [
            GinIndex(fields=["document"], name="profile_by_words"),
            GinIndex(OpClass(F("search_name"), name="gin_trgm_ops"), name="profile_by_likeness"),
            GinIndex(fields=["sectors"], name="profile_by_sector"),
            GinIndex(fields=["chapters"], name="profile_by_chapter"),
            GinIndex(fields=["markets"], name="profile_by_market"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=~Q(state="hidden"), name="profile_one_of_an_enterprise"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(states.STATES), price_band__in=["", *states.PRICE_BANDS]),
                name="profile_known_words",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "hidden"])
                | ~Q(summary_it="") & ~Q(summary_en="") & Q(published_at__isnull=False),
                name="profile_published_says_something",
            ),
            models.CheckConstraint(
                condition=Q(state="hidden", hidden_at__isnull=False) & ~Q(hidden_reason_it="") & ~Q(hidden_reason_en="")
                | ~Q(state="hidden") & Q(hidden_at__isnull=True, hidden_reason_it="", hidden_reason_en=""),
                name="profile_hidden_says_why",
            ),
            models.CheckConstraint(condition=Q(public_person="") | Q(person_agrees=True), name="profile_person_agrees"),
        ]

    def __str__(self) -> str:
        return self.slug


class Product(models.Model):
    """Something it makes, with its code in the Harmonized System (a heading, or a subheading of six digits)."""

    profile_id: int

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="products")
    hs = models.CharField(max_length=6, help_text="four or six digits")
    name_it = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    text_it = models.CharField(max_length=600, blank=True)
    text_en = models.CharField(max_length=600, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(hs__regex=r"^[0-9]{4}([0-9]{2})?$"), name="product_hs_form"),
            models.CheckConstraint(condition=~Q(name_it="") & ~Q(name_en=""), name="product_named_twice"),
            models.UniqueConstraint(fields=["profile", "hs", "name_it"], name="product_once"),
        ]

    def __str__(self) -> str:
        return self.name_it


class Photo(models.Model):
    """A photograph, made anew from what was uploaded: no place, no camera, no name of who took it stays in it."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="photos")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="photos")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    small = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    width = models.PositiveSmallIntegerField(help_text="pixels of the large one")
    height = models.PositiveSmallIntegerField()
    alt_it = models.CharField(max_length=200, help_text="what is seen, for who does not see it")
    alt_en = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(alt_it="") & ~Q(alt_en=""), name="photo_is_told"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="photo_has_a_size"),
        ]

    def __str__(self) -> str:
        return self.alt_it


class CertificationQuerySet(models.QuerySet["Certification"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))


class Certification(models.Model):
    """A certification that the enterprise says it holds; one whose last day has passed is shown to nobody outside."""

    profile_id: int

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="certifications")
    kind = models.CharField(max_length=20, help_text="code of the vocabulary")
    name = models.CharField(max_length=120, blank=True, help_text="of one that is not in the vocabulary")
    issuer = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="last day, included; empty: it does not end")

    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name", "id"]
        indexes = [models.Index(fields=["kind", "profile"], name="certification_by_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(kind="other") & ~Q(name="") | ~Q(kind="other") & Q(name=""),
                                   name="certification_other_is_named"),
            models.CheckConstraint(condition=~Q(issuer=""), name="certification_has_issuer"),
            models.UniqueConstraint(fields=["profile", "kind", "name", "number"], name="certification_once"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.kind
