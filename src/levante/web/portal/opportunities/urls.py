from django.urls import path

from levante.web.portal.opportunities import views

urlpatterns = [
    path("opportunita/", views.opportunities, name="opportunities"),
]
