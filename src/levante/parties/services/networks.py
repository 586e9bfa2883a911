"""Membership of production districts and supply chains, from a day to a day."""

from datetime import date

from levante.kernel.api import Actor, note, note_object, refuse, require, service
from levante.parties.models import (
    ChainMembership,
    DistrictMembership,
    Enterprise,
    ProductionDistrict,
    SupplyChain,
)
from levante.parties.policies import may_edit_enterprise


@service("parties.join_district")
def join_district(
    *, actor: Actor, enterprise: Enterprise, district: ProductionDistrict, since: date, role: str = ""
) -> DistrictMembership:
    """The enterprise belongs to a production district from a day."""
    rows = DistrictMembership.objects.filter(enterprise=enterprise, district=district)
    _may_join(actor, enterprise, rows, since)
    note(district=district.code)
    return DistrictMembership.objects.create(enterprise=enterprise, district=district, since=since, role=role.strip())


@service("parties.join_chain")
def join_chain(
    *, actor: Actor, enterprise: Enterprise, chain: SupplyChain, since: date, role: str = ""
) -> ChainMembership:
    """The enterprise belongs to a supply chain from a day."""
    _may_join(actor, enterprise, ChainMembership.objects.filter(enterprise=enterprise, chain=chain), since)
    note(chain=chain.code)
    return ChainMembership.objects.create(enterprise=enterprise, chain=chain, since=since, role=role.strip())


@service("parties.leave_district")
def leave_district(*, actor: Actor, membership: DistrictMembership, on: date) -> DistrictMembership:
    """The enterprise belonged to the district until ``on``, included."""
    held = DistrictMembership.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=membership.pk)
    _leave(actor, held, on)
    return held


@service("parties.leave_chain")
def leave_chain(*, actor: Actor, membership: ChainMembership, on: date) -> ChainMembership:
    """The enterprise belonged to the supply chain until ``on``, included."""
    held = ChainMembership.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=membership.pk)
    _leave(actor, held, on)
    return held


def _may_join(actor: Actor, enterprise: Enterprise, rows: "object", since: date) -> None:
    held = Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
    require(may_edit_enterprise(actor, held))
    note_object(enterprise)
    for row in rows:  # type: ignore[attr-defined]
        if row.until is None:
            refuse("Ne fa già parte.", "It already belongs to it.", field="since")
        if since <= row.until:
            refuse(
                "In quel giorno ne faceva già parte: il nuovo periodo comincia dopo il precedente.",
                "It belonged to it on that day already: the new period begins after the one before.",
                field="since",
            )


def _leave(actor: Actor, held: DistrictMembership | ChainMembership, on: date) -> None:
    require(may_edit_enterprise(actor, held.enterprise))
    note_object(held.enterprise)
    if held.until is not None:
        refuse("L’appartenenza è già conclusa.", "The membership has already ended.", field="on")
    if on < held.since:
        refuse("La fine è prima dell’inizio.", "The end is before the beginning.", field="on")
    held.until = on
    held.save(update_fields=["until"])
