from django.urls import path

from levante.web.partner.fairs import views

urlpatterns = [
    path("fiere/", views.fairs, name="fairs"),
    path("fiere/<slug:code>/", views.fair, name="fair"),
    path("fiere/<slug:code>/ritira/", views.withdraw, name="fair_withdraw"),
]
