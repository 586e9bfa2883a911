from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "levante.kernel"
    label = "kernel"
