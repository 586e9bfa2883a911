"""Aid that is declared, determined again, annulled."""

from datetime import date
from decimal import Decimal

from levante.aid.models import AidRecord, AidRevision
from levante.aid.one_aid import alone_on_aids
from levante.aid.policies import may_declare_own, may_reserve
from levante.aid.positions import position
from levante.aid.services import require_headroom
from levante.kernel.api import Actor, note, note_object, refuse, require, service, today, unchanged
from levante.kernel.pure import euro, money_text
from levante.parties.api import Enterprise


@service("aid.declare_aid")
def declare_aid(
    *,
    actor: Actor,
    tax_code: str,
    granted_on: date,
    gge: Decimal,
    regime: str = "general_de_minimis",
    granting_body: str = "",
    measure_title: str = "",
    cor: str = "",
    beneficiary_name: str = "",
    registered_on: date | None = None,
    act: str = "",
) -> AidRecord:
    """An aid that the enterprise declares (DPR 445/2000, art. 47) and the RNA does not show, or does not show yet.

    ``act`` says where the declaration is. With its COR, the line of the RNA will take its place when it comes. The same
    declaration twice is one.
    """
    require(may_reserve(actor))
    alone_on_aids()
    return _declare(
        tax_code=tax_code,
        granted_on=granted_on,
        gge=gge,
        regime=regime,
        granting_body=granting_body,
        measure_title=measure_title,
        cor=cor.strip(),
        beneficiary_name=beneficiary_name,
        registered_on=registered_on,
        act=act,
    )


@service("aid.declare_own_aid")
def declare_own_aid(
    *,
    actor: Actor,
    enterprise: Enterprise,
    granted_on: date,
    gge: Decimal,
    granting_body: str,
    measure_title: str = "",
    regime: str = "general_de_minimis",
    cor: str = "",
) -> AidRecord:
    """The enterprise declares an aid of its own that is missing: it counts at once, since it can only take headroom."""
    require(may_declare_own(actor, enterprise))
    if granted_on > today():
        refuse("La data è nel futuro.", "The date is in the future.", field="granted_on")
    if gge <= 0:
        refuse("L’importo è maggiore di zero.", "The amount is above zero.", field="gge")
    if not granting_body.strip():
        refuse("Scrivi chi l’ha concesso.", "Write who granted it.", field="granting_body")
    cor = cor.strip()
    alone_on_aids()
    if cor and AidRecord.objects.filter(cor=cor).exists():
        refuse("Questo COR risulta già.", "This COR is there already.", field="cor")
    if not cor and _there_already(enterprise.tax_code, granted_on, euro(gge), regime):
        refuse(
            "Un aiuto di questo giorno e di questo importo risulta già. Se è un altro, scrivi il suo COR.",
            "An aid of this day and amount is there already. If it is another one, write its COR.",
            field="granted_on",
        )
    return _declare(
        tax_code=enterprise.tax_code,
        granted_on=granted_on,
        gge=gge,
        regime=regime,
        granting_body=granting_body.strip(),
        measure_title=measure_title.strip(),
        cor=cor,
        beneficiary_name=enterprise.name,
        registered_on=None,
        act=f"dichiarazione dell’impresa sul portale, {today().isoformat()} (DPR 445/2000, art. 47)",
    )


def _there_already(tax_code: str, day: date, gge: Decimal, regime: str) -> bool:
    """From the RNA or from an award of ours: what is declared besides would count twice."""
    rows = AidRecord.objects.filter(tax_code=tax_code, granted_on=day, granted_gge=gge, regime=regime)
    return rows.filter(annulled_on__isnull=True).exclude(source=AidRecord.DECLARED).exists()


