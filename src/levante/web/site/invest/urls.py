from django.urls import path

from levante.web.site.invest import views

urlpatterns = [
    path("investire/", views.invest, name="invest"),
    path("investire/richiesta/", views.enquiry, name="invest_enquiry"),
    path("investire/richiesta/inviata/<str:token>/", views.sent, name="invest_sent"),
    path("investire/opportunita/<slug:code>/", views.opportunity, name="opportunity"),
]
