from django.urls import path

from levante.web.portal.clickday import views

urlpatterns = [
    path("domande/<int:application_id>/sigillo/", views.seal, name="application_seal"),
    path("domande/<int:application_id>/sigillo/togli/", views.unseal, name="application_unseal"),
    path("domande/<int:application_id>/click-day/", views.day, name="application_day"),
    path("domande/<int:application_id>/click-day/codice.json", views.token_json, name="application_day_token"),
    path("domande/<int:application_id>/click-day/ricevuta.json", views.receipt_json, name="application_day_receipt"),
]
