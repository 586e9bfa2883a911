"""What an enterprise that took part is asked by itself, some months after: made once, reminded once, answered or closed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet

from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, Missing, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, euro
from levante.messages.api import FOLLOW_UPS, notify
from levante.participations.api import CAME, COMING, taking_part
from levante.parties.api import Enterprise, MergePair, people_acting_for
from levante.programme.api import Programme, chosen_values
from levante.wins import policies, states
from levante.wins.models import FollowUp
from levante.wins.terms import CLOSE, REMIND, days_of, rounds_of


@service("wins.make_follow_ups")
def make_follow_ups(*, actor: Actor) -> int:
    """Every night: the questions whose day has come and that are not made yet, whatever the night it is; how many. One at a time: where who
    came was told late the next waits until the one before is answered or its days are over. Of an initiative that is concluded nothing more
    is asked. Who came with a place, and who was at the meetings without one."""
    day, values = today(), chosen_values()
    over = Initiative.objects.filter(ends_on__lte=day).exclude(state__in=["done", "cancelled"]).order_by("pk")
    came = who_came(over)
    made = []
    for initiative in over.filter(pk__in=came).select_related("direction"):
        close = days_of(initiative, CLOSE, values)
        due = [one for one in rounds_of(initiative, values) if initiative.ends_on + relativedelta(months=one) <= day]
        asked = FollowUp.objects.filter(initiative=initiative)
        known = set(asked.values_list("enterprise_id", "months"))
        busy = set(asked.filter(state=states.F_OPEN, answer_by__gte=day).values_list("enterprise_id", flat=True))
        wanted = [
            FollowUp(initiative=initiative, enterprise_id=firm, months=one, made_on=day, answer_by=day + close)
            for firm in came[initiative.pk]
            for one in [month for month in due if (firm, month) not in known][:1]
            if firm not in busy
        ]
        FollowUp.objects.bulk_create(wanted, ignore_conflicts=True)
        for row in wanted:
            _tell(actor, row, "asked", Bilingual("Com’è andata dopo?", "What came of it?"))
        made += wanted
    if not made:
        return unchanged(0)
    note(follow_ups=len(made))
    return len(made)


@service("wins.remind_of_follow_ups")
def remind_of_follow_ups(*, actor: Actor) -> int:
    """Every night: those without an answer are reminded once, and closed after their last day. How many were touched."""
    day, values, waited = today(), chosen_values(), Q()
    for programme in Programme.objects.order_by("pk").values_list("pk", flat=True):
        wait = timedelta(days=values.number(REMIND, programme=programme, on=day))
        waited |= Q(initiative__direction__programme=programme, made_on__lte=day - wait)
    rows = FollowUp.objects.filter(state=states.F_OPEN).select_for_update(of=("self",), skip_locked=True)
    late = list(rows.filter(answer_by__lt=day).order_by("pk").values_list("pk", flat=True)[:1000])
    FollowUp.objects.filter(pk__in=late).update(state=states.F_CLOSED)
    silent = rows.filter(waited, answer_by__gte=day, reminded_on__isnull=True)
    reminded = list(silent.select_related("initiative").order_by("pk")[:1000])
    for row in reminded:
        row.reminded_on = day
        row.save(update_fields=["reminded_on"])
        _tell(actor, row, "reminded", Bilingual("Ti chiediamo ancora com’è andata", "We ask again what came of it"))
    if not late and not reminded:
        return unchanged(0)
    note(closed=late, reminded=[row.pk for row in reminded])
    return len(late) + len(reminded)


@service("wins.answer_follow_up")
def answer_follow_up(
    *, actor: Actor, row: FollowUp, contacts: int, offers: int, orders: int, expected: Decimal, words: str = ""
) -> FollowUp:
    """What came of an initiative; nothing is an answer: all zeros. Said again it replaces what was said, until its last day."""
    held = FollowUp.objects.select_for_update(of=("self",)).get(pk=row.pk)
    require(policies.may_answer(actor, held))
    if held.state == states.F_CLOSED or today() > held.answer_by:
        refuse("Il termine per rispondere è passato.", "The term to answer has passed.")
    if min(contacts, offers, orders) < 0 or expected < 0:
        refuse("I numeri non sono negativi.", "Numbers are not negative.", field="contacts")
    said = (contacts, offers, orders, euro(expected), words.replace("\0", "").strip()[:1000])
    if said == (held.contacts, held.offers, held.orders, held.expected, held.note):
        return unchanged(held)
    held.contacts, held.offers, held.orders, held.expected, held.note = said
    held.state, held.answered_at, held.answered_by_id = states.F_ANSWERED, now(), actor.user_id
    held.save()
    note(contacts=contacts, offers=offers, orders=orders)
    return held


def both_asked(*, survivor: Enterprise, absorbed: Enterprise) -> Iterable[MergePair]:
    """Two enterprises that are one and were both asked the same: the survivor's stays, the other's answer stays told where it was."""
    own = {(row.initiative_id, row.months): row.pk for row in FollowUp.objects.filter(enterprise=survivor)}
    for other in FollowUp.objects.filter(enterprise=absorbed).order_by("pk"):
        if (other.initiative_id, other.months) in own:
            yield MergePair(own[(other.initiative_id, other.months)], other.pk)


def left_to_ask(*, initiative: Initiative) -> Iterable[Missing]:
    """Before an initiative is concluded: of whom at its meetings it is not told whether it came, what is still to be asked of who came, and
    what waits for an answer. Five queries."""
    there = taking_part(initiatives=[initiative.pk])
    unsaid = sum(1 for one in there if one.apart and one.how == COMING)
    rows = list(
        FollowUp.objects.filter(initiative=initiative).order_by().values_list("enterprise_id", "months", "state")
    )
    asked = {(firm, month) for firm, month, _ in rows}
    came = [one.enterprise for one in there if one.how == CAME]
    rounds = rounds_of(initiative, chosen_values()) if came else ()
    to_ask = sum(1 for firm in came for month in rounds if (firm, month) not in asked)
    waiting = sum(1 for _, _, state in rows if state == states.F_OPEN)
    if unsaid:
        yield Missing(
            Bilingual(
                f"dire chi è venuto agli incontri, o chiudere l’agenda: {unsaid}",
                f"who came to the meetings, to be told, or the agenda closed: {unsaid}",
            )
        )
    if to_ask > 0:
        yield Missing(
            Bilingual(f"domande di seguito ancora da fare: {to_ask}", f"follow-ups still to be asked: {to_ask}")
        )
    if waiting:
        yield Missing(Bilingual(f"domande di seguito senza risposta: {waiting}", f"follow-ups not answered: {waiting}"))


def who_came(initiatives: "QuerySet[Initiative]") -> dict[int, list[int]]:
    """The enterprises that came to each of some initiatives, with a place or without, by their ids. Two queries."""
    found: dict[int, list[int]] = defaultdict(list)
    for one in taking_part(initiatives=initiatives.order_by().values("pk")):
        if one.how == CAME:
            found[one.initiative].append(one.enterprise)
    return found


def _tell(actor: Actor, row: FollowUp, event: str, title: Bilingual) -> None:
    initiative = row.initiative
    key = f"{row.initiative_id}:{row.enterprise_id}:{row.months}:{event}"
    notify(
        actor=actor, users=people_acting_for(row.enterprise_id, today()), kind=f"follow-up-{event}", title=title,
        body=Bilingual(
            f"{initiative.title_it}: rispondi entro il {row.answer_by:%d/%m/%Y}. Anche “niente” è una risposta.",
            f"{initiative.title_en}: answer by {row.answer_by:%d/%m/%Y}. “Nothing” is an answer too.",
        ),
        path="/impresa/affari/", enterprise_id=row.enterprise_id, subject_type="wins.FollowUp", subject_id=key,
        topic=FOLLOW_UPS,
    )  # fmt: skip
