from django.urls import path

from levante.web.site.pages import views

urlpatterns = [
    path("info/<slug:name>/", views.page, name="page"),
]
