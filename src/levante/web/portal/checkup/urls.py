from django.urls import path

from levante.web.portal.checkup import views

urlpatterns = [
    path("check-up/", views.checkup, name="checkup"),
    path("check-up/nuovo/", views.take, name="checkup_take"),
    path("check-up/<int:pk>/", views.result, name="checkup_result"),
]
