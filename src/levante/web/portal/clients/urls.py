from django.urls import path

from levante.web.portal.clients import views

urlpatterns = [
    path("clienti/", views.clients, name="clients"),
    path("clienti/agisci/", views.act, name="client_act"),
]
