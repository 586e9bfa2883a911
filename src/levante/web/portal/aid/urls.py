from django.urls import path

from levante.web.portal.aid import views

urlpatterns = [
    path("aiuti/", views.received, name="aid"),
]
