from django.urls import path

from levante.web.site.fairs import buyers, catalogue, plan, views

urlpatterns = [
    path("fiere/", views.fairs, name="fairs"),
    path("fiere/piano/", plan.plan, name="fairs_plan"),
    path("fiere/invito/<str:token>/", buyers.invited, name="buyer_invited"),
    path("fiere/buyer/inviata/", buyers.asked, name="fair_asked"),
    path("fiere/buyer/conferma/<str:token>/", buyers.confirm, name="fair_confirm"),
    path("fiere/<slug:code>/buyer/", buyers.ask, name="fair_ask"),
    path("fiere/<slug:code>/", views.fair, name="fair"),
    path("fiere/<slug:code>/catalogo/", catalogue.catalogue, name="fair_catalogue"),
    path("fiere/<slug:code>/catalogo.pdf", catalogue.catalogue_paper, name="fair_catalogue_paper"),
]
