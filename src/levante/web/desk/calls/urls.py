from django.urls import path

from levante.web.desk.calls import (
    beginning,
    editor,
    form_builder,
    form_piece,
    lists,
    opening_editor,
    openings,
    page,
    rehearsing,
    trying,
    versions,
)

urlpatterns = [
    path("bandi/", lists.calls, name="calls"),
    path("bandi/nuovo/", beginning.new, name="call_new"),
    path("bandi/<slug:code>/", page.call, name="call"),
    path("bandi/<slug:code>/passo/<slug:transition>/", page.move, name="call_move"),
    path("bandi/<slug:code>/file/", page.export, name="call_export"),
    path("bandi/<slug:code>/progetto/modulo/", form_builder.form, name="call_form"),
    path("bandi/<slug:code>/progetto/modulo/<slug:place>/", form_piece.piece, name="call_form_piece"),
    path("bandi/<slug:code>/progetto/<slug:chapter>/", editor.part, name="call_part"),
    path("bandi/<slug:code>/prova/generale/", rehearsing.rehearsal, name="call_rehearsal"),
    path("bandi/<slug:code>/prova/generale/<int:pk>/", rehearsing.report, name="call_rehearsal_report"),
    path("bandi/<slug:code>/prova/requisiti/", trying.rules, name="call_rules"),
    path("bandi/<slug:code>/prova/domanda/", trying.walk, name="call_walk"),
    path("bandi/<slug:code>/finestre/nuova/", opening_editor.new, name="call_opening_new"),
    path("bandi/<slug:code>/finestre/<slug:opening>/", openings.opening, name="call_opening"),
    path("bandi/<slug:code>/finestre/<slug:opening>/cambia/", opening_editor.change, name="call_opening_change"),
    path("bandi/<slug:code>/versioni/", versions.versions, name="call_versions"),
    path("bandi/<slug:code>/versioni/<int:number>/", versions.version, name="call_version"),
    path("bandi/<slug:code>/versioni/<int:number>/torna/", versions.restore, name="call_restore"),
]
