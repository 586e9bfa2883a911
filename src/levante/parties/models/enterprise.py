"""Enterprises: who they are, where they are, what their accounts say."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from levante.kernel.api import Actor
from levante.parties.models.search import SHORTEST_WORD, Plain, plain, words_of


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def visible_to(self, actor: Actor) -> "EnterpriseQuerySet":
        """Every enterprise for the staff of the offices (but evaluators, who judge without knowing); one's own else."""
        if actor.is_system or actor.is_superuser or actor.roles - {"evaluator"}:
            return self
        if actor.enterprise_id is not None and "read" in actor.scopes:
            return self.filter(pk=actor.enterprise_id)
        return self.none()

    def current(self) -> "EnterpriseQuerySet":
        """Without those merged into another."""
        return self.exclude(status=Enterprise.MERGED)

    def search(self, text: str, *, loose: bool | None = None) -> "EnterpriseQuerySet":
        """Enterprises that answer to ``text``: tax code or VAT number (whole or its beginning), name by words, name
        with typing mistakes when no name here has all the words (asked at once, in one quick query; ``loose`` says so
        without asking). Annotated with ``rank`` (0 best) to be ordered by."""
        words = words_of(text)
        if not words:
            return self.annotate(rank=Value(0.0)).none()
        whole = plain(text)
        code = whole.replace(" ", "").upper().removeprefix("IT")
        by_code = Q(tax_code__startswith=code) | Q(vat_number__startswith=code)
        if code.isdigit() or (len(code) == 16 and code[-2:-1].isdigit()):
            return self.filter(by_code).annotate(
                rank=Case(
                    When(Q(tax_code=code) | Q(vat_number=code), then=Value(0.0)),
                    default=Value(1.0),
                    output_field=FloatField(),
                )
            )
        if not any(len(word) >= SHORTEST_WORD for word in words):
            found = self.filter(search_name__startswith=whole)
        else:
            found = self.filter(_all_words(words))
            if loose if loose is not None else not found.exists():
                found = self.filter(pk__in=RawSQL("SELECT parties_enterprise_like(%s)", [" ".join(words)]))
        return found.annotate(
            rank=Case(
                When(search_name=whole, then=Value(0.0)),
                When(search_name__startswith=whole, then=Value(1.0)),
                When(_all_words(whole.split()[:8]), then=Value(1.5)),
                When(_all_words(words), then=Value(2.0)),
                default=RawSQL("4 - word_similarity(%s, parties_enterprise.search_name)", [" ".join(words)]),
                output_field=FloatField(),
            )
        )

    def similar_to(self, name: str, *, comune: str = "") -> "EnterpriseQuerySet":
        """Enterprises whose name is much like ``name``, those of the same comune first: possible duplicates."""
        key = " ".join(words_of(name))
        if not key:
            return self.none()
        found = self.current().filter(pk__in=RawSQL("SELECT parties_enterprise_like(%s)", [plain(name)]))
        return found.annotate(
            elsewhere=Case(
                When(seats__comune_id=comune, seats__kind="legal", seats__until__isnull=True, then=Value(0)),
                default=Value(1),
            ),
            likeness=RawSQL("similarity(%s, parties_enterprise.search_name)", [plain(name)]),
        ).order_by("elsewhere", "-likeness", "id")


