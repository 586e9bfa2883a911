from django.urls import path

from levante.web.site.agreements import views

urlpatterns = [
    path("accordi/", views.agreements, name="agreements"),
    path("accordi/<slug:code>/", views.agreement, name="agreement"),
    path("accordi/<slug:code>/testo/", views.document, name="agreement_document"),
]
