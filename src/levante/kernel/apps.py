from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "levante.kernel"
    label = "kernel"

    def ready(self) -> None:
        from levante.kernel.languages import fall_back_to_english

        fall_back_to_english()
