from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "levante.initiatives"
    label = "initiatives"
    #: How these rows follow a merge of two enterprises: a registered expression is a copy of what was.
    enterprise_relations = {"initiatives.ExpressionOfInterest.enterprise": "keep"}

    def ready(self) -> None:
        from levante.aid.api import on_succession, on_undoing

        on_succession("levante.initiatives.succeeding:hear_succession")
        on_undoing("levante.initiatives.succeeding:undo_succession")
