from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "levante.claims"
    label = "claims"
