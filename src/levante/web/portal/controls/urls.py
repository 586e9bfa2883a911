from django.urls import path

from levante.web.portal.controls import views

urlpatterns = [
    path("revoche/", views.revocations, name="revocations"),
    path("revoche/<int:revocation_id>/", views.revocation, name="revocation"),
    path("revoche/<int:revocation_id>/risposta/", views.answer, name="revocation_answer"),
    path("revoche/<int:revocation_id>/documenti/<int:file_id>/", views.revocation_file, name="revocation_file"),
    path("recuperi/<int:recovery_id>/", views.recovery, name="recovery"),
    path("recuperi/<int:recovery_id>/avvisi/<int:notice_id>/", views.notice, name="recovery_notice"),
    path("recuperi/<int:recovery_id>/rate/", views.recovery_plan, name="recovery_plan"),
]
