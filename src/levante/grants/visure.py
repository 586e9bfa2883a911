"""The *visure* of the RNA before an award: all three are there, and a firm that has unlawful aid to give back gets none.

What they are, and how they are asked, waited for and cited, is told in ``aid.visure_asked``. The de minimis one is asked of the firm with
every other member of its single undertaking. Asked from here, they are waited for; asked on the Register's site, their number and day are
written beside COR and CUP (``by_hand``), or who signs says why they are not there.
"""

from collections.abc import Iterable, Sequence

from levante.aid.api import LISTED, Visura, is_listed, kinds_lacking, lacking, named_members
from levante.aid.api import last_visure as last_of
from levante.grants import states
from levante.grants.drafted import drafted_awards
from levante.grants.models import Award, AwardAct
from levante.kernel.api import Missing
from levante.kernel.pure import Decision

SUBJECT = "grants.Award"


def last_visure(awards: Sequence[Award]) -> dict[int, dict[str, Visura]]:
    """The last visura of each kind asked from here for each of these awards, by its key and kind. One query."""
    return {int(subject): visure for subject, visure in last_of(SUBJECT, [str(award.pk) for award in awards]).items()}


def others_of(awards: Sequence[Award]) -> dict[int, list[tuple[str, str]]]:
    """The other members of the single undertaking of each award's firm (art. 2(2) Reg. (EU) 2023/2831), as its checks say: tax code and
    name, for those that the RNA knows by an Italian code. A query where there are any."""
    return named_members(
        {
            award.pk: [
                code
                for code in award.checks.get("position", {}).get("undertaking", ())
                if code != award.enterprise.tax_code
            ]
            for award in awards
        }
    )


def to_explain(awards: Sequence[Award], visure: dict[int, dict[str, Visura]] | None = None) -> list[Award]:
    """Those that would be signed without their COR, CUP or one of the visure: who signs says why (artt. 9 and 13-15 DM 115/2017; art. 11
    L. 3/2003). A query, where the ``visure`` of ``last_visure`` are not known already."""
    visure = last_visure(awards) if visure is None else visure
    return [award for award in awards if not all(award.codes) or kinds_lacking(visure[award.pk])]


def takes_visure(award: Award) -> bool:
    """Are visure of it still written? Of a draft; and of an act that is back, of who took the place of its firm since."""
    return award.state == states.DRAFT_ACT or (award.state == states.RETURNED and award.awarded_to_id is not None)


def listed_decision(award: Award) -> Decision:
    """May the award take effect, by the last Deggendorf visura asked for it? Where a deed gave the place of its firm to another, that
    one's: it is who is granted aid."""
    rows = list(
        Visura.objects.filter(subject_type=SUBJECT, subject_id=str(award.pk), kind=Visura.DEGGENDORF).order_by("pk")
    )
    firm = award.enterprise
    theirs = [row for row in rows if row.tax_code == firm.tax_code]
    if award.awarded_to_id is not None:
        if not theirs:
            return Decision.no(
                f"RNA: manca la visura Deggendorf di {firm.name}, che ha preso il posto di chi ha fatto domanda: chiedila sul sito del "
                "Registro e scrivila tra le visure della concessione (art. 46 L. 234/2012).",
                f"RNA: the Deggendorf visura of {firm.name}, which took the place of who applied, is missing: ask it on the site of the "
                "Register and write it among the visure of the award (art. 46 L. 234/2012).",
            )
        why = lacking(theirs[-1], firm.name, ())
        return Decision.yes() if why is None else Decision.no(f"RNA: {why.it}.", f"RNA: {why.en}.")
    row = (theirs or rows or [None])[-1]
    if row is None or not is_listed(row):
        return Decision.yes()
    return Decision.no(f"RNA: {LISTED.it}.", f"RNA: {LISTED.en}.")


def missing_visure(act: AwardAct) -> Iterable[Missing]:
    """What the awards of a draft lack of the RNA's visure before it is signed."""
    awards = drafted_awards(act)
    visure, others = last_visure(awards), others_of(awards)
    for award in awards:
        name = f"{award.application.number}, {award.enterprise.name}"
        for _, row in sorted(visure[award.pk].items()):
            if (why := lacking(row, name, others[award.pk])) is not None:
                yield Missing(why)
