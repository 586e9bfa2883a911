from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "levante.intake"
    label = "intake"

    def ready(self) -> None:
        from levante.calls.api import holds_openings
        from levante.intake.queries import hold_log

        holds_openings(hold_log)
