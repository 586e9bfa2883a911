from django.urls import path

from levante.web.portal.directory import enquiries, views

urlpatterns = [
    path("la-mia-impresa/vetrina/", views.profile, name="profile"),
    path("la-mia-impresa/vetrina/testi/", views.facts, name="profile_facts"),
    path("la-mia-impresa/vetrina/prodotti/nuovo/", views.product, name="product_new"),
    path("la-mia-impresa/vetrina/prodotti/<int:pk>/", views.product, name="product"),
    path("la-mia-impresa/vetrina/prodotti/<int:pk>/togli/", views.product_away, name="product_away"),
    path("la-mia-impresa/vetrina/certificazioni/nuova/", views.certification, name="certification_new"),
    path("la-mia-impresa/vetrina/certificazioni/<int:pk>/", views.certification, name="certification"),
    path("la-mia-impresa/vetrina/certificazioni/<int:pk>/togli/", views.certification_away, name="certification_away"),
    path("la-mia-impresa/vetrina/foto/nuova/", views.photo, name="photo_new"),
    path("la-mia-impresa/vetrina/foto/<int:pk>/togli/", views.photo_away, name="photo_away"),
    path("la-mia-impresa/vetrina/pubblica/", views.publish, name="profile_publish"),
    path("la-mia-impresa/vetrina/ritira/", views.withdraw, name="profile_withdraw"),
    path("vetrina/richieste/", enquiries.received, name="supplier_enquiries"),
    path("vetrina/richieste/<int:pk>/", enquiries.enquiry, name="supplier_enquiry"),
]
