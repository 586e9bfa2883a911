from django.urls import path

from levante.web.desk.directory import enquiries, views

urlpatterns = [
    path("vetrina/", views.profiles, name="profiles"),
    path("vetrina/<int:pk>/", views.profile, name="profile"),
    path("vetrina/<int:pk>/nascondi/", views.hide, name="profile_hide"),
    path("vetrina/<int:pk>/restituisci/", views.restore, name="profile_restore"),
    path("vetrina/richieste/", enquiries.received, name="supplier_enquiries"),
    path("vetrina/richieste/<int:pk>/", enquiries.enquiry, name="supplier_enquiry"),
    path("vetrina/richieste/<int:pk>/passa/", enquiries.hand_over, name="supplier_pass"),
]
