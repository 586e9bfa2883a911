from django.urls import path

from levante.web.desk.requests import views

urlpatterns = [
    path("richieste-esterne/", views.stuck, name="stuck_requests"),
    path("richieste-esterne/<int:request_id>/rinvia/", views.send_again, name="stuck_request_again"),
    path("richieste-esterne/<int:request_id>/conferma/", views.believe, name="stuck_request_believe"),
]
