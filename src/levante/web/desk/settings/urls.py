from django.urls import path

from levante.web.desk.settings import views

urlpatterns = [
    path("impostazioni/", views.people, name="settings"),
    path("impostazioni/ruoli/<int:pk>/togli/", views.revoke, name="settings_revoke"),
    path("impostazioni/offerte/<int:pk>/ritira/", views.withdraw, name="settings_withdraw"),
]
