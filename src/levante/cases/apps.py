from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "levante.cases"
    label = "cases"
    #: How these rows follow a merge of two enterprises: the survivor answers for the requests.
    enterprise_relations = {"cases.Case.enterprise": "move"}
