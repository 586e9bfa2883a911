from django.urls import path

from levante.web.desk.people import outside, register, views

urlpatterns = [
    path("persone/", views.people, name="people"),
    path("persone/<int:pk>/", views.person, name="person"),
    path("persone/<int:pk>/correggi/", views.edit, name="person_edit"),
    path("persone/<int:pk>/dati/", views.person_data, name="person_data"),
    path("persone/<int:pk>/cancella/", views.erase, name="person_erase"),
    path("persone/<int:pk>/registro/", register.person_register, name="person_register"),
    path("deleghe/", views.mandates, name="mandates"),
    path("deleghe/<int:pk>/", views.decide_mandate, name="mandate_decide"),
    path("persone/esterne/", outside.contacts, name="outside_all"),
    path("persone/esterne/<int:pk>/", outside.contact, name="outside"),
    path("persone/esterne/<int:pk>/dati/", outside.data, name="outside_data"),
    path("persone/esterne/<int:pk>/cancella/", outside.erase, name="outside_erase"),
]
