from django.urls import path

from levante.web.site.calls import rankings, views

urlpatterns = [
    path("bandi/", views.calls, name="calls"),
    path("bandi/<slug:code>/", views.call, name="call"),
    path("bandi/<slug:code>/posso-partecipare/", views.self_check, name="call_check"),
    path("bandi/<slug:code>/graduatorie/<int:ranking_id>/", rankings.ranking, name="call_ranking"),
    path("bandi/<slug:code>/graduatorie/<int:ranking_id>/dati.json", rankings.ranking_data, name="call_ranking_data"),
    path(
        "bandi/<slug:code>/graduatorie/<int:ranking_id>/ricalcola/",
        rankings.ranking_recompute,
        name="call_ranking_recompute",
    ),
]
