from django.urls import path

from levante.web.site.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cerca/", views.search, name="search"),
    path("oggi/", views.today, name="today"),
]
