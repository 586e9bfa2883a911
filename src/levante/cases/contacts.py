"""Who wrote from outside, without an account: what is known of them, given to them and forgotten."""

from typing import Any

from levante.cases import policies, states
from levante.cases.models import Case, CaseMessage, ExternalContact, Referral
from levante.kernel.api import Actor, note, note_object, now, refuse, service
from levante.messages.api import forget_subject

#: What stands where words were.
GONE = "—"


@service("cases.erase_contact")
def erase_contact(*, actor: Actor, contact: ExternalContact) -> ExternalContact:
    """Forget who wrote from outside (GDPR art. 17), once every case of theirs is closed; numbers and terms stay.

    Words go with the person: the subject holds who writes, an answer begins with a name, a note tells of a telephone call,
    and notices repeat the subject. What stays is that there was a request, its term and how it ended.
    """
    if not actor.has_role(*policies.WORKERS):
        refuse("Cancella un ufficio della Sezione.", "An office of the Section erases.")
    row = ExternalContact.objects.select_for_update().get(pk=contact.pk)
    if row.cases.exclude(state=states.CLOSED).exists():
        refuse("Ha ancora una richiesta aperta.", "There is still an open request.")
    row.name = row.email = row.organisation = ""
    row.country, row.erased_at = None, now()
    row.save(update_fields=["name", "email", "organisation", "country", "erased_at"])
    cases = Case.objects.filter(contact=row)
    CaseMessage.objects.filter(case__in=cases).update(text=GONE)
    Referral.objects.filter(case__in=cases).exclude(note="").update(note=GONE)
    Referral.objects.filter(case__in=cases).exclude(reason="").update(reason=GONE)
    cases.exclude(closing_reason="").update(closing_reason=GONE)
    cases.update(subject=GONE)
    ids = [str(pk) for pk in cases.order_by("pk").values_list("pk", flat=True)]
    forget_subject(actor=actor, subject_type="cases.Case", subject_ids=ids)
    note(cases=ids)
    return row


@service("cases.export_contact")
def export_contact(*, actor: Actor, contact: ExternalContact) -> dict[str, Any]:
    """Everything known of who wrote from outside, in plain JSON (arts. 15 and 20 GDPR). The request itself is audited."""
    if not actor.has_role(*policies.WORKERS):
        refuse("I dati di una persona li dà un ufficio della Sezione.", "An office of the Section gives the data.")
    note_object(contact)
    return {
        "contact": {
            "name": contact.name,
            "email": contact.email,
            "organisation": contact.organisation,
            "country": contact.country.code if contact.country else "",
            "language": contact.language,
        },
        "consent": {"wording": contact.consent_wording, "at": contact.consent_at.isoformat()},
        "requests": [
            {
                "number": case.number,
                "subject": case.subject,
                "opened_at": case.opened_at.isoformat(),
                "state": case.state,
                "messages": [
                    {"kind": row.kind, "at": row.at.isoformat(), "text": row.text}
                    for row in case.messages.exclude(kind=states.NOTE).order_by("at", "pk")
                ],
            }
            for case in contact.cases.order_by("pk")
        ],
    }
