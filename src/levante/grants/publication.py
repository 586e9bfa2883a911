"""What is published of an award: the data of art. 27(1) of D.Lgs. 33/2013, and nothing of natural persons beside the name."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from levante.calls.api import PROCEDURES
from levante.grants.legal_basis import basis_of
from levante.grants.models import Award

_BATCH = 500


def published_awards() -> "QuerySet[Award]":
    """Awards in force, with everything that is published of them."""
    return Award.objects.in_force().select_related(
        "act__call__office", "act__call__act", "act__sent_by", "act__programme_act", "enterprise", "aid", "application"
    ).defer("checks", "final_checks", "application__answers", "application__frozen")  # fmt: skip


def every_published_award() -> Iterator[Award]:
    """All of them, the oldest first, a few hundred at a time: one query each, whatever the number before."""
    last = 0
    while rows := list(published_awards().filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield from rows
        last = rows[-1].pk


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
        "beneficiary": firm.name,
        "tax_code": firm.tax_code if len(firm.tax_code) == 11 else None,
        "amount": award.amount,
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
        "effective_on": award.in_force_on,
        "waiting_for": list(award.waiting_for),
        "cup": cup or None,
        "cor": cor or None,
        "demonstration": firm.is_demo or act.is_demo,
    }
