"""The palette: nothing of Bootstrap Italia's blue is left, and the tokens keep their contrast."""

import re

import pytest

from levante.web.components.maps import DATA

STATIC = DATA.parents[1] / "static" / "levante"
TOKENS = dict(re.findall(r"--lv-([\w-]+):\s*(#[0-9A-Fa-f]{3,6})", (STATIC / "levante.css").read_text(encoding="utf-8")))


def luminance(colour):
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_palette_is_the_one_decided():
    decided = {
        "adriatico": "#0B4A7D",
        "notte": "#0A2540",
        "tufo": "#F6F1E7",
        "ulivo": "#4F6B2F",
        "corallo": "#B83A4B",
        "sole": "#E9A23B",
    }
    assert {name: TOKENS[name] for name in decided} == decided


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("adriatico", "#ffffff"),
        ("adriatico", "tufo"),
        ("#ffffff", "adriatico"),
        ("#ffffff", "notte"),
        ("#ffffff", "ulivo"),
        ("#ffffff", "corallo"),
        ("notte", "sole"),
        ("quiet", "#ffffff"),
        ("quiet", "tufo"),
        ("sole-ink", "sole-pale"),
        ("adriatico-dark", "adriatico-pale"),
        ("#3A5021", "ulivo-pale"),
        ("#8E2535", "corallo-pale"),
        ("#54462A", "tufo"),
    ],
)
def test_text_can_be_read(ink, paper):
    assert contrast(TOKENS.get(ink, ink), TOKENS.get(paper, paper)) >= 4.5


def test_a_border_that_says_something_can_be_seen():
    assert contrast(TOKENS["line-strong"], "#ffffff") >= 3


def test_sole_is_never_text():
    css = (STATIC / "levante.css").read_text(encoding="utf-8")
    assert not re.search(r"(?<![-\w])color:\s*(var\(--lv-sole\)|#E9A23B)", css, re.I)


def test_no_blue_of_bootstrap_italia_is_left():
    css = (STATIC / "bootstrap-italia.css").read_text(encoding="utf-8")
    left = re.findall(
        r"#06c\b|#0066cc|hsl\(210,\s?100%,\s?40%\)|rgb\(0,\s?102,\s?204\)|0,102,204|0, 102, 204", css, re.I
    )
    assert not left
    assert "sourceMappingURL" not in css


def test_scripts_write_no_style():
    """The content policy allows no style attribute; what scripts change is classes and text."""
    script = (STATIC / "levante.js").read_text(encoding="utf-8")
    assert ".style" not in script
    assert "innerHTML" not in script
    assert "eval(" not in script
