from django.urls import path

from levante.web.portal.people import views

urlpatterns = [
    path("persone/", views.people, name="people"),
    path("persone/dai-una-delega/", views.grant, name="mandate_grant"),
    path("persone/inviti/<int:pk>/ritira/", views.invitation_withdraw, name="invitation_withdraw"),
    path("persone/contatto/", views.contact, name="contact_new"),
    path("persone/contatti/<int:pk>/chiudi/", views.contact_end, name="contact_end"),
    path("deleghe/", views.mine, name="mandates"),
    path("deleghe/chiedi/", views.ask, name="mandate_ask"),
    path("deleghe/<int:pk>/", views.decide, name="mandate_decide"),
    path("i-miei-dati/", views.data, name="my_data"),
    path("i-miei-dati/correggi/", views.data_edit, name="my_data_edit"),
    path("i-miei-dati/file/", views.data_file, name="my_data_file"),
]
