"""Printing costs half a second of processor a document, and most tests that make one ask nothing of its paper. Their templates are
filled as ever; what is printed is one page, printed once, followed by the fingerprint of what it would have said.

A test that reads what is on the paper has the mark ``paper``, and gets the real one; so does every document that is to be signed
or has files inside.
"""

import functools
import hashlib
from typing import Any

PAGE = '<!doctype html><html lang="it"><head><title>Documento di prova</title></head><body><p>Prova</p></body></html>'

#: Whether the test at work reads the paper (set before each by ``tests/conftest.py``).
is_read = False


def instead(printed: Any) -> Any:
    """What stands for ``levante.documents.pdf.print_html`` in tests."""

    @functools.cache
    def page(variant: str) -> bytes:
        return bytes(printed(PAGE, variant=variant, files=[], to_sign=False))

    def print_html(html: str, *, variant: str, files: list[Any], to_sign: bool) -> bytes:
        if is_read or files or to_sign:
            return bytes(printed(html, variant=variant, files=files, to_sign=to_sign))
        said = hashlib.sha256(html.encode()).hexdigest()
        return page(variant) + f"% {said}\n".encode()

    return print_html
