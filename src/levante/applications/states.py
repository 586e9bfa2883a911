"""The states of an application, in the words of the office and in those of the enterprise."""

from levante.kernel.pure import Bilingual

DRAFT, DISCARDED, SUBMITTED, UNDER_CHECK = "draft", "discarded", "submitted", "under_check"
SEALED, LAPSED = "sealed", "lapsed"
INTEGRATION, NOTICE, ADMITTED, REJECTED, WITHDRAWN = "integration", "notice", "admitted", "rejected", "withdrawn"
REVOKED = "revoked"

STATES = {
    DRAFT: Bilingual("in compilazione", "draft"),
    DISCARDED: Bilingual("bozza eliminata", "draft discarded"),
    SEALED: Bilingual("sigillata", "sealed"),
    LAPSED: Bilingual("non inviata in tempo", "not sent in time"),
    SUBMITTED: Bilingual("inviata", "submitted"),
    UNDER_CHECK: Bilingual("in istruttoria", "under examination"),
    INTEGRATION: Bilingual("integrazione richiesta", "integration requested"),
    NOTICE: Bilingual("preavviso di rigetto", "pre-rejection notice"),
    ADMITTED: Bilingual("ammessa", "admitted"),
    REJECTED: Bilingual("respinta", "rejected"),
    WITHDRAWN: Bilingual("ritirata", "withdrawn"),
    REVOKED: Bilingual("contributo revocato", "grant revoked"),
}

#: States before anything was sent: no number, no receipt.
UNSENT = frozenset({DRAFT, DISCARDED, SEALED, LAPSED})
#: States that leave the enterprise's place in the opening free again.
GONE = frozenset({DISCARDED, LAPSED, WITHDRAWN})
#: States in which an application has its frozen copy.
FROZEN = frozenset(STATES) - {DRAFT, DISCARDED}
#: States that count for nothing in an order: not sent, or gone, or refused, or revoked with all that was awarded.
OUT = UNSENT | {WITHDRAWN, REJECTED, REVOKED}
#: States in which the office has still to decide.
OPEN = frozenset({SUBMITTED, UNDER_CHECK, INTEGRATION, NOTICE})
#: States somebody of the office is answerable for.
WITH_OFFICER = frozenset({UNDER_CHECK, INTEGRATION, NOTICE, ADMITTED, REJECTED, REVOKED})
DECIDED = frozenset({ADMITTED, REJECTED})
