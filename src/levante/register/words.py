"""The logs and the kinds of entries in the words of who reads them; in the entries and the proofs they are codes."""

from levante.kernel.pure import Bilingual

#: The logs; a click day has one for each opening, called after it.
LOGS = {
    "anchoring": Bilingual("Marche temporali chieste", "Time stamps asked for"),
    "applications": Bilingual("Domande", "Applications"),
    "interests": Bilingual("Manifestazioni di interesse", "Expressions of interest"),
    "register": Bilingual("Registro generale", "General register"),
}

#: The log of a click day, ``intake.<opening>``: whoever knows the opening says its title beside.
CLICK_DAY = Bilingual("Ordine di arrivo di un click day", "Order of arrival of a click day")

#: The kinds that this portal registers (``tests/register/test_words.py`` looks for one without words).
KINDS = {
    "application.document_delivered": Bilingual("Documento consegnato dopo l’invio", "Document delivered after sending"),
    "application.integration_answered": Bilingual("Risposta a una richiesta di integrazione", "Answer to a request for more"),
    "application.observations_sent": Bilingual("Osservazioni su un preavviso di rigetto", "Observations on a pre-rejection notice"),
    "application.part_accepted": Bilingual("Accettazione di un contributo ridotto", "Reduced contribution accepted"),
    "application.renounced": Bilingual("Rinuncia del richiedente", "Renounced by the applicant"),
    "application.submitted": Bilingual("Domanda inviata", "Application sent"),
    "award.accepted": Bilingual("Accettazione di una concessione", "Award accepted"),
    "award.renounced": Bilingual("Rinuncia a un contributo concesso", "Grant given up"),
    "claim.answered": Bilingual("Risposta su una domanda di pagamento", "Answer about a claim"),
    "claim.sent": Bilingual("Domanda di pagamento inviata", "Claim sent"),
    "intake.case": Bilingual("Dati di un click day chiuso", "Data of a closed click day"),
    "intake.closed": Bilingual("Chiusura di un click day", "End of a click day"),
    "intake.received": Bilingual("Domanda arrivata nel click day", "Application received on a click day"),
    "interest.expressed": Bilingual("Manifestazione di interesse", "Expression of interest"),
    "interest.withdrawn": Bilingual("Ritiro di una manifestazione di interesse", "Expression of interest withdrawn"),
    "letter.written": Bilingual("Lettera in partenza", "Letter sent"),
    "place.accepted": Bilingual("Posto in un’iniziativa accettato", "Place in an initiative accepted"),
    "place.renounced": Bilingual("Rinuncia a un posto in un’iniziativa", "Place in an initiative given up"),
    "ranking.published": Bilingual("Graduatoria pubblicata", "Ranking published"),
    "register.anchored": Bilingual("Marca temporale chiesta", "Time stamp asked for"),
    "register.content_erased": Bilingual("Cancellazione di un contenuto", "Content erased"),
    "register.key_rotated": Bilingual("Cambio della chiave di firma", "Signing key changed"),
    "result.told": Bilingual("Risultati raggiunti", "Results reached"),
    "variation.sent": Bilingual("Richiesta di variazione", "Request of variation"),
}  # fmt: skip


def log_in_words(name: str, language: str | None) -> str:
    """What a log holds; its own name when it has no words."""
    found = CLICK_DAY if name.startswith("intake.") else LOGS.get(name)
    return found.in_language(language or "it") if found is not None else name


def kind_in_words(kind: str, language: str | None) -> str:
    """What an entry is about; its own code when it has no words (another's receipt, given here to be verified)."""
    return KINDS[kind].in_language(language or "it") if kind in KINDS else kind
