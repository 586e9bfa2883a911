from django.urls import path

from levante.web.desk.agreements import views

urlpatterns = [
    path("accordi/", views.agreements, name="agreements"),
    path("accordi/nuovo/", views.new, name="agreement_new"),
    path("accordi/<slug:code>/", views.agreement, name="agreement"),
    path("accordi/<slug:code>/correggi/", views.edit, name="agreement_edit"),
    path("accordi/<slug:code>/testo/", views.document, name="agreement_document"),
    path("accordi/<slug:code>/passo/<slug:name>/", views.step, name="agreement_step"),
    path("accordi/<slug:code>/impegni/", views.commit, name="agreement_commit"),
    path("accordi/<slug:code>/impegni/<int:pk>/esito/", views.outcome, name="agreement_outcome"),
    path("accordi/<slug:code>/impegni/<int:pk>/prova/", views.evidence, name="agreement_evidence"),
]
