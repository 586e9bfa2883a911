"""The three *visure* before an aid is granted, as every room that grants asks, waits for and cites them.

DM 115/2017 artt. 13-15: they are asked before the act, which cites their VERCOR (art. 17); L. 234/2012 art. 46: who received aid that the
Commission ordered to be recovered and did not give it back (*Deggendorf*) is granted nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from levante.aid.models import Visura
from levante.aid.visure import ask_visura
from levante.identity.api import Office
from levante.kernel.api import Actor, today
from levante.kernel.pure import Bilingual
from levante.law.codes import check_tax_code
from levante.parties.api import Enterprise

#: The three of them, in the order in which they are asked and cited.
THREE = tuple(kind for kind, _ in Visura.KINDS)
#: Others of a single undertaking: tax code and name.
Members = Sequence[tuple[str, str]]
#: The visura of aid looks as far back as the RNA goes, and no further than ten years.
_YEARS = 9

NAMES = {
    Visura.AIDS: Bilingual("la visura aiuti", "the visura of aid"),
    Visura.DE_MINIMIS: Bilingual("la visura de minimis", "the de minimis visura"),
    Visura.DEGGENDORF: Bilingual("la visura Deggendorf", "the Deggendorf visura"),
}
LISTED = Bilingual(
    "l’impresa è nell’elenco di chi deve restituire aiuti illegali (Deggendorf): non le si concedono aiuti (art. 46 L. 234/2012)",
    "the enterprise is in the list of those that must give back unlawful aid (Deggendorf): no aid is granted to it (art. 46 L. 234/2012)",
)
#: What each visura is of, as an act cites it.
_CITED = {
    Visura.AIDS: "visura aiuti (art. 13 del D.M. 115/2017)",
    Visura.DE_MINIMIS: "visura de minimis (art. 14 del D.M. 115/2017)",
    Visura.DEGGENDORF: "visura Deggendorf (art. 15 del D.M. 115/2017)",
}


def last_visure(subject_type: str, subjects: Collection[str]) -> dict[str, dict[str, Visura]]:
    """The last visura of each kind asked, or written, for each of these subjects, by its id and kind. One query."""
    found: dict[str, dict[str, Visura]] = {subject: {} for subject in subjects}
    rows = Visura.objects.filter(subject_type=subject_type, subject_id__in=list(found))
    for row in rows.select_related("document").order_by("pk"):
        found[row.subject_id][row.kind] = row
    return found


def named_members(codes: Mapping[int, Iterable[str]]) -> dict[int, list[tuple[str, str]]]:
    """Members of single undertakings, by any key, as the RNA is told them: tax code and name, for those that it knows by an Italian code. A
    query where there are any."""
    kept = {key: [code for code in mine if check_tax_code(code)] for key, mine in codes.items()}
    wanted = {code for mine in kept.values() for code in mine}
    rows = Enterprise.objects.filter(tax_code__in=wanted) if wanted else Enterprise.objects.none()
    names = dict(rows.order_by("pk").values_list("tax_code", "name"))
    return {key: [(code, str(names.get(code, code))[:256]) for code in mine] for key, mine in kept.items()}


def left_out(visura: Visura, others: Members) -> list[str]:
    """The names of the members of the single undertaking that a de minimis visura is not of."""
    if visura.kind != Visura.DE_MINIMIS or visura.state != Visura.ANSWERED:
        return []
    known = {one["tax_code"] for one in visura.members}
    return [name for code, name in others if code not in known]


def to_ask_again(visure: Mapping[str, Visura], others: Members) -> list[str]:
    """The kinds that the RNA refused to give, that said no or nothing that is read, or that are not of the whole single undertaking: asked
    once more they may say otherwise."""
    return [
        kind
        for kind, row in visure.items()
        if row.state == Visura.REFUSED or is_listed(row) or is_unread(row) or left_out(row, others)
    ]


def kinds_lacking(visure: Collection[str]) -> list[str]:
    """The kinds that nobody asked, nor wrote."""
    return [kind for kind in THREE if kind not in visure]


def is_listed(visura: Visura) -> bool:
    return visura.kind == Visura.DEGGENDORF and visura.state == Visura.ANSWERED and visura.told.get("listed") is True


def is_unread(visura: Visura) -> bool:
    """A Deggendorf that came, and of which it is not known what it says: it is no leave to grant."""
    return visura.kind == Visura.DEGGENDORF and visura.state == Visura.ANSWERED and visura.told.get("listed") is None


def lacking(visura: Visura, name: str, others: Members) -> Bilingual | None:
    """What stands in the way of a grant to ``name``, if this visura does: no answer, a refusal, the list or nothing read of it, not the
    whole undertaking."""
    what = NAMES[visura.kind]
    if visura.state == Visura.ASKED:
        return Bilingual(f"{what.it} di {name}: il RNA non ha ancora risposto", f"{what.en} of {name}: no answer yet")
    if visura.state == Visura.REFUSED:
        return Bilingual(
            f"{what.it} di {name}: il RNA non l’ha data ({visura.problem}); si chiede di nuovo",
            f"{what.en} of {name}: the RNA did not give it ({visura.problem}); it is asked again",
        )
    if is_listed(visura):
        return Bilingual(f"{name}: {LISTED.it}", f"{name}: {LISTED.en}")
    if is_unread(visura):
        return Bilingual(
            f"{what.it} di {name}: non vi si legge se l’impresa è nell’elenco; apri il documento e scrivi a mano che cosa dice",
            f"{what.en} of {name}: whether the enterprise is in the list cannot be read; open the document and write by hand what it says",
        )
    if missing := ", ".join(left_out(visura, others)):
        return Bilingual(
            f"{what.it} di {name}: non è anche di {missing}, della stessa impresa unica; si chiede di nuovo",
            f"{what.en} of {name}: it is not of {missing} too, of the same single undertaking; it is asked again",
        )
    return None


def cited(visure: Mapping[str, Visura]) -> list[str]:
    """Those that came, as an act cites them: of whom, number and day (artt. 13-15 and 17 DM 115/2017). Italian: it is an act."""
    return [_cited(visure[kind]) for kind in THREE if kind in visure and visure[kind].vercor]


def _cited(row: Visura) -> str:
    day = f" del {row.made_on:%d/%m/%Y}" if row.made_on else ""
    others = "; ".join(f"{one['name']}, c.f. {one['tax_code']}" for one in row.members)
    whole = f", resa per l’impresa unica con {others}" if others else ""
    return f"{_CITED[row.kind]} VERCOR {row.vercor}{day}{whole}"


def ask_visure(
    *, actor: Actor, office: Office, enterprise: Enterprise, others: Members, subject_type: str, subject_id: str, kinds: Collection[str]
) -> int:  # fmt: skip
    """Ask these visure of a firm, for something of ours, the de minimis one with the ``others`` of its single undertaking; how many."""
    day = today()
    dates: dict[str, dict[str, Any]] = {
        Visura.AIDS: {"since": date(day.year - _YEARS, 1, 1)},
        Visura.DE_MINIMIS: {"year_ends": date(day.year, 12, 31), "expected_on": day, "members": others},
    }
    for kind in kinds:
        ask_visura(
            actor=actor, office=office, kind=kind, tax_code=enterprise.tax_code, enterprise=enterprise, subject_type=subject_type,
            subject_id=subject_id, **dates.get(kind, {}),
        )  # fmt: skip
    return len(kinds)
