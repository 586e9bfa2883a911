from django.urls import path

from levante.web.site.phone import views

urlpatterns = [
    path("levante.webmanifest", views.manifest, name="manifest"),
    path("worker.js", views.worker, name="worker"),
]
