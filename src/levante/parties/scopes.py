"""What a mandate may be for, as people read it."""

from levante.kernel.pure import Bilingual
from levante.parties.models import Mandate

SCOPES: dict[str, Bilingual] = {
    "read": Bilingual("vedere la scheda e ciò che la riguarda", "see the file and what is about it"),
    "apply": Bilingual("compilare domande e proporre correzioni", "fill in applications and propose corrections"),
    "sign": Bilingual("firmare digitalmente le domande", "sign applications digitally"),
    "submit": Bilingual("inviare le domande, che impegnano l’impresa", "send applications, which binds the enterprise"),
    "people": Bilingual("curare persone e deleghe", "look after people and mandates"),
    "correct": Bilingual("proporre correzioni al profilo", "propose corrections to the profile"),
    "ask": Bilingual("scrivere agli uffici e seguirne le risposte", "write to the offices and follow their answers"),
    "meet": Bilingual("chiedere di partecipare a fiere e incontri", "ask to take part in fairs and meetings"),
}


def scopes_given(kind: str) -> list[str]:
    """The scopes one chooses among for a kind of party: to see is always included."""
    return [scope for scope in Mandate.SCOPES_OF[kind] if scope != "read"]


def scopes_in_words(party_kind: str, mandate_kind: str, scopes: list[str]) -> list[Bilingual]:
    """What a mandate allows, in words."""
    held = Mandate.SCOPES_OF[party_kind] if mandate_kind == Mandate.LEGAL_REPRESENTATIVE else scopes
    return [SCOPES[scope] for scope in Mandate.SCOPES_OF[party_kind] if scope in held]
