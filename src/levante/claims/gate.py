"""What is missing before a claim can be sent, and before its review can be closed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from levante.claims.models import Claim, ClaimFile, ClaimReview, ExpenseDocument, SimplifiedCost
from levante.claims.models_result import ResultReport
from levante.claims.proving import unproved
from levante.claims.reading import (
    Reckoned,
    documents_of,
    last_reviews,
    money_of,
    payment_of,
    reckon,
    settled,
    to_review,
)
from levante.claims.reckoning import pays_for_costs, simplified_items
from levante.claims.result_states import OPEN, SENT
from levante.claims.results import results_missing
from levante.claims.terms import term_of
from levante.kernel.api import Missing, today
from levante.kernel.pure import ZERO, Bilingual, format_euro

#: Documents named one by one among what is missing; the others are counted.
MOST_TOLD = 8


def missing_to_send(claim: Claim, reckoned: Reckoned | None = None) -> Iterator[Missing]:
    """In words of the trade, with the field it belongs to. ``reckoned`` is what the claim comes to, where it is known already."""
    yield from _in_time(claim)
    if claim.mode == "advance":
        yield from _guarantee(claim, reckoned or reckon(claim, kept=False))
        return
    if not claim.report.strip():
        yield Missing(Bilingual("la relazione su ciò che è stato fatto", "the report on what was done"), "report")
    money = money_of(claim)
    documents = list(documents_of(claim).defer("lines", "cup_facts", "cup_result"))
    costs = list(claim.costs.prefetch_related("files"))
    if pays_for_costs(money):
        if not documents and not costs:
            yield Missing(
                Bilingual("almeno una spesa, imputata a una voce", "at least one expense, charged to an item"),
                "documents",
            )
        yield from _documents(claim, documents)
    elif not costs:
        yield Missing(Bilingual("la prova di ciò che è stato fatto", "the proof of what was done"), "costs")
    yield from _proofs(claim, costs)
    yield from results_missing(claim)
    if claim.mode != "sal" or not (documents or costs):
        return
    due = (reckoned or reckon(claim, kept=False)).due
    if not due.amount and not due.excess:
        yield Missing(
            Bilingual(
                "un importo che spetti: con queste spese è zero", "an amount that is due: with these costs it is zero"
            )
        )


def _in_time(claim: Claim) -> Iterator[Missing]:
    """After its term a claim is sent all the same, unless its call says otherwise."""
    term = term_of(claim.award, claim.mode)
    if term is not None and term.refuses and term.late(today()):
        day = f"{term.due:%d/%m/%Y}"
        yield Missing(
            Bilingual(
                f"il termine, passato il {day}: l’ufficio può darne altro, se il bando lo ammette",
                f"the term, over on {day}: the office may give more, if the call admits it",
            )
        )


def _guarantee(claim: Claim, reckoned: Reckoned) -> Iterator[Missing]:
    """An advance takes a guarantee where its call says so, of at least what is asked and still in force."""
    mode: Any = next((row for row in payment_of(claim).get("modes") or [] if row["code"] == "advance"), {})
    if not mode.get("guarantee"):
        return
    asked = reckoned.due.amount
    held = claim.files.filter(kind=ClaimFile.GUARANTEE)
    if not held.exists():
        yield Missing(
            Bilingual(
                f"la garanzia (fideiussione) per {format_euro(asked)}", f"the guarantee for {format_euro(asked, 'en')}"
            ),
            "files",
        )
        return
    good = held.filter(until__gte=today())
    if not good.exists():
        yield Missing(Bilingual("una garanzia non scaduta", "a guarantee that has not ended"), "files")
    elif max(row.amount or ZERO for row in good) < asked:
        yield Missing(
            Bilingual(
                f"una garanzia di almeno {format_euro(asked)}", f"a guarantee of at least {format_euro(asked, 'en')}"
            ),
            "files",
        )


def _documents(claim: Claim, documents: list[ExpenseDocument]) -> Iterator[Missing]:
    paid = settled([one.pk for one in documents])
    short = [one for one in documents if one.total > 0 and paid.get(one.pk, ZERO) != one.total]
    for one in short[:MOST_TOLD]:
        done = paid.get(one.pk, ZERO)
        yield Missing(
            Bilingual(
                f"{one.supplier_name}, n. {one.number}: pagati {format_euro(done)} su {format_euro(one.total)}",
                f"{one.supplier_name}, no. {one.number}: {format_euro(done, 'en')} paid of {format_euro(one.total, 'en')}",
            ),
            f"document-{one.pk}",
        )
    if len(short) > MOST_TOLD:
        rest = len(short) - MOST_TOLD
        yield Missing(
            Bilingual(f"i pagamenti di altri {rest} documenti", f"the payments of {rest} more documents"), "documents"
        )
    loose = ExpenseDocument.objects.filter(award=claim.award_id, charges__isnull=True)
    names = list(loose.order_by("pk").values_list("pk", "supplier_name", "number"))
    for pk, supplier, number in names[:MOST_TOLD]:
        yield Missing(
            Bilingual(
                f"{supplier}, n. {number}: imputa la spesa a una voce, o togli il documento",
                f"{supplier}, no. {number}: charge it to an item, or take the document away",
            ),
            f"document-{pk}",
        )
    if len(names) > MOST_TOLD:
        rest = len(names) - MOST_TOLD
        yield Missing(
            Bilingual(f"le voci di altri {rest} documenti", f"the items of {rest} more documents"), "documents"
        )


def _proofs(claim: Claim, costs: list[SimplifiedCost]) -> Iterator[Missing]:
    """Every simplified cost has its proofs, those that the call names each."""
    money = money_of(claim)
    named = {item["code"]: item for item in simplified_items(money)}
    fixed: dict[str, Any] = {"it": "importo fisso", "en": "fixed amount", "proof": money.get("proof") or []}
    if money.get("kind") == "lump_sum" and money.get("proof"):
        held = set(claim.files.filter(kind=ClaimFile.PROOF).values_list("proof", flat=True))
        for proof in money["proof"]:
            if proof["code"] not in held:
                yield Missing(Bilingual(f"la prova: {proof['it']}", f"the proof: {proof['en']}"), "files")
    for cost in costs:
        item = named.get(cost.item) or (fixed if not cost.item else None)
        given = {row.proof for row in cost.files.all()}
        label = Bilingual(str(item["it"]), str(item["en"])) if item else Bilingual(cost.item, cost.item)
        wanted = list(item.get("proof") or []) if item else []
        for proof in wanted:
            if proof["code"] not in given:
                yield Missing(Bilingual(f"{label.it}: {proof['it']}", f"{label.en}: {proof['en']}"), f"cost-{cost.pk}")
        if not wanted and not given:
            yield Missing(
                Bilingual(
                    f"{label.it}: una prova (attestazione, badge, fotografie)",
                    f"{label.en}: a proof (certificate, badge, photographs)",
                ),
                f"cost-{cost.pk}",
            )


def missing_to_assess(
    claim: Claim,
    said: Mapping[tuple[str, int], ClaimReview] | None = None,
    things: Sequence[tuple[str, int]] | None = None,
) -> Iterator[Missing]:
    """Everything was looked at, nothing waits to be integrated, each charge has what is kept of it. ``said`` and ``things`` are what was
    said and what is to be looked at, where they are known already."""
    said = last_reviews(claim) if said is None else said
    things = to_review(claim) if things is None else things
    unseen = [one for one in things if one not in said]
    if unseen:
        yield Missing(Bilingual(f"l’esame di {len(unseen)} elementi", f"the review of {len(unseen)} things"), "reviews")
    waiting = [one for one in things if one in said and said[one].outcome == "integrate"]
    if waiting:
        yield Missing(
            Bilingual(
                f"{len(waiting)} elementi da integrare: chiedili, o decidi",
                f"{len(waiting)} things to be integrated: ask for them, or decide",
            ),
            "reviews",
        )
    over = [one for one in unproved(claim, said).values() if one.is_over]
    if over:
        yield Missing(
            Bilingual(
                f"{len(over)} documenti pagati con prove che non reggono: taglia la spesa, o di’ perché resta",
                f"{len(over)} documents paid with proofs that do not hold: cut the expense, or say why it stays",
            ),
            "documents",
        )
    report = ResultReport.objects.filter(claim=claim, months=0, state__in=[OPEN, SENT]).only("state").first()
    if report is not None:
        waits = Bilingual("i risultati corretti dall’impresa", "the results mended by the enterprise")
        seen = Bilingual("la verifica dei risultati raggiunti", "the check of the results reached")
        yield Missing(waits if report.state == OPEN else seen, "results")
