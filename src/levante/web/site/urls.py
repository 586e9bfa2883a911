"""Public screens, a journey a line."""

from django.urls import include, path

app_name = "site"
urlpatterns = [
    path("", include("levante.web.site.home.urls")),
    path("", include("levante.web.site.programme.urls")),
    path("", include("levante.web.site.register.urls")),
    path("", include("levante.web.site.pages.urls")),
    path("", include("levante.web.site.account.urls")),
    path("", include("levante.web.site.calls.urls")),
    path("", include("levante.web.site.clickday.urls")),
    path("", include("levante.web.site.files.urls")),
    path("", include("levante.web.site.fairs.urls")),
    path("", include("levante.web.site.meetings.urls")),
    path("", include("levante.web.site.phone.urls")),
    path("", include("levante.web.site.wins.urls")),
    path("", include("levante.web.site.reminders.urls")),
    path("", include("levante.web.site.directory.urls")),
    path("", include("levante.web.site.invest.urls")),
    path("", include("levante.web.site.agreements.urls")),
    path("", include("levante.web.site.checkup.urls")),
    path("", include("levante.web.site.grants.urls")),
    path("", include("levante.web.site.opendata.urls")),
]
