"""A buyer accepts the terms on which it is hosted as they are that day; written otherwise they are told, and bind who accepts them anew."""

from collections.abc import Sequence

from levante.initiatives.api import BuyerInterest, Initiative, express_buyer_interest, may_take_part
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import BUYER, Actor, Party, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, Decision, filled
from levante.messages.api import notify
from levante.participations.models import AcceptedTerms, Arrangement, Hospitality
from levante.parties.api import people_of

_COPIED = ("version", "nights", "travel_ceiling", "least_meetings", "owed_percent", "words_it", "words_en")
#: Initiatives that take place, or may: for the others no letter leaves.
_LIVE = (*initiative_states.TO_COME, initiative_states.ON_SITE)


@service("participations.take_part_as_buyer")
def take_part_as_buyer(
    *, actor: Actor, initiative: Initiative, looking_for: str, version: int | None = None
) -> BuyerInterest:
    """A buyer asks to take part and, where it would be hosted, accepts the terms that it read (``version``): it has read those of now, or
    is refused and reads them first."""
    Initiative.objects.select_for_update(of=("self",)).get(pk=initiative.pk)
    before = (
        BuyerInterest.objects.filter(initiative=initiative, buyer=actor.buyer_id).values("state", "looking_for").first()
    )
    accepted = None
    if may_take_part(actor, initiative) and actor.buyer_id is not None:
        accepted = accept_now(terms_of(initiative), buyer_id=actor.buyer_id, user_id=actor.user_id, version=version)
    interest = express_buyer_interest(actor=actor, initiative=initiative, looking_for=looking_for)
    if accepted is None and before == {"state": interest.state, "looking_for": interest.looking_for}:
        return unchanged(interest)
    note(initiative=initiative.code, buyer=interest.buyer_id, terms=accepted.version if accepted is not None else 0)
    return interest


@service("participations.accept_terms")
def accept_terms(*, actor: Actor, initiative: Initiative, version: int | None) -> AcceptedTerms:
    """A buyer whose request stands accepts the terms as they are now (``version``: those it read), until the initiative is over."""
    held = Initiative.objects.select_for_update(of=("self",)).get(pk=initiative.pk)
    require(may_accept_terms(actor, held))
    terms = terms_of(held)
    if terms is None:
        refuse("Non ci sono condizioni da accettare.", "There are no terms to accept.")
    mine = AcceptedTerms.objects.filter(terms=terms, buyer=actor.buyer_id, version=terms.version).first()
    if mine is not None:
        return unchanged(mine)
    made = accept_now(terms, buyer_id=actor.buyer_id or 0, user_id=actor.user_id, version=version)
    assert made is not None
    note(initiative=held.code, buyer=actor.buyer_id, version=made.version)
    return made


def may_accept_terms(actor: Actor, initiative: Initiative) -> Decision:
    """Who acts for a buyer whose request stands, while the initiative is to come or goes on."""
    standing = BuyerInterest.objects.filter(initiative=initiative, buyer=actor.buyer_id).standing()
    if actor.buyer_id is None or "meet" not in actor.scopes or not standing.exists():
        return Decision.no(
            "Le accetta il buyer che ha chiesto di partecipare.", "The buyer that asked to take part accepts them."
        )
    if initiative.state not in _LIVE:
        return Decision.no("L’iniziativa è finita o annullata.", "The initiative is over or cancelled.")
    return Decision.yes()


def accept_now(
    terms: Hospitality | None, *, buyer_id: int, user_id: int | None, version: int | None
) -> AcceptedTerms | None:
    """Within the transaction of a service that holds the initiative: a copy of the terms, unless this version is accepted already (then,
    and where there are none, nothing is written)."""
    if terms is None or AcceptedTerms.objects.filter(terms=terms, buyer=buyer_id, version=terms.version).exists():
        return None
    if version != terms.version:
        refuse(
            "Le condizioni di ospitalità vanno lette e accettate come sono ora.",
            "The terms of hospitality are to be read and accepted as they are now.",
            field="terms",
        )
    copy = {name: getattr(terms, name) for name in _COPIED}
    return AcceptedTerms.objects.create(terms=terms, buyer_id=buyer_id, accepted_at=now(), by_id=user_id, **copy)


def terms_of(initiative: Initiative) -> Hospitality | None:
    """On which terms its buyers are hosted; none where they are not. One query."""
    return Hospitality.objects.filter(initiative=initiative).first()


def accepted_terms(initiative: Initiative) -> dict[int, AcceptedTerms]:
    """By buyer, the terms that bind it: the last that it accepted. One query."""
    rows = AcceptedTerms.objects.filter(terms__initiative=initiative).order_by("buyer_id", "version")
    return {row.buyer_id: row for row in rows}


def tell_of_terms(actor: Actor, terms: Hospitality) -> None:
    """Who asked to take part is told that the terms are written, or are others: what it accepted before is what binds it."""
    initiative = terms.initiative
    first = terms.version == 1
    body = (
        Bilingual(
            "Sono scritte le condizioni di ospitalità: leggile e accettale, o ritira la richiesta.",
            "The terms of hospitality are written: read and accept them, or withdraw.",
        )
        if first
        else Bilingual(
            "Leggile e accettale, o ritira la richiesta. Finché non le accetti valgono quelle che hai accettato prima; se non ne hai "
            "accettate, nessuna ti vincola.",
            "Read and accept them, or withdraw. Until you do, those you accepted before hold; if you accepted none, none binds you.",
        )
    )
    standing = BuyerInterest.objects.filter(initiative=initiative).standing().order_by("pk")
    title = Bilingual(initiative.title_it, initiative.title_en)
    for buyer in standing.values_list("buyer_id", flat=True):
        notify(
            actor=actor, users=people_of(Party(BUYER, buyer), today()), kind="hospitality-terms",
            title=filled("Condizioni di ospitalità: {title}", "Terms of hospitality: {title}", title=title),
            body=body, path=f"/partner/fiere/{initiative.code}/viaggio/", subject_type="participations.Hospitality",
            subject_id=f"{terms.pk}:{terms.version}",
        )  # fmt: skip


def letters_leave(rows: Sequence[Arrangement]) -> dict[int, Decision]:
    """Of visas (their initiative at hand), by id, whether the invitation is given: the request of the buyer stands, the visa is not called
    off, the initiative is to come or goes on. One query."""
    if not rows:
        return {}
    wanted = BuyerInterest.objects.filter(buyer__in=[row.buyer_id for row in rows]).standing().order_by()
    standing = set(wanted.values_list("initiative_id", "buyer_id"))
    return {row.pk: _leaves(row, (row.initiative_id, row.buyer_id) in standing) for row in rows}


def _leaves(row: Arrangement, stands: bool) -> Decision:
    initiative = row.initiative
    if initiative.state not in _LIVE or initiative.ends_on < today():
        return Decision.no(
            "L’iniziativa è finita o annullata: l’invito per il visto non si dà più.",
            "The initiative is over or cancelled: the invitation for the visa is no longer given.",
        )
    if row.state == "cancelled" or not stands:
        return Decision.no(
            "Il buyer non partecipa più, o il visto è annullato: l’invito non si dà.",
            "The buyer no longer takes part, or the visa is called off: the invitation is not given.",
        )
    return Decision.yes()
