"""What makes firms a district or a supply chain: one that all of them belong to, by what is on file."""

from collections import Counter

from levante.applications.group import standing_members
from levante.applications.models import Application
from levante.calls.api import Requirement, enterprise_facts
from levante.kernel.api import today
from levante.kernel.pure import Bilingual

#: Of each kind of group that is bound by where its firms belong: the fact, and its words with and without the article.
_BONDS = {
    "district": (
        "districts",
        Bilingual("Un distretto in comune a tutte le imprese", "One district common to all the firms"),
        Bilingual("il distretto", "the district"),
    ),
    "supply_chain": (
        "supply_chains",
        Bilingual("Una filiera in comune a tutte le imprese", "One supply chain common to all the firms"),
        Bilingual("la filiera", "the supply chain"),
    ),
}


def bond_of(application: Application) -> Requirement | None:
    """Do the firms of a district, of a supply chain, have one in common? ``None`` for other applicants, and while there is one
    firm alone. A firm of which nothing is on file is for the office to check; one that is elsewhere is told by its name."""
    told = _BONDS.get(application.applicant_kind)
    members = standing_members(application)
    if told is None or len(members) < 2:
        return None
    fact, text, name = told
    theirs = [
        (member.enterprise.name, set(enterprise_facts(member.enterprise, on=today()).get(fact, ())))
        for member in members
    ]
    held = Counter(code for _, codes in theirs for code in sorted(codes))
    most = max(held, key=lambda code: held[code], default=None)
    elsewhere = "; ".join(firm for firm, codes in theirs if codes and most not in codes)
    unknown = "; ".join(firm for firm, codes in theirs if not codes)
    if elsewhere:
        outcome, reason = "no", Bilingual(f"non è così per {elsewhere}", f"it is not so for {elsewhere}")
    elif unknown:
        outcome, reason = (
            "unknown",
            Bilingual(
                f"di questi {name.it} non è nei nostri dati, e lo verifica l’ufficio: {unknown}",
                f"of these {name.en} is not in our data, and the office checks it: {unknown}",
            ),
        )
    else:
        outcome, reason = "yes", Bilingual("risulta dai nostri dati", "our data say so")
    return Requirement(f"group-{fact}", outcome, text, reason, None, "", "file")
