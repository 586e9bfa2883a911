"""Whether a place is aid to who has it, and its value: decided by an act with its reason, upon the quotas as they are."""

from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from levante.aid.api import GENERAL, regime_of
from levante.calls.api import schema
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, note, refuse, require, service, today
from levante.kernel.pure import Bilingual, euro, format_euro, money_text
from levante.participations import policies
from levante.participations.acts import require_adopted
from levante.participations.holding import locked_selection
from levante.participations.models import Selection
from levante.programme.api import Act

#: Said of an aid that was decided upon other quotas.
OTHER_QUOTAS = Bilingual(
    "La quota è cambiata da quando si è deciso se un posto è aiuto: decidilo di nuovo con un atto.",
    "The quota changed since it was decided whether a place is aid: decide it again by an act.",
)


def of_other_quotas(selection: Selection) -> bool:
    """Was it decided whether a place is aid upon a quota, of the first module or of a further one, that is not that of the rules any more?
    What a place is worth as aid is its price less what is paid for it. What a renunciation gives back does not count: with the place
    its aid goes too."""
    decided = (selection.aid_quota, selection.aid_extra_quota)
    return selection.is_aid is not None and decided != (selection.quota, selection.extra_quota)


@service("participations.decide_aid")
def decide_aid(
    *,
    actor: Actor,
    initiative: Initiative,
    is_aid: bool,
    reason: str,
    act: Act,
    value: Decimal | None = None,
    codes: dict[str, Any] | None = None,
    extra_at_cost: bool = False,
) -> Selection:
    """Decide whether a place, free or below its cost, is aid to who has it, and its value (gross grant equivalent,
    euro). Not after places were given. It is decided upon the quotas of the rules as they are: when they become others it is decided again,
    by an act that is not older than that which changed them (``of_other_quotas``).
    ``codes`` are those of the RNA (``calls.schema.registers.RnaEntry``); without, COR are
    written by hand. ``extra_at_cost``: the act says that further modules are paid what they cost; else a place that is aid has one only,
    because the value that is registered and granted is that of a place."""
    selection = locked_selection(initiative.pk)
    require(policies.may_decide(actor, selection.initiative))
    if selection.decided_at is not None:
        refuse("I posti sono già dati.", "Places are given already.")
    if not reason.strip():
        refuse("Scrivi perché.", "Say why.", field="reason")
    adopted_on = require_adopted(act)
    changed = selection.changed_act
    if (
        of_other_quotas(selection)
        and changed is not None
        and changed.adopted_on is not None
        and adopted_on < changed.adopted_on
    ):
        refuse(
            f"È un atto di prima del {changed.adopted_on:%d/%m/%Y}, quando sono cambiate le regole: non può deciderne l’aiuto.",
            f"The act is older than {changed.adopted_on:%d/%m/%Y}, when the rules changed: it cannot decide of their aid.",
            field="act",
        )
    if is_aid and (value is None or value <= 0):
        refuse("Scrivi quanto vale un posto.", "Write the value of a place.", field="value")
    selection.is_aid, selection.aid_value = is_aid, euro(value) if is_aid and value is not None else None
    selection.aid_reason, selection.aid_act = reason.strip(), act
    selection.aid_codes = checked_codes(codes) if is_aid and codes else {}
    selection.extra_at_cost = is_aid and extra_at_cost
    selection.aid_quota, selection.aid_extra_quota = selection.quota, selection.extra_quota
    selection.save(
        update_fields=[
            "is_aid", "aid_value", "aid_reason", "aid_act", "aid_codes", "extra_at_cost", "aid_quota", "aid_extra_quota"
        ]
    )  # fmt: skip
    note(is_aid=is_aid, value=money_text(selection.aid_value) if selection.aid_value else "", act=act.code)
    return selection


def checked_codes(codes: dict[str, Any]) -> dict[str, Any]:
    """The codes of the RNA as they are kept, or refused with the one that is wrong. They are those of the general regime: a place in
    another is registered elsewhere."""
    try:
        kept = schema.RnaEntry.model_validate(codes).model_dump(mode="json", exclude_none=True)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        refuse(f"Il codice {name} non va: {first['msg']}", f"The code {name} is wrong: {first['msg']}", field="codes")
    if regime_of(str(kept["regulation"]), "", str(kept["procedure"]), today()) != GENERAL:
        refuse(
            f"Il regolamento {kept['regulation']} non è del de minimis generale: chi è in un altro regime ha il codice scritto a mano.",
            f"Regulation {kept['regulation']} is not that of general de minimis: who is in another regime has its code written by hand.",
            field="regulation",
        )
    return kept


def value_in_words(selection: Selection) -> Bilingual:
    """What a place is, for who has it."""
    if not selection.is_aid or selection.aid_value is None:
        return Bilingual("Il posto non è un aiuto.", "The place is no aid.")
    return Bilingual(
        f"Il posto è un aiuto de minimis di {format_euro(selection.aid_value)}.",
        f"The place is de minimis aid of {format_euro(selection.aid_value, 'en')}.",
    )
