"""The door of aid: positions, reservations of headroom, the lines of the RNA."""

from levante.aid.award_codes import read_codes, record_codes
from levante.aid.decisions import Decided, decide_undertaking, decided, decisions_on
from levante.aid.declared import annul_aid, declare_aid, declare_own_aid, restore_aid, revise_aid
from levante.aid.event_hooks import hand_over, on_succession, on_undoing
from levante.aid.events import (
    Taken,
    aid_of_party,
    attributed,
    record_merger,
    record_split,
    record_transfer,
    undo_event,
)
from levante.aid.models import (
    AidRecord,
    AidRevision,
    QuarantinedAid,
    Reservation,
    RnaImport,
    RnaRegistration,
    RnaVariation,
    UndertakingDecision,
    UndertakingEvent,
    Visura,
)
from levante.aid.policies import (
    may_decide_undertaking,
    may_declare_own,
    may_file_in_rna,
    may_reserve,
    may_see_all_aid,
    may_undo_event,
)
from levante.aid.positions import aid_id_of, case_of, hides_reservations, position
from levante.aid.publishing import (
    below_threshold,
    is_person,
    of_persons,
    threshold_of_persons,
    within_years,
    years_published,
)
from levante.aid.queries import (
    AidLine,
    Freeing,
    Story,
    imports,
    quarantine_of,
    reservations_of,
    story_of,
    unreadable_of,
    waiting_in_quarantine,
)
from levante.aid.regimes import REGIMES
from levante.aid.registrations import register_aid_in_rna, set_aside_registration, transmit_act
from levante.aid.registrations_ended import cancel_in_rna
from levante.aid.rna_firm import beneficiary_of, places_of
from levante.aid.rna_hooks import on_every_visura, on_registration, on_visura
from levante.aid.rna_import import import_rna, totals_of
from levante.aid.services import (
    NoHeadroom,
    confirm_reservation,
    lock_undertakings,
    release_reservation,
    require_headroom,
    reserve_aid,
)
from levante.aid.variations import transmit_variation, vary_in_rna
from levante.aid.visure import ask_visura, record_visura_by_hand
from levante.aid.workflow import REGISTRATIONS, VARIATIONS

__all__ = [
    "REGIMES",
    "REGISTRATIONS",
    "VARIATIONS",
    "AidLine",
    "AidRecord",
    "AidRevision",
    "Decided",
    "Freeing",
    "NoHeadroom",
    "QuarantinedAid",
    "Reservation",
    "RnaImport",
    "RnaRegistration",
    "RnaVariation",
    "Story",
    "Taken",
    "UndertakingDecision",
    "UndertakingEvent",
    "Visura",
    "aid_id_of",
    "aid_of_party",
    "annul_aid",
    "ask_visura",
    "attributed",
    "below_threshold",
    "beneficiary_of",
    "cancel_in_rna",
    "case_of",
    "confirm_reservation",
    "decide_undertaking",
    "decided",
    "decisions_on",
    "declare_aid",
    "declare_own_aid",
    "hand_over",
    "hides_reservations",
    "import_rna",
    "imports",
    "is_person",
    "lock_undertakings",
    "may_decide_undertaking",
    "may_declare_own",
    "may_file_in_rna",
    "may_reserve",
    "may_see_all_aid",
    "may_undo_event",
    "of_persons",
    "on_every_visura",
    "on_registration",
    "on_succession",
    "on_undoing",
    "on_visura",
    "places_of",
    "position",
    "quarantine_of",
    "read_codes",
    "record_codes",
    "record_merger",
    "record_split",
    "record_transfer",
    "record_visura_by_hand",
    "register_aid_in_rna",
    "release_reservation",
    "require_headroom",
    "reservations_of",
    "reserve_aid",
    "restore_aid",
    "revise_aid",
    "set_aside_registration",
    "story_of",
    "threshold_of_persons",
    "totals_of",
    "transmit_act",
    "transmit_variation",
    "undo_event",
    "unreadable_of",
    "vary_in_rna",
    "waiting_in_quarantine",
    "within_years",
    "years_published",
]
