from django.urls import path

from levante.web.site.grants import views

urlpatterns = [
    path("contributi/", views.grants, name="grants"),
    path("contributi/<int:award_id>/", views.grant, name="grant"),
]
