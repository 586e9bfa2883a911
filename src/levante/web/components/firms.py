"""The enterprises that the text of a filter answers to, for lists of what is theirs."""

from levante.parties.api import Enterprise

#: A name that more enterprises answer to is no name to find a file by: the first ones are taken, and the page says so.
MOST_FIRMS = 1000


def firms_named(text: str) -> tuple[list[int], bool]:
    """Their keys, the nearest to the text first, and whether there are more than ``MOST_FIRMS``.

    They come before the rest of the question, so that each side of it has an index: asked in one, the database reads every file.
    """
    rows = Enterprise.objects.search(text).order_by("rank", "id").values_list("pk", flat=True)
    found = list(rows[: MOST_FIRMS + 1])
    return found[:MOST_FIRMS], len(found) > MOST_FIRMS
