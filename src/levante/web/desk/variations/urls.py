from django.urls import path

from levante.web.desk.variations import views, views_acceptances, views_heirs

urlpatterns = [
    path("variazioni/", views.variations, name="variations"),
    path("variazioni/<int:variation_id>/", views.variation, name="variation"),
    path("variazioni/<int:variation_id>/documenti/<int:file_id>/", views.file, name="variation_file"),
    path("variazioni/<int:variation_id>/atto/", views.act_paper, name="variation_act_paper"),
    path("variazioni/<int:variation_id>/azioni/<slug:action>/", views.act, name="variation_act"),
    path("accettazioni/", views_acceptances.acceptances, name="acceptances"),
    path(
        "accettazioni/<int:acceptance_id>/azioni/<slug:action>/",
        views_acceptances.decide_acceptance,
        name="acceptance_act",
    ),
    path("subentri/", views_heirs.successions, name="successions"),
    path("subentri/<int:succession_id>/azioni/<slug:action>/", views_heirs.decide_succession, name="succession_act"),
]
