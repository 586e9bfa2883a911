"""The *visure* of the RNA before an award: all three are there, and a firm that has unlawful aid to give back gets none.

DM 115/2017 artt. 13-15: they are asked before the act, which cites their VERCOR; L. 234/2012 art. 46: who received aid that the Commission
ordered to be recovered and did not give it back (*Deggendorf*) is granted nothing. The de minimis one is asked of the firm with every other
member of its single undertaking. Asked from here, they are waited for; asked on the Register's site, their number and day are written
beside COR and CUP (``by_hand``), or who signs says why they are not there.
"""

from collections.abc import Iterable, Sequence

from levante.aid.api import Visura
from levante.grants import states
from levante.grants.models import Award, AwardAct
from levante.kernel.api import Missing
from levante.kernel.pure import Bilingual, Decision
from levante.law.codes import check_tax_code
from levante.parties.api import Enterprise

SUBJECT = "grants.Award"
_NAMES = {
    Visura.AIDS: Bilingual("la visura aiuti", "the visura of aid"),
    Visura.DE_MINIMIS: Bilingual("la visura de minimis", "the de minimis visura"),
    Visura.DEGGENDORF: Bilingual("la visura Deggendorf", "the Deggendorf visura"),
}
_LISTED = Bilingual(
    "l’impresa è nell’elenco di chi deve restituire aiuti illegali (Deggendorf): non le si concedono aiuti (art. 46 L. 234/2012)",
    "the enterprise is in the list of those that must give back unlawful aid (Deggendorf): no aid is granted to it (art. 46 L. 234/2012)",
)


def last_visure(awards: Sequence[Award]) -> dict[int, dict[str, Visura]]:
    """The last visura of each kind asked from here for each of these awards, by its key and kind. One query."""
    found: dict[int, dict[str, Visura]] = {award.pk: {} for award in awards}
    rows = Visura.objects.filter(subject_type=SUBJECT, subject_id__in=[str(pk) for pk in found])
    for row in rows.order_by("pk"):
        found[int(row.subject_id)][row.kind] = row
    return found


def others_of(awards: Sequence[Award]) -> dict[int, list[tuple[str, str]]]:
    """The other members of the single undertaking of each award's firm (art. 2(2) Reg. (EU) 2023/2831), as its checks say: tax code and
    name, for those that the RNA knows by an Italian code. A query where there are any."""
    codes = {
        award.pk: [
            code
            for code in award.checks.get("position", {}).get("undertaking", ())
            if code != award.enterprise.tax_code and check_tax_code(code)
        ]
        for award in awards
    }
    wanted = {code for mine in codes.values() for code in mine}
    names = dict(Enterprise.objects.filter(tax_code__in=wanted).values_list("tax_code", "name")) if wanted else {}
    return {pk: [(code, names.get(code, code)[:256]) for code in mine] for pk, mine in codes.items()}


def left_out(visura: Visura, others: Sequence[tuple[str, str]]) -> list[str]:
    """The names of the members of the single undertaking that a de minimis visura is not of."""
    if visura.kind != Visura.DE_MINIMIS or visura.state != Visura.ANSWERED:
        return []
    known = {one["tax_code"] for one in visura.members}
    return [name for code, name in others if code not in known]


def to_ask_again(visure: dict[str, Visura], others: Sequence[tuple[str, str]]) -> list[str]:
    """The kinds that the RNA refused to give, or that said no, or that are not of the whole single undertaking: what is asked once more
    may say otherwise."""
    return [
        kind for kind, row in visure.items() if row.state == Visura.REFUSED or is_listed(row) or left_out(row, others)
    ]


def kinds_lacking(visure: dict[str, Visura]) -> list[str]:
    """The kinds that nobody asked, nor wrote."""
    return [kind for kind, _ in Visura.KINDS if kind not in visure]


def to_explain(awards: Sequence[Award]) -> list[Award]:
    """Those that would be signed without their COR, CUP or one of the visure: who signs says why (artt. 9 and 13-15 DM 115/2017; art. 11
    L. 3/2003). A query."""
    visure = last_visure(awards)
    return [award for award in awards if not all(award.codes) or kinds_lacking(visure[award.pk])]


def is_listed(visura: Visura) -> bool:
    return visura.kind == Visura.DEGGENDORF and visura.state == Visura.ANSWERED and visura.told.get("listed") is True


def listed_decision(award: Award) -> Decision:
    """May the award take effect, by the last Deggendorf visura asked for it?"""
    row = last_visure([award])[award.pk].get(Visura.DEGGENDORF)
    if row is None or not is_listed(row):
        return Decision.yes()
    return Decision.no(f"RNA: {_LISTED.it}.", f"RNA: {_LISTED.en}.")


def missing_visure(act: AwardAct) -> Iterable[Missing]:
    """What the awards of a draft lack of the RNA's visure before it is signed."""
    awards = list(act.awards.filter(state=states.DRAFT_ACT).select_related("application", "enterprise").order_by("pk"))
    visure, others = last_visure(awards), others_of(awards)
    for award in awards:
        name = f"{award.application.number}, {award.enterprise.name}"
        for kind, row in sorted(visure[award.pk].items()):
            what = _NAMES[kind]
            if row.state == Visura.ASKED:
                yield Missing(
                    Bilingual(
                        f"{what.it} di {name}: il RNA non ha ancora risposto", f"{what.en} of {name}: no answer yet"
                    )
                )
            elif row.state == Visura.REFUSED:
                yield Missing(
                    Bilingual(
                        f"{what.it} di {name}: il RNA non l’ha data ({row.problem}); si chiede di nuovo",
                        f"{what.en} of {name}: the RNA did not give it ({row.problem}); it is asked again",
                    )
                )
            elif is_listed(row):
                yield Missing(Bilingual(f"{name}: {_LISTED.it}", f"{name}: {_LISTED.en}"))
            elif missing := left_out(row, others[award.pk]):
                told = ", ".join(missing)
                yield Missing(
                    Bilingual(
                        f"{what.it} di {name}: non è anche di {told}, della stessa impresa unica; si chiede di nuovo",
                        f"{what.en} of {name}: it is not of {told} too, of the same single undertaking; it is asked again",
                    )
                )
