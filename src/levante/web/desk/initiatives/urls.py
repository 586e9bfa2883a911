from django.urls import path

from levante.web.desk.initiatives import fairs, lists, plan, views

urlpatterns = [
    path("iniziative/", lists.initiatives, name="initiatives"),
    path("iniziative/nuova/", views.new, name="initiative_new"),
    path("iniziative/piano/", plan.plan, name="initiatives_plan"),
    path("iniziative/<slug:code>/", views.initiative, name="initiative"),
    path("iniziative/<slug:code>/correggi/", views.edit, name="initiative_edit"),
    path("iniziative/<slug:code>/costo/", views.cost, name="initiative_cost"),
    path("iniziative/<slug:code>/passo/<slug:name>/", views.step, name="initiative_step"),
    path("iniziative/<slug:code>/interessi.csv", views.interests_csv, name="initiative_interests"),
    path("fiere/", lists.fairs, name="fairs"),
    path("fiere/nuova/", fairs.fair_new, name="fair_new"),
    path("fiere/importa/", fairs.fairs_import, name="fairs_import"),
    path("fiere/<slug:code>/", fairs.fair, name="fair"),
    path("fiere/<slug:code>/correggi/", fairs.fair_edit, name="fair_edit"),
    path("fiere/<slug:code>/edizioni/nuova/", fairs.edition_new, name="edition_new"),
    path("edizioni/<slug:code>/", fairs.edition_edit, name="edition_edit"),
    path("edizioni/<slug:code>/annulla/", fairs.edition_cancel, name="edition_cancel"),
]
