"""The life of an act of liquidation and of an order to the bank, as tables; a row and a payment follow them."""

from collections.abc import Iterable

from levante.kernel.api import Actor, Missing, Transition, Workflow
from levante.kernel.pure import Bilingual, Decision
from levante.payments import policies, states
from levante.payments.models import Liquidation, PaymentOrder, Undoing
from levante.programme.api import missing_document


def _acts_say(actor: Actor, _act: Liquidation | Undoing) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo dice il sistema degli atti.", "The system of acts says so.")


def _bank_says(actor: Actor, _order: PaymentOrder) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo dice la banca.", "The bank says so.")


def _worker_says(actor: Actor, _order: PaymentOrder) -> Decision:
    if actor.is_system:
        return Decision.yes()
    return Decision.no("L’ordine si prepara da sé.", "The order is prepared by itself.")


def _document(act: Liquidation | Undoing) -> Iterable[Missing]:
    return missing_document(act.document)


def _rows(act: Liquidation) -> Iterable[Missing]:
    if not act.rows.filter(state=states.IN_ACT).exists():
        yield Missing(Bilingual("almeno una domanda di pagamento", "at least one claim"))


LIQUIDATIONS: Workflow[Liquidation] = Workflow(
    states.ACTS,
    [
        Transition(
            "send",
            frozenset({states.DRAFT}),
            states.SENT,
            Bilingual("Firma e invia al sistema degli atti", "Sign and send to the system of acts"),
            policies.may_sign,
            (_document, _rows),
        ),
        Transition(
            "return",
            frozenset({states.SENT}),
            states.EFFECTIVE,
            Bilingual("L’atto è tornato", "The act came back"),
            _acts_say,
        ),
        Transition(
            "refuse",
            frozenset({states.SENT}),
            states.REFUSED,
            Bilingual("L’atto è stato rifiutato", "The act was refused"),
            _acts_say,
        ),
        Transition(
            "cancel",
            frozenset({states.DRAFT}),
            states.CANCELLED,
            Bilingual("Annulla la bozza", "Cancel the draft"),
            policies.may_work_liquidation,
        ),
        Transition(
            "take_back",
            frozenset({states.EFFECTIVE}),
            states.TAKEN_BACK,
            Bilingual("Annullato con un altro atto", "Taken back by another act"),
            _acts_say,
        ),
    ],
)

UNDOINGS: Workflow[Undoing] = Workflow(
    states.UNDOINGS,
    [
        Transition(
            "send",
            frozenset({states.DRAFT}),
            states.SENT,
            Bilingual("Firma e invia al sistema degli atti", "Sign and send to the system of acts"),
            policies.may_sign_undoing,
            (_document,),
        ),
        Transition(
            "return",
            frozenset({states.SENT}),
            states.EFFECTIVE,
            Bilingual("L’atto è tornato", "The act came back"),
            _acts_say,
        ),
        Transition(
            "refuse",
            frozenset({states.SENT}),
            states.REFUSED,
            Bilingual("L’atto è stato rifiutato", "The act was refused"),
            _acts_say,
        ),
        Transition(
            "cancel",
            frozenset({states.DRAFT}),
            states.CANCELLED,
            Bilingual("Annulla la bozza", "Cancel the draft"),
            policies.may_work_undoing,
        ),
    ],
)

ORDERS: Workflow[PaymentOrder] = Workflow(
    states.ORDERS,
    [
        Transition(
            "prepare",
            frozenset({states.PREPARING}),
            states.READY,
            Bilingual("L’ordine è pronto", "The order is ready"),
            _worker_says,
        ),
        Transition(
            "send",
            frozenset({states.READY}),
            states.IN_BANK,
            Bilingual("Invia alla banca", "Send to the bank"),
            policies.may_send_order,
        ),
        Transition(
            "check",
            frozenset({states.READY}),
            states.CHECKING,
            Bilingual("Guarda i controlli", "Look at the gates"),
            policies.may_work_order,
        ),
        Transition(
            "checked",
            frozenset({states.CHECKING}),
            states.READY,
            Bilingual(
                "Qualcosa lo ferma, o era solo da guardare", "Something holds it up, or it was only to be looked at"
            ),
            _worker_says,
        ),
        Transition(
            "leave",
            frozenset({states.CHECKING}),
            states.IN_BANK,
            Bilingual("Niente lo ferma: parte", "Nothing holds it up: it leaves"),
            _worker_says,
        ),
        Transition(
            "cancel",
            frozenset({states.PREPARING, states.READY, states.CHECKING}),
            states.CANCELLED,
            Bilingual("Annulla l’ordine", "Cancel the order"),
            policies.may_work_order,
        ),
        Transition(
            "recall",
            frozenset({states.IN_BANK}),
            states.RECALLED,
            Bilingual("Richiama l’ordine", "Call the order back"),
            policies.may_work_order,
        ),
        Transition(
            "close",
            frozenset({states.IN_BANK}),
            states.DONE,
            Bilingual("La banca ha detto tutto", "The bank said it all"),
            _bank_says,
        ),
    ],
)
