"""The mail of an invitation: in both languages, the one of who is invited first; the same whether they have an account or not."""

from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format

from levante.identity.api import RoleGrant
from levante.kernel.api import ROME, today
from levante.parties.models import Invitation
from levante.parties.scopes import scopes_in_words
from levante.parties.services.invitations import invitation_token

_WORDS = {
    "it": {
        "subject": "Un invito ad agire per {name}",
        "text": (
            "Buongiorno,\n\n"
            "{sender} ti offre una delega per agire per conto di {name}, come {kind}{until}. Con la delega puoi:\n"
            "{scopes}\n\n"
            "Per accettare apri questo indirizzo entro il {expires} e accedi. Se non hai ancora un’utenza la puoi creare "
            "da lì, con questo stesso indirizzo di posta.\n\n"
            "{link}\n\n"
            "Se non ti aspettavi questo messaggio non fare nulla: senza la tua conferma non succede niente."
        ),
        "until": ", fino al {day}",
    },
    "en": {
        "subject": "An invitation to act for {name}",
        "text": (
            "Hello,\n\n"
            "{sender} offers you a mandate to act for {name}, as {kind}{until}. With it you can:\n"
            "{scopes}\n\n"
            "To accept, open this address by {expires} and sign in. If you have no account yet you can create one there, "
            "with this same e-mail address.\n\n"
            "{link}\n\n"
            "If you did not expect this message, do nothing: without your confirmation nothing happens."
        ),
        "until": ", until {day}",
    },
}


def invitation_mail(invitation: Invitation) -> tuple[str, str]:
    """Subject and text."""
    first, second = ("en", "it") if invitation.language == "en" else ("it", "en")
    subject, text = _in(first, invitation)
    _, other = _in(second, invitation)
    return subject, f"{text}\n\n———\n\n{other}\n"


def send_invitation_mail(invitation_id: int) -> bool:
    """Write to who is invited, unless the invitation is no longer open; says whether it left."""
    rows = Invitation.objects.select_related("enterprise", "buyer", "investor", "sent_by")
    invitation = rows.filter(pk=invitation_id).exclude(email="").first()
    if invitation is None or not invitation.is_open:
        return False
    subject, text = invitation_mail(invitation)
    EmailMessage(f"[Levante] {subject}", text, to=[invitation.email]).send()
    return True


def _in(language: str, invitation: Invitation) -> tuple[str, str]:
    words, english, name = _WORDS[language], language == "en", " ".join(invitation.holder.name.split())
    with translation.override(language):

        def day(moment: date) -> str:
            written = str(date_format(moment, "j F Y"))
            return written if english else written.lower()

        scopes = scopes_in_words(invitation.party.kind, invitation.kind, invitation.scopes)
        text = words["text"].format(
            sender=_sender(invitation, english),
            name=name,
            kind=str(invitation.get_kind_display()).lower(),
            until=words["until"].format(day=day(invitation.until)) if invitation.until else "",
            scopes="\n".join(f"- {scope.in_language(language)}" for scope in scopes),
            expires=day(invitation.expires_at.astimezone(ROME).date()),
            link=f"{settings.SITE_URL}{'/en' if english else ''}/inviti/{invitation_token(invitation)}/",
        )
    return words["subject"].format(name=name), text


def _sender(invitation: Invitation, english: bool) -> str:
    """Who invites: a person of the enterprise, or of an office and then with its name."""
    user = invitation.sent_by
    if user is None:
        return "Levante"
    if invitation.enterprise_id is not None:
        return str(user)
    grant = RoleGrant.objects.in_force(today()).filter(user=user).select_related("office").order_by("pk").first()
    if grant is None:
        return str(user)
    return f"{user} ({grant.office.name_en if english else grant.office.name_it})"
