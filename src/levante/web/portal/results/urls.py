from django.urls import path

from levante.web.portal.results import views

urlpatterns = [
    path("rendicontazioni/<int:claim_id>/risultati/", views.with_claim, name="claim_results"),
    path("risultati/<int:report_id>/", views.results, name="results"),
    path("risultati/<int:report_id>/invia/", views.send, name="results_send"),
]
