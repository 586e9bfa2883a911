"""Where the business register says otherwise than an office: an officer takes its value, or keeps ours."""

from decimal import Decimal

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service
from levante.parties.models import Account, Enterprise, RegisterDifference
from levante.parties.policies import may_edit_enterprise
from levante.parties.services.enterprises import ACTIVITY, apply_facts, refresh_size, write_account

FIGURES = ("headcount", "turnover", "balance", "export_turnover")


@service("parties.decide_difference")
def decide_difference(*, actor: Actor, difference: RegisterDifference, take: bool) -> RegisterDifference:
    """Take what the register says, or keep what we verified. The figures of a year go together, and so do the code of an
    activity and its edition: half of them would be a balance, or a code, that nobody ever wrote."""
    enterprise = Enterprise.objects.select_for_update().get(pk=difference.enterprise_id)
    require(may_edit_enterprise(actor, enterprise))
    note_object(enterprise)
    rows = RegisterDifference.objects.select_for_update().filter(enterprise=enterprise, decided_at__isnull=True)
    if difference.year is not None:
        rows = rows.filter(year=difference.year)
    else:
        rows = rows.filter(year=None, field__in=ACTIVITY if difference.field in ACTIVITY else [difference.field])
    together = list(rows.order_by("pk"))
    if difference.pk not in {row.pk for row in together}:
        refuse("È già stato deciso.", "It has already been decided.")
    theirs = {row.field: row.theirs for row in together}
    if take and difference.year is not None:
        _take_figures(enterprise, difference.year, theirs)
    elif take:
        apply_facts(enterprise, theirs, "register")
        enterprise.verified_facts = sorted(set(enterprise.verified_facts) - set(theirs))
        enterprise.save(update_fields=["verified_facts"])
    if take:
        refresh_size(enterprise)
    at = now()
    for row in together:
        row.taken, row.decided_at, row.decided_by_id = take, at, actor.user_id
    RegisterDifference.objects.bulk_update(together, ["taken", "decided_at", "decided_by"])
    note(fields=sorted(theirs), year=difference.year, taken=take)
    difference.refresh_from_db()
    return difference


def _take_figures(enterprise: Enterprise, year: int, theirs: dict[str, str]) -> None:
    account = Account.objects.get(enterprise=enterprise, year=year)
    whole = {name: Decimal(theirs[name]) if name in theirs else getattr(account, name) for name in FIGURES}
    if whole["export_turnover"] is not None and whole["export_turnover"] > whole["turnover"]:
        whole["export_turnover"] = None  # ours, and more than the whole that the register knows
    write_account(enterprise, year=year, approved=True, source="register", **whole)
