from django.urls import path

from levante.web.desk.programme import browse, indicators, money, ties, views

urlpatterns = [
    path("programma/", views.dashboard, name="programme"),
    path("programma/grafici/<str:name>.svg", views.chart, name="programme_chart"),
    path("programma/movimenti/", money.movements, name="programme_movements"),
    path("programma/movimenti/<str:kind>/", money.export, name="programme_export"),
    path("programma/linee/<int:pk>/", money.line, name="programme_line"),
    path("programma/linee/<int:pk>/movimento/", money.record, name="programme_record"),
    path("programma/linee/<int:pk>/riprogrammazione/", money.reprogram, name="programme_reprogram"),
    path("programma/legami/", ties.ties, name="programme_ties"),
    path("programma/legami/nuovo/", ties.new, name="programme_tie_new"),
    path("programma/legami/<int:pk>/", ties.edit, name="programme_tie"),
    path("programma/legami/<int:pk>/togli/", ties.remove, name="programme_tie_remove"),
    path("programma/indicatori/<int:pk>/", indicators.enterprises, name="programme_indicator"),
    path("programma/dati/<str:section>/", browse.data, name="programme_data"),
]
