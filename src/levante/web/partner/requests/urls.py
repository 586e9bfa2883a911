from django.urls import path, re_path

from levante.web.partner.requests import views

urlpatterns = [
    path("richieste/", views.requests, name="requests"),
    path("richieste/nuova/", views.new, name="request_new"),
    path("richieste/<int:pk>/", views.one, name="request"),
    re_path(r"^richieste/(?P<pk>\d+)/(?P<action>scrivi|riapri)/$", views.write, name="request_write"),
]
