from django.urls import path

from levante.web.portal.aid import views

urlpatterns = [
    path("aiuti/", views.received, name="aid"),
    path("aiuti/dichiara/", views.declare, name="aid_declare"),
]
