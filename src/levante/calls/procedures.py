"""The procedures a call may follow, as a table: what each needs and how it orders who asks. Nothing compares their names."""

from dataclasses import dataclass
from typing import Literal

from levante.kernel.pure import Bilingual

#: The orders that ``allocation`` knows: arrival, score, the ticket of a draw, score and then the ticket, no order (shares).
Order = Literal["arrival", "score", "ticket", "score_then_ticket", "shares"]


#: Each order in words, as it stands at the head of a list and of its recomputation.
ORDER_WORDS: dict[Order, Bilingual] = {
    "arrival": Bilingual(
        "Ordine: istante di arrivo, poi posto nel registro", "Order: instant of arrival, then place in the log"
    ),
    "score": Bilingual(
        "Ordine: punteggio, criteri di precedenza, istante di arrivo, posto nel registro",
        "Order: score, tie-breaks, instant of arrival, place in the log",
    ),
    "ticket": Bilingual(
        "Ordine: SHA-256 di «seme:domanda», dal più basso", "Order: SHA-256 of “seed:application”, lowest first"
    ),
    "score_then_ticket": Bilingual(
        "Ordine: punteggio, criteri di precedenza, poi il sorteggio: SHA-256 di «seme:domanda», dal più basso",
        "Order: score, tie-breaks, then the draw: SHA-256 of “seed:application”, lowest first",
    ),
    "shares": Bilingual(
        "Riparto in proporzione a quanto è chiesto, con somma esatta al centesimo",
        "Shared in proportion to what is asked, adding up to the cent",
    ),
}


@dataclass(frozen=True, slots=True)
class ProcedureRule:
    """One row. ``order`` is how places are given; ``when_short`` what happens, unless the call says, to a request that does
    not fit. Where a closing is needed the days of the procedure run from it, and not from each arrival."""

    code: str
    label: Bilingual
    words: Bilingual
    order: Order
    needs_closing: bool = False
    uses_scores: bool = False
    uses_threshold: bool = False
    uses_seed: bool = False
    sealed: bool = False
    when_short: Literal["stop", "partial"] = "stop"

    @property
    def order_words(self) -> Bilingual:
        return ORDER_WORDS[self.order]

    @property
    def by_points(self) -> bool:
        """Do points come first in the order, so that equal points need a rule?"""
        return self.order in {"score", "score_then_ticket"}

    @property
    def by_arrival(self) -> bool:
        """Does arriving earlier give an earlier place?"""
        return self.order == "arrival"

    @property
    def makes_list(self) -> bool:
        """Is the outcome a list computed and published once the window is closed?"""
        return self.order != "arrival"


def _row(code: str, label: tuple[str, str], words: tuple[str, str], order: Order, **more: object) -> ProcedureRule:
    return ProcedureRule(code, Bilingual(*label), Bilingual(*words), order, **more)  # type: ignore[arg-type]


PROCEDURES: dict[str, ProcedureRule] = {
    rule.code: rule
    for rule in (
        _row(
            "first_come",
            ("a sportello", "first come, first served"),
            ("in ordine di arrivo", "in order of arrival"),
            "arrival",
        ),
        _row(
            "first_come_threshold",
            ("a sportello con soglia", "first come, first served, with a threshold"),
            (
                "in ordine di arrivo, per chi raggiunge il punteggio minimo",
                "in order of arrival, among those that reach the threshold",
            ),
            "arrival",
            uses_scores=True,
            uses_threshold=True,
        ),
        _row(
            "ranking",
            ("a graduatoria", "ranking"),
            ("in graduatoria: non conta chi arriva prima", "ranking: being early does not count"),
            "score",
            needs_closing=True,
            uses_scores=True,
            when_short="partial",
        ),
        _row(
            "click_day",
            ("click day", "click day"),
            (
                "in ordine di invio, da un istante fissato: la domanda si prepara e si sigilla prima",
                "in order of sending from a fixed instant: the application is prepared and sealed before",
            ),
            "arrival",
            sealed=True,
        ),
        _row(
            "draw",
            ("a sorteggio", "draw"),
            (
                "a sorteggio, a finestra chiusa, con un seme pubblico: chiunque può rifarlo",
                "by a draw once the window is closed, with a public seed: anyone can redraw it",
            ),
            "ticket",
            needs_closing=True,
            uses_seed=True,
        ),
        _row(
            "window_ranking",
            ("finestra e graduatoria", "window, then ranking"),
            (
                "in graduatoria a finestra chiusa; a parità decide un sorteggio, mai chi arriva prima",
                "ranking once the window is closed; ties are drawn, being early never counts",
            ),
            "score_then_ticket",
            needs_closing=True,
            uses_scores=True,
            uses_seed=True,
            when_short="partial",
        ),
        _row(
            "proportional",
            ("a riparto", "proportional share-out"),
            (
                "le risorse si dividono tra tutti, in proporzione a quanto spetta a ciascuno",
                "the money is shared among all, in proportion to what is due to each",
            ),
            "shares",
            needs_closing=True,
            when_short="partial",
        ),
    )
}

#: Those whose outcome is a list made once the window is closed.
LISTED = tuple(code for code, rule in PROCEDURES.items() if rule.makes_list)
