from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "levante.grants"
    label = "grants"
    #: How these rows follow a merge of two enterprises: the survivor answers for the awards.
    enterprise_relations = {"grants.Award.enterprise": "move"}

    def ready(self) -> None:
        from levante.exchange.api import on_answer
        from levante.letters.api import about

        on_answer("acts", "award_act", "levante.grants.effects:act_answered")
        about("grants.AwardAct", "levante.grants.letters")
        from levante.applications.api import holds_decisions
        from levante.grants.policies import act_holds, reserved_for_untold

        holds_decisions(act_holds)
        from levante.aid.api import hides_reservations

        hides_reservations(reserved_for_untold)
