from django.apps import AppConfig


class ControlsConfig(AppConfig):
    name = "levante.controls"
    label = "controls"
