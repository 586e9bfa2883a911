from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "levante.parties"
    label = "parties"
