"""Two files of one enterprise become one, field by field; what is not known to be safe is refused.

Every relation to ``Enterprise`` in the whole project must be told how it follows a merge. A room says it in its
``apps.py``, as ``enterprise_relations = {"aid.Aid.beneficiary": "move"}``: ``move`` makes the row the survivor's,
``keep`` leaves it with the tombstone (append-only rows, and copies of what was). A relation nobody spoke for stops the
merge and is named.
"""

import functools
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Lower

from levante.kernel.api import Actor, note, now, refuse, require, service
from levante.parties.models import (
    Account,
    ChainMembership,
    Contact,
    DistrictMembership,
    Enterprise,
    Invitation,
    Mandate,
    Merge,
    OwnershipLink,
    Seat,
)
from levante.parties.policies import may_merge_enterprises
from levante.parties.services.enterprises import FACTS, refresh_size
from levante.parties.services.merge_ownership import Holds, holds_after, move_ownership
from levante.parties.services.merge_pairs import in_the_way, move_pairs, pairs_of

MOVE, KEEP = "move", "keep"
#: What an officer chooses between the two sides. The tax code is the survivor's: it is what identifies it.
CHOICES = (*FACTS, "status", "ceased_on")

#: Ours, where two sides may hold the same thing: each is told below how it is made one.
_OWN: dict[str, str] = {
    "parties.Enterprise.merged_into": MOVE,
    "parties.Seat.enterprise": "seats",
    "parties.Account.enterprise": "accounts",
    "parties.Contact.enterprise": "contacts",
    "parties.Mandate.enterprise": "mandates",
    "parties.Invitation.enterprise": "invitations",
    "parties.OwnershipLink.owned": "ownership",
    "parties.OwnershipLink.holder_enterprise": "ownership",
    "parties.DistrictMembership.enterprise": "districts",
    "parties.ChainMembership.enterprise": "chains",
    "parties.Correction.enterprise": MOVE,
    "parties.RegisterDifference.enterprise": KEEP,
    "parties.Merge.survivor": MOVE,
    "parties.Merge.absorbed": KEEP,
    # The trace of what was done stays as it was written.
    "kernel.AuditEntry.enterprise_id": KEEP,
}

#: Where the survivor's own row wins: the model, what two rows must share to be alike, whether only open ones can be.
UNLESS_THERE: dict[str, tuple[type[models.Model], str, bool]] = {
    "accounts": (Account, "year", False),
    "contacts": (Contact, "person", True),
    "districts": (DistrictMembership, "district", True),
    "chains": (ChainMembership, "chain", True),
}


