"""Answers to who has no account leave by mail, from the worker."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from procrastinate.contrib.django import app

from levante.cases.models import CaseMessage
from levante.kernel.api import now, prefix_of
from levante.kernel.pure import Bilingual, filled


@app.task(name="cases.send_answer", queue="mail", pass_context=False, retry=5)
def send_answer(message_id: int) -> None:
    """Send an answer to the external contact, once; a server that is down is tried again."""
    with transaction.atomic():
        message = (
            CaseMessage.objects.select_for_update(of=("self",))
            .select_related("case__contact", "case__office")
            .get(pk=message_id)
        )
        contact = message.case.contact
        if message.mailed_at is not None or contact is None or not contact.email:
            return
        language = contact.language
        title = f"Re: {message.case.subject} [{message.case.number}]"
        office = Bilingual(message.case.office.name_it, message.case.office.name_en).in_language(language)
        closing = filled(
            "La tua richiesta ha il numero {number}: citalo quando ci scrivi.",
            "Your request has the number {number}: quote it when you write to us.",
            number=message.case.number,
        ).in_language(language)
        text = f"{message.text}\n\n{office}\n\n{closing}\n{settings.SITE_URL}{prefix_of(language)}/\n"
        EmailMessage(" ".join(title.split()), text, to=[contact.email]).send()
        message.mailed_at = now()
        message.save(update_fields=["mailed_at"])
