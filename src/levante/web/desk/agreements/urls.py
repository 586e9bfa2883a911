from django.urls import path

from levante.web.desk.agreements import views

urlpatterns = [
    path("accordi/", views.agreements, name="agreements"),
    path("accordi/<slug:code>/", views.agreement, name="agreement"),
    path("accordi/<slug:code>/impegni/", views.commit, name="agreement_commit"),
    path("accordi/<slug:code>/impegni/<int:pk>/esito/", views.outcome, name="agreement_outcome"),
]
