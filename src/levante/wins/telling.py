"""A win is told, attributed, and what it came to is written year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from levante.grants.api import Award
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import euro, money_text
from levante.participations.api import taking_part
from levante.parties.api import Buyer, Country, Enterprise
from levante.programme.api import Sector
from levante.wins import policies, states
from levante.wins.facts import Facts, checked, clean
from levante.wins.models import Win, WinRealised, WinShare, WinYear, facts_in
from levante.wins.pure.sharing import WHOLE, is_whole
from levante.wins.terms import confirm_by, programme_of


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a win, per cent with two digits: of an initiative or of an award, by their ids; one of the two."""

    percent: Decimal
    initiative_id: int | None = None
    award_id: int | None = None


@service("wins.tell_win")
def tell_win(
    *,
    actor: Actor,
    enterprise: Enterprise,
    what: str,
    customer: str,
    country: Country,
    kind: str,
    matter: str,
    won_on: date,
    expected: Mapping[int, Decimal],
    origin: Share,
    buyer: Buyer | None = None,
    sector: Sector | None = None,
    confidential: bool = False,
    anyway: str = states.UNKNOWN,
    sooner: str = states.UNKNOWN,
    without_help: int = 0,
) -> Win:
    """Tell a win, all of it attributed to ``origin``; the rest is as in ``Facts``. Told again as it is, it is the same one; told again
    otherwise it is refused: it is to be corrected.
    """
    require(policies.may_tell(actor, enterprise.pk))
    said = checked(
        Facts(
            what=what, customer=customer, country=country, kind=kind, matter=matter, won_on=won_on, expected=expected, buyer=buyer,
            sector=sector, confidential=confidential, anyway=anyway, sooner=sooner, without_help=without_help,
        ),
        enterprise.pk,
    )  # fmt: skip
    Enterprise.objects.select_for_update(of=("self",)).only("pk").get(pk=enterprise.pk)
    same = Win.objects.filter(enterprise=enterprise, customer=said.customer, won_on=won_on, kind=kind, what=said.what)
    known = same.exclude(state=states.WITHDRAWN).first()
    if known is not None:
        _refuse_otherwise(known, said, origin)
        return unchanged(known)
    require_theirs(enterprise.pk, won_on, [origin], field="origin")
    programme = programme_of(initiative_id=origin.initiative_id, award_id=origin.award_id)
    made = Win.objects.create(
        enterprise=enterprise, what=said.what, customer=said.customer, buyer=buyer, country=said.country, kind=kind, matter=matter,
        sector=sector, won_on=won_on, confirm_by=confirm_by(won_on, programme), confidential=confidential, anyway=anyway,
        sooner=sooner, without_help=without_help, told_at=now(), told_by_id=actor.user_id,
    )  # fmt: skip
    WinYear.objects.bulk_create([WinYear(win=made, year=year, expected=one) for year, one in said.expected.items()])
    WinShare.objects.create(win=made, percent=WHOLE, initiative_id=origin.initiative_id, award_id=origin.award_id)
    note(
        kind=kind,
        won_on=won_on.isoformat(),
        expected={str(year): money_text(one) for year, one in said.expected.items()},
    )
    return made


def _refuse_otherwise(known: Win, said: Facts, origin: Share) -> None:
    """Told already: what is told now must be the same, whatever was divided since."""
    kept, told = facts_in(known), said.as_json()
    shares = {(row.initiative_id, row.award_id) for row in known.shares.all()}
    if (
        any(kept[name] != value for name, value in told.items())
        or (origin.initiative_id, origin.award_id) not in shares
    ):
        if known.state in states.OPEN:
            refuse(
                "Questo affare è già comunicato, con altri dati: apri quello e correggilo.",
                "This win is told already, and says otherwise: open it and correct it.",
            )
        refuse(
            "Questo affare è già comunicato, con altri dati, e il cliente ha già risposto o il termine è passato: lo corregge l’ufficio.",
            "This win is told already, and says otherwise, and its customer has answered or the term has passed: the office corrects it.",
        )


