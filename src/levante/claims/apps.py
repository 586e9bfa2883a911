from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "levante.claims"
    label = "claims"

    def ready(self) -> None:
        from levante.applications.api import also_holds
        from levante.exchange.api import on_answer
        from levante.grants.api import place_given_back, place_taken, trail_told_by
        from levante.letters.api import about

        also_holds("levante.claims.reading:applications_of_file")
        trail_told_by("levante.claims.trail:part_of")
        place_taken("levante.claims.succeeding:place_taken")
        place_given_back("levante.claims.succeeding:place_given_back")
        on_answer("acts", "reduction", "levante.claims.reducing:act_answered")
        about("claims.ResultReport", "levante.claims.result_letters")
