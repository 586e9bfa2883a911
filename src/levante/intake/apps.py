from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "levante.intake"
    label = "intake"
