"""Envelopes .p7m: what holds, what does not and why; what is no envelope at all."""

import base64
from datetime import timedelta
from hashlib import sha256

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from tests.documents import signing
from tests.documents.signing import CONTENT, NOW, YEAR, certify, p7m, person, time_stamp, world

from levante.documents.pure.signature_outcome import Outcome, Unreadable
from levante.documents.pure.signatures import DEEPEST, verify


def judged(data: bytes, *, roots=..., content: bytes | None = None, at=NOW) -> Outcome:
    return verify(data, at=at, roots=world().roots if roots is ... else roots, content=content)


def reason(outcome: Outcome) -> str:
    return outcome.as_json("en").get("reason", "")


def notes(outcome: Outcome) -> str:
    return "; ".join(outcome.as_json("en")["notes"])


def pem(data: bytes, label: str = "PKCS7") -> bytes:
    return f"-----BEGIN {label}-----\n".encode() + base64.encodebytes(data) + f"-----END {label}-----\n".encode()


DRESSES = {
    "DER": lambda data: data,
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "PEM": pem,
    "PEM of openssl cms": lambda data: pem(data, "CMS"),
    "blanks at the end": lambda data: data + b"\r\n\0",
}


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES)
def test_an_envelope_holds_in_any_dress(dress):
    outcome = judged(dress(p7m()))
    assert outcome
    (signer,) = outcome.signers
    assert (signer.name, signer.tax_code) == ("Anna Rossi", "RSSNNA80A41H501W")
    assert signer.issuer == "CN=Test Signing CA"
    assert signer.qualified
    assert signer.non_repudiation is True
    assert outcome.content_sha256 == sha256(CONTENT).hexdigest()
    assert reason(outcome) == ""


def test_the_answer_has_the_words_of_the_contract():
    answer = judged(p7m()).as_json()
    assert {"format": "cades", "intact": True, "trusted": True, "valid_at_signing": True}.items() <= answer.items()
    (signer,) = answer["signers"]
    assert signer["signed_at"] == "2026-06-01T12:00:00Z"
    assert signer["not_before"] == "2025-06-01T12:00:00Z"
    assert signer["not_after"] == "2027-06-01T12:00:00Z"


@pytest.mark.parametrize(
    "how", [{"pss": True}, {"digest": "sha512"}, {"names_certificate": False}, {"signed_at": None}]
)
def test_other_honest_shapes_hold(how):
    assert judged(p7m(CONTENT, world().anna, **how))


def test_a_signature_that_does_not_name_its_certificate_says_so():
    assert "signing-certificate-v2" in notes(judged(p7m(names_certificate=False)))


def test_two_signers_are_both_judged():
    outcome = judged(p7m(CONTENT, world().anna, world().bruno))
    assert outcome
    assert {(s.name, s.tax_code) for s in outcome.signers} == {
        ("Anna Rossi", "RSSNNA80A41H501W"),
        ("Bruno Verdi", "VRDBRN75C15A662K"),
    }


def test_one_signer_nobody_vouches_for_is_enough_to_refuse():
    outcome = judged(p7m(CONTENT, world().bruno, world().impostor))
    assert outcome.intact
    assert outcome.trusted is False
    assert {s.name: s.trusted for s in outcome.signers} == {"Bruno Verdi": True, "Anna Rossi": False}


def test_envelopes_inside_envelopes_are_opened():
    outcome = judged(p7m(base64.b64encode(p7m(p7m(CONTENT, world().bruno)))))
    assert outcome
    assert [(s.layer, s.name) for s in outcome.signers] == [(1, "Anna Rossi"), (2, "Anna Rossi"), (3, "Bruno Verdi")]
    assert outcome.content_sha256 == sha256(CONTENT).hexdigest()


def test_an_inner_signature_that_fails_fails_the_file():
    inner = p7m()
    assert not judged(p7m(inner.replace(b"6.000,00", b"9.000,00"))).intact


def nested(times: int) -> bytes:
    data = CONTENT
    for _ in range(times):
        data = p7m(data, world().bruno)
    return data


def test_envelopes_are_opened_down_to_a_depth():
    assert judged(nested(DEEPEST))
    with pytest.raises(Unreadable, match="more than 5 envelopes"):
        judged(nested(DEEPEST + 1))


def test_counter_signatures_are_ignored_and_said():
    outcome = judged(p7m(counter=True))
    assert outcome
    assert "counter-signatures" in notes(outcome)


# -- detached


def test_a_detached_signature_needs_its_content():
    data = p7m(detached=True)
    refused = judged(data)
    assert refused.format == "cades_detached"
    assert not refused.intact
    assert "--content" in reason(refused)
    assert [s.name for s in refused.signers] == ["Anna Rossi"]
    assert judged(data, content=CONTENT)
    other = judged(data, content=CONTENT + b" ")
    assert not other.intact
    assert "changed after" in reason(other)


