"""The states of an award and of the act that awards, in words."""

from levante.kernel.pure import Bilingual

DRAFT_ACT, SENT, RETURNED = "draft_act", "sent_to_act_system", "act_returned"
EFFECTIVE, REFUSED, CANCELLED = "effective", "refused", "cancelled"

STATES = {
    DRAFT_ACT: Bilingual("atto in bozza", "act drafted"),
    SENT: Bilingual("atto alla firma", "act being signed"),
    RETURNED: Bilingual("atto tornato, da rendere efficace", "act returned, effect to come"),
    EFFECTIVE: Bilingual("efficace", "in effect"),
    REFUSED: Bilingual("atto rifiutato", "act refused"),
    CANCELLED: Bilingual("annullata", "cancelled"),
}

#: States in which an application is taken by an award, so that no other act can award it.
STANDING = (DRAFT_ACT, SENT, RETURNED, EFFECTIVE)
#: States in which the money is promised by an act not yet in effect.
IN_FLIGHT = (DRAFT_ACT, SENT, RETURNED)


def choices() -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in STATES.items()]
