from django.urls import path

from levante.web.site.fairs import views

urlpatterns = [
    path("fiere/", views.fairs, name="fairs"),
    path("fiere/<slug:code>/", views.fair, name="fair"),
]
