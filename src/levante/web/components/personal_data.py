"""Everything the programme holds of a person, from every room, as one file (arts. 15 and 20 GDPR)."""

from datetime import datetime
from typing import Any

from django.http import JsonResponse

from levante.api.api import ApiToken
from levante.applications.api import written_by
from levante.cases.api import Case
from levante.competences.api import ReadinessAssessment
from levante.directory.api import BuyerProfile
from levante.identity.api import User, personal_data
from levante.initiatives.api import ExpressionOfInterest
from levante.kernel.api import PARTY_KINDS, Actor
from levante.meetings.api import said_in_meetings
from levante.messages.api import Notice, muted
from levante.participations.api import travels_of
from levante.parties.api import Correction, Person, export_person
from levante.wins.api import told_after


def everything(actor: Actor, person: Person) -> dict[str, Any]:
    """What parties hold and, of who has an account, what each room does: what the person was told, typed and did."""
    found: dict[str, Any] = export_person(actor=actor, person=person)
    user = User.objects.filter(pk=person.user_id).first() if person.user_id is not None else None
    if user is not None:
        found["account"] = personal_data(user)
        found["requests"] = [
            {"number": row.number, "subject": row.subject, "opened_at": _at(row.opened_at)}
            for row in Case.objects.filter(requested_by=user).order_by("pk")
        ]
        found |= written_by(user.pk) | _told_and_kept(user) | _done_for_enterprises(user)
        found |= said_in_meetings(user.pk) | told_after(user.pk)
        found["travels"] = travels_of(user.pk, f"{person.given_name} {person.family_name}")
    return found


def _told_and_kept(user: User) -> dict[str, Any]:
    """What the person was told, and the keys their programs use."""
    return {
        "notices": [
            {"at": _at(row.created_at), "title": row.title_it, "text": row.body_it, "read_at": _at(row.read_at)}
            for row in Notice.objects.filter(user=user).order_by("pk")
        ],
        "reminders_off": sorted(muted(user.pk)),
        "api_keys": [
            {
                "name": row.name,
                "prefix": row.prefix,
                "enterprise": row.enterprise.name,
                "created_at": _at(row.created_at),
                "expires_at": _at(row.expires_at),
                "revoked_at": _at(row.revoked_at),
            }
            for row in ApiToken.objects.filter(user=user).select_related("enterprise").order_by("pk")
        ],
    }


def _done_for_enterprises(user: User) -> dict[str, Any]:
    """What the person did acting for enterprises."""
    return {
        "corrections": [
            {
                "for": row.holder.name,
                "subject": row.subject,
                "changes": row.changes,
                "reason": row.reason,
                "state": row.state,
                "proposed_at": _at(row.proposed_at),
            }
            for row in Correction.objects.filter(proposed_by=user).select_related(*PARTY_KINDS).order_by("pk")
        ],
        "interests": [
            {
                "initiative": row.initiative_id,
                "enterprise": row.enterprise.name,
                "products": row.products,
                "expectations": row.expectations,
                "state": row.state,
                "at": _at(row.registered_at),
            }
            for row in ExpressionOfInterest.objects.filter(by=user).select_related("enterprise").order_by("pk")
        ],
        "buyer_profiles": [
            {"buyer": row.buyer.name, "references": row.references_given, "changed_at": _at(row.changed_at)}
            for row in BuyerProfile.objects.filter(changed_by=user).select_related("buyer").order_by("pk")
        ],
        "check_ups": [
            {
                "enterprise": row.enterprise.name,
                "questionnaire": f"{row.questionnaire} {row.version}",
                "answers": row.answers,
                "taken_at": _at(row.taken_at),
            }
            for row in ReadinessAssessment.objects.filter(taken_by=user).select_related("enterprise").order_by("pk")
        ],
    }


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def as_file(data: dict[str, Any], name: str) -> JsonResponse:
    """The data as a download named ``name.json``."""
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response
