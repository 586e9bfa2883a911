from django.urls import path

from levante.web.portal.claims import acts, page, papers, steps, transfers, views

urlpatterns = [
    path("concessioni/<int:award_id>/", acts.award, name="award"),
    path("concessioni/<int:award_id>/atti/<int:file_id>/", acts.act_file, name="award_act_file"),
    path("rendicontazioni/", views.claims, name="claims"),
    path("rendicontazioni/nuova/", views.begin, name="claim_new"),
    path("rendicontazioni/<int:claim_id>/", page.claim, name="claim"),
    path("rendicontazioni/<int:claim_id>/relazione/", steps.report, name="claim_report"),
    path("rendicontazioni/<int:claim_id>/fatture/", papers.invoices, name="claim_invoices"),
    path("rendicontazioni/<int:claim_id>/documenti/nuovo/", papers.new_document, name="claim_document_new"),
    path("rendicontazioni/<int:claim_id>/documenti/<int:document_id>/", papers.document, name="claim_document"),
    path("rendicontazioni/<int:claim_id>/documenti/<int:document_id>/togli/", papers.drop_document, name="claim_document_drop"),
    path("rendicontazioni/<int:claim_id>/documenti/<int:document_id>/cup/", papers.mend, name="claim_document_mend"),
    path("rendicontazioni/<int:claim_id>/pagamenti/nuovo/", transfers.new_transfer, name="claim_transfer_new"),
    path("rendicontazioni/<int:claim_id>/pagamenti/<int:transfer_id>/togli/", transfers.drop_transfer, name="claim_transfer_drop"),
    path("rendicontazioni/<int:claim_id>/pagamenti/<int:transfer_id>/salda/", transfers.settle, name="claim_transfer_settle"),
    path("rendicontazioni/<int:claim_id>/attivita/", steps.cost, name="claim_cost"),
    path("rendicontazioni/<int:claim_id>/file/", steps.new_file, name="claim_file_new"),
    path("rendicontazioni/<int:claim_id>/file/<int:file_id>/togli/", steps.drop_file, name="claim_file_drop"),
    path("rendicontazioni/<int:claim_id>/invia/", steps.send, name="claim_send"),
    path("rendicontazioni/<int:claim_id>/elimina/", steps.discard, name="claim_discard"),
    path("rendicontazioni/<int:claim_id>/risposta/", steps.answer, name="claim_answer"),
]  # fmt: skip
