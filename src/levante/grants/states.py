"""The states of an award and of the act that awards, in words."""

from levante.kernel.pure import Bilingual

DRAFT_ACT, SENT, RETURNED = "draft_act", "sent_to_act_system", "act_returned"
EFFECTIVE, REFUSED, CANCELLED, REVOKED = "effective", "refused", "cancelled", "revoked"

STATES = {
    DRAFT_ACT: Bilingual("atto in bozza", "act drafted"),
    SENT: Bilingual("atto alla firma", "act being signed"),
    RETURNED: Bilingual("atto tornato, da rendere efficace", "act returned, effect to come"),
    EFFECTIVE: Bilingual("efficace", "in effect"),
    REFUSED: Bilingual("atto rifiutato", "act refused"),
    CANCELLED: Bilingual("annullata", "cancelled"),
    REVOKED: Bilingual("revocata", "revoked"),
}

#: An act in effect: its money is committed. Whether each of its awards is in force the award says. An act is never revoked: its awards are.
ACT_STATES = {code: label for code, label in STATES.items() if code != REVOKED} | {
    EFFECTIVE: Bilingual("esecutivo", "executed, with visa and publication"),
}

#: An award whose act is complete and whose COR is not there: money and headroom are taken, the firm cannot rely on it yet.
AWAITS_COR = Bilingual("atto completo: l’efficacia attende il COR", "act complete: its effect awaits the COR")

#: What an award still waits for.
COR, CUP = "cor", "cup"

#: States in which an application is taken by an award, so that no other act can award it.
STANDING = (DRAFT_ACT, SENT, RETURNED, EFFECTIVE)
#: It never took effect: its act was refused or cancelled, or it was taken out of it. The application can be awarded again.
FELL = (REFUSED, CANCELLED)
#: Those too whose award was revoked: the same application is not awarded again to the same firm, and its file stays the act's.
TAKEN = (*STANDING, REVOKED)
#: An award that took effect, whatever became of it: it has its commitment and its aid.
TOOK_EFFECT = (EFFECTIVE, REVOKED)
#: States in which the money is promised by an act not yet in effect.
IN_FLIGHT = (DRAFT_ACT, SENT, RETURNED)


def choices(labels: dict[str, Bilingual] = STATES) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in labels.items()]
