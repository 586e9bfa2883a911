"""Whether the digital signatures of a file hold: PAdES and CAdES, one inside the other, judged at the instant of signing.

``verify`` needs the bytes, the trust list (or none) and the instant of the verification; it asks nothing of anybody.
How it judges, in prose: docs/algorithms/signature.md.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from cryptography import x509

from levante.documents.pure.signature_cms import Checked, Refused, certificates_of, check_signature, signer_certificate
from levante.documents.pure.signature_envelope import LARGEST_FILE, Envelope, is_pdf, open_envelope
from levante.documents.pure.signature_outcome import Outcome, SignerOutcome, Unreadable
from levante.documents.pure.signature_person import (
    may_sign,
    name_of,
    non_repudiation_of,
    qualification_of,
    serial_number_of,
    tax_code_of,
)
from levante.documents.pure.signature_time import Stamp, read_stamp
from levante.documents.pure.signature_trust import TrustPath, find_path
from levante.kernel.pure import Bilingual

ROME = ZoneInfo("Europe/Rome")

#: Envelopes one inside the other: people sign again what was signed, not six times.
DEEPEST = 5
#: A signer's clock may run a little ahead of ours.
CLOCKS_DIFFER = timedelta(minutes=5)

REVOCATION = Bilingual(
    "la revoca dei certificati non è stata controllata: non si chiede nulla in rete",
    "the revocation of the certificates was not checked: nothing is asked on the net",
)
_NO_LIST = Bilingual(
    "nessun elenco di fiducia: non si può dire se chi ha emesso il certificato sia fidato",
    "no trust list: whether the issuer of the certificate is trusted cannot be said",
)
_DAMAGED = Bilingual(
    "la firma è guasta: il file non si può leggere", "the signature is damaged: the file cannot be read"
)
_UNSIGNED_PDF = Bilingual("il PDF non porta alcuna firma", "the PDF carries no signature")
_DETACHED = Bilingual(
    "la firma è separata dal contenuto: serve anche il file firmato (--content FILE)",
    "the signature is detached: the file that was signed is needed too (--content FILE)",
)


@dataclass(frozen=True, slots=True)
class _Judge:
    """What every signature is judged by; ``roots`` is ``None`` without a trust list."""

    roots: Sequence[x509.Certificate] | None
    at: datetime


def verify(
    data: bytes, *, at: datetime, roots: Sequence[x509.Certificate] | None = None, content: bytes | None = None
) -> Outcome:
    """The outcome of every signature in ``data``; ``content`` is the file a detached signature belongs to.

    ``at`` is the instant of the verification. ``Unreadable`` when the file is not a signed one or cannot be read.
    """
    try:
        return _verify(data, content, _Judge(roots, at))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # parsed lazily, so it may trip anywhere: bytes from outside are never a fault of ours
        raise Unreadable(_DAMAGED) from error


def _verify(data: bytes, content: bytes | None, judge: _Judge) -> Outcome:
    for given in (data, content or b""):
        if len(given) > LARGEST_FILE:
            raise Unreadable(Bilingual("il file è troppo grande", "the file is too large"))
    if is_pdf(data):
        outcome = Outcome("pades", [], sha256(data).hexdigest(), notes=[REVOCATION])
        _judge_pdf(data, outcome, judge, layer=1)
        if not outcome.signers and not outcome.faults:
            outcome.faults.append(_UNSIGNED_PDF)
    else:
        outcome = _judge_envelopes(data, content, judge)
    if judge.roots is None and outcome.signers:
        outcome.untold = _NO_LIST
    return outcome


def _judge_envelopes(data: bytes, content: bytes | None, judge: _Judge) -> Outcome:
    first = open_envelope(data)
    outcome = Outcome("cades", [], None, notes=[REVOCATION])
    if first.content is None:
        outcome.format = "cades_detached"
        if content is None:
            outcome.faults.append(_DETACHED)
            outcome.signers = [_unjudged(first.signed, signer, 1) for signer in first.signed["signer_infos"]]
            return outcome
        first = Envelope(first.signed, content, first.content_type)
    elif content is not None:
        raise Unreadable(
            Bilingual("la busta ha già il suo contenuto", "the envelope has its own content already"), "content"
        )
    envelope: Envelope | None = first
    layer, inside = 0, b""
    while envelope is not None:
        layer += 1
        if layer > DEEPEST:
            raise Unreadable(
                Bilingual(
                    f"ci sono più di {DEEPEST} buste una dentro l'altra", f"more than {DEEPEST} envelopes are nested"
                )
            )
        inside = envelope.content or b""
        if not len(envelope.signed["signer_infos"]):
            outcome.faults.append(Bilingual("la busta non porta alcuna firma", "the envelope carries no signature"))
        for signer in envelope.signed["signer_infos"]:
            outcome.signers.append(
                _judge_signer(envelope.signed, signer, [inside], judge, layer, content_type=envelope.content_type)
            )
        envelope = _envelope_inside(inside)
    outcome.content_sha256 = sha256(inside).hexdigest()
    if is_pdf(inside) and b"/ByteRange" in inside:
        try:
            _judge_pdf(inside, outcome, judge, layer + 1)
        except Unreadable as error:
            outcome.notes.append(error.reason)
    return outcome


def _envelope_inside(data: bytes) -> Envelope | None:
    """A further envelope, when the content is one; anything else is what was signed."""
    if is_pdf(data):
        return None
    try:
        inner = open_envelope(data)
    except Unreadable:
        return None
    return inner if inner.content is not None else None


def _judge_pdf(data: bytes, outcome: Outcome, judge: _Judge, layer: int) -> None:
    from levante.documents.pure.signature_pdf import read_signatures  # a second to load, and only PDFs need it

    found, fault = read_signatures(data)
    if fault:
        outcome.faults.append(fault)
    stamps: list[tuple[int, Stamp]] = []
    for item in found:
        if not item.is_stamp or judge.roots is None:
            continue
        try:
            if item.fault:
                raise Refused(item.fault.it, item.fault.en)
            stamps.append((item.revision, read_stamp(item.token, item.content, judge.roots)))
        except (Refused, ValueError, TypeError, KeyError) as error:
            outcome.notes.append(_stamp_fails(error))
    for item in found:
        if item.is_stamp:
            continue
        signed = item.token["content"]
        infos = signed["signer_infos"]
        if len(infos) != 1 or signed["encap_content_info"]["content"].native is not None:
            # Also adbe.pkcs7.sha1, which envelopes the SHA-1 of the PDF.
            one = SignerOutcome(layer)
            one.faults.append(
                Bilingual("la firma nel PDF non è di forma PAdES", "the signature in the PDF is not of the PAdES form")
            )
            outcome.signers.append(one)
            continue
        later = [stamp for revision, stamp in stamps if revision > item.revision]
        signer = _judge_signer(signed, infos[0], item.content, judge, layer, claimed=item.claimed, stamps=later)
        if item.fault:
            signer.intact = signer.valid_at_signing = False
            signer.faults.insert(0, item.fault)
        outcome.signers.append(signer)


def _unjudged(signed: Any, signer: Any, layer: int) -> SignerOutcome:
    """Who says to have signed, where nothing can be verified."""
    outcome = SignerOutcome(layer)
    with suppress(Refused, ValueError, TypeError, UserWarning):
        _describe(outcome, signer_certificate(signed, signer))
    return outcome


def _judge_signer(
    signed: Any,
    signer: Any,
    content: Sequence[bytes],
    judge: _Judge,
    layer: int,
    *,
    content_type: str = "data",
    claimed: datetime | None = None,
    stamps: Sequence[Stamp] = (),
) -> SignerOutcome:
    outcome = SignerOutcome(layer)
    if judge.roots is not None:
        outcome.trusted = False
    try:
        certificate = signer_certificate(signed, signer)
        _describe(outcome, certificate)
        path = _judge_trust(outcome, certificate, signed, judge)
        checked = check_signature(signer, certificate, content, content_type)
        outcome.intact = True
        if not checked.names_certificate:
            outcome.notes.append(
                Bilingual(
                    "la firma non nomina il proprio certificato come CAdES vuole (signing-certificate-v2)",
                    "the signature does not name its certificate as CAdES wants (signing-certificate-v2)",
                )
            )
        _judge_time(outcome, checked, signer, path, judge, claimed, stamps)
    except Refused as error:
        outcome.intact = False
        outcome.faults.insert(0, error.reason)
    except Exception:  # two parsers over bytes from outside: a signature that trips them is no signature
        outcome.intact = outcome.valid_at_signing = False
        outcome.faults.insert(0, Bilingual("la firma non si può leggere", "the signature cannot be read"))
    return outcome


def _describe(outcome: SignerOutcome, certificate: x509.Certificate) -> None:
    outcome.name = name_of(certificate)
    outcome.tax_code = tax_code_of(certificate)
    outcome.serial_number = serial_number_of(certificate)
    outcome.issuer = certificate.issuer.rfc4514_string()
    outcome.not_before, outcome.not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    outcome.qualified = qualification_of(certificate).qualified
    outcome.non_repudiation = non_repudiation_of(certificate)
    if outcome.non_repudiation is False:
        outcome.notes.append(
            Bilingual(
                f"il certificato di {outcome.name} non è per il non ripudio: non è una firma digitale qualificata",
                f"the certificate of {outcome.name} is not for non-repudiation: it is no qualified signature",
            )
        )


def _judge_trust(outcome: SignerOutcome, certificate: x509.Certificate, signed: Any, judge: _Judge) -> TrustPath:
    if judge.roots is None:
        return TrustPath((certificate,))
    path = find_path(certificate, certificates_of(signed), judge.roots)
    fault = path.fault
    if fault is None and not may_sign(certificate):
        fault = Bilingual(
            f"la chiave del certificato di {outcome.name} non è per firmare",
            f"the key of the certificate of {outcome.name} is not for signing",
        )
    outcome.trusted = fault is None
    if fault:
        outcome.faults.append(fault)
    return path


def _judge_time(
    outcome: SignerOutcome,
    checked: Checked,
    signer: Any,
    path: TrustPath,
    judge: _Judge,
    claimed: datetime | None,
    stamps: Sequence[Stamp],
) -> None:
    """The instant, who says it, and whether the certificates were in force then."""
    found = [*stamps, *_stamps_of(signer, outcome, judge)]
    if "signing_time" in checked.attributes:
        claimed = checked.attributes["signing_time"].native.astimezone(UTC)
    if found:
        outcome.signed_at, outcome.signed_at_from = min(stamp.instant for stamp in found), "timestamp"
    elif claimed:
        outcome.signed_at, outcome.signed_at_from = claimed, "claimed"
        told = _told(claimed)
        outcome.notes.append(
            Bilingual(
                f"l'ora della firma ({told.it}) è quella dichiarata da chi firma, senza marca temporale",
                f"the time of signing ({told.en}) is the signer's own claim, without a time stamp",
            )
        )
    else:
        outcome.notes.append(
            Bilingual(
                "la firma non dice quando fu apposta: il certificato è giudicato all'istante della verifica",
                "the signature does not say when it was made: the certificate is judged at the instant of verification",
            )
        )
    instant = outcome.signed_at or judge.at
    if instant > judge.at + CLOCKS_DIFFER:
        outcome.faults.append(
            Bilingual("l'ora della firma è nel futuro", "the time of signing is in the future"),
        )
        return
    outcome.valid_at_signing = path.in_force(instant)
    if not outcome.valid_at_signing:
        outcome.faults.append(_out_of_force(path, instant))
    elif outcome.signed_at_from == "claimed" and not path.in_force(judge.at):
        outcome.notes.append(
            Bilingual(
                "oggi il certificato è scaduto: che la firma sia di prima lo dice solo chi firma",
                "the certificate has expired since: that the signature is older is the signer's word alone",
            )
        )


def _stamps_of(signer: Any, outcome: SignerOutcome, judge: _Judge) -> list[Stamp]:
    """The time stamps of the signature that hold; of the others, and of counter-signatures, it is said that they are there."""
    found: list[Stamp] = []
    attributes = signer["unsigned_attrs"]
    for attribute in attributes if attributes.native is not None else ():
        kind = attribute["type"].native
        if kind == "counter_signature":
            outcome.notes.append(
                Bilingual("le controfirme non sono verificate", "counter-signatures are there and are not verified")
            )
        if kind != "signature_time_stamp_token" or judge.roots is None:
            continue
        for token in attribute["values"]:
            try:
                found.append(read_stamp(token, [signer["signature"].native], judge.roots))
            except Exception as error:  # unsigned bytes from outside: a stamp that cannot be read stamps nothing
                outcome.notes.append(_stamp_fails(error))
    return found


def _stamp_fails(error: Exception) -> Bilingual:
    reason = error.reason if isinstance(error, Refused) else Bilingual("non si può leggere", "it cannot be read")
    return Bilingual(f"la marca temporale non vale: {reason.it}", f"the time stamp does not hold: {reason.en}")


def _told(instant: datetime) -> Bilingual:
    """An instant as people read it."""
    with suppress(OverflowError):  # a file may claim the last day of the year 9999
        instant = instant.astimezone(ROME)
    local = f"{instant:%d/%m/%Y, %H:%M}"
    return Bilingual(f"{local} ora italiana", f"{local} Italian time")


def _out_of_force(path: TrustPath, instant: datetime) -> Bilingual:
    signer, day = path.certificates[0], _told(instant)
    if instant > signer.not_valid_after_utc:
        until = f"{signer.not_valid_after_utc:%d/%m/%Y}"
        return Bilingual(
            f"il certificato era scaduto alla firma ({day.it}; valeva fino al {until})",
            f"the certificate had expired at signing ({day.en}; it was valid until {until})",
        )
    if instant < signer.not_valid_before_utc:
        since = f"{signer.not_valid_before_utc:%d/%m/%Y}"
        return Bilingual(
            f"il certificato non valeva ancora alla firma ({day.it}; vale dal {since})",
            f"the certificate was not yet valid at signing ({day.en}; it is valid from {since})",
        )
    return Bilingual(
        f"alla firma ({day.it}) non era in vigore un certificato di chi ha emesso quello della firma",
        f"at signing ({day.en}) a certificate of the issuer was not in force",
    )
