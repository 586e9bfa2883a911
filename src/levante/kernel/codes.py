"""Codes made from names, for what is known by its name alone: they are part of an address, and are never empty."""

import hashlib
import unicodedata

from django.utils.text import slugify


def code_from_name(name: str, *, instead: str, longest: int = 80) -> str:
    """The letters and digits of a name, at most ``longest`` (over 20); where some are not Latin, or they are too many, a digest keeps two
    names apart, after ``instead`` where no letter is left. The same name gives the same code."""
    code = slugify(name)
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    lost = sum(map(str.isalnum, name)) > sum(map(str.isalnum, ascii_only))
    if code and not lost and len(code) <= longest:
        return code
    return f"{code[: longest - 20] or instead}-{hashlib.sha256(name.casefold().encode()).hexdigest()[:12]}"
