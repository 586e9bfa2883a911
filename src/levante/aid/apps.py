from django.apps import AppConfig


class AidConfig(AppConfig):
    name = "levante.aid"
    label = "aid"
    #: How these rows follow a merge of two enterprises: the survivor answers for what either received or has reserved.
    enterprise_relations = {
        "aid.AidRecord.enterprise": "move",
        "aid.Reservation.enterprise": "move",
        "aid.RnaRegistration.enterprise": "move",
        "aid.Visura.enterprise": "move",
    }

    def ready(self) -> None:
        from levante.exchange.api import RNA, on_answer

        on_answer(RNA, "register", "levante.aid.registrations:registration_answered")
        on_answer(RNA, "confirm", "levante.aid.registrations:act_answered")
        on_answer(RNA, "cancel", "levante.aid.registrations_ended:cancel_answered")
        on_answer(RNA, "vary", "levante.aid.variations:variation_answered")
        on_answer(RNA, "confirm_variation", "levante.aid.variations:variation_act_answered")
        on_answer(RNA, "report", "levante.aid.visure:visura_answered")
