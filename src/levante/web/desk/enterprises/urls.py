from django.urls import path

from levante.web.desk.enterprises import contacts, corrections, differences, networks, ownership, seats, views

urlpatterns = [
    path("imprese/", views.enterprises, name="enterprises"),
    path("imprese/nuova/", views.create, name="enterprise_new"),
    path("imprese/doppioni/", views.duplicates, name="enterprise_duplicates"),
    path("imprese/correzioni/", corrections.corrections, name="corrections"),
    path("imprese/correzioni/<int:pk>/", corrections.correction, name="correction"),
    path("imprese/<int:pk>/", views.enterprise, name="enterprise"),
    path("imprese/<int:pk>/dati/", views.edit, name="enterprise_edit"),
    path("imprese/<int:pk>/sede/", seats.seat, name="enterprise_seat"),
    path("imprese/<int:pk>/sedi/nuova/", seats.seat_new, name="seat_new"),
    path("imprese/sedi/<int:pk>/fine/", seats.seat_close, name="seat_close"),
    path("imprese/<int:pk>/contatti/nuovo/", contacts.contact_new, name="contact_new"),
    path("imprese/contatti/<int:pk>/fine/", contacts.contact_end, name="contact_end"),
    path("imprese/differenze/<int:pk>/", differences.decide, name="difference"),
    path("imprese/<int:pk>/bilancio/", views.account, name="enterprise_account"),
    path("imprese/<int:pk>/unisci/", views.merge, name="enterprise_merge"),
    path("imprese/<int:pk>/unisci/<int:other>/", views.merge, name="enterprise_merge_with"),
    path("imprese/<int:pk>/titolari/nuovo/", ownership.holder_new, name="holder_new"),
    path("imprese/titolari/<int:pk>/<slug:what>/", ownership.holder_change, name="holder_change"),
    path("imprese/<int:pk>/reti/nuova/", networks.join, name="network_join"),
    path("imprese/reti/<slug:mark>/<int:pk>/fine/", networks.leave, name="network_leave"),
]
