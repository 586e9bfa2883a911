from django.apps import AppConfig


class InvestmentConfig(AppConfig):
    name = "levante.investment"
    label = "investment"
