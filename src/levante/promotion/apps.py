from django.apps import AppConfig


class PromotionConfig(AppConfig):
    name = "levante.promotion"
    label = "promotion"
