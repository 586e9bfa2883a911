from django.urls import path

from levante.web.desk.settings import views

urlpatterns = [
    path("impostazioni/", views.people, name="settings"),
    path("impostazioni/ruoli/<int:pk>/togli/", views.revoke, name="settings_revoke"),
]
