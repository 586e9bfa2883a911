from django.urls import path

from levante.web.portal.support import views

urlpatterns = [
    path("aiuto/<slug:code>/", views.support, name="support"),
]
