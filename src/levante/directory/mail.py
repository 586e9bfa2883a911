"""The mail that asks who wrote from outside whether the enquiry is theirs: in their language."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from procrastinate.contrib.django import app

from levante.directory.models import EnquiryDraft
from levante.kernel.api import prefix_of, today, written_day
from levante.kernel.pure import Bilingual

_SALT = "levante.directory.enquiry"

_SUBJECT = Bilingual("Conferma la richiesta a {firm}", "Confirm your enquiry to {firm}")
_TEXT = Bilingual(
    "Buongiorno,\n"
    "\nhai scritto una richiesta per {firm} nella vetrina delle imprese della Regione Puglia. Per inviarla apri "
    "questo indirizzo entro il {day} e conferma:\n"
    "\n{link}\n"
    "\nSe non sei stato tu non fare nulla: senza conferma la richiesta è cancellata.\n",
    "Hello,\n"
    "\nyou wrote an enquiry to {firm} in the directory of enterprises of Regione Puglia (Italy). To send it, open "
    "this address by {day} and confirm:\n"
    "\n{link}\n"
    "\nIf it was not you, do nothing: without your confirmation the enquiry is deleted.\n",
)


def token_of(draft: EnquiryDraft) -> str:
    """The secret part of its link: signed, so that nothing secret is kept."""
    return signing.dumps(draft.pk, salt=_SALT)


def draft_of(token: str) -> EnquiryDraft | None:
    """The enquiry of a link, while it waits; ``None`` when it was confirmed, has lapsed, or the link is none of ours."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    rows = EnquiryDraft.objects.select_related("profile__enterprise", "product", "country")
    return rows.filter(pk=pk, expires_on__gte=today()).first()


@app.task(name="directory.send_link", queue="mail", retry=5)
def send_link(draft_id: int) -> None:
    """Write to who asked, unless it was confirmed or has lapsed meanwhile."""
    draft = EnquiryDraft.objects.select_related("profile__enterprise").filter(pk=draft_id).first()
    if draft is None or draft.expires_on < today():
        return
    language = draft.language
    subject, text = _SUBJECT.in_language(language), _TEXT.in_language(language)
    given = {
        "firm": " ".join(draft.profile.enterprise.name.split()),
        "day": written_day(draft.expires_on, language),
        "link": f"{settings.SITE_URL}{prefix_of(language)}/vetrina/conferma/{token_of(draft)}/",
    }
    EmailMessage(f"[Levante] {subject.format(**given)}", text.format(**given), to=[draft.email]).send()
