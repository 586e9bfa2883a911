"""Whatever byte is changed, a signature does not hold for what was not signed, and no answer is a traceback."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.documents.signing import CONTENT, NOW, p7m, plain_pdf, signed_pdf, world

from levante.documents.pure.signature_outcome import Outcome, Unreadable
from levante.documents.pure.signatures import verify


@cache
def envelope() -> bytes:
    return p7m(CONTENT, world().bruno)


@cache
def pdf() -> bytes:
    return signed_pdf(plain_pdf(), world().bruno)


def flipped(data: bytes, place: int, bits: int) -> bytes:
    return data[:place] + bytes([data[place] ^ bits]) + data[place + 1 :]


def outcome_of(data: bytes) -> Outcome | None:
    try:
        return verify(data, at=NOW, roots=world().roots)
    except Unreadable:
        return None


def span(data: bytes, part: bytes) -> range:
    start = data.index(part)
    return range(start, start + len(part))


def signature_span(data: bytes) -> range:
    """From the signed attributes to the signature, which ends the file."""
    return range(data.index(bytes.fromhex("06092a864886f70d010904")), len(data))


@pytest.mark.slow  # a hundred verifications
@given(share=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_a_changed_byte_of_the_content_is_never_intact(share, bits):
    place = span(envelope(), CONTENT)
    outcome = outcome_of(flipped(envelope(), place[int(len(place) * share)], bits))
    assert outcome is None or not outcome.intact


@pytest.mark.slow  # two verifications an example
@given(share=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_a_changed_byte_of_the_signature_is_never_intact(share, bits):
    """The attributes and the value; the name of the algorithm between them is not covered, and may only be misread."""
    place = signature_span(envelope())
    outcome = outcome_of(flipped(envelope(), place[int(len(place) * share)], bits))
    assert outcome is None or not outcome.intact or outcome.content_sha256 == sha256(CONTENT).hexdigest()
    value = range(len(envelope()) - 64, len(envelope()))
    outcome = outcome_of(flipped(envelope(), value[int(64 * share)], bits))
    assert outcome is None or not outcome.intact


@pytest.mark.slow  # a hundred verifications
@given(share=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_any_changed_byte_of_an_envelope_leaves_the_signed_content_or_nothing(share, bits):
    outcome = outcome_of(flipped(envelope(), int(len(envelope()) * share), bits))
    if outcome:  # intact, trusted and valid: then only what nobody signs was touched
        assert outcome.content_sha256 == sha256(CONTENT).hexdigest()
        assert [s.tax_code for s in outcome.signers] == ["VRDBRN75C15A662K"]


@pytest.mark.slow  # every byte of a signed file, one after the other
def test_every_byte_of_an_envelope_in_turn():
    """Intact may stay only what no signature covers: the numbers of versions, the list of digests, spare certificates."""
    data = envelope()
    covered = {*span(data, CONTENT), *span(data, world().bruno.der), *signature_span(data)}
    for place in range(len(data)):
        outcome = outcome_of(flipped(data, place, 1))
        intact = outcome is not None and outcome.intact
        assert not intact or place not in covered, place
        assert not intact or outcome.content_sha256 == sha256(CONTENT).hexdigest()


@pytest.mark.slow  # each example reads a PDF
@settings(max_examples=60)
@given(share=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_any_changed_byte_of_a_pdf_is_never_intact(share, bits):
    """Of a PDF everything is covered: what the signature does not is the signature."""
    outcome = outcome_of(flipped(pdf(), int(len(pdf()) * share), bits))
    if outcome is not None and outcome.intact:
        # Inside the envelope some bytes are nobody's (see the envelope's own test); outside it, none.
        start = pdf().index(b"/Contents <")
        assert start < int(len(pdf()) * share) < pdf().index(b">", start)


@given(st.binary(max_size=400))
def test_any_bytes_have_an_answer(data):
    for prefix in (b"", b"\x30\x82", b"%PDF-1.7\n", b"MII", envelope()[:60], pdf()[:300]):
        outcome = outcome_of(prefix + data)
        assert outcome is None or not outcome.intact


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=12)), min_size=1, max_size=5)
)
def test_patched_files_have_an_answer(patches):
    for data in (envelope(), pdf()):
        changed = data
        for share, patch in patches:
            place = int(len(changed) * share)
            changed = changed[:place] + patch + changed[place + len(patch) :]
        outcome = outcome_of(changed)
        if outcome and data is envelope():
            assert outcome.content_sha256 == sha256(CONTENT).hexdigest()
