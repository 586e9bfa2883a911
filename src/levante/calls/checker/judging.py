"""Criteria, thresholds, precedence, checklists, days of the procedure, results expected."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from levante.calls.checker.finding import Finding, View, error, warning
from levante.calls.forms.model import Field
from levante.law import parameters

#: What an answer comes from when it is the name, a code or an address of who applies.
_OWN = (
    "enterprise.name", "enterprise.tax_code", "enterprise.vat_number", "enterprise.pec", "enterprise.email",
    "enterprise.phone", "enterprise.website", "enterprise.rea", "seat.address", "previous.contact", "previous.iban",
)  # fmt: skip
#: Words of the ids of fields of text that ask for a name, a code or an address of a firm or a person.
_WHO = frozenset({
    "company", "companies", "consortium", "contact", "contacts", "enterprise", "firm", "firms", "fiscal", "holder", "iban",
    "manager", "member", "members", "network", "partner", "partners", "pec", "person", "phone", "referent", "representative",
    "signatory", "surname", "tax", "vat", "website",
})  # fmt: skip
#: The first day the law's data on terms are known.
_FIRST = date(2009, 7, 4)


def check(view: View) -> Iterator[Finding]:
    yield from _criteria(view)
    yield from _judgement(view)
    yield from _terms(view)
    entry = view.entry
    if entry.checklists.formal and not any(item.blocking for item in entry.checklists.formal):
        yield warning("checklists.formal", "nessuna verifica ferma la domanda.", "no check stops an application.")
    if entry.checklists.merit and not entry.criteria:
        yield warning(
            "checklists.merit", "il bando non ha una valutazione di merito.", "the call has no merit evaluation."
        )
    for number, result in enumerate(entry.results):
        if result.target is not None and view.fields and result.target not in view.fields:
            yield error(f"results.{number}.target", "non è un campo del modulo.", "is not a field of the form.")
        if result.target is not None and (item := view.fields.get(result.target)) is not None:
            kind = item.result if item.kind == "computed" else item.kind
            wanted = {"number": ("number", "percent"), "money": ("money",), "text": ("text", "long_text", "choice")}[
                result.kind
            ]
            if kind not in wanted:
                yield error(
                    f"results.{number}.target",
                    "il campo non ha il genere del risultato.",
                    "the field is not of the kind of the result.",
                )


def _criteria(view: View) -> Iterator[Finding]:
    entry, rule = view.entry, view.rule
    if rule.uses_scores and not entry.criteria:
        yield error(
            "criteria", f"un bando {rule.label.it} ha bisogno di criteri.", f"“{rule.label.en}” needs criteria."
        )
    if not rule.uses_scores and entry.criteria:
        yield error("criteria", f"un bando {rule.label.it} non usa punteggi.", f"“{rule.label.en}” uses no scores.")
    if not rule.uses_scores and entry.tie_breaks:
        yield warning("tie_breaks", "senza punteggi non c’è parità da sciogliere.", "without scores there are no ties.")
    if rule.order == "arrival" and entry.tie_breaks and rule.uses_scores:
        yield warning(
            "tie_breaks", "conta l’ordine di arrivo, non il punteggio.", "order of arrival counts, not the score."
        )
    if entry.short == "skip" and rule.order != "arrival":
        yield warning(
            "when_short",
            "passando oltre, chi ha meno punti può superare chi ne ha di più.",
            "trying the next, who has fewer points may overtake who has more.",
        )


def _judgement(view: View) -> Iterator[Finding]:
    entry, judgement = view.entry, view.entry.judgement
    most = sum((item.max_points for item in entry.criteria), Decimal(0))
    if view.rule.uses_threshold and judgement.threshold is None:
        yield error("judgement.threshold", "manca la soglia di punteggio.", "the threshold is missing.")
    if judgement.threshold is not None and not view.rule.uses_scores:
        yield error("judgement.threshold", "questa procedura non usa punteggi.", "this procedure uses no scores.")
    elif judgement.threshold is not None and entry.criteria and judgement.threshold > most:
        yield error(
            "judgement.threshold",
            f"nessuno può raggiungerla: i criteri danno al massimo {most.normalize():f} punti.",
            f"nobody can reach it: the criteria give {most.normalize():f} points at most.",
        )
    evaluated = any(item.kind != "automatic" for item in entry.criteria)
    if judgement.scores == "averaged" and judgement.evaluators < 2:
        yield error(
            "judgement.evaluators",
            "una media ha bisogno di almeno due valutatori.",
            "a mean needs at least two evaluators.",
        )
    if not evaluated:
        for name in ("blind", "divergence"):
            if getattr(judgement, name):
                yield warning(
                    f"judgement.{name}", "nessun criterio è dei valutatori.", "no criterion is for evaluators."
                )
    if judgement.divergence is not None and judgement.scores != "averaged":
        yield warning(
            "judgement.divergence",
            "un punteggio collegiale non ha divergenze.",
            "a collegial score has no divergences.",
        )
    if judgement.blind and evaluated and view.fields:
        yield from _blind(view)


def _blind(view: View) -> Iterator[Finding]:
    """What a blind judge would read of whose the application is."""
    if not any(item.identifying for item in view.fields.values()):
        yield warning(
            "judgement.blind", "nessun campo è segnato come identificativo.", "no field is marked as identifying."
        )
    for place, section in enumerate(view.form.sections):
        for number, item in enumerate(section.fields):
            path = f"form.sections.{place}.fields.{number}"
            inside = [(f"{path}.fields.{column}", inner) for column, inner in enumerate(item.fields)]
            for where, one in [(path, item), *inside]:
                if not one.identifying and _says_whose(view, one):
                    yield warning(
                        f"{where}.identifying",
                        f"«{one.id}» dice di chi è la domanda, e la valutazione è cieca: segnalo come identificativo.",
                        f"“{one.id}” tells whose application it is, and the evaluation is blind: mark it as identifying.",
                    )


def _says_whose(view: View, item: Field) -> bool:
    """Does a field, by its kind, by where its answer comes from or by its name, ask who applies? Documents are left to who
    writes the form: a plan of the project may be read."""
    if item.kind in ("email", "iban") or item.id == view.entry.applicants.share_field:
        return True
    if item.prefill.startswith(_OWN):
        return True
    return item.kind == "text" and bool(_WHO & set(item.id.lower().split("_")))


def _terms(view: View) -> Iterator[Finding]:
    terms = view.entry.terms
    rule = parameters.value("procedure.suspension.most_days", on=max(view.opens_on, _FIRST))
    if terms.integration_days > rule.value:
        yield error(
            "terms.integration_days", f"al massimo {rule.value} giorni.", f"at most {rule.value} days.", rule.reference
        )
    if terms.notice_applies and view.rule.makes_list:
        yield warning(
            "terms.notice_applies",
            "il preavviso di rigetto non si applica alle procedure concorsuali.",
            "the pre-rejection notice does not apply to competitive procedures.",
            "L. 241/1990, art. 10-bis",
        )
    if terms.examination_days is not None and terms.examination_days > 90 and not terms.reference:
        yield warning(
            "terms.examination_days",
            "oltre 90 giorni serve una norma che lo consenta: citala in reference.",
            "above 90 days a norm must allow it: cite it in reference.",
            "L. 241/1990, art. 2(3)-(4)",
        )
    usual = parameters.value("revocation.counter.days", on=max(view.opens_on, _FIRST))
    if terms.revocation_days is not None and terms.revocation_days < usual.value:
        yield warning(
            "terms.revocation_days",
            f"meno dei {usual.value} giorni che si danno di solito per rispondere.",
            f"less than the {usual.value} days usually given to answer.",
            usual.reference,
        )
    if terms.evaluation_days is not None and not any(item.kind != "automatic" for item in view.entry.criteria):
        yield warning("terms.evaluation_days", "nessun criterio è dei valutatori.", "no criterion is for evaluators.")
