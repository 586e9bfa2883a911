"""What is published of an award: the data of art. 27(1) of D.Lgs. 33/2013, and nothing of natural persons beside the name.

Where the call says that who applies may be in hardship, not even the name (art. 26(4)). An award that was reduced or revoked stays, with
what was granted and what is in force: what was published does not disappear.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from levante.calls.api import PROCEDURES
from levante.grants import states
from levante.grants.legal_basis import basis_of
from levante.grants.models import Award

_BATCH = 500
#: How a natural person whom the call protects is called in what is published.
UNNAMED = "persona fisica (nome non pubblicato: art. 26, comma 4, D.Lgs. 33/2013)"


def published_awards() -> "QuerySet[Award]":
    """Awards in force, and those revoked since, with everything that is published of them."""
    return Award.objects.published().select_related(
        "act__call__office", "act__call__act", "act__sent_by", "act__programme_act", "enterprise", "aid", "application", "reduced_by"
    ).defer("checks", "final_checks", "application__answers", "application__frozen")  # fmt: skip


def every_published_award() -> Iterator[Award]:
    """All of them, the oldest first, a few hundred at a time: one query each, whatever the number before."""
    last = 0
    while rows := list(published_awards().filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield from rows
        last = rows[-1].pk


def is_person(tax_code: str) -> bool:
    """A fiscal code of sixteen characters is a natural person's."""
    return len(tax_code) != 11


def is_unnamed(award: Award) -> bool:
    """Is the beneficiary a natural person whom the call protects (art. 26(4) D.Lgs. 33/2013)?"""
    return bool(award.act.call.applicants.get("unnamed_persons")) and is_person(award.enterprise.tax_code)


def naming(words: str) -> Q:
    """The awards whose published name or project holds some words: a name that is not published is not found either."""
    protected = Q(act__call__applicants__unnamed_persons=True) & ~Q(enterprise__tax_code__regex=r"^.{11}$")
    return (Q(enterprise__name__icontains=words) & ~protected) | Q(application__number__icontains=words)


def _became(award: Award) -> str:
    if award.state == states.REVOKED:
        return "revoked"
    return "reduced" if award.granted is not None else "in_force"


def publication_of(award: Award) -> dict[str, Any]:
    """The row of an award (art. 27(1), letters a-f): who, how much, on what ground, which office and who answers for it, how it
    was chosen, the call, the act and the project. Plain values; both languages where the words are ours.

    A fiscal code of sixteen characters is a natural person's: it is left out, with what would lead to it (art. 26(4), and
    data minimisation).
    """
    act, firm = award.act, award.enterprise
    call = act.call
    assert act.act_date is not None
    held, _ = basis_of(call.legal_basis, regime=award.regime, on=act.act_date)
    if call.act is not None:
        held.append(call.act.name_it)
    cor, cup = award.codes
    rule = PROCEDURES[call.procedure]
    return {
        "id": award.pk,
        "call": call.code,
        "call_url": f"{settings.SITE_URL}/bandi/{call.code}/",
        "beneficiary": UNNAMED if is_unnamed(award) else firm.name,
        "tax_code": None if is_person(firm.tax_code) else firm.tax_code,
        "amount": award.amount,
        "amount_granted": award.first_amount,
        "state": _became(award),
        "changed_on": award.reduced_on,
        "changed_by": award.reduced_by.number if award.reduced_by is not None else None,
        "legal_basis": held,
        "office": {"code": call.office.code, "it": call.office.name_it, "en": call.office.name_en},
        "responsible": (act.sent_by.get_full_name() or None) if act.sent_by is not None else None,
        "selection": {"code": call.procedure, "it": rule.label.it, "en": rule.label.en},
        "project": award.application.number,
        "act": str(act),
        "act_url": f"{settings.SITE_URL}/programma/atti/#{act.programme_act.code}" if act.programme_act else None,
        "act_publication": " ".join(filter(None, [act.publication_where, act.publication_number])),
        "published_on": act.publication_date,
        "granted_on": act.act_date,
        "effective_on": award.in_force_on or award.effective_on,
        "waiting_for": list(award.waiting_for),
        "cup": cup or None,
        "cor": cor or None,
        "demonstration": firm.is_demo or act.is_demo,
    }