def test_an_envelope_with_its_own_content_takes_no_other():
    with pytest.raises(Unreadable) as refused:
        judged(p7m(), content=CONTENT)
    assert refused.value.field == "content"


# -- what does not hold


def test_changed_content():
    outcome = judged(p7m().replace(b"6.000,00", b"9.000,00"))
    assert not outcome.intact
    assert not outcome.valid_at_signing
    assert outcome.trusted is True  # the certificate is what it was
    assert "the content was changed" in reason(outcome)


def test_changed_attributes():
    data = p7m()
    assert data.count(b"260601120000Z") == 1
    outcome = judged(data.replace(b"260601120000Z", b"250601120000Z"))
    assert not outcome.intact
    assert "does not match" in reason(outcome)


def test_another_certificate_of_the_same_key_does_not_take_the_signer_s_place():
    """Same key, same issuer, another name: only the signed hash of the certificate tells them apart."""
    w = world()
    info = signing.signer_info(w.anna, CONTENT)
    other = person("Carla", "Neri", "TINIT-NRECRL80A41H501X", w.middle, key=w.anna.key)
    info["sid"] = cms.SignerIdentifier(
        name="issuer_and_serial_number",
        value={"issuer": other.asn1.issuer, "serial_number": other.asn1.serial_number},
    )
    outcome = judged(signing.envelope(CONTENT, [info], [other, w.middle]))
    assert not outcome.intact
    assert "another certificate" in reason(outcome)


def test_ambiguous_attributes():
    outcome = judged(p7m(change=lambda attributes: attributes.append(attributes[1])))
    assert not outcome.intact
    assert "ambiguous" in reason(outcome)


def test_no_signed_attributes():
    outcome = judged(p7m(bare=True))
    assert not outcome.intact
    assert "no signed attributes" in reason(outcome)


@pytest.mark.parametrize(("digest", "name"), [("md5", "MD5"), ("sha1", "SHA-1"), ("sha224", "sha224")])
def test_weak_digests(digest, name):
    outcome = judged(p7m(CONTENT, world().bruno if digest == "sha224" else world().anna, digest=digest))
    assert not outcome.intact
    assert name in reason(outcome)


def test_a_short_key():
    weak = person("Ugo", "Neri", "", world().middle, key=signing.rsa_key(1024))
    outcome = judged(p7m(CONTENT, weak))
    assert not outcome.intact
    assert "1024 bits" in reason(outcome)


def test_a_signature_without_the_signer_s_certificate():
    info = signing.signer_info(world().anna, CONTENT)
    outcome = judged(signing.envelope(CONTENT, [info], [world().middle]))
    assert not outcome.intact
    assert "does not carry the signer's certificate" in reason(outcome)


def test_an_envelope_nobody_signed():
    outcome = judged(signing.envelope(CONTENT, [], [world().anna]))
    assert not outcome.intact
    assert "no signature" in reason(outcome)


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


# -- what is no envelope

GARBAGE = {
    "nothing": (b"", "empty"),
    "zeros": (bytes(100_000), "empty"),
    "text": (b"Domanda di contributo", "neither a PDF nor"),
    "XML": (b"<?xml version='1.0'?><a/>", "XML"),
    "a zip": (b"PK\x03\x04....", "archive"),
    "an image": (b"\x89PNG\r\n", "image"),
    "random DER": (b"\x30\x82\x01\x00" + bytes(range(256)), "damaged"),
    "a promise of 4 GB": (b"\x30\x84\xff\xff\xff\xff" + b"0" * 50, "damaged"),
    "deep sequences": (b"\x30\x80" * 50_000, "damaged"),
    "base64 of text": (base64.b64encode(b"0" * 50), "damaged"),
    "broken base64": (b"MIIabc=d", "base64 text"),
}


@pytest.mark.parametrize(("data", "why"), GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_envelope_is_told(data, why):
    with pytest.raises(Unreadable, match=why):
        judged(data)


def test_a_certificate_is_no_signed_file():
    with pytest.raises(Unreadable, match="certificate"):
        judged(world().anna.pem)
    with pytest.raises(Unreadable, match="damaged"):
        judged(world().anna.der)


def test_another_kind_of_envelope():
    sealed = cms.ContentInfo({"content_type": "data", "content": CONTENT}).dump()
    with pytest.raises(Unreadable, match="something else"):
        judged(sealed)


def test_data_after_the_envelope():
    with pytest.raises(Unreadable, match="other data"):
        judged(p7m() + b"and more")


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.999])
def test_an_envelope_cut_short(part):
    data = p7m()
    with pytest.raises(Unreadable, match="damaged"):
        judged(data[: int(len(data) * part)])
