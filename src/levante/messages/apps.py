from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "levante.messages"
    label = "notices"
    #: How these rows follow a merge of two enterprises: the survivor reads the notices.
    enterprise_relations = {"notices.Notice.enterprise_id": "move"}
