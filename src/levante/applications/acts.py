"""The acts that an opening's work needs (a committee, a seed, a new version of a list), recorded when the office has them."""

import re
from datetime import date

from levante.applications import policies
from levante.calls.api import Opening
from levante.kernel.api import Actor, note, refuse, require, service, system, today
from levante.programme.api import Act, record_act


@service("applications.record_opening_act")
def record_opening_act(*, actor: Actor, opening: Opening, number: str, adopted_on: date, title: str) -> Act:
    """Record an act adopted about an opening: number, day and title. The same number of the same year is the same act."""
    require(policies.may_publish_ranking(actor, opening))
    number = number.strip()
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z/ .-]{0,39}", number):
        refuse("Scrivi il numero dell’atto.", "Write the number of the act.", field="act_number")
    if adopted_on > today():
        refuse("La data dell’atto è nel futuro.", "The day of the act is in the future.", field="act_date")
    if not title.strip():
        refuse("Scrivi l’oggetto dell’atto.", "Write the title of the act.", field="act_title")
    line = opening.call.budget_lines.select_related("line__triennium__programme").order_by("position", "pk").first()
    triennium = line.line.triennium if line is not None else opening.call.act.triennium if opening.call.act else None
    if triennium is None:
        refuse("Il bando non ha ancora una linea di bilancio.", "The call has no budget line yet.")
    tag = re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")
    note(opening=opening.code, number=number)
    return record_act(
        actor=system("applications.record_opening_act"),
        triennium=triennium,
        code=f"{opening.call.code[:40]}-{adopted_on.year}-{tag}"[:70],
        number=number,
        adopted_on=adopted_on,
        title_it=title.strip()[:1000],
        title_en=title.strip()[:1000],
        demonstration=opening.is_demo or opening.call.is_demo,
    )
