"""Derive the portal's style sheet from Bootstrap Italia's: the same rules in Levante's palette, without what is not used.

Bootstrap Italia writes many colours in full besides its variables, so variables alone leave its blue around. This script
reads the built sheet of the package ``design-django-theme`` and writes ``static/levante/bootstrap-italia.css``; run it
again when the package changes:

    .venv/bin/python scripts/derive_theme.py
"""

import colorsys
import re
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "src/levante/web/static/levante/bootstrap-italia.css"

ADRIATICO, NOTTE, ULIVO, CORALLO, SOLE = "#0B4A7D", "#0A2540", "#4F6B2F", "#B83A4B", "#E9A23B"

#: What the portal has no use for: the video player, the carousel, the ramps of colour utilities.
UNUSED = re.compile(
    r"vjs|video-js|splide|analogue|complementary|-(bg|color|border-color)-[abc]\d|lightgrey|neutral-[12]|it-carousel"
)

COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl)a?\([^()]*\)")
LEAF = re.compile(r"([^{}]+)\{([^{}]*)\}")
DATA_URI = re.compile(r'url\((?:"[^"]*"|[^)]*)\)')


def main() -> None:
    package = find_spec("bootstrap_italia_template")
    assert package is not None
    assert package.submodule_search_locations is not None
    source = Path(package.submodule_search_locations[0]) / "static/css/bootstrap-italia.min.css"
    text = source.read_text(encoding="utf-8-sig")
    kept = LEAF.sub(lambda rule: prune(rule[1], rule[2]), text)
    kept = re.sub(r"@(media|supports)[^{}]*\{\s*\}", "", kept)
    kept = recolour_outside_images(kept)
    kept = re.sub(r"/\*#[^*]*\*/", "", kept)
    note = "/* Derived by scripts/derive_theme.py from Bootstrap Italia 2.18 (BSD-3-Clause): colours changed, parts left out. */\n"
    TARGET.write_text(note + kept.replace("}", "}\n"), encoding="utf-8")
    print(f"{TARGET.name}: {len(text)} -> {TARGET.stat().st_size} bytes")


def prune(selectors: str, declarations: str) -> str:
    """The rule without the selectors that are not used; nothing when none remains."""
    if selectors.lstrip().startswith("@font-face"):
        return ""  # the video player's icons; the portal's own fonts are named in levante.css
    if selectors.lstrip().startswith("@"):
        return f"{selectors}{{{declarations}}}"
    comment = re.match(r"\s*(/\*.*?\*/)?", selectors, re.S)
    head = comment[0] if comment else ""
    wanted = [part for part in split_selectors(selectors[len(head) :]) if not UNUSED.search(part)]
    return f"{head}{','.join(wanted)}{{{declarations}}}" if wanted else head


def split_selectors(text: str) -> list[str]:
    """Split at the commas outside parentheses."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def recolour_outside_images(text: str) -> str:
    """Recolour declarations, and the images written in them (their ``%23`` is a ``#``)."""

    def image(found: re.Match[str]) -> str:
        """Within an address a ``#`` would be ``%23``."""
        written = re.sub(r"%23(?=(?:[0-9a-fA-F]{3}){1,2}\b)", "#", found[0])
        return COLOUR.sub(lambda c: recolour(c[0]), written).replace("#", "%23")

    parts, place = [], 0
    for found in DATA_URI.finditer(text):
        parts += [COLOUR.sub(lambda c: recolour(c[0]), text[place : found.start()]), image(found)]
        place = found.end()
    parts.append(COLOUR.sub(lambda c: recolour(c[0]), text[place:]))
    return re.sub(r"(-rgb:\s*|RGBA\()([\d.]+,\s*[\d.]+,\s*[\d.]+)", triplet, "".join(parts))


def triplet(found: re.Match[str]) -> str:
    """A variable that holds a colour as three numbers."""
    read = parse(recolour(f"rgb({found[2]})"))
    assert read is not None
    return found[1] + ", ".join(str(round(part * 255)) for part in read[:3])


def recolour(text: str) -> str:
    """The colour of the palette that stands for ``text``; the same text for greys and for what has no counterpart."""
    read = parse(text)
    if read is None:
        return text
    red, green, blue, alpha = read
    hue, light, strong = colorsys.rgb_to_hls(red, green, blue)
    degrees = hue * 360
    if strong < 0.3 or light in (0, 1):
        return text
    if 195 <= degrees <= 250:
        if strong < 0.6 and light < 0.25:
            return write(NOTTE, 1, alpha)
        return write(ADRIATICO, light / 0.4, alpha)
    if 140 <= degrees < 172:
        return write(ULIVO, light / 0.25, alpha)
    if 172 <= degrees < 195:
        return write(SOLE, light / 0.5, alpha)
    if degrees >= 335 and light < 0.97:
        return write(CORALLO, light / 0.5, alpha)
    return text


def write(base: str, ratio: float, alpha: float) -> str:
    """``base`` itself when ``ratio`` is 1, darker below, lighter above (towards white in even steps)."""
    red, green, blue = (int(base[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, strong = colorsys.rgb_to_hls(red, green, blue)
    if 0.93 <= ratio <= 1.07:
        new = light
    elif ratio < 1:
        new = light * ratio
    else:
        span = {ADRIATICO: 0.4, ULIVO: 0.25, SOLE: 0.5, CORALLO: 0.5}.get(base, 0.4)
        new = light + (1 - light) * min(1.0, (ratio * span - span) / (1 - span))
    values = [round(part * 255) for part in colorsys.hls_to_rgb(hue, new, strong)]
    if alpha < 1:
        return f"rgba({values[0]},{values[1]},{values[2]},{alpha:g})"
    return "#{:02x}{:02x}{:02x}".format(*values)


def parse(text: str) -> tuple[float, float, float, float] | None:
    """Red, green, blue and opacity, each 0 to 1; ``None`` when it is not a plain colour."""
    if text.startswith("#"):
        digits = text[1:]
        if len(digits) in (3, 4):
            digits = "".join(sign * 2 for sign in digits)
        if len(digits) not in (6, 8):
            return None
        parts = [int(digits[i : i + 2], 16) / 255 for i in range(0, len(digits), 2)]
        return parts[0], parts[1], parts[2], parts[3] if len(parts) == 4 else 1.0
    kind, inside = text.split("(", 1)
    try:
        values = [float(part.strip().rstrip("%")) for part in inside.rstrip(")").split(",")]
    except ValueError:
        return None
    if len(values) not in (3, 4):
        return None
    alpha = values[3] if len(values) == 4 else 1.0
    if kind.startswith("hsl"):
        red, green, blue = colorsys.hls_to_rgb(values[0] / 360, values[2] / 100, values[1] / 100)
    else:
        red, green, blue = (value / 255 for value in values[:3])
    return red, green, blue, alpha


if __name__ == "__main__":
    main()
