from django.apps import AppConfig


class WinsConfig(AppConfig):
    name = "levante.wins"
    label = "wins"
    #: How these rows follow a merge of two enterprises: wins and questions go to the one that stays.
    enterprise_relations = {"wins.Win.enterprise": "move", "wins.FollowUp.enterprise": "move"}

    def ready(self) -> None:
        from levante.initiatives.api import asked_before
        from levante.parties.api import erased_with, merged_pairs

        erased_with("levante.wins.personal:forget_person")
        merged_pairs("wins.FollowUp.enterprise", "levante.wins.following:both_asked")
        asked_before("conclude", "levante.wins.following:left_to_ask")
