"""Walking the served demonstration from its links: what a page leads to, and of which kind an address is."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.urls import Resolver404, resolve
from django.utils import translation

#: Addresses that are not pages of this portal, that are of a third language, that change something, or that hand out a file.
LEFT_OUT = re.compile(
    r"^//|^/(?!en/)[a-z]{2}/"
    r"|/logout|^/admin|^/api/|^/static/|\.(csv|xlsx|json|pdf|pem|zip|ics|jpg)\b|esporta|/ricevuta/json|/accounts/3rdparty|/documenti/|/file/"
    r"|^/impresa/concessioni/\d+/atti/"
)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        address = values.get("href") or ""
        if tag == "a" and address.startswith("/") and "download" not in values:
            self.found.append(address.split("#")[0])


def links_of(page: str) -> list[str]:
    """The addresses of this portal that a page links to, in its own order."""
    reader = _Links()
    reader.feed(page)
    return [address for address in dict.fromkeys(reader.found) if not LEFT_OUT.search(address)]


def kind_of(address: str) -> str:
    """Which screen an address is of: the name of its URL, so that two things of one kind are one."""
    path = address.split("?")[0]
    with translation.override("en" if path.startswith("/en/") else "it"):
        try:
            match = resolve(path)
        except Resolver404:
            return path
    # Plain pages share a URL and have each a text of its own; so have the tables of the programme.
    return path if match.view_name in {"site:page", "desk:programme_data"} else match.view_name


def sampled(addresses: Iterator[str] | list[str], seen: set[str]) -> list[str]:
    """One address of each kind not seen yet."""
    chosen = []
    for address in addresses:
        kind = kind_of(address)
        if kind not in seen:
            seen.add(kind)
            chosen.append(address)
    return chosen
