from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "levante.identity"
    label = "identity"
