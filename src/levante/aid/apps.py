from django.apps import AppConfig


class AidConfig(AppConfig):
    name = "levante.aid"
    label = "aid"
    #: How these rows follow a merge of two enterprises: the survivor answers for what either received or has reserved.
    enterprise_relations = {"aid.AidRecord.enterprise": "move", "aid.Reservation.enterprise": "move"}
