from django.urls import path

from levante.web.site.fairs import catalogue, plan, views

urlpatterns = [
    path("fiere/", views.fairs, name="fairs"),
    path("fiere/piano/", plan.plan, name="fairs_plan"),
    path("fiere/<slug:code>/", views.fair, name="fair"),
    path("fiere/<slug:code>/catalogo/", catalogue.catalogue, name="fair_catalogue"),
    path("fiere/<slug:code>/catalogo.pdf", catalogue.catalogue_paper, name="fair_catalogue_paper"),
]
