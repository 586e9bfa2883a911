from django.urls import path

from levante.web.desk.support import views

urlpatterns = [
    path("aiuto/", views.offers, name="support_offers"),
    path("aiuto/nuova/", views.new, name="support_new"),
    path("aiuto/<slug:code>/", views.offer, name="support_offer"),
    path("aiuto/<slug:code>/correggi/", views.edit, name="support_edit"),
    path("aiuto/<slug:code>/pubblica/", views.publish, name="support_publish"),
    path("aiuto/<slug:code>/ritira/", views.withdraw, name="support_withdraw"),
]
