"""When a file was signed, who vouches for the signer, and what the certificate says of the person."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from tests.documents import signing
from tests.documents.judging import judged, notes, reason
from tests.documents.signing import CONTENT, NOW, YEAR, certify, p7m, person, time_stamp, world

# -- time


def test_expired_at_signing():
    old = person("Anna", "Rossi", "", world().middle, until=NOW - timedelta(days=1))
    outcome = judged(p7m(CONTENT, old))
    assert outcome.intact
    assert outcome.trusted is True
    assert not outcome.valid_at_signing
    assert "had expired at signing" in reason(outcome)
    assert "31/05/2026" in reason(outcome)


def test_not_yet_valid_at_signing():
    early = person("Anna", "Rossi", "", world().middle, since=NOW + timedelta(days=1))
    outcome = judged(p7m(CONTENT, early), at=NOW + timedelta(days=2))
    assert outcome.intact
    assert not outcome.valid_at_signing
    assert "not yet valid" in reason(outcome)


def test_the_issuer_is_to_be_in_force_too():
    old = certify({NameOID.COMMON_NAME: "Old CA"}, world().root, authority=True, until=NOW - timedelta(days=1))
    someone = person("Anna", "Rossi", "", old)
    info = signing.signer_info(someone, CONTENT)
    outcome = judged(signing.envelope(CONTENT, [info], [someone, old]))
    assert outcome.trusted is True
    assert not outcome.valid_at_signing
    assert "issuer" in reason(outcome)


def test_signed_in_time_and_expired_since_holds_and_says_whose_word_it_is():
    outcome = judged(p7m(), at=NOW + 2 * YEAR)
    assert outcome
    assert "the signer's word alone" in notes(outcome)


def test_a_time_of_signing_in_the_future():
    outcome = judged(p7m(signed_at=NOW + timedelta(hours=1)))
    assert outcome.intact
    assert not outcome.valid_at_signing
    assert "future" in reason(outcome)


def test_without_any_time_the_instant_of_verification_judges():
    assert judged(p7m(signed_at=None))
    late = judged(p7m(signed_at=None), at=NOW + 2 * YEAR)
    assert not late.valid_at_signing
    assert "does not say when" in notes(late)


def test_a_time_stamp_outweighs_the_claim():
    """The signer claims a day in which the certificate was in force; the authority saw the signature a year later."""
    brief = person("Anna", "Rossi", "", world().middle, until=NOW + timedelta(days=1))
    stamped_on = NOW + timedelta(days=2)
    outcome = judged(p7m(CONTENT, brief, stamp=lambda data: time_stamp(data, at=stamped_on)), at=NOW + YEAR)
    assert outcome.intact
    assert not outcome.valid_at_signing
    assert (outcome.signers[0].signed_at, outcome.signers[0].signed_at_from) == (stamped_on, "timestamp")


def test_a_time_stamp_keeps_a_signature_whose_certificate_has_expired():
    outcome = judged(p7m(stamp=time_stamp), at=NOW + 2 * YEAR)
    assert outcome
    assert outcome.signers[0].signed_at_from == "timestamp"
    assert "word alone" not in notes(outcome)


STAMPS = {
    "of another signature": (lambda data: time_stamp(data + b"."), "of another signature"),
    "with a weak digest": (lambda data: time_stamp(data, digest="sha1"), "SHA-1"),
    "by who is no authority": (lambda data: time_stamp(data, clock=world().bruno), "not one for time stamps"),
    "by a stranger": (
        lambda data: time_stamp(
            data,
            clock=certify({NameOID.COMMON_NAME: "X"}, world().stranger, stamps=True, non_repudiation=False),
        ),
        "not in the trust list",
    ),
    "when the authority was not in force": (lambda data: time_stamp(data, at=NOW - 2 * YEAR), "not in force"),
    "no stamp at all": (lambda data: p7m(), "not a time stamp"),
    "changed": (lambda data: time_stamp(data).replace(b"20260601120000Z", b"20250701120000Z"), "changed"),
}


@pytest.mark.parametrize(("stamp", "why"), STAMPS.values(), ids=STAMPS)
def test_a_time_stamp_that_does_not_hold_leaves_the_claim_and_says_so(stamp, why):
    outcome = judged(p7m(stamp=stamp))
    assert outcome
    assert outcome.signers[0].signed_at_from == "claimed"
    assert "the time stamp does not hold" in notes(outcome)
    assert why in notes(outcome)


# -- trust


def test_without_a_trust_list_trust_is_not_said():
    outcome = judged(p7m(), roots=None)
    assert outcome.intact
    assert outcome.valid_at_signing
    assert outcome.trusted is None
    assert not outcome
    assert "no trust list" in reason(outcome)


def test_that_revocation_was_not_asked_is_said():
    assert "revocation" in notes(judged(p7m()))


def test_another_root():
    outcome = judged(p7m(), roots=[world().stranger.certificate])
    assert outcome.intact
    assert outcome.trusted is False
    assert "not in the trust list" in reason(outcome)


def test_an_intermediate_may_be_the_trust_list():
    assert judged(p7m(), roots=[world().middle.certificate])


def test_a_person_is_no_authority():
    """Who holds a certificate cannot issue others with it."""
    forged = person("Carla", "Neri", "", world().bruno)
    info = signing.signer_info(forged, CONTENT)
    outcome = judged(signing.envelope(CONTENT, [info], [forged, world().bruno]))
    assert outcome.trusted is False


def test_an_authority_issues_no_deeper_than_it_may():
    deeper = certify({NameOID.COMMON_NAME: "Too deep"}, world().middle, authority=True)
    someone = person("Carla", "Neri", "", deeper)
    info = signing.signer_info(someone, CONTENT)
    assert judged(signing.envelope(CONTENT, [info], [someone, deeper, world().middle])).trusted is False


def test_an_authority_of_the_same_name_with_another_key():
    false = certify({NameOID.COMMON_NAME: "Test Signing CA"}, world().stranger, authority=True)
    someone = person("Carla", "Neri", "", false)
    info = signing.signer_info(someone, CONTENT)
    assert judged(signing.envelope(CONTENT, [info], [someone, world().middle])).trusted is False


def test_two_authorities_that_vouch_for_each_other_end_nowhere():
    key = signing.rsa_key()
    a = certify({NameOID.COMMON_NAME: "A"}, None, authority=True, key=key)
    b = certify({NameOID.COMMON_NAME: "B"}, a, authority=True)
    a_by_b = certify({NameOID.COMMON_NAME: "A"}, b, authority=True, key=key)
    someone = person("Carla", "Neri", "", a_by_b)
    info = signing.signer_info(someone, CONTENT)
    assert judged(signing.envelope(CONTENT, [info], [someone, a_by_b, b])).trusted is False


def test_a_certificate_signed_with_a_weak_digest(monkeypatch):
    """No library signs one any more, so the digest of a good one is called weak."""
    monkeypatch.setattr("levante.documents.pure.signature_trust._WEAK", (hashes.SHA256,))
    outcome = judged(p7m())
    assert outcome.trusted is False
    assert "weak digest" in reason(outcome)


def test_a_limit_that_is_not_understood_is_not_skipped():
    limit = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.org")], excluded_subtrees=None)
    limited = certify({NameOID.COMMON_NAME: "Limited"}, world().root, authority=True, critical=limit)
    someone = person("Carla", "Neri", "", limited)
    info = signing.signer_info(someone, CONTENT)
    outcome = judged(signing.envelope(CONTENT, [info], [someone, limited]))
    assert outcome.trusted is False
    assert "2.5.29.30" in reason(outcome)


def test_a_key_that_issues_certificates_signs_no_document():
    info = signing.signer_info(world().middle, CONTENT)
    outcome = judged(signing.envelope(CONTENT, [info], [world().middle]))
    assert outcome.trusted is False
    assert "not for signing" in reason(outcome)


def test_a_certificate_for_signing_in_is_told_from_one_for_signing():
    card = person("Anna", "Rossi", "", world().middle, non_repudiation=False)
    outcome = judged(p7m(CONTENT, card))
    assert outcome  # an advanced signature, for the administration (D.P.C.M. 22/2/2013 art. 61): the call decides
    assert outcome.signers[0].non_repudiation is False
    assert not outcome.signers[0].qualified
    assert "no qualified signature" in notes(outcome)


# -- the person

SERIALS = {
    "TINIT-RSSNNA80A41H501W": "RSSNNA80A41H501W",
    "tinit-rssnna80a41h501w": "RSSNNA80A41H501W",
    "IT:RSSNNA80A41H501W": "RSSNNA80A41H501W",
    "CF/RSSNNA80A41H501W": "RSSNNA80A41H501W",
    "CF:RSSNNA80A41H501W": "RSSNNA80A41H501W",
    "RSSNNA80A41H501W": "RSSNNA80A41H501W",
    "PNOIT-RSSNNA80A41H501W": "RSSNNA80A41H501W",
    "VATIT-00743110157": "00743110157",
    "IT:RSSNNALMALMH5L1W": "RSSNNALMALMH5L1W",  # a homocode
    "TINDE-12345678901": None,
    "IDCIT-CA12345AA": None,
    "20261234567": None,
    "12345678901": None,
}


@pytest.mark.parametrize(("serial", "code"), SERIALS.items())
def test_the_tax_code_of_a_certificate(serial, code):
    outcome = judged(p7m(CONTENT, person("Anna", "Rossi", serial, world().middle)))
    assert outcome.signers[0].tax_code == code
    assert outcome.signers[0].serial_number == serial


@pytest.mark.parametrize("common", ["RSSNNA80A41H501W/7420091100000001.AbC", "ROSSI/ANNA/CF/RSSNNA80A41H501W/99"])
def test_the_oldest_certificates_have_the_tax_code_in_the_common_name(common):
    old = certify({NameOID.COMMON_NAME: common}, world().middle)
    assert judged(p7m(CONTENT, old)).signers[0].tax_code == "RSSNNA80A41H501W"


@pytest.mark.parametrize("purpose", ["TIME_STAMPING", "OCSP_SIGNING", "SERVER_AUTH", "CODE_SIGNING"])
def test_a_key_for_machines_signs_no_document(purpose):
    usage = x509.ExtendedKeyUsage([getattr(ExtendedKeyUsageOID, purpose)])
    outcome = judged(p7m(CONTENT, person("Anna", "Rossi", "", world().middle, plain=usage)))
    assert outcome.trusted is False
    assert "not for signing" in reason(outcome)


def test_a_key_for_mail_signs_documents_too():
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    assert judged(p7m(CONTENT, person("Anna", "Rossi", "", world().middle, plain=usage)))
