"""Who pays: the Section, or the agency that manages the call, where it has a paying account of its own (``LEVANTE_PAYERS``).

Who pays is decided when the act of liquidation is drafted and kept on it (``paid_by``; none: the Section). The Section reads all of it; an
agency what it pays, and nothing else. Nobody prepares, signs or sends what another body pays.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet

from levante.identity.api import Office, roles
from levante.kernel.api import Actor, refuse
from levante.kernel.pure import Decision
from levante.payments.pure.pain001 import Payer


def paying_office(office: Office) -> Office | None:
    """The agency that pays what an office manages: itself, or the body it is a part of. None where the Section does."""
    whole = office
    while whole.kind == Office.PART and whole.parent is not None:
        whole = whole.parent
    return whole if whole.kind == Office.AGENCY and whole.code in settings.PAYERS else None


def managed_by(codes: Iterable[str]) -> "QuerySet[Office]":
    """These bodies with their parts."""
    wanted = list(codes)
    return Office.objects.filter(
        Q(code__in=wanted) | Q(parent__code__in=wanted) | Q(parent__parent__code__in=wanted)
    ).order_by("code")


def bodies_of(actor: Actor, *wanted: str) -> frozenset[str]:
    """The agencies that pay in which an actor holds one of these roles."""
    return frozenset(code for code, role in actor.grants if role in wanted and code in settings.PAYERS) - actor.sections


def holds(actor: Actor, *wanted: str) -> bool:
    """One of these roles in the Section, or in an agency that pays."""
    return actor.in_section(*wanted) or bool(bodies_of(actor, *wanted))


def seen_by(actor: Actor, *wanted: str, path: str = "paid_by") -> Q | None:
    """Of what is paid, what people with these roles read: the Section all, an agency what it pays; ``None``: nothing."""
    if actor.in_section(*wanted):
        return Q()
    codes = bodies_of(actor, *wanted)
    return Q(**{f"{path}__code__in": codes}) if codes else None


def own(actor: Actor, *, path: str = "paid_by") -> Q:
    """What the actor's own body pays: what waits for its people."""
    if actor.is_system:
        return Q()
    found = Q(**{f"{path}__code__in": bodies_of(actor, roles.FINANCE, roles.DIRECTOR, roles.CASE_OFFICER)})
    return found | Q(**{f"{path}__isnull": True}) if actor.sections & actor.offices else found


def may_pay_for(actor: Actor, body: Office | None, role: str = roles.FINANCE) -> Decision:
    """Work on what a body pays (none: the Section): who holds the role there, and in no other."""
    if actor.is_system or (actor.in_section(role) if body is None else actor.has_role(role, office=body.code)):
        return Decision.yes()
    if body is None:
        return Decision.no("Lo paga la Sezione, con le sue persone.", "The Section pays it, with its people.")
    return Decision.no(f"Lo paga {body.name_it}, con le sue persone.", f"{body.name_en} pays it, with its people.")


def payer_of(body: Office | None) -> Payer:
    """Whose account is charged, from the settings: refused when nobody said on which."""
    told = settings.PAYER if body is None else settings.PAYERS.get(body.code, {})
    if not told.get("iban"):
        name = "LEVANTE_PAYER" if body is None else "LEVANTE_PAYERS"
        refuse(
            f"Manca il conto da cui si paga: lo imposta chi amministra il sistema ({name}).",
            f"The account that pays is missing: who administers the system sets it ({name}).",
        )
    return Payer(told.get("name", ""), told["iban"], told.get("bic", ""), told.get("cuc", ""))


def own_body(actor: Actor) -> Office | None:
    """The agency that pays in which somebody works, who is not of the Section; ``None``: the Section."""
    bodies = bodies_of(actor, roles.FINANCE, roles.DIRECTOR, roles.CASE_OFFICER)
    if actor.sections & actor.offices or not bodies:
        return None
    return Office.objects.filter(code__in=bodies).order_by("code").first()
