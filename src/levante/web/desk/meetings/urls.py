from django.urls import path

from levante.web.desk.meetings import editing, people, printing, site, views

urlpatterns = [
    path("iniziative/<slug:code>/incontri/", views.agenda, name="agenda"),
    path("iniziative/<slug:code>/incontri/apri/", views.begin, name="agenda_begin"),
    path("iniziative/<slug:code>/incontri/impostazioni/", views.settings, name="agenda_settings"),
    path("iniziative/<slug:code>/incontri/fasce/", views.slots, name="agenda_slots"),
    path("iniziative/<slug:code>/incontri/fasce/sposta/", views.slots_move, name="agenda_slots_move"),
    path("iniziative/<slug:code>/incontri/passo/<slug:name>/", views.step, name="agenda_step"),
    path("iniziative/<slug:code>/incontri/calcola/", views.run, name="agenda_run"),
    path("iniziative/<slug:code>/incontri/agenda.csv", views.agenda_csv, name="agenda_csv"),
    path("incontri/fasce/<int:pk>/togli/", views.slot_remove, name="slot_remove"),
    path("incontri/calcoli/<int:pk>/usa/", views.run_apply, name="agenda_run_apply"),
    path("incontri/calcoli/<int:pk>/ferma/", views.run_stop, name="agenda_run_stop"),
    path("iniziative/<slug:code>/incontri/persone/", people.people, name="agenda_people"),
    path("iniziative/<slug:code>/incontri/persone/aggiungi/", people.bring, name="agenda_bring"),
    path("iniziative/<slug:code>/incontri/persone/separa/", people.block, name="agenda_block"),
    path("incontri/persone/<int:pk>/torna/", people.back, name="attendee_back"),
    path("incontri/separati/<int:pk>/togli/", people.separate_no_more, name="pair_unblock"),
    path("incontri/persone/<int:pk>/", people.person, name="attendee"),
    path("iniziative/<slug:code>/incontri/modifica/", editing.edit, name="agenda_edit"),
    path("iniziative/<slug:code>/incontri/assenza/", editing.absence, name="agenda_absence"),
    path("iniziative/<slug:code>/incontri/oggi/", site.board, name="agenda_board"),
    path("iniziative/<slug:code>/incontri/arrivi/", site.check, name="agenda_check"),
    path("incontri/persone/<int:pk>/non-arrivato/", site.undo, name="check_undo"),
    path("incontri/<int:pk>/tenuto/", site.held, name="meeting_held"),
    path("iniziative/<slug:code>/incontri/agende.pdf", printing.people, name="agenda_print_people"),
    path("iniziative/<slug:code>/incontri/tavoli.pdf", printing.tables, name="agenda_print_tables"),
    path("iniziative/<slug:code>/incontri/badge.pdf", site.badges, name="agenda_badges"),
]
