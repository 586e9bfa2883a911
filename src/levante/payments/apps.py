from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "levante.payments"
    label = "payments"
