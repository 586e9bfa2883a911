"""The worked cases of ``docs/algorithms/signature.md`` are run, and no other is told."""

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.documents.signing import (
    CONTENT,
    NOW,
    YEAR,
    p7m,
    person,
    plain_pdf,
    revised_pdf,
    signed_pdf,
    time_stamp,
    world,
)

from levante.documents.pure.signatures import verify

PAGE = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "signature.md"
ROWS = re.findall(
    r"^\| `([^`]+)` \| (\w+) \| (\w+) \| (\w+) \| (.*?) ?\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)
DAY = timedelta(days=1)


def cases() -> dict[str, tuple[bytes, dict[str, Any]]]:
    w = world()
    once = signed_pdf(plain_pdf(), w.anna)
    expired = person("Anna", "Rossi", "", w.middle, until=NOW - DAY)
    early = person("Anna", "Rossi", "", w.middle, since=NOW + DAY)
    return {
        "an envelope": (p7m(), {}),
        "base64, one envelope in another": (base64.b64encode(p7m(p7m())), {}),
        "two signers": (p7m(CONTENT, w.anna, w.bruno), {}),
        "a PDF signed twice": (signed_pdf(once, w.bruno, field="Firma2"), {}),
        "no trust list": (p7m(), {"roots": None}),
        "another root": (p7m(), {"roots": [w.stranger.certificate]}),
        "expired the day before": (p7m(CONTENT, expired), {}),
        "valid from the day after": (p7m(CONTENT, early), {}),
        "expired since, with a time stamp": (p7m(stamp=time_stamp), {"at": NOW + 2 * YEAR}),
        "content changed": (p7m().replace(b"6.000,00", b"9.000,00"), {}),
        "time of signing changed": (p7m().replace(b"260601120000Z", b"250701120000Z"), {}),
        "SHA-1": (p7m(digest="sha1"), {}),
        "detached, without its content": (p7m(detached=True), {}),
        "detached, with its content": (p7m(detached=True), {"content": CONTENT}),
        "a PDF changed after signing": (revised_pdf(once), {}),
        "a PDF changed, then signed by another": (signed_pdf(revised_pdf(once), w.bruno, field="Firma2"), {}),
        "a PDF nobody signed": (plain_pdf(), {}),
    }


@pytest.mark.slow  # every file of the page is made and signed, PDFs too
def test_the_worked_cases_are_true():
    made = cases()
    assert [name for name, *_ in ROWS] == list(made)
    for name, *told, words in ROWS:
        data, how = made[name]
        answer = verify(data, **({"at": NOW, "roots": world().roots} | how)).as_json("en")
        given = [str(answer[key]).lower().replace("none", "null") for key in ("intact", "trusted", "valid_at_signing")]
        assert given == told, name
        assert words in answer.get("reason", ""), name
        assert bool(words) == ("reason" in answer), name


def test_the_page_says_what_the_code_holds():
    """Numbers told in prose are the code's."""
    from levante.documents.pure import apart, signature_cms, signature_envelope, signatures

    page = PAGE.read_text(encoding="utf-8") + (PAGE.parents[1] / "how-to" / "verify-a-signature.md").read_text("utf-8")
    assert (signature_cms.SHORTEST_RSA, signature_cms.SHORTEST_CURVE, signatures.DEEPEST) == (2048, 256, 5)
    assert timedelta(minutes=5) == signatures.CLOCKS_DIFFER
    assert f"Files over {signature_envelope.LARGEST_FILE // 1024**2} MB" in page
    assert f"at most {apart.MOST_MEMORY // 1024**3} GB of memory and a minute" in page
    assert apart.MOST_SECONDS == 60
