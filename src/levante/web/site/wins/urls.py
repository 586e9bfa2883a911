from django.urls import path

from levante.web.site.wins import views

urlpatterns = [path("affari/conferma/<str:token>/", views.confirm, name="win_confirm")]
