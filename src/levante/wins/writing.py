"""The platform sends a customer the link that confirms a win; what comes back is told."""

import base64
import uuid
from datetime import date, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac

from levante.identity.api import verified_addresses
from levante.kernel.api import Actor, note, note_object, now, prefix_of, refuse, service, today, unchanged, written_day
from levante.kernel.pure import Bilingual
from levante.kernel.pure.languages import ENGLISH
from levante.messages.api import notify
from levante.parties.api import Enterprise, people_acting_for
from levante.wins import states
from levante.wins.asking import fresh_ask, link_until, may_be_asked
from levante.wins.models import CustomerLetter, Win
from levante.wins.pure.returned import without_addresses
from levante.wins.telling import locked
from levante.wins.terms import LETTERS_A_DAY, LETTERS_A_WIN, of_win
from levante.wins.wordings import Wording, letter_wording_on, letter_wordings

#: Within this long the same letter asked twice is one.
SAME_CLICK = timedelta(minutes=1)
_SALT = "levante.wins.letter"


@service("wins.send_customer_letter")
def send_customer_letter(*, actor: Actor, win: Win, email: str, language: str, declared: bool) -> CustomerLetter:
    """A new link for the customer, sent to ``email`` by the platform, in ``language``; the link before it is dead. ``declared``: who
    sends says of the address what the wording of today asks. So many letters for a win, and for an enterprise in a day."""
    Enterprise.objects.select_for_update(of=("self",)).only("pk").get(pk=win.enterprise_id)
    held = locked(win.pk)
    may_be_asked(actor, held)
    address, made = _address(email), CustomerLetter.objects.filter(ask__win__enterprise=held.enterprise_id)
    if language not in letter_wording_on(today()).languages:
        refuse("Scegli la lingua.", "Choose the language.", field="language")
    if not declared:
        refuse("Serve la tua dichiarazione sull’indirizzo.", "Declare whose address it is.", field="declared")
    _refuse_own(held, address)
    same = made.filter(ask__win=held, email=address, language=language, made_at__gt=now() - SAME_CLICK)
    known = same.exclude(state__in=[states.L_RETURNED, states.L_DROPPED]).first()
    if known is not None:
        return unchanged(known)
    if made.filter(ask__win=held).count() >= of_win(held, LETTERS_A_WIN, on=today()):
        refuse(
            "Al cliente abbiamo già scritto più volte: copia il collegamento e mandalo tu.",
            "The customer has been written to several times: copy the link and send it yourself.",
        )
    lately = made.filter(made_at__gt=now() - timedelta(days=1)).count()
    if lately >= of_win(held, LETTERS_A_DAY, on=today()):
        refuse("Oggi le lettere sono già tante: riprova domani.", "Many letters have left today: try again tomorrow.")
    message_id = f"{uuid.uuid4().hex}@{_domain()}"
    ask = fresh_ask(actor, held, token_of(message_id))
    letter = CustomerLetter.objects.create(
        ask=ask, email=address, language=language, wording=letter_wording_on(today()).version,
        message_id=message_id, made_at=now(), made_by_id=actor.user_id,
    )  # fmt: skip
    note(win=held.pk, language=language, wording=letter.wording, expires_on=ask.expires_on.isoformat())
    note_object(letter)
    from levante.wins.jobs import post_customer_letter

    post_customer_letter.defer(letter_id=letter.pk)
    return letter


