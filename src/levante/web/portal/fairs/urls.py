from django.urls import path

from levante.web.portal.fairs import place, views

urlpatterns = [
    path("fiere/", views.fairs, name="fairs"),
    path("fiere/<slug:code>/", views.fair, name="fair"),
    path("fiere/<slug:code>/ritira/", views.withdraw, name="fair_withdraw"),
    path("fiere/<slug:code>/ricevuta.json", views.receipt, name="fair_receipt"),
    path("fiere/<slug:code>/posto/accetta/", place.accept, name="place_accept"),
    path("fiere/<slug:code>/posto/moduli/", place.fewer, name="place_fewer"),
    path("fiere/<slug:code>/posto/rinuncia/", place.renounce, name="place_renounce"),
    path("fiere/<slug:code>/posto/dettagli/", place.details, name="place_details"),
]
