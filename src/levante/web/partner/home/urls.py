from django.urls import path

from levante.web.partner.home import views

urlpatterns = [
    path("", views.home, name="home"),
]
