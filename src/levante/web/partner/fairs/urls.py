from django.urls import path

from levante.web.partner.fairs import travel, views

urlpatterns = [
    path("fiere/", views.fairs, name="fairs"),
    path("fiere/<slug:code>/", views.fair, name="fair"),
    path("fiere/<slug:code>/viaggio/", travel.travel, name="fair_travel"),
    path("fiere/<slug:code>/viaggio/accetta/", travel.accept, name="fair_terms"),
    path("viaggio/<int:pk>/invito.pdf", travel.letter, name="fair_letter"),
    path("fiere/<slug:code>/ritira/", views.withdraw, name="fair_withdraw"),
]
