from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "levante.claims"
    label = "claims"

    def ready(self) -> None:
        from levante.applications.api import also_holds

        also_holds("levante.claims.reading:applications_of_file")
