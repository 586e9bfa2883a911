"""A win that was told wrong is put right: by who told it until the customer answers, afterwards by an office that says why."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.parties.api import Enterprise, people_acting_for
from levante.wins import policies, states
from levante.wins.facts import Facts, checked, clean
from levante.wins.forgetting import end_asks
from levante.wins.models import Win, WinChange, WinYear, facts_in
from levante.wins.telling import Share, locked, require_theirs
from levante.wins.terms import LINK, confirm_by, of_win, programme_of

#: What the customer reads on the page of its link: when one changes, its answer is on something else.
CONFIRMED_FACTS = frozenset({"what", "customer", "kind", "won_on", "expected"})


@service("wins.correct_win")
def correct_win(*, actor: Actor, win: Win, facts: Facts, reason: str = "") -> WinChange | None:
    """Put right what a win says. Where what the customer confirms changes, the link it has is dead, what it answered holds no more and the
    win is as just told: it counts once the customer confirms it anew. What it said before is kept in what is returned; None when nothing
    differs.

    An office says why, always. After an answer that came in time, the customer has as long as a link lives to answer anew.
    """
    Enterprise.objects.select_for_update(of=("self",)).only("pk").get(pk=win.enterprise_id)
    held = locked(win.pk)
    require(policies.may_correct(actor, held))
    office = not policies.corrects_its_own(actor, held)
    why = clean(reason, 1000)
    if office and not why:
        refuse("Scrivi perché lo correggi.", "Write why you correct it.", field="reason")
    said = checked(facts, held.enterprise_id, buyer_before=held.buyer_id)
    before, told = facts_in(held), said.as_json()
    differs = {name for name, value in told.items() if value != before[name]}
    if not differs:
        return unchanged(None)
    _refuse_the_same(held, said)
    moved = bool(differs & CONFIRMED_FACTS)
    anew = moved and held.state in (states.ASKED, states.CONFIRMED, states.DENIED)
    if "won_on" in differs:
        _move(held, said)
    _write(held, said, differs)
    if moved:
        _ask_anew(held)
    held.save()
    after = facts_in(held)
    changed = [name for name in after if after[name] != before[name]]
    made = WinChange.objects.create(
        win=held, at=now(), by_id=actor.user_id, by_office=office, reason=why, anew=anew,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip
    note(fields=sorted(differs), before=before["expected"], after=after["expected"], anew=anew, office=office)
    note_object(held)
    if office:
        _tell(actor, held, made)
    return made


@service("wins.withdraw_win")
def withdraw_win(*, actor: Actor, win: Win, reason: str) -> WinChange | None:
    """Take back a win that was not, or was told twice: it stays, with why, and is in no figure; its link is dead. None when it was taken
    back already."""
    held = locked(win.pk)
    if held.state == states.WITHDRAWN:
        return unchanged(None)
    require(policies.may_withdraw(actor, held))
    office = not policies.corrects_its_own(actor, held)
    why = clean(reason, 1000)
    if not why:
        refuse("Scrivi perché lo ritiri.", "Write why you withdraw it.", field="reason")
    before, anew = held.state, held.state in (states.ASKED, states.CONFIRMED)
    _end_answers(held)
    held.state, held.closed_at = states.WITHDRAWN, now()
    held.save(update_fields=["state", "closed_at"])
    made = WinChange.objects.create(
        win=held, at=now(), by_id=actor.user_id, by_office=office, reason=why, anew=anew,
        before={"state": before}, after={"state": held.state},
    )  # fmt: skip
    note(before=before, office=office)
    note_object(held)
    if office:
        _tell(actor, held, made)
    return made


def _refuse_the_same(held: Win, said: Facts) -> None:
    rows = Win.objects.exclude(state=states.WITHDRAWN).filter(enterprise=held.enterprise_id)
    same = rows.filter(customer=said.customer, won_on=said.won_on)
    if same.filter(kind=said.kind, what=said.what).exclude(pk=held.pk).exists():
        refuse(
            "C’è già un affare uguale: stesso cliente, giorno, tipo e oggetto.",
            "There is such a win already: of the same customer, day, kind and matter.", field="what",
        )  # fmt: skip


def _move(held: Win, said: Facts) -> None:
    """Won on another day: what helped was there already, what came to be is of years that have begun, the term is that of the day."""
    shares = [Share(row.percent, row.initiative_id, row.award_id) for row in held.shares.all()]
    require_theirs(held.enterprise_id, said.won_on, shares, field="won_on")
    last = max((row.year for row in held.realised.all()), default=0)
    if last and today() < said.won_on + relativedelta(years=last - 1):
        refuse(
            f"Con questo giorno l’anno {last}, di cui è scritto il realizzato, non sarebbe ancora cominciato.",
            f"By this day year {last}, of which it is written what it came to, would not have begun yet.", field="won_on",
        )  # fmt: skip
    first = shares[0]
    programme = programme_of(initiative_id=first.initiative_id, award_id=first.award_id)
    held.confirm_by = confirm_by(said.won_on, programme)


def _write(held: Win, said: Facts, differs: set[str]) -> None:
    held.what, held.customer, held.buyer, held.country = said.what, said.customer, said.buyer, said.country
    held.kind, held.matter, held.sector, held.won_on = said.kind, said.matter, said.sector, said.won_on
    held.confidential, held.anyway, held.sooner = said.confidential, said.anyway, said.sooner
    held.without_help = said.without_help
    if "expected" in differs:
        held.years.all().delete()
        WinYear.objects.bulk_create([WinYear(win=held, year=year, expected=one) for year, one in said.expected.items()])


def _ask_anew(held: Win) -> None:
    """The link alive is dead, the answer there was holds no more; the win waits for its customer, or its term has passed."""
    if held.state == states.CONFIRMED:
        held.confirm_by = max(held.confirm_by, today() + timedelta(days=of_win(held, LINK, on=today())))
    _end_answers(held)
    if today() <= held.confirm_by:
        held.state, held.closed_at = states.TOLD, None
    elif held.state != states.LAPSED:
        held.state, held.closed_at = states.LAPSED, now()


def _end_answers(held: Win) -> None:
    end_asks(held.asks.all())
    held.asks.exclude(answer="").filter(superseded_at__isnull=True).update(superseded_at=now())


def _tell(actor: Actor, win: Win, change: WinChange) -> None:
    """Who acts for the enterprise reads that an office corrected its win or took it back, and that the customer is to be asked."""
    title = Bilingual("L’ufficio ha corretto un affare", "The office corrected an export win")
    if win.state == states.WITHDRAWN:
        title = Bilingual("L’ufficio ha ritirato un affare", "The office withdrew an export win")
    asked = change.anew and win.state == states.TOLD
    notify(
        actor=actor, users=people_acting_for(win.enterprise_id, today()), kind="win-corrected",
        title=title,
        body=Bilingual(
            f"{win.what}: chiedi di nuovo la conferma al cliente." if asked else f"{win.what}: leggi che cosa è cambiato.",
            f"{win.what}: ask your customer to confirm it again." if asked else f"{win.what}: read what changed.",
        ),
        path=f"/impresa/affari/{win.pk}/", enterprise_id=win.enterprise_id, subject_type="wins.WinChange",
        subject_id=str(change.pk),
    )  # fmt: skip
