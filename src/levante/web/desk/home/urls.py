from django.urls import path

from levante.web.desk.home import views

urlpatterns = [
    path("", views.home, name="home"),
]
