from django.urls import path

from levante.web.portal.search import views

urlpatterns = [path("cerca/", views.search, name="search")]
