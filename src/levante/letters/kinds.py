"""The letters an office sends, what each must say by law, and the placeholders its text may use."""

from dataclasses import dataclass

from levante.kernel.pure import Bilingual

START, INTEGRATION, NOTICE = "start_of_procedure", "integration_request", "pre_rejection_notice"
ADMITTED, REJECTED, WITHDRAWN = "admitted", "rejected", "withdrawal_noted"
RANKING, ARRIVAL, AWARD, COMMUNICATION = "ranking_place", "arrival_place", "award", "communication"
REVOKING, REVOKED, NOT_REVOKED = "revocation_notice", "revocation", "revocation_archived"
GIVE_BACK, NO_LONGER, RESULTS = "recovery_request", "recovery_cancelled", "results_request"
ANNULLED = "revocation_annulled"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter: its name, its norm, the placeholders that are its own and those its text cannot do without."""

    code: str
    label: Bilingual
    reference: str
    own: tuple[str, ...] = ()
    required: tuple[str, ...] = ()

    @property
    def placeholders(self) -> tuple[str, ...]:
        return (*COMMON, *self.own)


#: What every letter may name: words for who writes a template, in both languages.
PLACEHOLDERS: dict[str, Bilingual] = {
    "office": Bilingual("l’ufficio che scrive", "the office that writes"),
    "office_contacts": Bilingual("PEC e posta dell’ufficio", "PEC and mail of the office"),
    "responsible": Bilingual("il responsabile del procedimento", "the person responsible for the procedure"),
    "signatory": Bilingual("chi firma", "who signs"),
    "enterprise": Bilingual("l’impresa", "the enterprise"),
    "tax_code": Bilingual("il codice fiscale dell’impresa", "the enterprise’s tax code"),
    "today": Bilingual("il giorno della lettera", "the day of the letter"),
    "remedies": Bilingual(
        "come e entro quando si ricorre (D.Lgs. 104/2010, D.P.R. 1199/1971)", "how and by when one can appeal"
    ),
    "portal": Bilingual("l’indirizzo della pratica nel portale", "the address of the file in the portal"),
    "number": Bilingual("il numero della domanda", "the number of the application"),
    "call": Bilingual("il titolo del bando", "the title of the call"),
    "sent_on": Bilingual("il giorno di invio della domanda", "the day the application was sent"),
    "protocol": Bilingual("il protocollo della domanda, se c’è", "the protocol number of the application, if any"),
    "requested": Bilingual("l’importo richiesto", "the amount asked for"),
    "amount": Bilingual("l’importo ammesso o concesso", "the amount admitted or awarded"),
    "due_on": Bilingual("il termine", "the term"),
    "days": Bilingual("i giorni del termine", "the days of the term"),
    "items": Bilingual("che cosa si chiede, una voce per riga", "what is asked for, one thing a line"),
    "reasons": Bilingual("i motivi", "the reasons"),
    "reduction": Bilingual("perché l’importo è ridotto, se lo è", "why the amount is reduced, if it is"),
    "decided_on": Bilingual("il giorno della decisione", "the day of the decision"),
    "position": Bilingual(
        "il posto in graduatoria o in ordine di arrivo", "the place in the ranking or in order of arrival"
    ),
    "score": Bilingual("il punteggio", "the score"),
    "score_parts": Bilingual("il punteggio per criterio, una voce per riga", "the score by criterion, one a line"),
    "outcome": Bilingual("l’esito", "the outcome"),
    "ranking": Bilingual("il numero della graduatoria", "the number of the ranking"),
    "ranking_act": Bilingual("l’atto della graduatoria, se c’è", "the act of the ranking, if any"),
    "published_on": Bilingual("il giorno di pubblicazione", "the day of publication"),
    "act": Bilingual("numero e data dell’atto", "number and date of the act"),
    "cup": Bilingual("il CUP, se c’è", "the CUP, if any"),
    "cor": Bilingual("il COR, se c’è", "the COR, if any"),
    "regime": Bilingual("il regime di aiuto", "the aid regime"),
    "recover": Bilingual("quanto va restituito di ciò che è stato pagato", "what must be given back of what was paid"),
    "interest": Bilingual("gli interessi legali", "the legal interest"),
    "norm": Bilingual("la norma o l’articolo dell’avviso", "the norm or the article of the call"),
}

COMMON = (
    "office", "office_contacts", "responsible", "signatory", "enterprise", "tax_code", "today", "portal", "number", "call",
    "sent_on", "protocol",
)  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            START, Bilingual("avvio del procedimento", "start of the procedure"), "L. 241/1990, artt. 7 e 8",
            ("due_on", "days"), ("responsible", "office", "due_on"),
        ),
        Kind(
            INTEGRATION, Bilingual("richiesta di integrazione", "integration request"),
            "L. 241/1990, artt. 2(7) e 6(1)(b)", ("items", "reasons", "due_on", "days"), ("items", "reasons", "days"),
        ),
        Kind(
            NOTICE, Bilingual("preavviso di rigetto", "pre-rejection notice"), "L. 241/1990, art. 10-bis",
            ("reasons", "due_on", "days"), ("reasons", "days"),
        ),
        Kind(
            ADMITTED, Bilingual("ammissione", "admission"), "L. 241/1990, artt. 2(1) e 3",
            ("amount", "requested", "reasons", "reduction", "decided_on", "remedies"),
            ("amount", "reasons", "reduction", "remedies"),
        ),
        Kind(
            REJECTED, Bilingual("rigetto", "rejection"), "L. 241/1990, art. 3(1) e (4)",
            ("reasons", "decided_on", "remedies"), ("reasons", "remedies"),
        ),
        Kind(
            WITHDRAWN, Bilingual("presa d’atto del ritiro", "withdrawal noted"), "L. 241/1990, art. 2(1)",
            ("reasons", "decided_on"),
        ),
        Kind(
            RANKING, Bilingual("posto in graduatoria", "place in the ranking"), "L. 241/1990, artt. 3 e 12",
            ("position", "score", "score_parts", "outcome", "amount", "requested", "reasons", "ranking", "ranking_act",
             "published_on", "remedies"),
            ("position", "outcome", "reasons", "remedies"),
        ),
        Kind(
            ARRIVAL, Bilingual("posto in ordine di arrivo", "place in order of arrival"), "L. 241/1990, artt. 3 e 12",
            ("position", "outcome", "amount", "requested", "reasons", "remedies"),
            ("position", "outcome", "reasons", "remedies"),
        ),
        Kind(
            AWARD, Bilingual("concessione", "award"), "L. 241/1990, artt. 3 e 12",
            ("amount", "act", "cup", "cor", "regime", "reasons", "remedies"), ("amount", "act", "reasons", "remedies"),
        ),
        Kind(
            REVOKING, Bilingual("avvio del procedimento di revoca", "start of a procedure to revoke"),
            "L. 241/1990, artt. 7 e 8", ("amount", "recover", "reasons", "norm", "act", "due_on", "days"),
            ("amount", "reasons", "due_on", "days", "responsible", "office"),
        ),
        Kind(
            REVOKED, Bilingual("revoca", "revocation"), "L. 241/1990, artt. 3 e 21-quinquies",
            ("amount", "recover", "reasons", "norm", "act", "remedies"), ("amount", "reasons", "act", "remedies"),
        ),
        Kind(
            NOT_REVOKED, Bilingual("chiusura senza revoca", "closed without revocation"), "L. 241/1990, art. 2(1)",
            ("reasons", "decided_on"), ("reasons",),
        ),
        Kind(
            ANNULLED, Bilingual("annullamento di una revoca", "annulment of a revocation"), "L. 241/1990, artt. 3 e 21-nonies",
            ("amount", "recover", "reasons", "act"), ("amount", "reasons", "act"),
        ),
        Kind(
            GIVE_BACK, Bilingual("richiesta di restituzione", "request to give money back"), "art. 1282 e 1284 c.c.; R.D. 639/1910",
            ("amount", "recover", "interest", "act", "due_on", "days", "remedies"),
            ("amount", "recover", "interest", "due_on", "remedies"),
        ),
        Kind(
            NO_LONGER, Bilingual("recupero annullato", "recovery cancelled"), "L. 241/1990, artt. 3 e 21-bis",
            ("amount", "recover", "act", "reasons", "remedies"), ("act", "reasons"),
        ),
        Kind(
            RESULTS, Bilingual("richiesta dei risultati", "request of the results"), "D.Lgs. 33/2013, art. 27; avviso",
            ("items", "due_on", "days"), ("items", "due_on"),
        ),
        Kind(
            COMMUNICATION, Bilingual("comunicazione", "communication"), "L. 241/1990, art. 1",
            ("requested", "amount", "remedies"),
        ),
    )
}  # fmt: skip
