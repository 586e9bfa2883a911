from django.urls import path

from levante.web.site.reminders import views

urlpatterns = [path("promemoria/spegni/<str:token>/", views.off, name="reminder_off")]
