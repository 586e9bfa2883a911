from django.urls import path

from levante.web.desk.results import views

urlpatterns = [
    path("risultati/", views.every_report, name="results"),
    path("risultati/<int:report_id>/", views.report, name="result_report"),
    path("risultati/<int:report_id>/azioni/<slug:action>/", views.act, name="result_report_act"),
]
