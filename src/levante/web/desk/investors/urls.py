from django.urls import path

from levante.web.desk.investors import opportunities, views

urlpatterns = [
    path("investitori/", views.investors, name="investors"),
    path("investitori/richieste/<int:pk>/", views.enquiry, name="enquiry"),
    path("investitori/richieste/<int:pk>/realizzato/", views.realised, name="enquiry_realised"),
    path("investitori/richieste/<int:pk>/chi/", views.tie, name="enquiry_tie"),
    path("investitori/opportunita/", opportunities.opportunities, name="opportunities_offered"),
    path("investitori/opportunita/nuova/", opportunities.new, name="opportunity_new"),
    path("investitori/opportunita/<slug:code>/", opportunities.opportunity, name="opportunity_offered"),
    path("investitori/opportunita/<slug:code>/correggi/", opportunities.edit, name="opportunity_edit"),
    path("investitori/opportunita/<slug:code>/verifica/", opportunities.verify, name="opportunity_verify"),
    path("investitori/opportunita/<slug:code>/pubblica/", opportunities.publish, name="opportunity_publish"),
    path("investitori/opportunita/<slug:code>/ritira/", opportunities.withdraw, name="opportunity_withdraw"),
]
