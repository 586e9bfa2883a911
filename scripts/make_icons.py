"""Make the icons of the installed portal from its mark: on white, inside the circle that every system leaves of an icon.

.venv/bin/python scripts/make_icons.py
"""

import re
from pathlib import Path

import vl_convert

STATIC = Path(__file__).resolve().parents[1] / "src/levante/web/static/levante"
SIDES = (192, 512)
#: The mark is 48 units wide; at this scale its corners are within the safe circle of a maskable icon (two fifths of the side).
SCALE = 0.62


def main() -> None:
    drawing = "".join(re.findall(r"<path[^>]*/>", (STATIC / "mark.svg").read_text(encoding="utf-8")))
    for side in SIDES:
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 48 48">'
            f'<rect width="48" height="48" fill="#fff"/>'
            f'<g transform="translate(24 24) scale({SCALE}) translate(-24 -29)">{drawing}</g></svg>'
        )
        (STATIC / f"icon-{side}.png").write_bytes(vl_convert.svg_to_png(svg, scale=1, ppi=72))


if __name__ == "__main__":
    main()
