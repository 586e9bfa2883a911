from django.urls import path

from levante.web.site.programme import views

urlpatterns = [
    path("programma/", views.programme, name="programme"),
    path("programma/direttrici/<str:code>/", views.direction, name="programme_direction"),
    path("programma/settori/<str:code>/", views.sector, name="programme_sector"),
    path("programma/atti/", views.acts, name="programme_acts"),
    path("programma/indicatori/", views.indicators, name="programme_indicators"),
]
