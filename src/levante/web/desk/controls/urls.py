from django.urls import path

from levante.web.desk.controls import dues, money_in, recoveries, samples, views, visits

urlpatterns = [
    path("revoche/", views.revocations, name="revocations"),
    path("revoche/nuova/<int:award_id>/", views.revocation_new, name="revocation_new"),
    path("revoche/<int:revocation_id>/", views.revocation, name="revocation"),
    path("revoche/<int:revocation_id>/azioni/<slug:action>/", views.revocation_act, name="revocation_act"),
    path("revoche/<int:revocation_id>/documenti/<int:file_id>/", views.revocation_file, name="revocation_file"),
    path("recuperi/", recoveries.recoveries, name="recoveries"),
    path("recuperi/nuovo/<int:claim_id>/", recoveries.recovery_new, name="recovery_new"),
    path("recuperi/<int:recovery_id>/", recoveries.recovery, name="recovery"),
    path("recuperi/<int:recovery_id>/azioni/<slug:action>/", recoveries.recovery_act, name="recovery_act"),
    path("incassi/", money_in.money_in, name="money_in"),
    path("incassi/azioni/<slug:action>/", money_in.money_in_act, name="money_in_act"),
    path("incassi/<int:receipt_id>/", money_in.receipt, name="receipt"),
    path("incassi/<int:receipt_id>/azioni/<slug:action>/", money_in.receipt_act, name="receipt_act"),
    path("quote/", dues.dues, name="dues"),
    path("quote/nuova/", dues.due_new, name="due_new"),
    path("quote/<int:due_id>/", dues.due, name="due"),
    path("quote/<int:due_id>/azioni/<slug:action>/", dues.due_act, name="due_act"),
    path("campioni/", samples.samples, name="samples"),
    path("campioni/nuovo/", samples.sample_new, name="sample_new"),
    path("campioni/<int:sample_id>/", samples.sample, name="sample"),
    path("campioni/<int:sample_id>/azioni/<slug:action>/", samples.sample_act, name="sample_act"),
    path("campioni/<int:sample_id>/caso.json", samples.sample_case, name="sample_case"),
    path("visite/", visits.visits, name="visits"),
    path("visite/nuova/<int:claim_id>/", visits.visit_new, name="visit_new"),
    path("visite/<int:visit_id>/", visits.visit, name="visit"),
    path("visite/<int:visit_id>/azioni/<slug:action>/", visits.visit_act, name="visit_act"),
    path("visite/<int:visit_id>/documenti/<int:file_id>/", visits.visit_file, name="visit_file"),
]
