"""How the places of an initiative are given, for who asks: before it does."""

from datetime import timedelta
from typing import Any

from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.participations.api import more_modules, selection_of, states, value_in_words


def rules_of(initiative: Initiative) -> dict[str, Any] | None:
    """What ``components/selection_rules.html`` tells; none while the rules are not written. One query."""
    selection = selection_of(initiative)
    if selection is None:
        return None
    return {
        "selection": selection,
        "method": states.METHODS[selection.method],
        "weights": [(states.CRITERIA_WORDS[name], points) for name, points in selection.weights.items()],
        "ways": [initiative_states.WAYS[way] for way in selection.ways],
        "more": more_modules(selection),
        "aid": value_in_words(selection) if selection.is_aid is not None else None,
        "backs": [
            (initiative.starts_on - timedelta(days=rule["days_before"]), rule["percent"]) for rule in selection.refunds
        ],
    }
