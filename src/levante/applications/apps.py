from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "levante.applications"
    label = "applications"
    #: How these rows follow a merge of two enterprises: the survivor goes on with the applications; what was sent keeps its frozen copy.
    enterprise_relations = {
        "applications.Application.enterprise": "move",
        "applications.GroupMember.enterprise": "move",
    }

    def ready(self) -> None:
        from levante.exchange.api import on_answer
        from levante.letters.api import about

        on_answer("protocol", "application", "levante.applications.protocol:protocol_answered")
        about("applications.Application", "levante.applications.letters")
        about("applications.Ranking", "levante.applications.letters_ranking")
