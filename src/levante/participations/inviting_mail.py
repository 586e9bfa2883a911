"""The letters to buyers that are invited, or ask to come: in their language, with a link whose opening changes nothing."""

from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from procrastinate.contrib.django import app

from levante.initiatives.api import city_in
from levante.kernel.api import prefix_of, today, written_day
from levante.kernel.pure import Bilingual
from levante.participations import states
from levante.participations.asking_in import asking_token
from levante.participations.inviting import invited_token
from levante.participations.models import BuyerInvitation

#: Each kind: the states in which it still leaves; subject and text by language.
_WHEN = {
    "confirm": (states.I_DRAFT,), "invited": (states.I_SENT,), "reminded": (states.I_SENT,), "admitted": (states.I_SENT,),
    "refused": (states.I_REFUSED,),
}  # fmt: skip
#: Subject and text of each.
_WORDS = {
    "invited": (
        Bilingual("Un invito: {title}", "An invitation: {title}"),
        Bilingual(
            "Buongiorno{name},\n"
            "\n{office} invita {buyer} a {title}, {place}, {days}, a incontrare imprese della Puglia.\n"
            "\nDa questo indirizzo si legge di che si tratta e a quali condizioni, e si accetta o si declina entro il "
            "{last}. Non serve un’utenza.\n"
            "\n{link}\n"
            "\nAprire il collegamento non cambia niente: conta la risposta.\n",
            "Hello{name},\n"
            "\n{office} (Italy) invites {buyer} to {title}, {place}, {days}, to meet enterprises of Puglia.\n"
            "\nAt this address you read what it is and on which terms, and accept or decline by {last}. You need no "
            "account.\n"
            "\n{link}\n"
            "\nOpening the link changes nothing: your answer does.\n",
        ),
    ),
    "reminded": (
        Bilingual("Aspettiamo una risposta: {title}", "We await your answer: {title}"),
        Bilingual(
            "Buongiorno{name},\n"
            "\n{buyer} è invitato a {title}, {place}, {days}, e non ha ancora risposto. Si accetta o si declina da qui, "
            "entro il {last}:\n"
            "\n{link}\n",
            "Hello{name},\n"
            "\n{buyer} is invited to {title}, {place}, {days}, and has not answered yet. Accept or decline here, by {last}:\n"
            "\n{link}\n",
        ),
    ),
    "admitted": (
        Bilingual("La richiesta è accolta: {title}", "Your request is accepted: {title}"),
        Bilingual(
            "Buongiorno{name},\n"
            "\n{office} ha accolto la richiesta di {buyer} di venire a {title}, {place}, {days}. Per venire si leggono le "
            "condizioni e si accetta da questo indirizzo, entro il {last}:\n"
            "\n{link}\n",
            "Hello{name},\n"
            "\n{office} (Italy) accepted the request of {buyer} to come to {title}, {place}, {days}. To come, read the "
            "terms and accept at this address, by {last}:\n"
            "\n{link}\n",
        ),
    ),
    "refused": (
        Bilingual("La richiesta non è accolta: {title}", "Your request is not accepted: {title}"),
        Bilingual(
            "Buongiorno{name},\n"
            "\n{office} non ha accolto la richiesta di {buyer} di venire a {title}. Il motivo:\n"
            "\n{reason}\n"
            "\nSi può rispondere all’ufficio, o guardare le altre iniziative aperte ai buyer: {fairs}\n",
            "Hello{name},\n"
            "\n{office} (Italy) did not accept the request of {buyer} to come to {title}. The reason:\n"
            "\n{reason}\n"
            "\nYou can write to the office, or look at the other initiatives open to buyers: {fairs}\n",
        ),
    ),
    "confirm": (
        Bilingual("Conferma la richiesta di venire: {title}", "Confirm that you ask to come: {title}"),
        Bilingual(
            "Buongiorno{name},\n"
            "\nhai chiesto di venire a {title}. Per mandare la richiesta apri questo indirizzo entro il {last} e conferma:\n"
            "\n{link}\n"
            "\nSe non sei stato tu non fare nulla: senza conferma la richiesta è cancellata.\n",
            "Hello{name},\n"
            "\nyou asked to come to {title}. To send your request, open this address by {last} and confirm:\n"
            "\n{link}\n"
            "\nIf it was not you, do nothing: without your confirmation the request is deleted.\n",
        ),
    ),
}


def buyer_letter(row: BuyerInvitation, kind: str) -> tuple[str, str]:
    """Subject and text, in the language of the invitation."""
    language, initiative = row.language, row.initiative
    base = f"{settings.SITE_URL}{prefix_of(language)}"
    link = (
        f"/fiere/buyer/conferma/{asking_token(row)}/" if kind == "confirm" else f"/fiere/invito/{invited_token(row)}/"
    )
    title = Bilingual(initiative.title_it, initiative.title_en).in_language(language)
    city = Bilingual(city_in(initiative.city, "it"), city_in(initiative.city, "en"))
    office = Bilingual(initiative.lead_office.name_it, initiative.lead_office.name_en)
    given = {
        "name": f" {row.name}" if row.name else "", "buyer": row.buyer.name if row.buyer is not None else "",
        "title": " ".join(title.split()), "place": city.in_language(language) or "online", "reason": row.reason,
        "days": _days(initiative.starts_on, initiative.ends_on, language), "last": written_day(row.expires_on, language),
        "office": office.in_language(language), "link": base + link, "fairs": f"{base}/fiere/",
    }  # fmt: skip
    subject, text = (words.in_language(language) for words in _WORDS[kind])
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


def _days(first: date, last: date, language: str) -> str:
    days = [written_day(day, language) for day in dict.fromkeys([first, last])]
    return " – ".join(days)
