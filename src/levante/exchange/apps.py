from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "levante.exchange"
    label = "exchange"
