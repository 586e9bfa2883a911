"""Invented claims and variations of awards in force: being filled in, sent, under review, assessed or approved."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from levante.claims import api as claims
from levante.controls.api import admit_late_acceptance
from levante.demo.applications import CASE_OFFICER, DIRECTOR, PDF, at, enterprise_actor, officer
from levante.demo.invoices import e_invoice
from levante.demo.telling import read
from levante.grants.api import Award
from levante.kernel.api import Actor, clock_at, now, system, today

Row = dict[str, Any]
#: How far each story goes.
STEPS = ("draft", "sent", "under_review", "integration", "assessed")
VARIED = ("draft", "sent", "under_review", "approved")


def load(folder: Path) -> None:
    """Every claim of ``claims.yaml`` that is not there yet; an award that is not in force is left alone."""
    data: Row = read(folder, "claims")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    for row in data["accepted"]:
        _accepted(row, codes)
    for row in data["claims"]:
        award = _award(row, codes)
        if award is None or claims.Claim.objects.filter(award=award, mode=row["mode"]).exists():
            continue
        with clock_at(min(at(int(row["ago"]), 10, 20), now())):
            story(award, row)
    for row in data["variations"]:
        award = _award(row, codes)
        if award is None or claims.Variation.objects.filter(award=award, kind=row["kind"]).exists():
            continue
        with clock_at(min(at(int(row["ago"]), 11, 40), now())):
            _variation(award, row)
    claims.follow_terms(actor=system("demonstration"))


def _accepted(data: Row, codes: dict[str, str]) -> None:
    """The awards of a call are to be accepted since a day, and some are."""
    with clock_at(min(at(int(data["ago"]), 12), now())):
        claims.ask_acceptances(actor=system("demonstration"))
    for key, days in data["by"].items():
        for one in _waiting(data["call"], codes[key]):
            _accept(one, int(data["ago"]), days)
    if "late" in data:
        for one in _waiting(data["call"], codes[data["late"]["enterprise"]]):
            _late(one, data["late"])


def _waiting(call: str, tax_code: str) -> list[claims.Acceptance]:
    rows = claims.Acceptance.objects.filter(
        award__application__opening__call__code=call, award__enterprise__tax_code=tax_code, state="waiting"
    )
    return list(rows.select_related("award__enterprise").order_by("pk"))


def _accept(held: claims.Acceptance, ago: int, days: list[int]) -> None:
    """``days``: the first and the last of the project, from the one on which the demonstration is loaded."""
    first, last = (today() + timedelta(days=int(one)) for one in days)
    with clock_at(min(at(ago, 15), now())):
        actor = enterprise_actor(held.award.enterprise)
        claims.accept_award(actor=actor, acceptance=held, starts_on=first, ends_on=last)


def _late(held: claims.Acceptance, row: Row) -> None:
    """Its days pass, the forfeiture is decided, the director takes a late acceptance by an act."""
    ago = int(row["ago"])
    with clock_at(min(at(ago, 8), now())):
        claims.chase_acceptances(actor=system("demonstration"))
        claims.lapse_acceptance(actor=officer(CASE_OFFICER), acceptance=held, reason=row["lapsed"])
    with clock_at(min(at(ago, 12), now())):
        admit_late_acceptance(
            actor=officer(DIRECTOR), acceptance=held, days=10, reason=row["reason"], number=row["number"], act_date=today()
        )  # fmt: skip
    _accept(held, ago, row["days"])


def _award(row: Row, codes: dict[str, str]) -> Award | None:
    rows = Award.objects.in_force().filter(
        application__opening__call__code=row["call"], enterprise__tax_code=codes[row["enterprise"]]
    )
    found: Award | None = rows.select_related("enterprise").first()
    return found


def _variation(award: Award, row: Row) -> None:
    actor, far = enterprise_actor(award.enterprise), VARIED.index(row["then"])
    variation = claims.open_variation(actor=actor, award=award, kind=row["kind"])
    if row["kind"] == "dates":
        first, last = (today() + timedelta(days=int(days)) for days in row["days"])
        asked: Row = {"starts_on": first, "ends_on": last}
    else:
        asked = {"text": row["text"]}
    claims.write_variation(actor=actor, variation=variation, reason=row["reason"], asked=asked)
    if "file" in row:
        claims.add_variation_file(actor=actor, variation=variation, upload=_pdf(row["file"]), label=row["file"])
    if far >= VARIED.index("sent"):
        claims.send_variation(actor=actor, variation=variation)
    if far >= VARIED.index("under_review"):
        claims.take_variation(actor=officer(CASE_OFFICER), variation=variation)
    if far >= VARIED.index("approved"):
        claims.approve_variation(actor=officer(CASE_OFFICER), variation=variation)


def story(award: Award, row: Row) -> None:
    """A claim from its draft to where it is."""
    actor, far = enterprise_actor(award.enterprise), STEPS.index(row["then"])
    claim = claims.open_claim(actor=actor, award=award, mode=row["mode"])
    claim = claims.write_report(actor=actor, claim=claim, report=row["report"])
    for one in row.get("expenses", ()):
        _expense(actor, claim, one)
    for one in row.get("invoices", ()):
        file = e_invoice(
            award.enterprise, cup=award.codes[1], number=one["number"], on=today() + timedelta(days=int(one["issued"])),
            supplier=one["supplier"], code=one["code"], net=Decimal(one["net"]), what=one["what"], signed=one.get("signed", False),
        )  # fmt: skip
        claims.add_invoices(actor=actor, claim=claim, upload=file)
    if "guarantee" in row:
        told = row["guarantee"]
        claims.add_file(
            actor=actor, claim=claim, upload=_pdf("fideiussione"), kind="guarantee", amount=Decimal(told["amount"]), issuer=told["from"],
            number=told["number"], until=today() + timedelta(days=int(told["days"])),
        )  # fmt: skip
    for item, proofs in row.get("done", {}).items():
        cost = claims.put_cost(actor=actor, claim=claim, item="" if item == "fixed" else item, quantity=Decimal(1))
        for name in proofs:
            claims.add_file(actor=actor, claim=claim, upload=_pdf(name), kind="proof", cost=cost, label=name)
    if "results" in row:
        told = {code: Decimal(value) for code, value in row["results"].items()}
        claims.write_results(actor=actor, report=claims.begin_results(actor=actor, claim=claim), told=told)
    if far >= STEPS.index("sent"):
        claims.send_claim(actor=actor, claim=claim)
    if far >= STEPS.index("under_review"):
        claims.take_claim(actor=officer(CASE_OFFICER), claim=claim)
    if row["then"] == "integration":
        claims.ask_documents(actor=officer(CASE_OFFICER), claim=claim, text=row["asks"])
    if far >= STEPS.index("assessed"):
        for kind, pk in claims.to_review(claim):
            claims.review_object(actor=officer(CASE_OFFICER), claim=claim, kind=kind, object_id=pk, outcome="complete")
        if "kept" in row:
            cost = claim.costs.get()
            claims.cut_cost(
                actor=officer(CASE_OFFICER), cost=cost, kept=Decimal(row["kept"]["units"]), reason=row["kept"]["why"]
            )
        report = claims.results_with(claim)
        if report is not None:
            said = {row.code: (True, "") for row in report.values.all()}
            claims.check_results(actor=officer(CASE_OFFICER), report=report, said=said)
        claims.assess_claim(actor=officer(CASE_OFFICER), claim=claim)


def _expense(actor: Actor, claim: claims.Claim, one: Row) -> None:
    document = claims.add_document(
        actor=actor, claim=claim, upload=_pdf(f"{one['number']}.pdf"), kind=one.get("kind", "invoice"), number=one["number"],
        issued_on=today() + timedelta(days=int(one["issued"])), supplier_name=one["supplier"], supplier_country=one["country"],
        supplier_code=one["code"], taxable=Decimal(one["net"]), vat=Decimal(one.get("vat", "0")), description=one["what"],
    )  # fmt: skip
    claims.add_transfer(
        actor=actor, claim=claim, upload=_pdf(f"bonifico-{one['number']}.pdf"), paid_on=today() + timedelta(days=int(one["paid"])),
        amount=document.total, method="transfer", reference=one["cro"], settles=[(document, document.total)],
    )  # fmt: skip
    claims.charge_document(
        actor=actor,
        claim=claim,
        document=document,
        item=one.get("item", ""),
        amount=Decimal(one.get("asked", one["net"])),
    )


def _pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name if name.endswith(".pdf") else f"{name}.pdf", PDF, content_type="application/pdf")
