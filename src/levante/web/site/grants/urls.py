from django.urls import path

from levante.web.site.grants import more, samples, views

urlpatterns = [
    path("contributi/", views.grants, name="grants"),
    path("contributi/in-natura/", more.in_kind, name="grants_in_kind"),
    path("contributi/beneficiari/", more.beneficiaries, name="grants_beneficiaries"),
    path("contributi/<int:award_id>/", views.grant, name="grant"),
    path("controlli/campioni/", samples.samples, name="samples"),
    path("controlli/campioni/<int:sample_id>/", samples.sample, name="sample"),
    path("controlli/campioni/<int:sample_id>/caso.json", samples.case, name="sample_case"),
]
