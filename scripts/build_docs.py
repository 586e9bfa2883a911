"""The documentation as a browsable site (``make docs``), and the check that every link in it leads somewhere (``--check``)."""

import re
import shutil
import sys
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
OUT = DOCS / "_build"
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · Levante</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{max-width:52rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 sans-serif;color:#0A2540}}
a{{color:#0B4A7D}}pre{{background:#F6F1E7;padding:1rem;overflow:auto}}table{{border-collapse:collapse}}
td,th{{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}}img{{max-width:100%}}</style></head>
<body><p><a href="{home}">Levante</a></p>{body}</body></html>
"""


def sources() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(p for p in DOCS.rglob("*.md") if OUT not in p.parents)]


def broken_links() -> list[str]:
    """Relative links that lead to no file, as "page: link"."""
    found = []
    for page in sources():
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            path = target.split("#")[0]
            if not path or re.match(r"[a-z]+:", path):
                continue
            if not (page.parent / path).exists():
                found.append(f"{page.relative_to(ROOT)}: {target}")
    return found


def build() -> None:
    markdown = MarkdownIt("commonmark").enable("table")
    shutil.rmtree(OUT, ignore_errors=True)
    for page in sources():
        relative = page.relative_to(ROOT).with_suffix(".html")
        target = OUT / ("index.html" if str(relative) == "README.html" else relative)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"(\]\([^)\s]+)\.md([)#])", r"\1.html\2", page.read_text(encoding="utf-8"))
        title = next((line.lstrip("# ") for line in text.splitlines() if line.startswith("#")), page.stem)
        home = "../" * (len(target.relative_to(OUT).parts) - 1) + "index.html"
        target.write_text(PAGE.format(title=escape(title), home=home, body=markdown.render(text)), encoding="utf-8")
    images = DOCS / "images"
    if images.is_dir():
        shutil.copytree(images, OUT / "docs" / "images", dirs_exist_ok=True)
    print(f"{len(sources())} pages in {OUT.relative_to(ROOT)}/index.html")


if __name__ == "__main__":
    broken = broken_links()
    if broken:
        print("Links that lead nowhere:\n" + "\n".join(broken))
        sys.exit(1)
    if "--check" in sys.argv:
        print(f"{len(sources())} pages, every link leads somewhere")
    else:
        build()
