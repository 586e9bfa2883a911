from django.urls import path

from levante.web.portal.notices import letters, reminders, views

urlpatterns = [
    path("messaggi/", views.inbox, name="notices"),
    path("messaggi/<int:pk>/apri/", views.open_notice, name="notice_open"),
    path("messaggi/promemoria/", reminders.reminders, name="reminders"),
    path("messaggi/lettere/", letters.letters, name="letters"),
    path("messaggi/lettere/<int:letter_id>/", letters.letter, name="letter"),
    path("messaggi/lettere/<int:letter_id>/letta/", letters.read, name="letter_read"),
    path("messaggi/lettere/<int:letter_id>/file/<int:file_id>/", letters.download, name="letter_file"),
]
