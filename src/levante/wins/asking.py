"""The customer is asked, once, by a link that only its holder can use; what is not confirmed in time does not count."""

import hashlib
import secrets
from datetime import date, timedelta

from levante.kernel.api import Actor, NotYours, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.parties.api import mandates_in_force, people_acting_for
from levante.wins import policies, states
from levante.wins.forgetting import end_asks, forget_addresses
from levante.wins.models import CustomerAsk, CustomerLetter, Win
from levante.wins.telling import locked
from levante.wins.terms import LINK, of_win


@service("wins.ask_customer")
def ask_customer(*, actor: Actor, win: Win) -> tuple[CustomerAsk, str]:
    """A new link for the customer of a win, and its secret: 32 random bytes, told here and never again. The link before it is dead."""
    held = locked(win.pk)
    may_be_asked(actor, held)
    token = secrets.token_urlsafe(32)
    made = fresh_ask(actor, held, token)
    note(win=held.pk, expires_on=made.expires_on.isoformat())
    note_object(made)
    return made, token


def may_be_asked(actor: Actor, held: Win) -> None:
    """Refused when the actor does not follow the win, or its customer can answer no more."""
    require(policies.may_follow(actor, held))
    if held.state not in states.OPEN:
        refuse(
            "Il cliente ha già risposto, o il termine è passato.", "The customer has answered, or the term has passed."
        )
    if today() > held.confirm_by:
        refuse("Il termine per la conferma è passato.", "The term to confirm it has passed.")


def fresh_ask(actor: Actor, held: Win, token: str) -> CustomerAsk:
    """Within the transaction of a service that holds the win: a link with this secret, in place of the one before."""
    end_asks(held.asks.all())
    made = CustomerAsk.objects.create(
        win=held, digest=digest_of(token), asked_at=now(), asked_by_id=actor.user_id,
        expires_on=link_until(held),
    )  # fmt: skip
    held.state = states.ASKED
    held.save(update_fields=["state"])
    return made


def link_until(win: Win) -> date:
    """The last day on which a link made today answers."""
    days = of_win(win, LINK, on=today())
    return min(today() + timedelta(days=days), win.confirm_by)


@service("wins.answer_as_customer")
def answer_as_customer(*, actor: Actor, token: str, confirms: bool, rating: int, comment: str = "") -> CustomerAsk:
    """What the customer says, by the link it was sent; the link is then dead. Opening it changes nothing; this does."""
    found = ask_of(token)
    if found is None:
        raise NotYours
    win = locked(found.win_id)
    held = CustomerAsk.objects.select_for_update().get(pk=found.pk)
    if not is_alive(held) or win.state != states.ASKED or today() > win.confirm_by:
        refuse("Questo collegamento non vale più.", "This link is no longer valid.")
    if actor.user_id is not None and _acts_for(actor.user_id, win.enterprise_id):
        refuse(
            "Agisci per l’impresa che ha raccontato l’affare: risponde il cliente, dal collegamento che riceve.",
            "You act for the enterprise that told this win: the customer answers, by the link it receives.",
        )
    if not 1 <= rating <= 5:
        refuse("Scegli un giudizio da 1 a 5.", "Choose a rating from 1 to 5.", field="rating")
    held.answer, held.rating, held.ended_at = "yes" if confirms else "no", rating, now()
    held.comment = comment.replace("\0", "").strip()[:2000]
    held.save(update_fields=["answer", "rating", "comment", "ended_at"])
    win.state, win.closed_at = states.CONFIRMED if confirms else states.DENIED, now()
    win.save(update_fields=["state", "closed_at"])
    forget_addresses(CustomerLetter.objects.filter(ask=held))
    note(win=win.pk, answer=held.answer, rating=rating)
    words = states.STATES[win.state]
    notify(
        actor=actor, users=people_acting_for(win.enterprise_id, today()), kind="win-answered",
        title=Bilingual(f"Affare {words.it}"[:300], f"Export win {words.en}"[:300]), body=Bilingual(win.what, win.what),
        path=f"/impresa/affari/{win.pk}/", enterprise_id=win.enterprise_id, subject_type="wins.CustomerAsk", subject_id=str(held.pk),
    )  # fmt: skip
    return held


def _acts_for(user_id: int, enterprise_id: int) -> bool:
    return mandates_in_force(user_id, today()).filter(enterprise=enterprise_id).exists()


@service("wins.lapse_wins")
def lapse_wins(*, actor: Actor) -> int:
    """Every night: what was not confirmed by its last day stays told and does not count; who acts for the enterprise is told. How many."""
    late = Win.objects.filter(state__in=states.OPEN, confirm_by__lt=today()).select_for_update(
        of=("self",), skip_locked=True
    )
    rows = list(late.order_by("pk")[:1000])
    lapsed = [row.pk for row in rows]
    if not lapsed:
        return unchanged(0)
    end_asks(CustomerAsk.objects.filter(win__in=lapsed))
    Win.objects.filter(pk__in=lapsed).update(state=states.LAPSED, closed_at=now())
    for row in rows:
        notify(
            actor=actor, users=people_acting_for(row.enterprise_id, today()), kind="win-lapsed",
            title=Bilingual("Un affare non conta più", "An export win counts no more"),
            body=Bilingual(
                f"{row.what}: il cliente non l’ha confermato entro il {row.confirm_by:%d/%m/%Y}.",
                f"{row.what}: the customer did not confirm it by {row.confirm_by:%d/%m/%Y}.",
            ),
            path=f"/impresa/affari/{row.pk}/", enterprise_id=row.enterprise_id, subject_type="wins.Win", subject_id=str(row.pk),
        )  # fmt: skip
    note(wins=lapsed)
    return len(lapsed)


def digest_of(token: str) -> str:
    """What is kept of a secret: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def ask_of(token: str) -> CustomerAsk | None:
    """The link with this secret, alive or not; one query."""
    related = ("win__enterprise", "win__country")
    return CustomerAsk.objects.select_related(*related).filter(digest=digest_of(token)).first()


def is_alive(ask: CustomerAsk) -> bool:
    return ask.ended_at is None and today() <= ask.expires_on
