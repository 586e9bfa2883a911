from django.urls import path

from levante.web.portal.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("agisci-per/", views.acting, name="acting"),
]
