"""Background work of identity: mails that offer a role, addresses forgotten."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from procrastinate.contrib.django import app

from levante.kernel.actor import system

if TYPE_CHECKING:
    from levante.identity.models import RoleOffer


@app.task(name="identity.send_role_offer", queue="mail", pass_context=False, retry=5)
def send_role_offer(offer_id: int) -> None:
    """Write to whom a role is offered; one withdrawn or taken meanwhile is not sent."""
    from levante.identity.models import RoleOffer

    rows = RoleOffer.objects.select_related("office", "offered_by").filter(taken_at=None, withdrawn_at=None)
    offer = rows.filter(pk=offer_id).exclude(email="").first()
    if offer is not None:
        subject, text = role_offer_mail(offer)
        EmailMessage(f"[Levante] {subject}", text, to=[offer.email]).send()


def role_offer_mail(offer: "RoleOffer") -> tuple[str, str]:
    """Subject and text, in both languages; the same whether the address has an account or not."""
    from levante.identity.roles import LABELS

    role, office = LABELS[offer.role], offer.office
    who = str(offer.offered_by or "Levante")
    it = (
        f"Buongiorno,\n\n{who} ti assegna un ruolo su Levante: {role.it}, presso {office.name_it}.\n\n"
        f"Lo trovi al prossimo accesso con questo indirizzo di posta. Se non hai ancora un’utenza, creala da qui:\n\n"
        f"{settings.SITE_URL}/accounts/login/\n\n"
        "Se non ti aspettavi questo messaggio non fare nulla: senza il tuo accesso non succede niente."
    )
    en = (
        f"Hello,\n\n{who} gives you a role on Levante: {role.en}, at {office.name_en}.\n\n"
        f"You find it at your next sign-in with this e-mail address. If you have no account yet, create one here:\n\n"
        f"{settings.SITE_URL}/en/accounts/login/\n\n"
        "If you did not expect this message, do nothing: without your signing in nothing happens."
    )
    return f"Un ruolo per te: {role.it}", f"{it}\n\n———\n\n{en}\n"


@app.periodic(cron="25 1 * * *")
@app.task(queueing_lock="identity.forget_offers")
def forget_old_offers(timestamp: int) -> None:
    """Every night: addresses of offers that nobody took are not kept."""
    from levante.identity.services import forget_offers

    forget_offers(actor=system("identity.forget_offers"))
