from django.urls import path

from levante.web.partner.meetings import views

urlpatterns = [
    path("incontri/<slug:code>/", views.mine, name="my_meetings"),
    path("incontri/<slug:code>/foglio.pdf", views.on_paper, name="meeting_sheet"),
    path("incontri/<slug:code>/chiedi/", views.ask, name="meeting_ask"),
    path("incontri/<slug:code>/richieste/<int:pk>/", views.answer, name="meeting_answer"),
    path("incontri/<slug:code>/disponibilita/", views.settings, name="meeting_settings"),
    path("incontri/<slug:code>/<int:pk>/com-e-andata/", views.feedback, name="meeting_feedback"),
]
