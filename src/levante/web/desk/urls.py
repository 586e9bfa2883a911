"""Screens of the offices, a journey a line."""

from django.urls import include, path

app_name = "desk"
urlpatterns = [
    path("", include("levante.web.desk.home.urls")),
    path("", include("levante.web.desk.programme.urls")),
    path("", include("levante.web.desk.settings.urls")),
    path("", include("levante.web.desk.aid.urls")),
    path("", include("levante.web.desk.enterprises.urls")),
    path("", include("levante.web.desk.people.urls")),
    path("", include("levante.web.desk.imports.urls")),
    path("", include("levante.web.desk.search.urls")),
    path("", include("levante.web.desk.lists.urls")),
    path("", include("levante.web.desk.applications.urls")),
    path("", include("levante.web.desk.filling.urls")),
    path("", include("levante.web.desk.calls.urls")),
    path("", include("levante.web.desk.clickday.urls")),
    path("", include("levante.web.desk.evaluation.urls")),
    path("", include("levante.web.desk.awards.urls")),
    path("", include("levante.web.desk.claims.urls")),
    path("", include("levante.web.desk.payments.urls")),
    path("", include("levante.web.desk.controls.urls")),
    path("", include("levante.web.desk.variations.urls")),
    path("", include("levante.web.desk.results.urls")),
    path("", include("levante.web.desk.letters.urls")),
    path("", include("levante.web.desk.cases.urls")),
    path("", include("levante.web.desk.meetings.urls")),
    path("", include("levante.web.desk.wins.urls")),
    path("", include("levante.web.desk.directory.urls")),
    path("", include("levante.web.desk.participants.urls")),
    path("", include("levante.web.desk.initiatives.urls")),
    path("", include("levante.web.desk.agreements.urls")),
    path("", include("levante.web.desk.counterparts.urls")),
    path("", include("levante.web.desk.investors.urls")),
    path("", include("levante.web.desk.register.urls")),
    path("", include("levante.web.desk.support.urls")),
]
