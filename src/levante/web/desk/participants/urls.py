from django.urls import path

from levante.web.desk.participants import catalogue, preparation, stand, values, views

urlpatterns = [
    path("iniziative/<slug:code>/partecipanti/", views.places, name="places"),
    path("iniziative/<slug:code>/partecipanti.csv", views.places_csv, name="places_csv"),
    path("iniziative/<slug:code>/partecipanti/regole/", views.rules, name="places_rules"),
    path("iniziative/<slug:code>/partecipanti/aiuto/", views.aid, name="places_aid"),
    path("iniziative/<slug:code>/partecipanti/escludi/", views.exclude, name="places_exclude"),
    path("iniziative/<slug:code>/partecipanti/decidi/", views.decide, name="places_decide"),
    path("iniziative/<slug:code>/partecipanti/ammetti/", views.admit, name="places_admit"),
    path("iniziative/<slug:code>/partecipanti/presenze/", views.presence, name="places_presence"),
    path("partecipanti/<int:pk>/riammetti/", views.readmit, name="place_readmit"),
    path("partecipanti/<int:pk>/cor/", views.cor, name="place_cor"),
    path("partecipanti/<int:pk>/dettagli/", views.details, name="place_details"),
    path("partecipanti/<int:pk>/valore/", values.value, name="place_value"),
    path("partecipanti/<int:pk>/valore/cambia/", values.change, name="place_value_change"),
    path("valori/<int:pk>/cor/", values.cor, name="place_value_cor"),
    path("valori/<int:pk>/concedi/", values.grant, name="place_value_grant"),
    path("valori/<int:pk>/lascia/", values.drop, name="place_value_drop"),
    path("iniziative/<slug:code>/stand/", stand.stand, name="stand"),
    path("iniziative/<slug:code>/stand/moduli/", stand.modules, name="stand_modules"),
    path("iniziative/<slug:code>/stand/primo/", stand.first, name="stand_first"),
    path("iniziative/<slug:code>/preparazione/", preparation.preparation, name="preparation"),
    path("iniziative/<slug:code>/preparazione/contratto/", preparation.contract, name="preparation_contract"),
    path("iniziative/<slug:code>/preparazione/compito/", preparation.task, name="preparation_task"),
    path("contratti/<int:pk>/costo/", preparation.cost, name="contract_cost"),
    path("compiti/<int:pk>/fatto/", preparation.done, name="task_done"),
    path("iniziative/<slug:code>/catalogo.pdf", catalogue.catalogue, name="initiative_catalogue"),
]
