"""Signed outside: the PDF is prepared, downloaded, signed by who may, uploaded and verified; other answers make it void.

It is refused with the reason when it was tampered with, is another file than the one prepared for these answers, is out of
force, is vouched for by nobody we trust, or is signed by somebody without a mandate: persons are told by their tax code.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from levante.applications import policies
from levante.applications.delivered import content_of, fingerprint
from levante.applications.models import Application, ApplicationSignature, SigningCopy
from levante.applications.reading import form_of_application, read_application
from levante.calls.api import Field
from levante.documents.api import Signed, store_upload, verify_upload
from levante.kernel.api import Actor, Missing, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, Decision
from levante.parties.api import Signatory, signatories_of

REQUIRED = "required"
#: The largest signed file that is taken.
LARGEST = 20 * 1024 * 1024


def is_asked(call: Any) -> bool:
    """Does the call want applications signed outside?"""
    return bool(call.delivery.get("signature") == REQUIRED)


@dataclass(frozen=True, slots=True)
class SignatureStanding:
    """Where the signature of a draft stands. ``copy`` is that of the answers of now; ``signature`` the last one given; when it
    is of other answers ``changed`` says which: it is void."""

    copy: SigningCopy | None
    signature: ApplicationSignature | None
    is_void: bool = False
    changed: list[Field] = field(default_factory=list)
    mandate: Decision = field(default_factory=Decision.yes)

    @property
    def holds(self) -> bool:
        return self.signature is not None and not self.is_void and bool(self.mandate)


def signature_standing(application: Application) -> SignatureStanding:
    """The signature of an application against its answers of now. Three queries; none for what was sent already."""
    sha256 = fingerprint(content_of(application))
    copies = {row.content_sha256: row for row in application.signing_copies.select_related("file").order_by("pk")}
    given = application.signatures.select_related("copy", "file").order_by("pk")
    signature: ApplicationSignature | None = given.filter(copy__content_sha256=sha256).last() or given.last()
    copy = copies.get(sha256)
    if signature is None:
        return SignatureStanding(copy, None)
    if signature.copy.content_sha256 != sha256:
        return SignatureStanding(copy, signature, True, _changed(application, signature.copy.content))
    return SignatureStanding(copy, signature, mandate=_still_may(application, signature))


def _changed(application: Application, signed: dict[str, Any]) -> list[Field]:
    """The fields whose answer is no longer the one that was signed."""
    before, after = signed.get("answers", {}), content_of(application)["answers"]
    return [item for _, item in form_of_application(application).fields() if before.get(item.id) != after.get(item.id)]


def _still_may(application: Application, signature: ApplicationSignature) -> Decision:
    return _may_sign(application, [{"tax_code": signature.tax_code, "name": signature.signer_name}], on=today())[0]


def signature_needed(application: Application) -> Iterable[Missing]:
    """At the sending: a signature of these very answers, by who still holds the mandate, where the call asks for one."""
    if not is_asked(application.opening.call):
        return
    standing = signature_standing(application)
    if standing.signature is None:
        yield Missing(Bilingual("la firma digitale", "the digital signature"), "signature")
    elif standing.is_void:
        yield Missing(
            Bilingual(
                "una nuova firma: le risposte sono cambiate dopo quella che c’è",
                "another signature: the answers changed after the one that is there",
            ),
            "signature",
        )
    elif not standing.mandate:
        reason = standing.mandate.reason
        yield Missing(Bilingual(reason.it.rstrip("."), reason.en.rstrip(".")), "signature")


@service("applications.prepare_signing_copy")
def prepare_signing_copy(*, actor: Actor, application: Application) -> SigningCopy:
    """Have the PDF of a complete draft made by a job; asked twice for the same answers, it is made once."""
    current = _draft(actor, application)
    problems = read_application(current).problems
    if problems:
        refuse("Prima completa la domanda: mancano risposte.", "First complete the application: answers are missing.")
    content = content_of(current)
    copy, created = SigningCopy.objects.get_or_create(
        application=current,
        content_sha256=fingerprint(content),
        defaults={"content": content, "asked_at": now(), "asked_by_id": actor.user_id},
    )
    if not created and copy.state != SigningCopy.FAILED:
        return unchanged(copy)
    if not created:
        copy.state, copy.problem_it, copy.problem_en = SigningCopy.MAKING, "", ""
        copy.save(update_fields=["state", "problem_it", "problem_en"])
    from levante.applications.jobs import make_signing_copy

    make_signing_copy.defer(copy_id=copy.pk)
    note(content=copy.content_sha256)
    return copy


def _draft(actor: Actor, application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "opening__call__office", "form", "enterprise"
    )
    current = rows.get(pk=application.pk)
    require(policies.may_edit(actor, current))
    if not is_asked(current.opening.call):
        refuse("Questo bando non chiede la firma.", "This call asks for no signature.")
    return current


@service("applications.sign_application")
def sign_application(*, actor: Actor, application: Application, upload: Any) -> Signed:
    """Take in the signed PDF, verified; what does not hold is told (``Signed.reason``) and nothing of it is kept.

    A refusal is a fact and not an error: it leaves its entry, with what did not hold (``signature`` or ``mandate``); the reason
    names people, and is told to who signs alone.
    """
    current = _draft(actor, application)
    note_object(current)
    sha256 = fingerprint(content_of(current))
    copy = current.signing_copies.filter(content_sha256=sha256, state=SigningCopy.READY).select_related("file").first()
    if copy is None or copy.file is None:
        refuse(
            "Prima prepara e scarica il documento da firmare: le risposte sono cambiate, o non è ancora pronto.",
            "First make and download the document to sign: the answers changed, or it is not ready yet.",
        )
    found = verify_upload(upload, at=now(), original=copy.file, purpose="signed", limit=LARGEST)
    decision, signatory, signer = (
        _may_sign(current, found.signers, on=today()) if found.holds else (Decision.yes(), None, {})
    )
    if not found.holds or signatory is None:
        reason = found.reason or decision.reason
        note(refused="mandate" if found.holds else "signature", copy=copy.content_sha256)
        return Signed(False, reason, found.format, found.signers, found.notes)
    file = store_upload(actor=actor, upload=upload, purpose="signed", enterprise_id=current.enterprise_id)
    signature = ApplicationSignature.objects.create(
        application=current, copy=copy, file=file, signer_id=signatory.user_id, signer_name=signer["name"][:200],
        tax_code=signer["tax_code"], mandate_kind=signatory.kind, outcome=found.as_json(), verified_at=now(),
        given_by_id=actor.user_id,
    )  # fmt: skip
    note(signature=signature.pk, copy=copy.content_sha256, file=file.sha256, mandate=signatory.kind)
    return found


def _may_sign(
    application: Application, signers: Iterable[dict[str, Any]], *, on: date
) -> tuple[Decision, Signatory | None, dict[str, Any]]:
    """Does one of the signers hold, today, a mandate that covers signing for the enterprise? By tax code."""
    found = list(signers)
    able = {row.tax_code: row for row in signatories_of(application.enterprise_id, on)}
    for signer in found:
        row = able.get(signer.get("tax_code") or "")
        if row is not None:
            return Decision.yes(), row, signer
    if not any(signer.get("tax_code") for signer in found):
        decision = Decision.no(
            "Il certificato non dice il codice fiscale di chi firma: non si può sapere se ne ha il potere.",
            "The certificate does not tell the tax code of who signs: whether they may cannot be known.",
        )
        return decision, None, {}
    names = ", ".join(f"{signer['name']} ({signer['tax_code']})" for signer in found if signer.get("tax_code"))
    decision = Decision.no(
        f"{names} non ha oggi una delega a firmare per questa impresa: firma il legale rappresentante, o chi ha una delega "
        "per la firma, da «Persone e deleghe».",
        f"{names} holds today no mandate to sign for this enterprise: the legal representative signs, or who has a mandate "
        "for signing, from “People and mandates”.",
    )
    return decision, None, {}


def copy_of_signature(application: Application) -> dict[str, Any]:
    """What the frozen copy says of the signature it is sent with."""
    signature = signature_standing(application).signature
    assert signature is not None
    signer = next(one for one in signature.outcome["signers"] if one.get("tax_code") == signature.tax_code)
    return {
        "format": signature.outcome["format"],
        "file_sha256": signature.file.sha256,
        "file_id": signature.file_id,
        "pdf_sha256": signature.copy.file.sha256 if signature.copy.file else "",
        "content_sha256": signature.copy.content_sha256,
        "signer": signature.signer_name,
        "tax_code": signature.tax_code,
        "mandate": signature.mandate_kind,
        **{
            name: signer.get(name)
            for name in ("issuer", "not_before", "not_after", "signed_at", "signed_at_from", "qualified")
        },
        "verified_at": signature.verified_at.isoformat(),
        "notes": signature.outcome["notes"],
    }
