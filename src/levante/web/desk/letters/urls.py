from django.urls import path

from levante.web.desk.letters import listing, page, wordings

urlpatterns = [
    path("lettere/", listing.letters, name="letters"),
    path("lettere/riprova/", listing.again, name="letters_again"),
    path("lettere/<int:letter_id>/", page.letter, name="letter"),
    path("lettere/<int:letter_id>/passo/<slug:name>/", page.step, name="letter_step"),
    path("lettere/<int:letter_id>/anteprima/", page.preview, name="letter_preview"),
    path("lettere/<int:letter_id>/file/<int:file_id>/", page.download, name="letter_file"),
    path("testi/", wordings.wordings, name="wordings"),
    path("testi/<int:pk>/", wordings.wording, name="wording"),
    path("testi/<int:pk>/togli/", wordings.retire, name="wording_retire"),
]
