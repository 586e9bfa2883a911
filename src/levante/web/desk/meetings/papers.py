"""Papers of a large event come a part at a time: a page costs some hundredths of a second, and who asks waits for it."""

from django.urls import reverse

#: So many pages, or badges, at once.
PART, BADGES = 100, 300


def parts_of(name: str, code: str, total: int, size: int, title: str) -> list[dict[str, str]]:
    """The addresses of the parts of a paper, by the name of its view, and what each is called: one where it is whole."""
    address = reverse(f"desk:{name}", args=[code])
    if total <= size:
        return [{"url": address, "title": title}]
    firsts = range(0, total, size)
    return [
        {"url": f"{address}?part={number}", "title": f"{title}: {first + 1}–{min(first + size, total)}"}
        for number, first in enumerate(firsts, 1)
    ]
