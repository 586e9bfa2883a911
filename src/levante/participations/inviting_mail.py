"""The letters to buyers that are invited, or ask to come: in their language, with a link whose opening changes nothing."""

from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from procrastinate.contrib.django import app

from levante.kernel.api import today
from levante.participations import states
from levante.participations.asking_in import asking_token
from levante.participations.inviting import invited_token
from levante.participations.models import BuyerInvitation

#: Each kind: the states in which it still leaves; subject and text by language.
_WHEN = {
    "confirm": (states.I_DRAFT,), "invited": (states.I_SENT,), "reminded": (states.I_SENT,), "admitted": (states.I_SENT,),
    "refused": (states.I_REFUSED,),
}  # fmt: skip
_WORDS = {
    "it": {
        "invited": (
            "Un invito: {title}",
            "Buongiorno{name},\n\n{office} invita {buyer} a {title}, {place}, {days}, a incontrare imprese della "
            "Puglia.\n\nDa questo indirizzo si legge di che si tratta e a quali condizioni, e si accetta o si "
            "declina entro il {last}. Non serve un’utenza.\n\n{link}\n\nAprire il collegamento non cambia niente: "
            "conta la risposta.\n",
        ),
        "reminded": (
            "Aspettiamo una risposta: {title}",
            "Buongiorno{name},\n\n{buyer} è invitato a {title}, {place}, {days}, e non ha ancora risposto. Si "
            "accetta o si declina da qui, entro il {last}:\n\n{link}\n",
        ),
        "admitted": (
            "La richiesta è accolta: {title}",
            "Buongiorno{name},\n\n{office} ha accolto la richiesta di {buyer} di venire a {title}, {place}, "
            "{days}. Per venire si leggono le condizioni e si accetta da questo indirizzo, entro il {last}:\n\n"
            "{link}\n",
        ),
        "refused": (
            "La richiesta non è accolta: {title}",
            "Buongiorno{name},\n\n{office} non ha accolto la richiesta di {buyer} di venire a {title}. Il "
            "motivo:\n\n{reason}\n\nSi può rispondere all’ufficio, o guardare le altre iniziative aperte ai buyer: "
            "{fairs}\n",
        ),
        "confirm": (
            "Conferma la richiesta di venire: {title}",
            "Buongiorno{name},\n\nhai chiesto di venire a {title}. Per mandare la richiesta apri questo indirizzo "
            "entro il {last} e conferma:\n\n{link}\n\nSe non sei stato tu non fare nulla: senza conferma la "
            "richiesta è cancellata.\n",
        ),
    },
    "en": {
        "invited": (
            "An invitation: {title}",
            "Hello{name},\n\n{office} (Italy) invites {buyer} to {title}, {place}, {days}, to meet enterprises of "
            "Puglia.\n\nAt this address you read what it is and on which terms, and accept or decline by {last}. "
            "You need no account.\n\n{link}\n\nOpening the link changes nothing: your answer does.\n",
        ),
        "reminded": (
            "We await your answer: {title}",
            "Hello{name},\n\n{buyer} is invited to {title}, {place}, {days}, and has not answered yet. Accept or "
            "decline here, by {last}:\n\n{link}\n",
        ),
        "admitted": (
            "Your request is accepted: {title}",
            "Hello{name},\n\n{office} (Italy) accepted the request of {buyer} to come to {title}, {place}, {days}. "
            "To come, read the terms and accept at this address, by {last}:\n\n{link}\n",
        ),
        "refused": (
            "Your request is not accepted: {title}",
            "Hello{name},\n\n{office} (Italy) did not accept the request of {buyer} to come to {title}. The "
            "reason:\n\n{reason}\n\nYou can write to the office, or look at the other initiatives open to buyers: "
            "{fairs}\n",
        ),
        "confirm": (
            "Confirm that you ask to come: {title}",
            "Hello{name},\n\nyou asked to come to {title}. To send your request, open this address by {last} and "
            "confirm:\n\n{link}\n\nIf it was not you, do nothing: without your confirmation the request is "
            "deleted.\n",
        ),
    },
}  # fmt: skip


def buyer_letter(row: BuyerInvitation, kind: str) -> tuple[str, str]:
    """Subject and text, in the language of the invitation."""
    english, initiative = row.language == "en", row.initiative
    base = f"{settings.SITE_URL}{'/en' if english else ''}"
    link = (
        f"/fiere/buyer/conferma/{asking_token(row)}/" if kind == "confirm" else f"/fiere/invito/{invited_token(row)}/"
    )
    title = initiative.title_en if english else initiative.title_it
    office = initiative.lead_office
    given = {
        "name": f" {row.name}" if row.name else "", "buyer": row.buyer.name if row.buyer is not None else "",
        "title": " ".join(title.split()), "place": initiative.city or "online", "reason": row.reason,
        "days": _days(initiative.starts_on, initiative.ends_on, english), "last": _day(row.expires_on, english),
        "office": office.name_en if english else office.name_it, "link": base + link, "fairs": f"{base}/fiere/",
    }  # fmt: skip
    subject, text = _WORDS[row.language][kind]
    return subject.format(**given), text.format(**given)


@app.task(name="participations.send_buyer_letter", queue="mail", retry=5)
def send_buyer_letter(invitation_id: int, kind: str) -> None:
    """Write, unless the invitation has moved on meanwhile."""
    rows = BuyerInvitation.objects.select_related("initiative__lead_office", "buyer")
    row = rows.filter(pk=invitation_id, state__in=_WHEN[kind]).exclude(email="").first()
    if row is None or (kind != "refused" and row.expires_on < today()):
        return
    subject, text = buyer_letter(row, kind)
    EmailMessage(f"[Levante] {subject}", text, to=[row.email]).send()


def _day(day: date, english: bool) -> str:
    return f"{day:%d %B %Y}" if english else f"{day:%d/%m/%Y}"


def _days(first: date, last: date, english: bool) -> str:
    if first == last:
        return _day(first, english)
    return f"{_day(first, english)} – {_day(last, english)}"
