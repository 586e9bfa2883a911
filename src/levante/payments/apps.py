from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "levante.payments"
    label = "payments"
    #: How these rows follow a merge of two enterprises: the survivor is paid on an account that it declares itself; papers keep the tax
    #: code that they are about.
    enterprise_relations = {
        "payments.BankAccount.enterprise": "keep",
        "payments.Check.enterprise": "move",
        "payments.WithholdingCertificate.enterprise": "move",
    }

    def ready(self) -> None:
        from levante.aid.api import on_every_visura
        from levante.exchange.api import asked_by, before_delivery, on_answer
        from levante.grants.api import antimafia_told_by, durc_told_by, place_given_back, place_taken, trail_told_by

        antimafia_told_by("levante.payments.gates:antimafia_of")
        durc_told_by("levante.payments.gates:durc_of")
        trail_told_by("levante.payments.trail:part_of")
        place_taken("levante.payments.succeeding:place_taken")
        place_given_back("levante.payments.succeeding:place_given_back")
        on_every_visura("levante.payments.visure:hear_visura")
        on_answer("acts", "liquidation", "levante.payments.verifying:act_answered")
        on_answer("acts", "liquidation_undoing", "levante.payments.undoing:undoing_answered")
        asked_by("bank", "levante.payments.bank:ask")
        before_delivery("bank", "payment_order", "levante.payments.sending:may_leave")
        on_answer("bank", "payment_order", "levante.payments.settling:order_answered")
        on_answer("bank", "order_results", "levante.payments.settling:order_answered")