def _declare(
    *,
    tax_code: str,
    granted_on: date,
    gge: Decimal,
    regime: str,
    granting_body: str,
    measure_title: str,
    cor: str,
    beneficiary_name: str,
    registered_on: date | None,
    act: str,
) -> AidRecord:
    firm = Enterprise.objects.filter(tax_code=tax_code).first()
    facts = {"tax_code": tax_code, "granted_on": granted_on, "granted_gge": euro(gge), "measure_title": measure_title}
    if cor:
        again = AidRecord.objects.filter(cor=cor).first()
    else:
        again = AidRecord.objects.filter(source=AidRecord.DECLARED, cor="", **facts).first()
    if again is not None:
        if again.tax_code != tax_code:
            refuse("Questo COR è di un altro beneficiario.", "This COR is of another beneficiary.", field="cor")
        return unchanged(again)
    aid = AidRecord.objects.create(
        source=AidRecord.DECLARED,
        cor=cor,
        regime=regime,
        granting_body=granting_body,
        beneficiary_name=beneficiary_name or (firm.name if firm is not None else ""),
        enterprise=firm,
        gge=euro(gge),
        registered_on=registered_on or today(),
        act=act,
        **facts,
    )
    note(enterprise=aid.enterprise_id, gge=money_text(aid.gge))
    return aid


@service("aid.revise_aid")
def revise_aid(*, actor: Actor, aid: AidRecord, gge: Decimal, on: date, reference: str) -> AidRevision:
    """The amount was determined again (final amount, COVAR): it counts from then, at the day of the original grant."""
    require(may_reserve(actor))
    held = AidRecord.objects.select_for_update().get(pk=aid.pk)
    _check_change(held, on, reference)
    if gge < 0:
        refuse("L’importo non è negativo.", "The amount is not negative.", field="gge")
    revision = AidRevision.objects.create(aid=held, on=on, gge=euro(gge), reference=reference)
    held.gge = revision.gge
    held.save(update_fields=["gge"])
    note_object(held)
    note(gge=money_text(revision.gge), reference=reference)
    return revision


@service("aid.annul_aid")
def annul_aid(*, actor: Actor, aid: AidRecord, on: date, reference: str) -> AidRecord:
    """The aid was revoked in full: it frees its headroom from that day."""
    require(may_reserve(actor))
    held = AidRecord.objects.select_for_update().get(pk=aid.pk)
    _check_change(held, on, reference)
    held.annulled_on = on
    held.save(update_fields=["annulled_on"])
    note(annulled_on=on.isoformat(), reference=reference)
    return held


@service("aid.restore_aid")
def restore_aid(
    *, actor: Actor, aid: AidRecord, gge: Decimal, on: date, reference: str, heir: Enterprise | None = None
) -> AidRecord:
    """What reduced or revoked the aid was annulled: it is of ``gge`` again. What it takes again must fit in the headroom of today, which
    others may have had meanwhile: of its enterprise, or of the ``heir`` that has its place by a deed. Who calls holds the single
    undertaking."""
    require(may_reserve(actor))
    held = AidRecord.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=aid.pk)
    if not reference.strip() or not held.granted_on <= on <= today():
        refuse("Indica l’atto e il suo giorno.", "Say which act, and its day.", field="reference")
    again = euro(gge) if held.annulled_on is not None else euro(gge) - held.gge
    if again <= 0 or gge > held.granted_gge or held.enterprise is None:
        refuse("L’aiuto vale già questo importo.", "The aid is of this amount already.")
    held.annulled_on = None
    require_headroom(position(heir or held.enterprise, on=today(), request=again), again, held.regime)
    if held.gge != euro(gge):
        revision = AidRevision.objects.create(aid=held, on=on, gge=euro(gge), reference=reference[:100])
        held.gge = revision.gge
    held.save(update_fields=["annulled_on", "gge"])
    note_object(held)
    note(gge=money_text(held.gge), again=money_text(again), reference=reference)
    return held


def _check_change(aid: AidRecord, on: date, reference: str) -> None:
    """What changes an aid has its act, and a day after the grant and not to come."""
    if not reference.strip():
        refuse("Indica l’atto.", "Say which act.", field="reference")
    if aid.annulled_on is not None:
        refuse("L’aiuto è già annullato.", "The aid is annulled already.", field="on")
    if not aid.granted_on <= on <= today():
        refuse(
            "La data va dal giorno della concessione a oggi.",
            "The day is between that of the grant and today.",
            field="on",
        )
