"""Screens of the enterprise, a journey a line."""

from django.urls import include, path

app_name = "portal"
urlpatterns = [
    path("", include("levante.web.portal.home.urls")),
    path("", include("levante.web.portal.notices.urls")),
    path("", include("levante.web.portal.clients.urls")),
    path("", include("levante.web.portal.applications.urls")),
    path("", include("levante.web.portal.claims.urls")),
    path("", include("levante.web.portal.payments.urls")),
    path("", include("levante.web.portal.controls.urls")),
    path("", include("levante.web.portal.variations.urls")),
    path("", include("levante.web.portal.results.urls")),
    path("", include("levante.web.portal.clickday.urls")),
    path("", include("levante.web.portal.opportunities.urls")),
    path("", include("levante.web.portal.tokens.urls")),
    path("", include("levante.web.portal.aid.urls")),
    path("", include("levante.web.portal.enterprise.urls")),
    path("", include("levante.web.portal.people.urls")),
    path("", include("levante.web.portal.fairs.urls")),
    path("", include("levante.web.portal.meetings.urls")),
    path("", include("levante.web.portal.wins.urls")),
    path("", include("levante.web.portal.directory.urls")),
    path("", include("levante.web.portal.checkup.urls")),
    path("", include("levante.web.portal.requests.urls")),
    path("", include("levante.web.portal.support.urls")),
    path("", include("levante.web.portal.search.urls")),
]
