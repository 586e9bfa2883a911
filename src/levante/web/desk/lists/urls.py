from django.urls import path

from levante.web.desk.lists import views

urlpatterns = [
    path("viste/salva/", views.save, name="view_save"),
    path("viste/<int:pk>/togli/", views.forget, name="view_forget"),
]
