from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "levante.register"
    label = "register"
