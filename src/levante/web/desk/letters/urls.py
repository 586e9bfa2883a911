from django.urls import path

from levante.web.desk.letters import listing, page, runs, wordings

urlpatterns = [
    path("lettere/", listing.letters, name="letters"),
    path("lettere/riprova/", listing.again, name="letters_again"),
    path("lettere/a-molti/", runs.write, name="letters_write"),
    path("lettere/invii/", runs.runs, name="letter_runs"),
    path("lettere/invii/<int:run_id>/", runs.run, name="letter_run"),
    path("lettere/invii/<int:run_id>/avanzamento/", runs.progress, name="letter_run_progress"),
    path("lettere/invii/<int:run_id>/anteprima/<int:serial>/", runs.look, name="letter_run_look"),
    path("lettere/invii/<int:run_id>/passo/<slug:name>/", runs.step, name="letter_run_step"),
    path("lettere/<int:letter_id>/", page.letter, name="letter"),
    path("lettere/<int:letter_id>/passo/<slug:name>/", page.step, name="letter_step"),
    path("lettere/<int:letter_id>/anteprima/", page.preview, name="letter_preview"),
    path("lettere/<int:letter_id>/file/<int:file_id>/", page.download, name="letter_file"),
    path("testi/", wordings.wordings, name="wordings"),
    path("testi/<int:pk>/", wordings.wording, name="wording"),
    path("testi/<int:pk>/togli/", wordings.retire, name="wording_retire"),
]
