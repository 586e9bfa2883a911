"""How an application is handed in where the call asks for more than sending it: stamp duty, signature outside."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class StampMark(models.Model):
    """The mark of stamp duty (*marca da bollo*) of an application, or the ground of exemption (D.P.R. 642/1972).

    A mark is used up by the application that is sent with it (``used_at``): never again, in any call.
    """

    application = models.OneToOneField("applications.Application", on_delete=models.PROTECT, related_name="stamp_mark")
    number = models.CharField(max_length=14, blank=True, help_text="the fourteen digits of the mark")
    bought_on = models.DateField(null=True, blank=True, help_text="the day printed on it")
    exemption = models.CharField(max_length=80, blank=True, help_text="code of the call's exemptions")
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["application_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{14}$", bought_on__isnull=False, exemption="")
                | (Q(number="", bought_on__isnull=True) & ~Q(exemption="")),
                name="stamp_mark_or_exemption",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(used_at__isnull=False) & ~Q(number=""), name="stamp_mark_used_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.exemption


class SigningCopy(models.Model):
    """The PDF of a draft to be signed: what it says (``content``), its fingerprint, the file once a job has made it.

    One for each content: the same answers give the same copy, other answers another, and a signature is of one copy.
    """

    MAKING, READY, FAILED = "making", "ready", "failed"
    STATES = [(MAKING, "Being made"), (READY, "Ready"), (FAILED, "Failed")]

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="signing_copies")
    content = models.JSONField(help_text="what the PDF says, attached to it")
    content_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=STATES, default=MAKING)
    problem_it = models.TextField(blank=True)
    problem_en = models.TextField(blank=True)
    file = models.OneToOneField(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["application_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "content_sha256"], name="signing_copy_once_by_content"),
            models.CheckConstraint(condition=Q(content_sha256__regex=r"^[0-9a-f]{64}$"), name="signing_copy_sha256"),
            models.CheckConstraint(
                condition=Q(state="ready", file__isnull=False, made_at__isnull=False, problem_it="")
                | Q(state="making", file__isnull=True, made_at__isnull=True, problem_it="")
                | (Q(state="failed", file__isnull=True) & ~Q(problem_it="")),
                name="signing_copy_state_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.content_sha256[:16]


class ApplicationSignature(models.Model):
    """A signature of an application that held when it was verified: the signed file, who signed, by which mandate.

    ``outcome`` is what the verification found (``levante signature verify``). It counts for its copy alone: other answers
    make another copy, and this one is void.
    """

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="signatures")
    copy = models.ForeignKey(SigningCopy, on_delete=models.PROTECT, related_name="signatures")
    file = models.OneToOneField("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="whose mandate covers signing"
    )
    signer_name = models.CharField(max_length=200, help_text="as the certificate says")
    tax_code = models.CharField(max_length=16, help_text="as the certificate says")
    mandate_kind = models.CharField(max_length=25)
    outcome = models.JSONField()
    verified_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["application_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_code__regex=r"^[A-Z0-9]{16}$"), name="application_signature_tax_code"
            ),
        ]

    def __str__(self) -> str:
        return self.signer_name