def token_of(message_id: str) -> str:
    """The secret of the link in a letter: made again from its number with the key of the site, so that nothing secret is kept and a
    letter that leaves twice has one link."""
    digest = salted_hmac(_SALT, message_id, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def customer_mail(letter: CustomerLetter) -> tuple[str, str]:
    """Subject and text of a letter, with its link; in the version of the wording with which it was asked."""
    wording = next(one for one in letter_wordings() if one.version == letter.wording)
    address = f"/affari/conferma/{token_of(letter.message_id)}/"
    return _written(wording, letter.ask.win, letter.language, letter.ask.expires_on, address)


#: Where who has no language of its own on file most likely reads one of those of the letter.
_SPOKEN_IN = {"IT": "it", "DE": "de", "AT": "de", "LI": "de"}


def letter_language(win: Win) -> str:
    """In which language the customer is proposed to be written to: that of its file where it is a buyer, else that of its country; English
    where the letter has not that one. One query at most."""
    wanted = win.buyer.written_in if win.buyer is not None else _SPOKEN_IN.get(str(win.country_id), ENGLISH)
    return wanted if wanted in letter_wording_on(today()).languages else ENGLISH


def letter_preview(win: Win, language: str) -> str:
    """What the customer would read of a letter that left today, but for the link."""
    return _written(letter_wording_on(today()), win, language, link_until(win), "/…")[1]


def _written(wording: Wording, win: Win, language: str, until: date, address: str) -> tuple[str, str]:
    site = f"{settings.SITE_URL}{prefix_of(language)}"
    given = {
        "firm": " ".join(win.enterprise.name.split()), "what": " ".join(win.what.split()),
        "won_on": written_day(win.won_on, language), "until": written_day(until, language),
        "link": f"{site}{address}", "privacy": f"{site}/info/privacy/",
    }  # fmt: skip
    subject, text = wording.subject.in_language(language), wording.letter.in_language(language)
    return subject.format(**given), text.format(**given)


def deliver(letter: CustomerLetter) -> None:
    """Hand a letter to the mail server: ``OSError`` when it is down, ``SMTPRecipientsRefused`` when it knows no such address."""
    subject, text = customer_mail(letter)
    headers = {"Message-ID": f"<{letter.message_id}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(f"[Levante] {subject}", text, to=[letter.email], headers=headers).send()


@service("wins.customer_letter_sent")
def customer_letter_sent(*, actor: Actor, letter: CustomerLetter) -> CustomerLetter:
    """It left, also when meanwhile it was not to leave any more."""
    held = CustomerLetter.objects.select_for_update().get(pk=letter.pk)
    if held.state not in (states.L_WAITING, states.L_DROPPED):
        return unchanged(held)
    held.state, held.sent_at, held.ended_at = states.L_SENT, now(), None
    held.save(update_fields=["state", "sent_at", "ended_at"])
    note(ask=held.ask_id)
    return held


@service("wins.customer_letter_returned")
def customer_letter_returned(*, actor: Actor, message_id: str, problem: str) -> CustomerLetter | None:
    """The mail server refused a letter, or gave it back later: who acts for the enterprise is told and may send another. None when the
    letter is none of ours; what came back already, or was answered, stays as it is."""
    held = CustomerLetter.objects.select_for_update(of=("self",)).filter(message_id=message_id).first()
    if held is None:
        return unchanged(None)
    if held.state not in (states.L_WAITING, states.L_SENT):
        return unchanged(held)
    held.state, held.ended_at = states.L_RETURNED, now()
    held.problem = without_addresses(problem)[:300] or "—"
    held.save(update_fields=["state", "ended_at", "problem"])
    note(ask=held.ask_id)
    win = held.ask.win
    if win.state == states.ASKED:
        _tell_returned(actor, held, win)
    return held


def _tell_returned(actor: Actor, letter: CustomerLetter, win: Win) -> None:
    """Who acts for the enterprise is told, and the person of an office who asked for the letter."""
    people = people_acting_for(win.enterprise_id, today())
    sender = letter.made_by_id
    office = [sender] if sender is not None and sender not in people else []
    for users, path, enterprise in ((people, "/impresa", win.enterprise_id), (office, "/ufficio", None)):
        notify(
            actor=actor, users=users, kind="customer-letter-returned",
            title=Bilingual("La lettera al cliente non è arrivata", "The letter to the customer did not arrive"),
            body=Bilingual(
                f"{win.what}: controlla l’indirizzo e mandane un’altra, o copia il collegamento.",
                f"{win.what}: look at the address and send another, or copy the link.",
            ),
            path=f"{path}/affari/{win.pk}/", enterprise_id=enterprise, subject_type="wins.CustomerLetter",
            subject_id=str(letter.pk),
        )  # fmt: skip


def _address(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError:
        refuse("Scrivi un indirizzo di posta valido.", "Write a valid e-mail address.", field="email")
    return email.strip().lower()


def _refuse_own(win: Win, address: str) -> None:
    """The customer answers, and not who told the win."""
    firm, people = win.enterprise, people_acting_for(win.enterprise_id, today())
    own = {firm.email.lower(), firm.pec.lower()}
    if address in own or any(address in verified_addresses(person) for person in people):
        refuse(
            "È un indirizzo dell’impresa: risponde il cliente.", "It is an address of the enterprise: the customer answers.",
            field="email",
        )  # fmt: skip


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
