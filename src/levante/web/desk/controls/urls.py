from django.urls import path

from levante.web.desk.controls import recoveries, views

urlpatterns = [
    path("revoche/", views.revocations, name="revocations"),
    path("revoche/nuova/<int:award_id>/", views.revocation_new, name="revocation_new"),
    path("revoche/<int:revocation_id>/", views.revocation, name="revocation"),
    path("revoche/<int:revocation_id>/azioni/<slug:action>/", views.revocation_act, name="revocation_act"),
    path("revoche/<int:revocation_id>/documenti/<int:file_id>/", views.revocation_file, name="revocation_file"),
    path("recuperi/", recoveries.recoveries, name="recoveries"),
    path("recuperi/<int:recovery_id>/", recoveries.recovery, name="recovery"),
    path("recuperi/<int:recovery_id>/azioni/<slug:action>/", recoveries.recovery_act, name="recovery_act"),
]
