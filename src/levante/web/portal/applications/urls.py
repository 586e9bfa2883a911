from django.urls import path

from levante.web.portal.applications import views, views_delivery, views_group, views_sent, views_summary

urlpatterns = [
    path("domande/", views.applications, name="applications"),
    path("domande/nuova/<int:opening_id>/", views.start, name="application_start"),
    path("domande/<int:application_id>/", views.application, name="application"),
    path("domande/<int:application_id>/sezioni/<slug:section_id>/", views.section, name="application_section"),
    path("domande/<int:application_id>/documenti/<slug:field_id>/", views.attach, name="application_attach"),
    path("domande/<int:application_id>/documenti/<slug:field_id>/scegli/", views.earlier, name="application_earlier"),
    path("domande/<int:application_id>/documenti/<slug:field_id>/<int:file_id>/", views.file, name="application_file"),
    path("domande/<int:application_id>/presenza/", views.presence, name="application_presence"),
    path("domande/<int:application_id>/modifiche/", views.history, name="application_history"),
    path("domande/<int:application_id>/requisiti/", views.requirements, name="application_requirements"),
    path("domande/<int:application_id>/gruppo/", views_group.group, name="application_group"),
    path("gruppi/<int:member_id>/", views_group.membership, name="membership"),
    path("gruppi/<int:member_id>/risposta/", views_group.membership_answer, name="membership_answer"),
    path(
        "gruppi/<int:member_id>/sezioni/<slug:section_id>/", views_group.membership_section, name="membership_section"
    ),
    path("domande/<int:application_id>/riepilogo/", views_summary.summary, name="application_summary"),
    path("domande/<int:application_id>/conferma/", views_summary.confirm, name="application_filling"),
    path("domande/<int:application_id>/bollo/", views_delivery.stamp, name="application_stamp"),
    path("domande/<int:application_id>/firma/", views_delivery.sign, name="application_sign"),
    path("domande/<int:application_id>/firma/documento/", views_delivery.copy, name="application_copy"),
    path("domande/<int:application_id>/consegna/<slug:field_id>/", views_delivery.deliver, name="application_deliver"),
    path("domande/<int:application_id>/invio/", views_summary.submit, name="application_submit"),
    path("domande/<int:application_id>/elimina/", views_summary.discard, name="application_discard"),
    path("domande/<int:application_id>/ricevuta/", views_sent.receipt, name="application_receipt"),
    path("domande/<int:application_id>/ricevuta.json", views_sent.receipt_json, name="application_receipt_json"),
    path("domande/<int:application_id>/ricevuta.pdf", views_sent.receipt_pdf, name="application_receipt_pdf"),
    path("domande/<int:application_id>/integrazione/", views_sent.integration, name="application_integration"),
    path("domande/<int:application_id>/osservazioni/", views_sent.observations, name="application_observations"),
    path("domande/<int:application_id>/ritiro/", views_sent.withdraw, name="application_withdraw"),
    path("domande/<int:application_id>/rinuncia/", views_sent.renounce, name="application_renounce"),
    path("domande/<int:application_id>/parte/", views_sent.accept, name="application_part"),
]
