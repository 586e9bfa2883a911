from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "levante.meetings"
    label = "meetings"
    #: How these rows follow a merge of two enterprises: who comes is the enterprise that stays.
    enterprise_relations = {"meetings.Attendee.enterprise": "move"}

    def ready(self) -> None:
        from levante.initiatives.api import asked_who_takes_part, told_of_step

        asked_who_takes_part("levante.meetings.coming:who_comes")
        told_of_step("cancel", "levante.meetings.ending:call_off")
