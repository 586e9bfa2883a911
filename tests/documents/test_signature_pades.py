"""Signatures inside a PDF: what may follow one, and what may not."""

import re
from datetime import timedelta
from functools import cache
from hashlib import sha256

import pytest
from tests.documents.judging import judged, reason
from tests.documents.signing import (
    CONTENT,
    NOW,
    YEAR,
    p7m,
    plain_pdf,
    revised_pdf,
    signed_pdf,
    stamped_pdf,
    time_stamp,
    with_empty_field,
    world,
)

from levante.documents.pure.signature_outcome import Unreadable


@cache
def signed_by_anna() -> bytes:
    return signed_pdf(plain_pdf(), world().anna)


def test_a_signed_pdf_holds():
    outcome = judged(signed_by_anna())
    assert outcome
    assert outcome.format == "pades"
    (signer,) = outcome.signers
    assert (signer.name, signer.tax_code) == ("Anna Rossi", "RSSNNA80A41H501W")
    assert (signer.signed_at, signer.signed_at_from) == (NOW, "claimed")  # the /M of the dictionary
    assert outcome.content_sha256 == sha256(signed_by_anna()).hexdigest()
    assert signed_by_anna().startswith(plain_pdf()[:200])


def test_two_people_sign_one_after_the_other():
    outcome = judged(signed_pdf(signed_by_anna(), world().bruno, field="Firma2"))
    assert outcome, reason(outcome)
    assert [s.name for s in outcome.signers] == ["Anna Rossi", "Bruno Verdi"]


def test_a_signed_pdf_in_an_envelope_has_the_signers_of_both():
    outcome = judged(p7m(signed_by_anna(), world().bruno))
    assert outcome, reason(outcome)
    assert outcome.format == "cades"
    assert [(s.layer, s.name) for s in outcome.signers] == [(1, "Bruno Verdi"), (2, "Anna Rossi")]
    changed = judged(p7m(revised_pdf(signed_by_anna()), world().bruno))
    assert not changed.intact


def test_a_time_stamp_inside_the_signature():
    outcome = judged(signed_pdf(plain_pdf(), world().anna, stamp=time_stamp), at=NOW + 2 * YEAR)
    assert outcome, reason(outcome)
    assert outcome.signers[0].signed_at_from == "timestamp"


def test_a_document_time_stamp_vouches_for_the_signatures_before_it():
    stamped = stamped_pdf(signed_by_anna(), at=NOW + timedelta(hours=1))
    outcome = judged(stamped, at=NOW + 2 * YEAR)
    assert outcome, reason(outcome)
    assert (outcome.signers[0].signed_at, outcome.signers[0].signed_at_from) == (NOW + timedelta(hours=1), "timestamp")


def test_a_signature_after_a_document_time_stamp_is_not_vouched_for():
    data = signed_pdf(stamped_pdf(signed_by_anna()), world().bruno, field="Firma2")
    outcome = judged(data)
    assert outcome, reason(outcome)
    assert [s.signed_at_from for s in outcome.signers] == ["timestamp", "claimed"]


def test_a_document_time_stamp_that_does_not_hold_is_said():
    outcome = judged(stamped_pdf(signed_by_anna(), clock=world().bruno))
    assert outcome.signers[0].signed_at_from == "claimed"
    assert "time stamp does not hold" in "; ".join(outcome.as_json("en")["notes"])


# -- changed after signing


def test_changed_in_a_later_revision():
    outcome = judged(revised_pdf(signed_by_anna()))
    assert not outcome.intact
    assert "changed after" in reason(outcome)


def test_changed_and_signed_by_somebody_else():
    """The second signature is good; the first person never saw that page."""
    outcome = judged(signed_pdf(revised_pdf(signed_by_anna()), world().bruno, field="Firma2"))
    assert not outcome.intact
    assert [s.intact for s in outcome.signers] == [False, True]


