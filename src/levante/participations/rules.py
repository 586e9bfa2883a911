"""The rules of a selection: written before the call opens, where who asks reads them; from then on they change by an act that says why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from levante.applications.api import Application
from levante.calls.api import Opening
from levante.initiatives.api import ExpressionOfInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, Missing, note, now, refuse, require, service, today
from levante.kernel.pure import Bilingual, Decision, euro
from levante.messages.api import notify
from levante.participations import policies, states
from levante.participations.apart import MEETINGS
from levante.participations.models import Selection
from levante.participations.pure.refunds import RefundRule
from levante.participations.telling import SUBJECT
from levante.parties.api import people_acting_for
from levante.programme.api import Act

#: States of an initiative in which its rules are no longer written.
_BEGUN = (
    initiative_states.ON_SITE,
    initiative_states.FOLLOWING,
    initiative_states.DONE,
    initiative_states.CANCELLED,
)  # fmt: skip

#: How many points a criterion may give at most.
MOST_POINTS = 100


@service("participations.set_selection")
def set_selection(
    *,
    actor: Actor,
    initiative: Initiative,
    method: str,
    places: int,
    weights: Mapping[str, int | Decimal] | None = None,
    opening: Opening | None = None,
    answer_days: int = 10,
    quota: Decimal = Decimal("0.00"),
    extra_quota: Decimal | None = None,
    refunds: list[RefundRule] | None = None,
    no_show_years: int = 3,
    details_by: date | None = None,
    ways: Sequence[str] = (),
    meetings_apart: bool = False,
    act: Act | None = None,
    reason: str = "",
    reason_en: str = "",
) -> Selection:
    """Write the rules by which places are given. ``ways``: places are for who asked to take part in one of these
    (``initiatives.states.WAYS``); none given: however it asked. ``meetings_apart``: who asks for meetings only is no
    candidate, and comes to them without a place. Once the call has opened who asks has read them (L. 241/1990 art. 12): a
    change wants its ``act``, adopted, and its reason, is shown beside them, and who asked is told; so do rules that are first written
    then. They do not change once the list is decided."""
    require(policies.may_keep(actor, initiative))
    current = Initiative.objects.select_for_update().get(pk=initiative.pk)
    if current.state in _BEGUN:
        refuse("L’iniziativa è conclusa o annullata.", "The initiative is over or cancelled.")
    given = _checked_weights(method, weights or {})
    if method not in states.METHODS:
        refuse("Scegli come si danno i posti.", "Choose how places are given.", field="method")
    if method == states.RANKING and opening is None:
        refuse("Scegli lo sportello dell’avviso.", "Choose the opening of the call.", field="opening")
    if method == states.RANKING and opening is not None and opening.lines.exists():
        refuse(
            "Lo sportello ha più linee, ognuna con la sua graduatoria: scegline uno senza linee.",
            "The opening has lines, each with a ranking of its own: choose one without.",
            field="opening",
        )
    if set(ways) - initiative_states.WAYS.keys():
        refuse("Scegli per chi sono i posti.", "Choose for whom places are.", field="ways")
    if meetings_apart and (method == states.RANKING or not ways or MEETINGS in ways):
        refuse(
            "Chi chiede solo incontri viene senza un posto, o ne ha uno: scegli per chi sono i posti, senza gli incontri.",
            "Who asks for meetings only comes without a place, or has one: choose for whom places are, without meetings.",
            field="meetings_apart",
        )
    if places < 1:
        refuse("Serve almeno un posto.", "At least one place is needed.", field="places")
    rules = _checked_refunds(refunds or [])
    row = Selection.objects.select_for_update().filter(initiative=current).first() or Selection(initiative=current)
    if row.decided_at is not None:
        refuse("La lista è decisa: le regole non cambiano più.", "The list is decided: its rules no longer change.")
    if row.method != method and row.pk and row.participations.exists():
        refuse(
            "Ci sono già richieste escluse: prima si riammettono.",
            "Requests were excluded already: readmit them first.",
        )
    read = rules_are_read(current, row)
    before = _told(row) if row.pk else None
    row.method, row.places, row.weights = method, places, {name: str(points) for name, points in given.items()}
    row.opening = opening if method == states.RANKING else None
    row.answer_days, row.quota, row.extra_quota = (
        answer_days,
        euro(quota),
        None if extra_quota is None else euro(extra_quota),
    )
    row.refunds, row.no_show_years, row.details_by = rules, no_show_years, details_by
    row.ways, row.meetings_apart = [way for way in initiative_states.WAYS if way in ways], meetings_apart
    changed = read and _told(row) != before
    if changed:
        _change(row, act, reason, reason_en)
    row.save()
    current.places = places
    current.save(update_fields=["places"])
    note(initiative=current.code, method=method, places=places, act=act.code if changed and act is not None else "")
    if changed:
        _tell_who_asked(actor, row)
    return row


def rules_are_read(initiative: Initiative, selection: Selection | None) -> bool:
    """May somebody have read the rules already, to ask by them? The call for interest has opened, or the window of the ranked call."""
    if initiative.state in {initiative_states.CALLING, initiative_states.CLOSED}:
        return True
    opening = selection.opening if selection is not None and selection.pk else None
    if opening is not None and opening.opens_at is not None and opening.opens_at <= now():
        return True
    return initiative.steps.filter(name="call").exists()


#: What is told of the rules to who asks; the last day for the details of the stand is the office's to move.
_TOLD = (
    "method", "places", "weights", "opening_id", "answer_days", "quota", "extra_quota", "refunds", "no_show_years", "ways",
    "meetings_apart",
)  # fmt: skip


def _told(row: Selection) -> list[Any]:
    return [getattr(row, name) for name in _TOLD]


def _change(row: Selection, act: Act | None, reason: str, reason_en: str) -> None:
    if act is None or not act.number or act.adopted_on is None or act.adopted_on > today():
        refuse(
            "La raccolta è aperta: le regole cambiano con un atto adottato, con numero e data.",
            "The call has opened: the rules change by an adopted act, with its number and day.",
            field="act",
        )
    why = reason.replace("\0", "").strip()[:2000]
    if not why:
        refuse("Scrivi perché le regole cambiano.", "Say why the rules change.", field="reason")
    row.changed_at, row.changed_act = now(), act
    row.changed_reason_it, row.changed_reason_en = why, reason_en.replace("\0", "").strip()[:2000] or why


def _tell_who_asked(actor: Actor, row: Selection) -> None:
    """Who asked to take part reads that the rules are others, why and by which act."""
    assert row.changed_act is not None
    assert row.changed_act.adopted_on is not None
    assert row.changed_at is not None
    initiative, act = row.initiative, row.changed_act
    asked = set(
        ExpressionOfInterest.objects.filter(initiative=initiative).standing().values_list("enterprise_id", flat=True)
    )
    if row.opening_id is not None:
        sent = Application.objects.filter(opening=row.opening_id).exclude(state__in=["draft", "discarded"])
        asked |= set(sent.values_list("enterprise_id", flat=True))
    by = f"n. {act.number} del {act.adopted_on:%d/%m/%Y}"
    for enterprise_id in sorted(asked):
        notify(
            actor=actor, users=people_acting_for(enterprise_id, today()), kind="place-rules",
            title=Bilingual(
                f"Cambiano le regole dei posti: {initiative.title_it}"[:300],
                f"The rules of the places change: {initiative.title_en}"[:300],
            ),
            body=Bilingual(f"{row.changed_reason_it} (atto {by})", f"{row.changed_reason_en} (act {by})"),
            path=f"/impresa/fiere/{initiative.code}/", enterprise_id=enterprise_id, subject_type=SUBJECT,
            subject_id=f"rules:{row.pk}:{row.changed_at:%Y%m%d%H%M%S%f}",
        )  # fmt: skip


def rules_unwritten(*, initiative: Initiative) -> Iterable[Missing]:
    """Before a call for interest opens: how its places are given, which who asks reads first (L. 241/1990 art. 12). Where no places are
    announced there is no list, and nothing to write: everybody who asks for meetings comes to them."""
    if initiative.places is not None and not Selection.objects.filter(initiative=initiative).exists():
        yield Missing(Bilingual("le regole di chi partecipa", "the rules of who takes part"))


def places_of_the_rules(*, initiative: Initiative) -> Decision:
    """May the places of an initiative be corrected there? Not once its rules say how many they are, nor once its call has opened without:
    from then on places are announced with the rules by which they are given."""
    if not Selection.objects.filter(initiative=initiative).exists():
        if not rules_are_read(initiative, None):
            return Decision.yes()
        return Decision.no(
            "La raccolta è aperta: i posti si annunciano scrivendo le regole di chi partecipa.",
            "The call has opened: places are announced by writing the rules of who takes part.",
        )
    return Decision.no(
        "I posti li dicono le regole di chi partecipa: si cambiano lì.",
        "The rules of who takes part say how many places there are: they are changed there.",
    )


def _checked_weights(method: str, weights: Mapping[str, int | Decimal]) -> dict[str, Decimal]:
    if method != states.CRITERIA:
        return {}
    kept = {name: Decimal(points) for name, points in weights.items() if points}
    if not kept:
        refuse(
            "Scegli almeno un criterio, con i suoi punti.",
            "Choose at least a criterion, with its points.",
            field="weights",
        )
    for name, points in kept.items():
        if name not in states.CRITERIA_WORDS or not 0 < points <= MOST_POINTS:
            refuse(f"I punti vanno da 0 a {MOST_POINTS}.", f"Points are from 0 to {MOST_POINTS}.", field=name)
    return {name: kept[name] for name in states.CRITERIA_WORDS if name in kept}


def _checked_refunds(rules: list[RefundRule]) -> list[RefundRule]:
    for rule in rules:
        if rule["days_before"] < 0 or not 0 <= rule["percent"] <= 100:
            refuse(
                "Giorni da 0 in su, percentuale da 0 a 100.", "Days from 0 up, per cent from 0 to 100.", field="refunds"
            )
    ordered = sorted(rules, key=lambda rule: -rule["days_before"])
    if any(later["percent"] > earlier["percent"] for earlier, later in pairwise(ordered)):
        refuse(
            "Chi rinuncia dopo non può riavere di più.",
            "Who gives up later cannot be given back more.",
            field="refunds",
        )
    if len({rule["days_before"] for rule in ordered}) != len(ordered):
        refuse("Due righe per gli stessi giorni.", "Two lines for the same days.", field="refunds")
    return [{"days_before": rule["days_before"], "percent": rule["percent"]} for rule in ordered]
