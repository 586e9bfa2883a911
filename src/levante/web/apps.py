from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "levante.web"
    label = "web"