def test_changed_and_stamped():
    assert not judged(stamped_pdf(revised_pdf(signed_by_anna()))).intact


def test_an_empty_field_painted_over_the_page():
    outcome = judged(with_empty_field(signed_by_anna()))
    assert not outcome.intact
    assert "added to the PDF after the last signature" in reason(outcome)
    assert not judged(stamped_pdf(with_empty_field(signed_by_anna()))).intact


def test_a_pdf_locked_by_its_first_signer_takes_no_other():
    locked = signed_pdf(plain_pdf(), world().anna, locked=True)
    assert judged(locked)
    outcome = judged(signed_pdf(locked, world().bruno, field="Firma2"))
    assert not outcome.intact
    assert [s.intact for s in outcome.signers] == [False, True]


def test_bytes_after_the_end():
    assert not judged_or_unreadable(signed_by_anna() + b"\n% di piu\n%%EOF\n")


def test_an_object_in_no_revision():
    """Behind the signed revision, with an end mark that leads back to it: what mends a PDF would show it."""
    data = signed_by_anna()
    back = data[data.rindex(b"startxref") :]
    outcome = judged(data + b"5 0 obj\n<< /Type /Page >>\nendobj\n" + back)
    assert not outcome.intact
    assert "added to the PDF after the last signature" in reason(outcome)
    assert judged(data + b"\r\n")


def test_bytes_changed_in_place():
    data = signed_by_anna()
    assert data.count(b"(Domanda)") == 1
    outcome = judged(data.replace(b"(Domanda)", b"(Diniego)"))
    assert not outcome.intact
    assert "content was changed" in reason(outcome)


def test_nothing_hides_beside_the_signature():
    """The gap of the ByteRange belongs to nobody: neither its padding nor the case of its letters may change."""
    data = signed_by_anna()
    place = re.search(rb"/Contents <([0-9a-fA-F]+)>", data)
    assert place
    last = place.end(1) - 1
    assert not judged(data[:last] + b"7" + data[last + 1 :]).intact
    letter = next(i for i in range(place.start(1), place.end(1)) if data[i : i + 1].isalpha())
    assert not judged(data[:letter] + data[letter : letter + 1].swapcase() + data[letter + 1 :]).intact


def test_a_byte_range_that_leaves_something_out():
    data = signed_by_anna()
    place = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", data)
    assert place
    for group, step in ((1, -1), (2, 1), (3, -1)):
        old = place.group(group)
        new = str(int(old) + step).encode().rjust(len(old), b"0")
        changed = data[: place.start(group)] + new + data[place.end(group) :]
        assert not judged_or_unreadable(changed)


def judged_or_unreadable(data: bytes) -> bool:
    try:
        return judged(data).intact
    except Unreadable:
        return False


# -- the rest


def test_weak_digest():
    outcome = judged(signed_pdf(plain_pdf(), world().anna, digest="sha1"))
    assert not outcome.intact
    assert "SHA-1" in reason(outcome)


def test_another_root():
    assert judged(signed_by_anna(), roots=[world().stranger.certificate]).trusted is False


def test_expired_at_signing():
    outcome = judged(signed_pdf(plain_pdf(), world().anna, claimed=NOW - 2 * YEAR))
    assert outcome.intact
    assert not outcome.valid_at_signing
    assert "not yet valid" in reason(outcome)


def test_a_pdf_nobody_signed():
    outcome = judged(plain_pdf())
    assert not outcome.intact
    assert outcome.signers == []
    assert "no signature" in reason(outcome)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(10_000), b"%PDF-1.7\n" + CONTENT * 500],
    ids=["short", "zeros", "text"],
)
def test_what_only_begins_as_a_pdf(data):
    with pytest.raises(Unreadable, match="damaged"):
        judged(data)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.99])
def test_a_pdf_cut_short(part):
    data = signed_by_anna()
    assert not judged_or_unreadable(data[: int(len(data) * part)])
