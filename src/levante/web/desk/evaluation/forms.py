from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from levante.applications.api import Mark
from levante.calls.api import Criterion, form_kinds
from levante.kernel.api import refuse
from levante.kernel.pure import reads_english


def marks_of(posted: QueryDict, criteria: list[Criterion]) -> dict[str, Mark]:
    """The points and reasons that a page sent, by code of the criterion; what is not a number is refused with its place."""
    found = {}
    for item in criteria:
        if f"points-{item.code}" not in posted and f"reason-{item.code}" not in posted:
            continue
        typed = posted.get(f"points-{item.code}", "").strip()
        points = form_kinds.read_number(typed, get_language() or "it") if typed else None
        if typed and points is None:
            name = item.name_en if reads_english(get_language()) else item.name_it
            refuse(
                f"«{item.name_it}»: «{typed[:20]}» non è un numero.", f"“{name}”: “{typed[:20]}” is not a number.",
                field=f"points-{item.code}",
            )  # fmt: skip
        found[item.code] = Mark(points, posted.get(f"reason-{item.code}", ""))
    return found


def typed_marks(posted: QueryDict, criteria: list[Criterion]) -> dict[str, dict[str, Any]]:
    """What was typed, to be shown again with what is wrong: nothing is lost."""
    return {
        item.code: {"points": posted.get(f"points-{item.code}", ""), "reason": posted.get(f"reason-{item.code}", "")}
        for item in criteria
    }
