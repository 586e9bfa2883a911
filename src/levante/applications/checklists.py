"""The checklists of a call by phase: what is still to be checked, and what a phase holds back.

``formal`` holds the admission back; ``merit`` too, unless a committee judges the merit: then it holds the award back, with
``award``. An item that is not ``blocking`` must have an outcome, whatever it is.
"""

from collections.abc import Iterator

from levante.applications import states
from levante.applications.models import Application
from levante.calls.api import Criterion
from levante.kernel.api import Missing
from levante.kernel.pure import Bilingual, Decision

FORMAL, MERIT, AWARD = "formal", "merit", "award"
PHASES = {
    FORMAL: Bilingual("Verifica formale", "Formal check"),
    MERIT: Bilingual("Verifica di merito", "Check of the merit"),
    AWARD: Bilingual("Verifiche per la concessione", "Checks for the award"),
}
#: The states in which each phase is worked.
OPEN_IN = {
    FORMAL: frozenset({states.UNDER_CHECK, states.INTEGRATION, states.NOTICE}),
    MERIT: frozenset({states.UNDER_CHECK, states.INTEGRATION, states.NOTICE, states.ADMITTED}),
    AWARD: frozenset({states.UNDER_CHECK, states.INTEGRATION, states.NOTICE, states.ADMITTED}),
}


def items_of(application: Application, phase: str) -> list[dict[str, str]]:
    """What the call asks to check in a phase."""
    return list(application.opening.call.checklists.get(phase, ()))


def missing_checks(application: Application, phase: str) -> Iterator[Missing]:
    """The items of a phase with no outcome, and the blocking ones that are not met."""
    items = items_of(application, phase)
    if not items:
        return
    found = {check.item: check.outcome for check in application.checks.all() if check.phase == phase}
    for item in items:
        outcome = found.get(item["code"])
        if outcome is None:
            yield Missing(Bilingual(f"la verifica «{item['it']}»", f"the check “{item['en']}”"), item["code"])
        elif item.get("blocking", True) and outcome not in {"met", "not_applicable"}:
            yield Missing(
                Bilingual(f"la verifica «{item['it']}» non è superata", f"the check “{item['en']}” is not met"),
                item["code"],
            )


def before_admission(application: Application) -> tuple[str, ...]:
    """The phases that hold the admission back."""
    return (FORMAL,) if _merit_is_judged(application) else (FORMAL, MERIT)


def _merit_is_judged(application: Application) -> bool:
    if not items_of(application, MERIT):
        return False
    return any(item.kind != Criterion.AUTOMATIC for item in application.opening.call.criteria.all())


def checks_for_award(application: Application) -> Decision:
    """Before an act: the checks for the award and, where a committee judged, those of the merit."""
    phases = (MERIT, AWARD) if _merit_is_judged(application) else (AWARD,)
    missing = [item for phase in phases for item in missing_checks(application, phase)]
    if not missing:
        return Decision.yes()
    return Decision.no(
        "Prima dell’atto manca: " + "; ".join(item.text.it for item in missing) + ".",
        "Before the act is missing: " + "; ".join(item.text.en for item in missing) + ".",
    )
