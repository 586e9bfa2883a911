from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver


def our_url_patterns() -> Iterator[tuple[str, str, Any]]:
    """Every URL of our own screens: (qualified name, route, view). Third-party screens have their own tests."""

    def walk(patterns: list[Any], names: tuple[str, ...], route: str) -> Iterator[tuple[str, str, Any]]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                deeper = (*names, entry.namespace) if entry.namespace else names
                yield from walk(entry.url_patterns, deeper, route + str(entry.pattern))
            elif isinstance(entry, URLPattern):
                view = entry.callback
                module = getattr(view, "__module__", "")
                if module.startswith("levante.web"):
                    yield ":".join((*names, entry.name or "")), route + str(entry.pattern), view

    yield from walk(get_resolver().url_patterns, (), "")


@pytest.fixture(scope="session")
def url_table() -> list[tuple[str, str, Any]]:
    return list(our_url_patterns())
