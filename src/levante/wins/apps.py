from django.apps import AppConfig


class WinsConfig(AppConfig):
    name = "levante.wins"
    label = "wins"
    #: How these rows follow a merge of two enterprises: wins and questions go to the one that stays.
    enterprise_relations = {"wins.Win.enterprise": "move", "wins.FollowUp.enterprise": "move"}
