from django.apps import AppConfig


class ParticipationsConfig(AppConfig):
    name = "levante.participations"
    label = "participations"
    #: How these rows follow a merge of two enterprises: a place follows the enterprise; of two in the same list
    #: the one further on (``merging``).
    enterprise_relations = {"participations.Participation.enterprise": "move"}

    def ready(self) -> None:
        from levante.aid.api import on_registration, on_succession, on_undoing, on_visura
        from levante.claims.api import part_told_by
        from levante.controls.api import due_told_to
        from levante.initiatives.api import (
            asked_before,
            asked_for_ways,
            asked_of_expressing,
            asked_of_withdrawal,
            asked_who_takes_part,
            buyer_withdrew,
            kept_elsewhere,
            told_of_moves,
            told_of_step,
        )
        from levante.participations.answering import place_ended
        from levante.parties.api import erased_with, merged_pairs

        place_ended("levante.participations.succeeding:own_place_ended")
        erased_with("levante.participations.personal:forget_person")
        part_told_by("levante.participations.taking_part:taking_part")
        on_succession("levante.participations.succeeding:hear_succession")
        on_undoing("levante.participations.succeeding:undo_succession")
        merged_pairs("participations.Participation.enterprise", "levante.participations.merging:both_in_a_list")
        on_registration(
            "participations.Participation",
            "levante.participations.aid:registration_answered",
            lock="levante.participations.aid:lock_selection",
        )
        on_visura("participations.Participation", "levante.participations.visure:visura_answered")
        on_registration(
            "participations.AidChange",
            "levante.participations.aid_changing:more_answered",
            lock="levante.participations.aid_changing:lock_selection_of_more",
        )
        due_told_to(
            "levante.participations.answering:due_paid", late="levante.participations.answering:due_paid_too_late",
            back="levante.participations.quota_back:quota_changed", asked="levante.participations.quota_back:quota_changed",
            lock="levante.participations.answering:hold_place_of",
        )  # fmt: skip
        due_told_to("levante.participations.answering:due_paid", back="levante.participations.answering:due_let_go")
        asked_of_expressing("levante.participations.adding:may_ask")
        asked_of_withdrawal("levante.participations.answering:hangs_on")
        buyer_withdrew("levante.participations.hosting:buyer_withdrew")
        asked_for_ways("levante.participations.apart:ways_of")
        asked_who_takes_part("levante.participations.telling:who_takes_part")
        kept_elsewhere("places", "levante.participations.rules:places_of_the_rules")
        told_of_moves("levante.participations.moved:initiative_moved")
        told_of_step("cancel", "levante.participations.ending:call_off")
        asked_before("cancel", "levante.participations.ending:presence_untold")
        asked_before("call", "levante.participations.rules:rules_unwritten")
        asked_before("call", "levante.participations.ending:list_decided")
        asked_before("prepare", "levante.participations.ending:list_undecided")
        asked_before("conclude", "levante.participations.ending:left_to_settle")