def relations_to_enterprise() -> list[str]:
    """Every column of the project that points to an enterprise, as ``app.Model.field``: foreign keys, many-to-many, and
    plain numbers called ``…enterprise_id`` in the rooms below, which cannot have a foreign key."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.get_fields(include_hidden=True):
            if not getattr(field, "concrete", False):
                continue
            label = f"{model._meta.label}.{field.name}"
            if (field.is_relation and field.related_model is Enterprise and not field.many_to_many) or (
                not field.is_relation and field.name.endswith("enterprise_id")
            ):
                found.append(label)
    return sorted(found)


def known_relations() -> dict[str, str]:
    """How each relation follows a merge: ours, and what every room declares."""
    known = dict(_OWN)
    for config in apps.get_app_configs():
        known |= getattr(config, "enterprise_relations", {})
    return known


def unknown_relations() -> list[str]:
    """The relations nobody spoke for: with one of these no merge is made."""
    known = known_relations()
    return [label for label in relations_to_enterprise() if known.get(label) is None]


def merge_preview(survivor: Enterprise, absorbed: Enterprise) -> dict[str, Any]:
    """What a merge would do: the fields that differ, side by side; of each relation how many rows there are and how many of
    them stay, are revoked or are no more; what must be settled first."""
    fields = [
        {"name": name, "survivor": getattr(survivor, name), "absorbed": getattr(absorbed, name)}
        for name in CHOICES
        if getattr(survivor, name) != getattr(absorbed, name)
    ]
    known = known_relations()
    holds = holds_after(survivor, absorbed)
    rows = []
    for label in relations_to_enterprise():
        model, name = _column(label)
        count = model._base_manager.filter(**{name: absorbed.pk}).count()
        if count:
            how = known.get(label, "")
            row = {"relation": label, "how": how, "count": count, "model": model._meta.verbose_name}
            rows.append(row | _exceptions(label, how, name, holds, survivor, absorbed))
    return {"fields": fields, "rows": rows, "unknown": unknown_relations(), "against": in_the_way(survivor, absorbed)}


def _exceptions(
    label: str, how: str, column: str, holds: Holds, survivor: Enterprise, absorbed: Enterprise
) -> dict[str, int]:
    """Of the rows of a relation, how many do not simply move: the same questions that the merge asks when it is made."""
    if how in UNLESS_THERE:
        return {"stay": _left_behind(how, survivor, absorbed).count()}
    if how == "mandates":
        return {"revoked": _double_mandates(survivor, absorbed).count()}
    if how == "ownership":

        def here(link: OwnershipLink) -> bool:
            held_by: dict[str, int | None] = {"owned": link.owned_id, "holder_enterprise": link.holder_enterprise_id}
            return held_by[column] == absorbed.pk

        return {
            "between": sum(1 for link in holds.mutual if here(link)),
            "told_twice": sum(1 for link, _ in holds.told_twice if here(link)),
        }
    stay = [pair for pair in pairs_of(label, survivor, absorbed) if not pair.other_stays]
    if stay:
        return {"stay": len(stay)}
    if how == "seats" and survivor.seats.filter(kind=Seat.LEGAL, until__isnull=True).exists():
        return {"become_operating": absorbed.seats.filter(kind=Seat.LEGAL, until__isnull=True).count()}
    return {}


@service("parties.merge_enterprises")
def merge_enterprises(
    *, actor: Actor, survivor: Enterprise, absorbed: Enterprise, chosen: dict[str, str], reason: str
) -> Merge:
    """Make ``absorbed`` a tombstone that points to ``survivor``, which takes its rows and the fields chosen.

    ``chosen`` maps a field to ``survivor`` or ``absorbed``; those not named stay the survivor's. Both rows are locked in
    the order of their ids, so two merges at once cannot cross.
    """
    require(may_merge_enterprises(actor))
    if survivor.pk == absorbed.pk:
        refuse("Sono la stessa scheda.", "They are the same file.", field="absorbed")
    unknown = unknown_relations()
    if unknown:
        listed = ", ".join(unknown)
        refuse(
            f"Non si può unire: non è detto come queste relazioni seguano l’unione: {listed}.",
            f"No merge: nobody said how these relations follow it: {listed}.",
        )
    if not reason.strip():
        refuse("Serve il motivo.", "A reason is needed.", field="reason")
    wrong = sorted(name for name, side in chosen.items() if name not in CHOICES or side not in ("survivor", "absorbed"))
    if wrong:
        refuse(f"Scelta sconosciuta: {wrong[0]}.", f"Unknown choice: {wrong[0]}.", field=wrong[0])
    pair = Enterprise.objects.select_for_update().filter(pk__in=[survivor.pk, absorbed.pk]).order_by("pk")
    locked = {one.pk: one for one in pair}
    survivor, absorbed = locked[survivor.pk], locked[absorbed.pk]
    for one in (survivor, absorbed):
        if one.status == Enterprise.MERGED:
            refuse(
                f"{one.name} è già stata unita a un’altra scheda.", f"{one.name} was already merged into another file."
            )
    for words in in_the_way(survivor, absorbed):
        refuse(words.it, words.en)
    before: dict[str, Any] = {"survivor": _snapshot(survivor), "absorbed": _snapshot(absorbed)}
    _take_fields(survivor, absorbed, chosen)
    moved, gone = _move_rows(survivor, absorbed)
    if gone:
        before["holds"] = gone
    absorbed.status, absorbed.merged_into = Enterprise.MERGED, survivor
    absorbed.save(update_fields=["status", "merged_into", "updated_at"])
    refresh_size(survivor)
    note(survivor=survivor.pk, absorbed=absorbed.pk, moved=moved, chosen=chosen)
    return Merge.objects.create(
        survivor=survivor,
        absorbed=absorbed,
        chosen=chosen,
        moved=moved,
        before=before,
        reason=reason.strip(),
        merged_at=now(),
        merged_by_id=actor.user_id,
    )


def _take_fields(survivor: Enterprise, absorbed: Enterprise, chosen: dict[str, str]) -> None:
    taken = sorted(name for name, side in chosen.items() if side == "absorbed")
    # An activity is a code in an edition: one without the other says nothing; a status likewise has its date.
    for together in (("ateco", "ateco_edition", "ateco_on"), ("status", "ceased_on")):
        if together[0] in taken:
            taken = sorted({*taken, *together})
        elif set(together) & set(taken):
            taken = [name for name in taken if name not in together]
    for name in taken:
        setattr(survivor, name, getattr(absorbed, name))
    if taken:
        survivor.save(update_fields=[*taken, "updated_at"])


def _move_rows(survivor: Enterprise, absorbed: Enterprise) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """How many rows of each relation moved, and the holds that are no more, as they were."""
    moved: dict[str, int] = {}
    gone: list[dict[str, Any]] = []

    def ownership(survivor: Enterprise, absorbed: Enterprise) -> int:
        count, links = move_ownership(survivor, absorbed)
        gone.extend(links)
        return count

    special = {
        "seats": _move_seats,
        "mandates": _move_mandates,
        "invitations": _move_invitations,
        "ownership": ownership,
    } | {how: functools.partial(_move_unless_there, how) for how in UNLESS_THERE}
    done = set()
    for label, how in known_relations().items():
        if how == KEEP or how in done:
            continue
        if how in special:
            done.add(how)
            moved[label] = special[how](survivor, absorbed)
            continue
        try:
            model, name = _column(label)
        except LookupError:
            continue  # declared by a room that has since dropped the column
        try:
            with transaction.atomic():
                moved[label] = move_pairs(label, model, name, survivor, absorbed)
        except IntegrityError:
            refuse(
                f"Le due schede hanno entrambe righe che non possono stare insieme: {label}.",
                f"Both files have rows that cannot stand together: {label}.",
            )
    return {label: count for label, count in moved.items() if count}, gone


def _move_seats(survivor: Enterprise, absorbed: Enterprise) -> int:
    """The survivor's legal seat stays the legal one; the other becomes a place where it operates."""
    has_legal = survivor.seats.filter(kind=Seat.LEGAL, until__isnull=True).exists()
    if has_legal:
        absorbed.seats.filter(kind=Seat.LEGAL, until__isnull=True).update(kind=Seat.OPERATING)
    return absorbed.seats.update(enterprise=survivor)