def _all_words(words: list[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(search_name__contains=word)
    return condition


class Enterprise(models.Model):
    """An enterprise, identified by its codice fiscale (art. 5 L. 412/1991 wants one per subject).

    ``sectors`` holds codes of the programme's sectors: the programme stands on a higher floor, so the services check
    them against the codes they are given and no foreign key can. ``size`` is the last size derived by the rules of law
    (for lists and filters); the size at a date, with its reasons, is ``levante.parties.api.size_of``.
    """

    ACTIVE, CEASED, MERGED = "active", "ceased", "merged"
    STATUSES = [(ACTIVE, _("Active")), (CEASED, _("Ceased")), (MERGED, _("Merged into another"))]
    SIZES = [("micro", _("Micro")), ("small", _("Small")), ("medium", _("Medium")), ("large", _("Large"))]
    EDITIONS = [("2007", _("ATECO 2007")), ("2022", _("ATECO 2007, update 2022")), ("2025", _("ATECO 2025"))]

    tax_code = models.CharField("codice fiscale", max_length=16, unique=True)
    vat_number = models.CharField("partita IVA", max_length=11, blank=True, db_index=True)
    name = models.CharField(max_length=300)
    search_name = models.GeneratedField(
        expression=Plain(F("name")), output_field=models.TextField(db_collation="C"), db_persist=True, editable=False
    )
    legal_form = models.CharField(max_length=3, blank=True, help_text="code of the business register, as SR or DI")
    ateco = models.CharField("ATECO", max_length=8, blank=True, help_text="main activity, dotted: 13.92.10")
    ateco_edition = models.CharField(max_length=4, blank=True, choices=EDITIONS)
    ateco_on = models.DateField(null=True, blank=True, help_text="since when, or when it was read")
    artisan = models.BooleanField(default=False, help_text="in the register of artisan firms (L. 443/1985)")
    rea = models.CharField("REA", max_length=12, blank=True, help_text="province and number, as BA-123456")
    founded_on = models.DateField(null=True, blank=True)
    ceased_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=6, choices=STATUSES, default=ACTIVE)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed", db_index=False
    )
    pec = models.EmailField("PEC", blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    website = models.URLField(blank=True)
    sectors = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    verified_facts = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="names of the facts an office has written or accepted: an import of the register does not overwrite them",
    )
    size = models.CharField(max_length=6, choices=SIZES, blank=True)
    size_on = models.DateField(null=True, blank=True, help_text="the day for which the size was derived")
    register_run = models.ForeignKey(
        "parties.ImportRun",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="the import that last wrote it",
    )
    is_demo = models.BooleanField(default=False, help_text="an invented enterprise of the demonstration")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ["search_name", "id"]
        indexes = [
            GinIndex(OpClass(F("search_name"), name="gin_trgm_ops"), name="enterprise_by_likeness"),
            models.Index(fields=["search_name", "id"], name="enterprise_by_name"),
            GinIndex(fields=["sectors"], name="enterprise_by_sector"),
            models.Index(OpClass(F("ateco"), name="varchar_pattern_ops"), name="enterprise_by_ateco"),
            models.Index(fields=["status", "size"], name="enterprise_by_status_size"),
            models.Index(fields=["merged_into"], name="enterprise_merged", condition=Q(merged_into__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_code__regex=r"^([0-9]{11}|[A-Z0-9]{16})$"), name="enterprise_tax_code_form"
            ),
            models.CheckConstraint(
                condition=Q(vat_number="") | Q(vat_number__regex=r"^[0-9]{11}$"), name="enterprise_vat_number_form"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="enterprise_has_name"),
            models.CheckConstraint(
                condition=Q(ateco="", ateco_edition="")
                | (Q(ateco__regex=r"^[0-9]{2}(\.[0-9]{1,2}){0,2}$") & ~Q(ateco_edition="")),
                name="enterprise_ateco_has_edition",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
                name="enterprise_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="enterprise_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=~Q(status="ceased") | Q(ceased_on__isnull=False), name="enterprise_ceased_dated"
            ),
            models.CheckConstraint(
                condition=Q(size="", size_on__isnull=True) | (~Q(size="") & Q(size_on__isnull=False)),
                name="enterprise_size_dated",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["active", "ceased", "merged"]), name="enterprise_known_status"
            ),
            models.CheckConstraint(
                condition=Q(size__in=["", "micro", "small", "medium", "large"]), name="enterprise_known_size"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def legal_seat(self) -> "Seat | None":
        """The legal seat in force, out of ``seats`` (prefetched or not)."""
        return next((seat for seat in self.seats.all() if seat.kind == Seat.LEGAL and seat.until is None), None)


class Seat(models.Model):
    """A place where an enterprise is: its legal seat, or one where it operates."""

    LEGAL, OPERATING = "legal", "operating"
    KINDS = [(LEGAL, _("Legal seat")), (OPERATING, _("Operating seat"))]

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=9, choices=KINDS)
    country = models.ForeignKey(
        "parties.Country", on_delete=models.PROTECT, related_name="+", default="IT", db_index=False
    )
    comune = models.ForeignKey("parties.Comune", null=True, blank=True, on_delete=models.PROTECT, related_name="seats")
    province = models.ForeignKey(
        "parties.Province", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    locality = models.CharField(max_length=120, blank=True, help_text="town, for a seat abroad")
    cap = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=300, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day, included")

    class Meta:
        ordering = ["enterprise", "kind", "-since", "id"]
        indexes = [
            models.Index(
                fields=["province", "enterprise"],
                name="seat_by_province",
                condition=Q(kind="legal", until__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(kind="legal", until__isnull=True), name="seat_one_legal"
            ),
            models.CheckConstraint(
                condition=Q(country="IT", comune__isnull=False, province__isnull=False)
                | (~Q(country="IT") & Q(comune__isnull=True, province__isnull=True)),
                name="seat_in_italy_has_comune",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")), name="seat_period"
            ),
            models.CheckConstraint(condition=Q(kind__in=["legal", "operating"]), name="seat_known_kind"),
        ]

    def __str__(self) -> str:
        place = self.comune.name if self.comune else self.locality
        return ", ".join(filter(None, [self.address, f"{self.cap} {place}".strip(), self.province_id]))


class Account(models.Model):
    """What the accounts of a year say of an enterprise alone. Amounts are euro of the year, not thousands."""

    SOURCES = [
        ("declared", _("Declared")),
        ("register", _("Business register")),
        ("verified", _("Verified by an office")),
    ]

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="accounts", db_index=False
    )  # the year's constraint begins with it
    year = models.PositiveSmallIntegerField()
    headcount = models.DecimalField(max_digits=9, decimal_places=2, help_text="annual work units (ULA), fractions too")
    turnover = models.DecimalField(max_digits=15, decimal_places=2)
    balance = models.DecimalField(max_digits=15, decimal_places=2, help_text="balance sheet total")
    export_turnover = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    approved = models.BooleanField(default=True, help_text="closed and approved, not an estimate")
    source = models.CharField(max_length=10, choices=SOURCES, default="declared")

    class Meta:
        ordering = ["enterprise", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "year"], name="account_once_a_year"),
            models.CheckConstraint(condition=Q(year__gte=1950, year__lte=2200), name="account_year"),
            models.CheckConstraint(
                condition=Q(headcount__gte=0, turnover__gte=0, balance__gte=0), name="account_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(export_turnover__isnull=True)
                | Q(export_turnover__gte=0, export_turnover__lte=F("turnover")),
                name="account_export_within_turnover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"

    def as_case(self) -> dict[str, Any]:
        """The account as the rules of law read it."""
        return {
            "year": self.year,
            "headcount": str(self.headcount),
            "turnover": f"{self.turnover:.2f}",
            "balance": f"{self.balance:.2f}",
        }
