"""Envelopes .p7m: what holds, what does not and why; what is no envelope at all."""

import base64
from hashlib import sha256

import pytest
from asn1crypto import cms
from cryptography import x509
from tests.documents import signing
from tests.documents.judging import judged, notes, reason
from tests.documents.signing import CONTENT, p7m, person, world

from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signatures import DEEPEST


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


def test_the_signer_may_be_told_by_the_identifier_of_his_key():
    mark = x509.SubjectKeyIdentifier(b"0123456789")
    someone = person("Carla", "Neri", "", world().middle, plain=mark)
    info = signing.signer_info(someone, CONTENT)
    info |= {"version": "v3", "sid": cms.SignerIdentifier(name="subject_key_identifier", value=b"0123456789")}
    outcome = judged(signing.envelope(CONTENT, [info], [world().anna, someone, world().middle]))
    assert outcome, reason(outcome)
    assert outcome.signers[0].name == "Carla Neri"


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
