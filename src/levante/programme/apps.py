from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "levante.programme"
    label = "programme"
