"""The lives of a reservation of headroom, of a registration in the RNA and of its variations."""

from levante.aid.models import Reservation, RnaRegistration, RnaVariation
from levante.aid.policies import may_file_in_rna, may_reserve
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


def _may_file(actor: Actor, registration: RnaRegistration) -> Decision:
    return may_file_in_rna(actor, registration.office)


def _may_vary(actor: Actor, variation: RnaVariation) -> Decision:
    return may_file_in_rna(actor, variation.registration.office)


REGISTRATIONS: Workflow[RnaRegistration] = Workflow(
    {
        RnaRegistration.ASKED: Bilingual("chiesta", "asked"),
        RnaRegistration.TO_CONFIRM: Bilingual("da confermare con l’atto", "to be confirmed with the act"),
        RnaRegistration.CONFIRMED: Bilingual("confermata", "confirmed"),
        RnaRegistration.REFUSED: Bilingual("rifiutata", "refused"),
        RnaRegistration.LAPSED: Bilingual("decaduta", "lapsed"),
        RnaRegistration.CANCELLED: Bilingual("annullata", "cancelled"),
    },
    [
        Transition(
            "register",
            frozenset({RnaRegistration.ASKED}),
            RnaRegistration.TO_CONFIRM,
            Bilingual("Il RNA dà il COR", "The RNA gives the COR"),
            _may_file,
        ),
        Transition(
            "refuse",
            frozenset({RnaRegistration.ASKED}),
            RnaRegistration.REFUSED,
            Bilingual("Il RNA rifiuta", "The RNA refuses"),
            _may_file,
        ),
        Transition(
            "transmit",
            frozenset({RnaRegistration.TO_CONFIRM}),
            RnaRegistration.CONFIRMED,
            Bilingual("Trasmetti la data dell’atto", "Transmit the date of the act"),
            _may_file,
        ),
        Transition(
            "lapse",
            frozenset({RnaRegistration.TO_CONFIRM}),
            RnaRegistration.LAPSED,
            Bilingual("Decade: l’atto non è stato trasmesso in tempo", "Lapses: the act was not transmitted in time"),
            _may_file,
        ),
        Transition(
            "cancel",
            frozenset(RnaRegistration.LIVE),
            RnaRegistration.CANCELLED,
            Bilingual("Annulla nel RNA", "Cancel in the RNA"),
            _may_file,
        ),
    ],
)

VARIATIONS: Workflow[RnaVariation] = Workflow(
    {
        RnaVariation.ASKED: Bilingual("chiesta", "asked"),
        RnaVariation.TO_CONFIRM: Bilingual("da confermare con l’atto", "to be confirmed with the act"),
        RnaVariation.CONFIRMED: Bilingual("confermata", "confirmed"),
        RnaVariation.REFUSED: Bilingual("rifiutata", "refused"),
    },
    [
        Transition(
            "register",
            frozenset({RnaVariation.ASKED}),
            RnaVariation.TO_CONFIRM,
            Bilingual("Il RNA dà il COVAR", "The RNA gives the COVAR"),
            _may_vary,
        ),
        Transition(
            "refuse",
            frozenset({RnaVariation.ASKED}),
            RnaVariation.REFUSED,
            Bilingual("Il RNA rifiuta", "The RNA refuses"),
            _may_vary,
        ),
        Transition(
            "transmit",
            frozenset({RnaVariation.TO_CONFIRM}),
            RnaVariation.CONFIRMED,
            Bilingual("Trasmetti la data dell’atto", "Transmit the date of the act"),
            _may_vary,
        ),
    ],
)
