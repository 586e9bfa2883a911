from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "levante.calls"
    label = "calls"
