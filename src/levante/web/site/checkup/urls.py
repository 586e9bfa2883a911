from django.urls import path

from levante.web.site.checkup import views

urlpatterns = [path("check-up/", views.checkup, name="checkup")]
