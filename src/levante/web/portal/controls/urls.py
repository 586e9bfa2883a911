from django.urls import path

from levante.web.portal.controls import dues, renouncing, views, visits

urlpatterns = [
    path("revoche/", views.revocations, name="revocations"),
    path("revoche/<int:revocation_id>/", views.revocation, name="revocation"),
    path("revoche/<int:revocation_id>/risposta/", views.answer, name="revocation_answer"),
    path("revoche/<int:revocation_id>/documenti/<int:file_id>/", views.revocation_file, name="revocation_file"),
    path("concessioni/<int:award_id>/rinuncia/", renouncing.renounce, name="award_renounce"),
    path("recuperi/<int:recovery_id>/", views.recovery, name="recovery"),
    path("recuperi/<int:recovery_id>/avvisi/<int:notice_id>/", views.notice, name="recovery_notice"),
    path("recuperi/<int:recovery_id>/rate/", views.recovery_plan, name="recovery_plan"),
    path("quote/<int:due_id>/", dues.due, name="due"),
    path("quote/<int:due_id>/avvisi/<int:notice_id>/", dues.due_notice, name="due_notice"),
    path("visite/<int:visit_id>/", visits.visit, name="visit"),
    path("visite/<int:visit_id>/osservazioni/", visits.observe, name="visit_observe"),
    path("visite/<int:visit_id>/documenti/<int:file_id>/", visits.visit_file, name="visit_file"),
]
