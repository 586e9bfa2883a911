from django.urls import path

from levante.web.portal.notices import views

urlpatterns = [
    path("messaggi/", views.inbox, name="notices"),
    path("messaggi/<int:pk>/apri/", views.open_notice, name="notice_open"),
]
