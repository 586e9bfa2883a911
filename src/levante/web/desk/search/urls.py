from django.urls import path

from levante.web.desk.search import views

urlpatterns = [path("cerca/", views.search, name="search")]
