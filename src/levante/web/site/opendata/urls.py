from django.urls import path

from levante.web.site.opendata import views

urlpatterns = [
    path("dati-aperti/", views.open_data, name="open_data"),
    path("dati-aperti/concessioni.csv", views.awards_csv, name="open_data_awards"),
    path("dati-aperti/aiuti-in-natura.csv", views.in_kind_csv, name="open_data_in_kind"),
    path("dati-aperti/beneficiari.csv", views.beneficiaries_csv, name="open_data_beneficiaries"),
]
