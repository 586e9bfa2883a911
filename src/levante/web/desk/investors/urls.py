from django.urls import path

from levante.web.desk.investors import views

urlpatterns = [
    path("investitori/", views.investors, name="investors"),
    path("investitori/richieste/<int:pk>/", views.enquiry, name="enquiry"),
    path("investitori/richieste/<int:pk>/realizzato/", views.realised, name="enquiry_realised"),
    path("investitori/opportunita/", views.opportunities, name="opportunities_offered"),
    path("investitori/opportunita/<slug:code>/verifica/", views.verify, name="opportunity_verify"),
]
