from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "levante.api"
    label = "api"
    #: How these rows follow a merge of two enterprises: a key reads the survivor's data.
    enterprise_relations = {"api.ApiToken.enterprise": "move"}
