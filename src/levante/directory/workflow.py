"""The life of a profile as a table, and what is missing before it can be published."""

from collections.abc import Iterable

from levante.directory import policies, states
from levante.directory.models_profile import Profile
from levante.kernel.api import Missing, Transition, Workflow
from levante.kernel.pure import Bilingual


def _whole(profile: Profile) -> Iterable[Missing]:
    """What who buys must find: what it does in both languages, a product, a sector, a language in which to write."""
    if not profile.summary_it:
        yield Missing(Bilingual("la presentazione in italiano", "the presentation in Italian"), "summary_it")
    if not profile.summary_en:
        yield Missing(Bilingual("la presentazione in inglese", "the presentation in English"), "summary_en")
    if not profile.sectors:
        yield Missing(Bilingual("un settore", "a sector"), "sectors")
    if not profile.languages:
        yield Missing(Bilingual("una lingua parlata", "a language spoken"), "languages")
    if not profile.products.exists():
        yield Missing(Bilingual("un prodotto", "a product"), "products")


PROFILES: Workflow[Profile] = Workflow(
    states.STATES,
    [
        Transition(
            "publish", frozenset({states.DRAFT, states.WITHDRAWN}), states.PUBLISHED, Bilingual("Pubblica", "Publish"),
            policies.may_edit_profile, (_whole,),
        ),
        Transition(
            "withdraw", frozenset({states.PUBLISHED}), states.WITHDRAWN, Bilingual("Ritira", "Withdraw"),
            policies.may_edit_profile,
        ),
        Transition(
            "hide", frozenset({states.DRAFT, states.PUBLISHED, states.WITHDRAWN}), states.HIDDEN, Bilingual("Nascondi", "Hide"),
            policies.may_hide,
        ),
        Transition(
            "restore", frozenset({states.HIDDEN}), states.DRAFT, Bilingual("Restituisci all’impresa", "Give back to the enterprise"),
            policies.may_hide,
        ),
    ],
)  # fmt: skip


def still_whole(profile: Profile) -> list[Missing]:
    """What a published profile would lack as it now is; the services refuse a change that leaves something."""
    return list(_whole(profile)) if profile.state == states.PUBLISHED else []
