from django.apps import AppConfig


class ControlsConfig(AppConfig):
    name = "levante.controls"
    label = "controls"
    #: How these rows follow a merge of two enterprises: the survivor is given its money back.
    enterprise_relations = {"controls.Refund.enterprise": "move", "controls.Due.enterprise": "move"}

    def ready(self) -> None:
        from levante.exchange.api import on_answer
        from levante.grants.api import trail_told_by
        from levante.letters.api import about

        trail_told_by("levante.controls.trail:part_of")

        on_answer("acts", "revocation", "levante.controls.acting:act_answered")
        on_answer("acts", "annulment", "levante.controls.annulling:act_answered")
        on_answer("pagopa", "position", "levante.controls.noticing:position_answered")
        on_answer("pagopa", "receipts", "levante.controls.noticing:receipts_answered")
        from levante.aid.api import on_succession, on_undoing
        from levante.claims.api import holds_claims
        from levante.grants.api import place_given_back, place_taken
        from levante.payments.api import (
            collector_told_by,
            holding_told_by,
            owing_told_by,
            set_off_told_to,
            standing_told_by,
        )

        holds_claims("levante.controls.paid:why_reviewed_no_more")
        on_succession("levante.controls.succeeding:hear_succession")
        on_undoing("levante.controls.succeeding:undo_succession")
        place_taken("levante.controls.succeeding:place_taken")
        place_given_back("levante.controls.succeeding:place_given_back")
        owing_told_by("levante.controls.paid:owed_by")
        standing_told_by("levante.controls.paid:awards_owing")
        collector_told_by("levante.controls.refunding:kept_for_collector")
        holding_told_by("levante.controls.after_visit:held_claims")
        set_off_told_to("levante.controls.setting_off:set_off")
        about("controls.Revocation", "levante.controls.letters")
        about("controls.Recovery", "levante.controls.recovery_letters")