@service("wins.share_win")
def share_win(*, actor: Actor, win: Win, shares: Sequence[Share]) -> Win:
    """Attribute a win anew, whole: the shares make 100 and each is of an initiative or an award of the enterprise."""
    held = locked(win.pk)
    require(policies.may_share(actor, held))
    if not is_whole([one.percent for one in shares]):
        refuse("Le quote fanno 100 in tutto.", "Shares make 100 in all.", field="shares")
    if len({(one.initiative_id, one.award_id) for one in shares}) < len(shares):
        refuse(
            "Ogni iniziativa o contributo ha una quota sola.", "Each initiative or grant has one share.", field="shares"
        )
    require_theirs(held.enterprise_id, held.won_on, shares, field="shares")
    before = {Share(row.percent, row.initiative_id, row.award_id) for row in held.shares.all()}
    if before == set(shares):
        return unchanged(held)
    held.shares.all().delete()
    WinShare.objects.bulk_create(
        WinShare(win=held, percent=one.percent, initiative_id=one.initiative_id, award_id=one.award_id)
        for one in shares
    )
    note(shares=[[one.initiative_id, one.award_id, f"{one.percent:.2f}"] for one in shares])
    return held


@service("wins.record_realised")
def record_realised(*, actor: Actor, win: Win, year: int, amount: Decimal, source: str) -> Win:
    """What a win came to in a year, with the document that says so. Written again it is put right."""
    held = locked(win.pk)
    require(policies.may_follow(actor, held))
    if held.state == states.WITHDRAWN:
        refuse("L’affare è ritirato.", "The win was withdrawn.")
    source = clean(source, 300)
    if year not in states.YEARS or amount < 0:
        refuse("Scegli l’anno e scrivi l’importo.", "Choose the year and write the amount.", field="amount")
    if not source:
        refuse("Scrivi da quale documento risulta.", "Write which document says so.", field="source")
    if today() < held.won_on + relativedelta(years=year - 1):
        refuse("Quell’anno non è ancora cominciato.", "That year has not begun yet.", field="year")
    known = held.realised.filter(year=year).first()
    if known is not None and (known.amount, known.source) == (euro(amount), source):
        return unchanged(held)
    given = {"amount": euro(amount), "source": source, "recorded_at": now(), "recorded_by_id": actor.user_id}
    WinRealised.objects.update_or_create(win=held, year=year, defaults=given)
    note(year=year, amount=money_text(amount), before=money_text(known.amount) if known else None)
    note_object(held)
    return held


def locked(pk: int) -> Win:
    """A win, held until the end of the transaction: before its shares, its links and its years."""
    return Win.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=pk)


def origins_of(enterprise_id: int) -> tuple[list[Initiative], list[Award]]:
    """What a win of an enterprise may be attributed to: initiatives in which it takes part, or did (with a place or at the
    meetings without one), grants in effect. Four queries."""
    there = taking_part(enterprises=[enterprise_id])
    initiatives = Initiative.objects.filter(pk__in=[one.initiative for one in there if one.takes_part])
    awards = Award.objects.filter(enterprise_id=enterprise_id, effective_on__isnull=False)
    related = awards.select_related("application__opening__call")
    return list(initiatives.order_by("-starts_on", "pk")), list(related.order_by("-effective_on", "pk"))


def require_theirs(enterprise_id: int, won_on: date, shares: Sequence[Share], *, field: str) -> None:
    """Refused when a share is not of the enterprise, or is of what came after the win. Four queries."""
    initiatives, awards = origins_of(enterprise_id)
    began: dict[tuple[int | None, int | None], date | None] = {}
    began.update({(one.pk, None): one.starts_on for one in initiatives})
    began.update({(None, one.pk): one.effective_on for one in awards})
    for one in shares:
        since = began.get((one.initiative_id, one.award_id))
        if since is None:
            refuse(
                "L’impresa non ha partecipato a questa iniziativa, o non ha questo contributo.",
                "The enterprise did not take part in this initiative, or has not this grant.", field=field,
            )  # fmt: skip
        if won_on < since:
            refuse(
                "L’affare è di prima dell’iniziativa o del contributo.",
                "The win is from before the initiative or the grant.", field=field,
            )  # fmt: skip
