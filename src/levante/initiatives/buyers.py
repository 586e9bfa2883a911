"""Every write on buyers who ask to take part in an initiative."""

from levante.exchange.api import named
from levante.initiatives import policies, states
from levante.initiatives.checks import LONGEST_TEXT, words_of
from levante.initiatives.models import BuyerInterest, Initiative
from levante.initiatives.services import locked
from levante.kernel.api import BUYER, Actor, NotYours, Party, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, joined
from levante.messages.api import notify
from levante.parties.api import people_of

_told: list[str] = []


def buyer_withdrew(function: str) -> None:
    """Say who is told that a buyer takes part no more, because it withdrew or the office said no (its state tells): ``"package.module:
    function"``, called as ``f(actor=, interest=)`` in the same transaction."""
    if function not in _told:
        _told.append(function)


_back: list[str] = []


def buyer_asked_again(function: str) -> None:
    """Say who is told that a buyer that had withdrawn asks again: ``"package.module:function"``, called as ``f(actor=, interest=, since=)``
    in the same transaction, ``since`` the instant in which it had withdrawn."""
    if function not in _back:
        _back.append(function)


@service("initiatives.express_buyer_interest")
def express_buyer_interest(*, actor: Actor, initiative: Initiative, looking_for: str) -> BuyerInterest:
    """Ask to take part: one per buyer. Asking again while it stands corrects what is looked for; after a withdrawal it
    stands anew."""
    current = locked(initiative.pk)
    require(policies.may_take_part(actor, current))
    if actor.buyer_id is None:
        raise NotYours
    text = words_of(looking_for, "looking_for", LONGEST_TEXT)
    found = BuyerInterest.objects.select_for_update().filter(initiative=current, buyer_id=actor.buyer_id).first()
    if found is not None and found.state == states.EXPRESSED and found.looking_for == text:
        return unchanged(found)
    if found is not None and found.state == states.DECLINED:
        refuse(
            f"L’ufficio ha risposto di no: {found.declined_it}",
            f"The office said no: {found.declined_en}",
            field="looking_for",
        )
    interest = found or BuyerInterest(initiative=current, buyer_id=actor.buyer_id)
    since = interest.withdrawn_at
    if interest.pk is None or interest.state == states.WITHDRAWN:
        interest.state, interest.expressed_at, interest.withdrawn_at = states.EXPRESSED, now(), None
        interest.admitted_at = None
    interest.looking_for, interest.by_id = text, actor.user_id
    interest.save()
    if since is not None:
        for function in _back:
            named(function)(actor=actor, interest=interest, since=since)
    note(initiative=current.code, buyer=interest.buyer_id)
    return interest


@service("initiatives.withdraw_buyer_interest")
def withdraw_buyer_interest(*, actor: Actor, interest: BuyerInterest) -> BuyerInterest:
    """Take it back, until the initiative begins."""
    current = BuyerInterest.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=interest.pk)
    if current.state != states.EXPRESSED:
        return unchanged(current)
    require(policies.may_withdraw_part(actor, current))
    current.state, current.withdrawn_at = states.WITHDRAWN, now()
    current.save(update_fields=["state", "withdrawn_at"])
    for function in _told:
        named(function)(actor=actor, interest=current)
    note(initiative=current.initiative.code, buyer=current.buyer_id)
    return current


@service("initiatives.admit_buyer_interest")
def admit_buyer_interest(*, actor: Actor, interest: BuyerInterest) -> BuyerInterest:
    """The office says that it expects a buyer that asked to take part, which is told; also one it had said no to."""
    current = _locked(interest)
    require(policies.may_plan(actor, current.initiative))
    if current.admitted_at is not None:
        return unchanged(current)
    _to_come(current)
    current.state, current.admitted_at = states.EXPRESSED, now()
    current.declined_at, current.declined_it, current.declined_en = None, "", ""
    current.save(update_fields=["state", "admitted_at", "declined_at", "declined_it", "declined_en"])
    note(initiative=current.initiative.code, buyer=current.buyer_id)
    _tell(
        actor, current, "admitted", Bilingual("Ti aspettiamo", "We expect you"),
        Bilingual("L’ufficio ha accolto la tua richiesta di partecipare.", "The office accepted your request to take part."),
    )  # fmt: skip
    return current


@service("initiatives.decline_buyer_interest")
def decline_buyer_interest(*, actor: Actor, interest: BuyerInterest, reason_it: str, reason_en: str) -> BuyerInterest:
    """The office says no to a buyer for this initiative, with a reason that the buyer reads in its language: it is not brought to the
    meetings, or is taken off them."""
    current = _locked(interest)
    require(policies.may_plan(actor, current.initiative))
    if current.state == states.DECLINED:
        return unchanged(current)
    _to_come(current)
    for name, words in (("reason_it", reason_it), ("reason_en", reason_en)):
        if not words.strip():
            refuse("Scrivi perché, in italiano e in inglese.", "Say why, in Italian and in English.", field=name)
    current.state, current.declined_at, current.admitted_at = states.DECLINED, now(), None
    current.declined_it, current.declined_en = (
        words_of(reason_it, "reason_it", 1000),
        words_of(reason_en, "reason_en", 1000),
    )
    current.save(update_fields=["state", "declined_at", "admitted_at", "declined_it", "declined_en"])
    for function in _told:
        named(function)(actor=actor, interest=current)
    note(initiative=current.initiative.code, buyer=current.buyer_id)
    _tell(
        actor, current, "declined", Bilingual("La richiesta non è accolta", "Your request is not accepted"),
        Bilingual(current.declined_it, current.declined_en),
    )  # fmt: skip
    return current


def _locked(interest: BuyerInterest) -> BuyerInterest:
    rows = BuyerInterest.objects.select_for_update(of=("self",)).select_related("initiative__lead_office", "buyer")
    return rows.get(pk=interest.pk)


def _to_come(current: BuyerInterest) -> None:
    if current.state == states.WITHDRAWN:
        refuse("L’ha ritirata.", "It withdrew.")
    if not current.initiative.takes_buyers(today()):
        refuse("L’iniziativa è già cominciata, o è annullata.", "The initiative has already begun, or is cancelled.")


def _tell(actor: Actor, row: BuyerInterest, event: str, title: Bilingual, body: Bilingual) -> None:
    initiative = row.initiative
    notify(
        actor=actor, users=people_of(Party(BUYER, row.buyer_id), today()), kind=f"buyer-{event}",
        title=joined(": ", [title, Bilingual(initiative.title_it, initiative.title_en)]), body=body,
        path=f"/partner/fiere/{initiative.code}/", subject_type="initiatives.BuyerInterest",
        subject_id=f"{row.pk}:{event}:{now():%Y%m%d%H%M%S%f}",
    )  # fmt: skip
