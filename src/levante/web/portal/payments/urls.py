from django.urls import path

from levante.web.portal.payments import views

urlpatterns = [
    path("conto/", views.account, name="account"),
    path("conto/certificazioni/<int:certificate_id>/", views.certificate, name="certificate"),
    path("conto/nuovo/", views.declare, name="account_declare"),
]
