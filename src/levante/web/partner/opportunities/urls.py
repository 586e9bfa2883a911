from django.urls import path

from levante.web.partner.opportunities import views

urlpatterns = [
    path("opportunita/", views.opportunities, name="opportunities"),
    path("opportunita/<slug:code>/", views.opportunity, name="opportunity"),
]
