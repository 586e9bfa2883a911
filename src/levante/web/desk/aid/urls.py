from django.urls import path

from levante.web.desk.aid import events, lines, transfers, views

urlpatterns = [
    path("aiuti/", views.aid, name="aid"),
    path("aiuti/decisione/", views.decide, name="aid_decide"),
    path("aiuti/decisioni/", views.decisions, name="aid_decisions"),
    path("aiuti/importazioni/", views.imports_page, name="aid_imports"),
    path("aiuti/importazioni/<int:run_id>/avanzamento/", views.import_progress, name="aid_import_progress"),
    path("aiuti/righe/<int:pk>/", lines.line, name="aid_line"),
    path("aiuti/dichiarati/nuovo/", lines.declare, name="aid_declare"),
    path("aiuti/operazioni/", events.listed, name="aid_events"),
    path("aiuti/operazioni/fusione/", events.merger, name="aid_merger"),
    path("aiuti/operazioni/scissione/", events.split, name="aid_split"),
    path("aiuti/operazioni/cessione/", transfers.transfer, name="aid_transfer"),
    path("aiuti/operazioni/<int:event_id>/annulla/", events.undo, name="aid_event_undo"),
]
