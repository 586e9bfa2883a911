from django.urls import path

from levante.web.site.register import views

urlpatterns = [
    path("verifica/", views.verify, name="verify"),
    path("verifica/chiave.pem", views.public_key, name="register_key"),
    path("verifica/<str:log>/testa.json", views.signed_head, name="register_head"),
]
