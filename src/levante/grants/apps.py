from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "levante.grants"
    label = "grants"
    #: How these rows follow a merge of two enterprises: the survivor answers for the awards.
    enterprise_relations = {
        "grants.Award.enterprise": "move",
        "grants.Award.awarded_to": "move",
        "grants.Succession.firm": "move",
        "grants.Succession.heir": "move",
    }

    def ready(self) -> None:
        from levante.exchange.api import on_answer
        from levante.letters.api import about

        on_answer("acts", "award_act", "levante.grants.effects:act_answered")
        about("grants.AwardAct", "levante.grants.letters")
        from levante.aid.api import on_registration, on_visura
        from levante.exchange.api import CUP

        on_registration(
            "grants.Award",
            "levante.grants.registers:registration_answered",
            lock="levante.grants.registers:lock_act_of",
        )
        on_visura("grants.Award", "levante.grants.registers:visura_answered")
        on_answer(CUP, "generate", "levante.grants.cup_given:cup_answered")
        from levante.applications.api import holds_decisions
        from levante.grants.policies import act_holds, reserved_for_untold

        holds_decisions(act_holds)
        from levante.aid.api import hides_reservations, on_succession, on_undoing

        hides_reservations(reserved_for_untold)
        on_succession("levante.grants.succeeding:hear_succession")
        on_undoing("levante.grants.succeeding:undo_succession")
