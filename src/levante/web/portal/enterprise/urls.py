from django.urls import path

from levante.web.portal.enterprise import ownership, seats, views

urlpatterns = [
    path("la-mia-impresa/", views.enterprise, name="enterprise"),
    path("la-mia-impresa/correggi/<str:subject>/", views.correct, name="enterprise_correct"),
    path("la-mia-impresa/correzioni/<int:pk>/ritira/", views.withdraw, name="correction_withdraw"),
    path("la-mia-impresa/sedi/nuova/", seats.declare, name="seat_declare"),
    path("la-mia-impresa/sedi/<int:pk>/", seats.correct, name="seat_correct"),
    path("la-mia-impresa/titolari/nuovo/", ownership.declare, name="holder_declare"),
    path("la-mia-impresa/titolari/<int:pk>/", ownership.correct, name="holder_correct"),
]
