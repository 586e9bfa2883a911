from django.urls import path

from levante.web.site.meetings import views

urlpatterns = [
    path("incontri/rispondi/<str:token>/", views.answer, name="meeting_token"),
    path("incontri/interprete/<str:token>/", views.interpreter, name="interpreter_sheet"),
    path("incontri/calendario/<str:token>.ics", views.calendar, name="meeting_calendar"),
]
