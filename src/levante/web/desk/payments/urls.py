from django.urls import path

from levante.web.desk.payments import views_acts, views_gate, views_orders, views_undoing, views_withheld, views_work

urlpatterns = [
    path("pagamenti/", views_work.payments, name="payments"),
    path("pagamenti/da-pagare/", views_work.due, name="payments_due"),
    path("pagamenti/ritenute/", views_withheld.withheld, name="payments_withheld"),
    path("pagamenti/ritenute/certificazioni/", views_withheld.issue, name="certificates_issue"),
    path("pagamenti/ritenute/certificazioni/<int:certificate_id>/", views_withheld.certificate, name="certificate"),
    path("pagamenti/ritenute/f24/", views_withheld.monthly, name="payments_f24"),
    path("pagamenti/atti/", views_acts.liquidations, name="liquidations"),
    path("pagamenti/atti/nuovo/", views_acts.new, name="liquidation_new"),
    path("pagamenti/atti/<int:act_id>/", views_acts.liquidation, name="liquidation"),
    path("pagamenti/atti/<int:act_id>/documento/", views_acts.document, name="liquidation_document"),
    path("pagamenti/atti/<int:act_id>/azioni/<slug:action>/", views_acts.act, name="liquidation_act"),
    path("pagamenti/atti/<int:act_id>/annullamento/", views_undoing.new, name="undoing_new"),
    path("pagamenti/annullamenti/<int:undoing_id>/documento/", views_undoing.document, name="undoing_document"),
    path("pagamenti/annullamenti/<int:undoing_id>/azioni/<slug:action>/", views_undoing.act, name="undoing_act"),
    path("pagamenti/ordini/", views_orders.orders, name="payment_orders"),
    path("pagamenti/ordini/nuovo/", views_orders.new, name="payment_order_new"),
    path("pagamenti/ordini/banca/", views_orders.bank_file, name="payment_bank_file"),
    path("pagamenti/ordini/<int:order_id>/", views_orders.order, name="payment_order"),
    path("pagamenti/ordini/<int:order_id>/avanzamento/", views_orders.progress, name="payment_order_progress"),
    path("pagamenti/ordini/<int:order_id>/file/", views_orders.file, name="payment_order_file"),
    path("pagamenti/ordini/<int:order_id>/azioni/<slug:action>/", views_orders.act, name="payment_order_act"),
    path("pagamenti/domande/<int:claim_id>/", views_gate.gate, name="payment_gate"),
    path("pagamenti/domande/<int:claim_id>/documenti/", views_gate.paper, name="payment_paper"),
    path("pagamenti/domande/<int:claim_id>/compensazione/<int:check_id>/", views_gate.less, name="payment_less"),
    path("pagamenti/domande/<int:claim_id>/inadempienza/", views_gate.default, name="payment_default"),
    path(
        "pagamenti/domande/<int:claim_id>/inadempienza/<int:outcome_id>/<slug:action>/",
        views_gate.default_act,
        name="payment_default_act",
    ),
    path("pagamenti/domande/<int:claim_id>/file/<int:file_id>/", views_gate.file, name="payment_paper_file"),
    path("pagamenti/sostitutivi/<int:payment_id>/", views_gate.instead, name="payment_instead"),
    path(
        "pagamenti/domande/<int:claim_id>/fideiussione/<int:check_id>/svincola/",
        views_gate.guarantee,
        name="payment_guarantee",
    ),
    path("pagamenti/conti/<int:account_id>/<slug:action>/", views_gate.account, name="payment_account"),
]
