"""Everything the programme holds of a person, from every room, as one file (arts. 15 and 20 GDPR)."""

from typing import Any

from django.http import JsonResponse

from levante.cases.api import Case
from levante.identity.api import User, personal_data
from levante.kernel.api import Actor
from levante.parties.api import Person, export_person


def everything(actor: Actor, person: Person) -> dict[str, Any]:
    """What parties hold, the account if there is one, the requests made in one's own name."""
    found: dict[str, Any] = export_person(actor=actor, person=person)
    user = User.objects.filter(pk=person.user_id).first() if person.user_id is not None else None
    if user is not None:
        found["account"] = personal_data(user)
        found["requests"] = [
            {"number": row.number, "subject": row.subject, "opened_at": row.opened_at.isoformat()}
            for row in Case.objects.filter(requested_by=user).order_by("pk")
        ]
    return found


def as_file(data: dict[str, Any], name: str) -> JsonResponse:
    """The data as a download named ``name.json``."""
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response
