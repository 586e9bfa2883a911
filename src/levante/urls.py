"""Where everything is. Screens carry no prefix in Italian, ``/en/`` in English, ``/de/`` in
German; machines' addresses have none."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from levante.web.site.account.sessions import sessions

urlpatterns = [
    path("api/v1/", include("levante.api.urls")),
    *i18n_patterns(
        path("accounts/sessions/", sessions, name="usersessions_list"),  # in the place of allauth's
        path("accounts/", include("allauth.urls")),
        path("impresa/", include("levante.web.portal.urls")),
        path("partner/", include("levante.web.partner.urls")),
        path("ufficio/", include("levante.web.desk.urls")),
        path("", include("levante.web.site.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "levante.web.errors.bad_request"
handler403 = "levante.web.errors.forbidden"
handler404 = "levante.web.errors.not_found"
handler500 = "levante.web.errors.server_error"
