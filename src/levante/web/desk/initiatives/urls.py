from django.urls import path

from levante.web.desk.initiatives import views

urlpatterns = [
    path("iniziative/", views.initiatives, name="initiatives"),
    path("iniziative/nuova/", views.new, name="initiative_new"),
    path("iniziative/<slug:code>/", views.initiative, name="initiative"),
    path("iniziative/<slug:code>/completa/", views.complete, name="initiative_complete"),
    path("iniziative/<slug:code>/passo/<slug:name>/", views.step, name="initiative_step"),
    path("iniziative/<slug:code>/interessi.csv", views.interests_csv, name="initiative_interests"),
]
