from django.urls import path

from levante.web.desk.claims import redetermining, terms, views

urlpatterns = [
    path("termini/", terms.claim_terms, name="claim_terms"),
    path("termini/<int:term_id>/proroga/", terms.extend, name="claim_term_extend"),
    path("rendicontazioni/", views.claims, name="claims"),
    path("rendicontazioni/<int:claim_id>/", views.claim, name="claim"),
    path("rendicontazioni/<int:claim_id>/documenti/<int:file_id>/", views.file, name="claim_file"),
    path("rendicontazioni/<int:claim_id>/azioni/<slug:action>/", views.act, name="claim_act"),
    path("rendicontazioni/<int:claim_id>/esame/", views.review, name="claim_review"),
    path("rendicontazioni/<int:claim_id>/esame/pagina/", views.review_rest, name="claim_review_rest"),
    path("rendicontazioni/<int:claim_id>/tagli/", views.cut, name="claim_cut"),
    path("rendicontazioni/<int:claim_id>/riduzione/", redetermining.paper, name="claim_reduction_paper"),
    path("rendicontazioni/<int:claim_id>/riduzione/<slug:action>/", redetermining.reduction, name="claim_reduction"),
]
