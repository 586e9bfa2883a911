"""What is published of an award: the data of art. 27(1) of D.Lgs. 33/2013, and nothing of natural persons beside the name.

Where the call says that who applies may be in hardship, not even the name (art. 26(4)); nor where all that a natural person was granted in
the calendar year does not exceed the threshold of art. 26(2). An award that was reduced or revoked stays, with what was granted and what is
in force: what was published does not disappear before its years are over.
"""

from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Q, QuerySet, Value, When

from levante.aid.api import below_threshold, is_person, of_persons
from levante.calls.api import PROCEDURES
from levante.grants import states
from levante.grants.legal_basis import basis_of
from levante.grants.models import Award
from levante.kernel.pure import Bilingual

#: Why a natural person is not named, in what is published.
HARDSHIP, BELOW = "hardship", "below"
UNNAMED = {
    HARDSHIP: Bilingual(
        "persona fisica (nome non pubblicato: art. 26, comma 4, D.Lgs. 33/2013)",
        "natural person, not named (art. 26(4) D.Lgs. 33/2013)",
    ),
    BELOW: Bilingual(
        "persona fisica (nome non pubblicato: sotto la soglia dell’art. 26, comma 2, D.Lgs. 33/2013)",
        "natural person, not named (below the threshold of art. 26(2) D.Lgs. 33/2013)",
    ),
}
_PROTECTED = Q(act__call__applicants__unnamed_persons=True) & of_persons()


def with_naming(rows: "QuerySet[Award]") -> "QuerySet[Award]":
    """The awards, each with ``unnamed_for``: why its natural person is not named, empty where its name is published."""
    return rows.annotate(
        unnamed_for=Case(
            When(_PROTECTED, then=Value(HARDSHIP)), When(below_threshold(), then=Value(BELOW)), default=Value(""),
            output_field=CharField(),
        )
    )  # fmt: skip


def published_awards() -> "QuerySet[Award]":
    """Awards in force, and those revoked since, with everything that is published of them, and who of them is not named."""
    return with_naming(Award.objects.published()).select_related(
        "act__call__office", "act__call__act", "act__sent_by", "act__programme_act", "enterprise", "aid", "application", "reduced_by"
    ).defer("checks", "final_checks", "application__answers", "application__frozen")  # fmt: skip


def unnamed(award: Award) -> Bilingual | None:
    """How the beneficiary of an award ``with_naming`` is called instead of by its name; none where the name is published."""
    return UNNAMED.get(award.unnamed_for)  # type: ignore[attr-defined]


def naming(words: str) -> Q:
    """Of awards ``with_naming``, those whose published name or project holds some words: a name that is not published is not found."""
    return Q(enterprise__name__icontains=words, unnamed_for="") | Q(application__number__icontains=words)


def _became(award: Award) -> str:
    if award.state == states.REVOKED:
        return "revoked"
    return "reduced" if award.granted is not None else "in_force"


def publication_of(award: Award) -> dict[str, Any]:
    """The row of an award (art. 27(1), letters a-f): who, how much, on what ground, which office and who answers for it, how it
    was chosen, the call, the act and the project. Plain values; both languages where the words are ours.

    A fiscal code of sixteen characters is a natural person's: it is left out (data minimisation); of who is not named COR and CUP are left
    out too, which lead to the name in the registers where they are.
    """
    act, firm, instead = award.act, award.enterprise, unnamed(award)
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
        "beneficiary": firm.name if instead is None else instead.it,
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
        "cup": (cup or None) if instead is None else None,
        "cor": (cor or None) if instead is None else None,
        "demonstration": firm.is_demo or act.is_demo,
    }
