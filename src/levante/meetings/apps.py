from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "levante.meetings"
    label = "meetings"
    #: How these rows follow a merge of two enterprises: who comes is the enterprise that stays.
    enterprise_relations = {"meetings.Attendee.enterprise": "move"}

    def ready(self) -> None:
        from levante.aid.api import on_succession, on_undoing
        from levante.initiatives.api import (
            asked_before,
            asked_who_takes_part,
            buyer_asked_again,
            buyer_withdrew,
            interest_changed,
            told_of_step,
        )
        from levante.participations.api import at_meetings, place_ended

        on_succession("levante.meetings.succeeding:hear_succession")
        on_undoing("levante.meetings.succeeding:undo_succession")
        at_meetings("levante.meetings.coming:sellers_there")
        asked_who_takes_part("levante.meetings.coming:who_comes")
        place_ended("levante.meetings.leaving:place_ended")
        interest_changed("levante.meetings.leaving:interest_changed")
        buyer_withdrew("levante.meetings.leaving:buyer_withdrew")
        buyer_asked_again("levante.meetings.leaving:buyer_is_back")
        from levante.parties.api import erased_with, merged_pairs

        erased_with("levante.meetings.personal:forget_person")
        merged_pairs("meetings.Attendee.enterprise", "levante.meetings.merging:both_come")
        told_of_step("cancel", "levante.meetings.ending:call_off")
        asked_before("conclude", "levante.meetings.hosted:left_to_ask_back")