def _move_mandates(survivor: Enterprise, absorbed: Enterprise) -> int:
    """A person who has the same mandate on both sides keeps the survivor's; the other is revoked."""
    at = now()
    _double_mandates(survivor, absorbed).update(
        state=Mandate.REVOKED,
        decided_at=models.functions.Coalesce(F("decided_at"), at),
        revoked_at=at,
        revocation_reason="merge",
    )
    return Mandate.objects.filter(enterprise=absorbed).update(enterprise=survivor)


def _move_invitations(survivor: Enterprise, absorbed: Enterprise) -> int:
    """Of two that wait for the same person and the same kind of mandate, the survivor's stays and the other is withdrawn."""
    rows = Invitation.objects.filter(enterprise=absorbed)
    there = Invitation.objects.filter(enterprise=survivor, state=Invitation.SENT).annotate(small=Lower("email"))
    alike = there.filter(small=Lower(models.OuterRef("email")), kind=models.OuterRef("kind"))
    rows.filter(models.Exists(alike), state=Invitation.SENT).update(state=Invitation.WITHDRAWN, withdrawn_at=now())
    return rows.update(enterprise=survivor)


def _double_mandates(survivor: Enterprise, absorbed: Enterprise) -> models.QuerySet[Mandate]:
    return Mandate.objects.filter(
        enterprise=absorbed, state__in=[Mandate.REQUESTED, Mandate.CONFIRMED], until__isnull=True
    ).filter(
        models.Exists(
            Mandate.objects.filter(
                enterprise=survivor,
                user=models.OuterRef("user"),
                kind=models.OuterRef("kind"),
                state__in=[Mandate.REQUESTED, Mandate.CONFIRMED],
                until__isnull=True,
            )
        )
    )


def _left_behind(how: str, survivor: Enterprise, absorbed: Enterprise) -> models.QuerySet[Any]:
    """The rows whose like the survivor has: its own win, these stay with the tombstone."""
    model, key, open_only = UNLESS_THERE[how]
    there = model._base_manager.filter(enterprise=survivor, **{key: models.OuterRef(key)})
    rows = model._base_manager.filter(enterprise=absorbed)
    if open_only:
        rows, there = rows.filter(until__isnull=True), there.filter(until__isnull=True)
    return rows.filter(models.Exists(there))


def _move_unless_there(how: str, survivor: Enterprise, absorbed: Enterprise) -> int:
    stay = list(_left_behind(how, survivor, absorbed).values_list("pk", flat=True))
    rows = UNLESS_THERE[how][0]._base_manager.filter(enterprise=absorbed)
    return rows.exclude(pk__in=stay).update(enterprise=survivor)


def _column(label: str) -> tuple[type[models.Model], str]:
    app, model, field = label.split(".")
    found = apps.get_model(app, model)
    found._meta.get_field(field)
    return found, field


def _snapshot(enterprise: Enterprise) -> dict[str, Any]:
    fields = {name: getattr(enterprise, name) for name in ("tax_code", *CHOICES)}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in fields.items()}
