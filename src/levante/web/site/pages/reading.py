"""Static pages of the programme: Markdown files in ``pages/<language>/<name>.md``, made into safe HTML."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import nh3
from markdown_it import MarkdownIt

from levante.web.site_identity import programme_folder


@dataclass(frozen=True, slots=True)
class StaticPage:
    title: str
    html: str
    language: str


def read_page(name: str, language: str) -> StaticPage | None:
    """The page in that language, where it is not translated in English, else in Italian; ``None`` when there is none."""
    folder = programme_folder()
    if folder is None or not re.fullmatch(r"[a-z0-9-]{1,100}", name):
        return None
    for tried in dict.fromkeys([language, *(["en"] if language != "it" else []), "it"]):
        path = folder / "pages" / tried / f"{name}.md"
        if path.is_file():
            return _render(path, path.stat().st_mtime_ns, tried)
    return None


@functools.lru_cache(maxsize=64)
def _render(path: Path, _changed: int, language: str) -> StaticPage:
    """The first line is the title (``# …``); the rest is cleaned whatever it holds."""
    first, _, body = path.read_text(encoding="utf-8").partition("\n")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return StaticPage(first.lstrip("# ").strip(), nh3.clean(markdown.render(body)), language)
