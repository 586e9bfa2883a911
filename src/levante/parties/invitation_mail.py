"""The mail of an invitation: in two languages, the one of who is invited first; the same whether they have an account or not."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from levante.identity.api import RoleGrant
from levante.kernel.api import ROME, prefix_of, screens_in, today, written_day
from levante.kernel.pure import Bilingual, reads_english
from levante.kernel.pure.languages import ENGLISH, ITALIAN
from levante.parties.models import Invitation
from levante.parties.scopes import scopes_in_words
from levante.parties.services.invitations import invitation_token

_WORDS = {
    "subject": Bilingual(
        "Un invito ad agire per {name}",
        "An invitation to act for {name}",
    ),
    "text": Bilingual(
        "Buongiorno,\n"
        "\n{sender} ti offre una delega per agire per conto di {name}, come {kind}{until}. Con la delega puoi:\n"
        "{scopes}\n"
        "\nPer accettare apri questo indirizzo entro il {expires} e accedi. Se non hai ancora un’utenza la puoi creare "
        "da lì, con questo stesso indirizzo di posta.\n"
        "\n{link}\n"
        "\nSe non ti aspettavi questo messaggio non fare nulla: senza la tua conferma non succede niente.",
        "Hello,\n"
        "\n{sender} offers you a mandate to act for {name}, as {kind}{until}. With it you can:\n"
        "{scopes}\n"
        "\nTo accept, open this address by {expires} and sign in. If you have no account yet you can create one there, "
        "with this same e-mail address.\n"
        "\n{link}\n"
        "\nIf you did not expect this message, do nothing: without your confirmation nothing happens.",
    ),
    "until": Bilingual(
        ", fino al {day}",
        ", until {day}",
    ),
}


def invitation_mail(invitation: Invitation) -> tuple[str, str]:
    """Subject and text."""
    first = invitation.language
    second = ENGLISH if screens_in(first) not in (ITALIAN, ENGLISH) else ITALIAN if reads_english(first) else ENGLISH
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
    english, name = reads_english(language), " ".join(invitation.holder.name.split())

    def words(which: str) -> str:
        return _WORDS[which].in_language(language)

    with translation.override(screens_in(language)):
        scopes = scopes_in_words(invitation.party.kind, invitation.kind, invitation.scopes)
        text = words("text").format(
            sender=_sender(invitation, english),
            name=name,
            kind=str(invitation.get_kind_display()).lower(),
            until=words("until").format(day=written_day(invitation.until, language)) if invitation.until else "",
            scopes="\n".join(f"- {scope.in_language(language)}" for scope in scopes),
            expires=written_day(invitation.expires_at.astimezone(ROME).date(), language),
            link=f"{settings.SITE_URL}{prefix_of(language)}/inviti/{invitation_token(invitation)}/",
        )
    return words("subject").format(name=name), text


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
