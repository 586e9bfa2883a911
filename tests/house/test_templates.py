"""What templates may not hold: inline scripts and styles (the content policy forbids them), addresses of other sites."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "levante"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))

FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json[\"'])", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event attribute": re.compile(
        r"<[^>]*\son(click|change|submit|load|input|key\w+|mouse\w+|focus|blur)\s*=", re.I
    ),
    "a javascript: address": re.compile(r"href\s*=\s*[\"']\s*javascript:", re.I),
    "a number in an address, which above 999 is written with its thousands apart (|stringformat:'d')": re.compile(
        r"[?&;]\w+=\{\{ (?![\w.]*(?:code|state|firm|\.id) )[\w.]+ \}\}"
    ),
    "a script or style from elsewhere": re.compile(r"<(script|link|img)[^>]*(src|href)\s*=\s*[\"']https?://", re.I),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    found = []
    for path in TEMPLATES:
        if "pdf" in path.parts or path.name.startswith("pdf_"):
            continue  # a PDF is a document of its own: no browser, no content policy
        for match in FORBIDDEN[what].finditer(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(SOURCE)}: {match.group(0)[:80]}")
    assert not found, f"{what}:\n" + "\n".join(found)
    assert TEMPLATES
