"""Screens of buyers and investors, a journey a line."""

from django.urls import include, path

app_name = "partner"
urlpatterns = [
    path("", include("levante.web.partner.home.urls")),
    path("", include("levante.web.partner.profile.urls")),
    path("", include("levante.web.partner.requests.urls")),
    path("", include("levante.web.partner.opportunities.urls")),
    path("", include("levante.web.partner.fairs.urls")),
    path("", include("levante.web.partner.meetings.urls")),
]
