"""The life of a reservation of headroom."""

from levante.aid.models import Reservation
from levante.aid.policies import may_reserve
from levante.kernel.api import Actor, Transition, Workflow
from levante.kernel.pure import Bilingual, Decision


def _may(actor: Actor, _reservation: Reservation) -> Decision:
    return may_reserve(actor)


RESERVATIONS: Workflow[Reservation] = Workflow(
    {
        Reservation.RESERVED: Bilingual("prenotato", "reserved"),
        Reservation.CONFIRMED: Bilingual("confermato", "confirmed"),
        Reservation.RELEASED: Bilingual("liberato", "released"),
        Reservation.EXPIRED: Bilingual("scaduto", "expired"),
    },
    [
        Transition(
            "confirm",
            frozenset({Reservation.RESERVED}),
            Reservation.CONFIRMED,
            Bilingual("Conferma: l’atto ha effetto", "Confirm: the act takes effect"),
            _may,
        ),
        Transition(
            "release",
            frozenset({Reservation.RESERVED}),
            Reservation.RELEASED,
            Bilingual("Libera il massimale", "Free the headroom"),
            _may,
        ),
        Transition(
            "expire",
            frozenset({Reservation.RESERVED}),
            Reservation.EXPIRED,
            Bilingual("Scade", "Expires"),
            _may,
        ),
    ],
)
