"""Who is told of what happens to a case, and the texts that people write in it."""

from typing import Any

from levante.cases import policies
from levante.cases.models import Case
from levante.identity.api import Office, RoleGrant
from levante.kernel.api import Actor, refuse, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify

#: The longest text of a request or of an answer.
LONGEST_TEXT = 10_000


def cleaned(text: str, field: str, longest: int, it: str = "Scrivi qualcosa.", en: str = "Write something.") -> str:
    """The text without null bytes and blanks around; refused when nothing is left or it is too long."""
    clean = text.replace("\0", "").strip()
    if not clean:
        refuse(it, en, field=field)
    if len(clean) > longest:
        refuse(
            f"È troppo lungo: al massimo {longest} caratteri.", f"Too long: at most {longest} characters.", field=field
        )
    return clean


def _grants(office: Office) -> Any:
    return RoleGrant.objects.in_force(today()).filter(
        office=office, role__in=policies.workers_of(office.kind), user__is_active=True
    )


def workers(office: Office) -> list[int]:
    """Who is told of what arrives: those who work on requests in the office, directors left to their reports."""
    return sorted(set(_grants(office).exclude(role="director").values_list("user_id", flat=True)))


def works_in(user_id: int, office: Office) -> bool:
    return bool(_grants(office).filter(user_id=user_id).exists())


def tell(
    actor: Actor,
    case: Case,
    kind: str,
    users: "list[int] | list[int | None]",
    title: Bilingual,
    body: Bilingual,
    path: str = "",
) -> None:
    """Tell people about the case, once each per event; who acts is not told of what they did."""
    wanted = [user for user in users if user is not None and user != actor.user_id]
    if wanted:
        notify(
            actor=actor,
            users=wanted,
            kind=kind,
            title=title,
            body=body,
            path=path or f"/ufficio/richieste/{case.pk}/",
            enterprise_id=case.enterprise_id if path else None,
            subject_type="cases.Case",
            subject_id=str(case.pk),
        )
