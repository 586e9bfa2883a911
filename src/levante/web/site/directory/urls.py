from django.urls import path

from levante.web.site.directory import enquiries, views

urlpatterns = [
    path("imprese/", views.enterprises, name="enterprises"),
    path("imprese/<slug:slug>/", views.profile, name="enterprise"),
    path("imprese/<slug:slug>/scrivi/", enquiries.ask, name="enterprise_ask"),
    path("vetrina/foto/<int:pk>/<str:size>.jpg", views.photo, name="enterprise_photo"),
    path("vetrina/posta/", enquiries.wait, name="enterprise_asked"),
    path("vetrina/conferma/<str:token>/", enquiries.confirm, name="enterprise_confirm"),
    path("vetrina/richiesta/<str:token>/", enquiries.sent, name="enterprise_sent"),
]
