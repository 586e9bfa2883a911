"""Drafting an award act and sending it. What is taken out of one is in ``cancelling``, what happens when it comes back in ``effects``."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Sum

from levante.aid.api import lock_undertakings, reserve_aid
from levante.applications.api import (
    Application,
    ApplicationEvent,
    Place,
    checks_for_award,
    documents_for_award,
    firms_of,
    may_put_forward,
)
from levante.calls.api import Call
from levante.exchange.api import send_again
from levante.grants import durc, states
from levante.grants.act_text import act_data
from levante.grants.antimafia import answers_of
from levante.grants.checks import checks_of, regime_of_call, verdict
from levante.grants.cup import kept_cup
from levante.grants.firms import Firm, firms_to_award
from levante.grants.models import Award, AwardAct, AwardOrder
from levante.grants.models_order import WAITING
from levante.grants.places import (
    lock_openings,
    require_budget,
    require_place,
    require_places,
    require_still_in,
    require_still_placed,
)
from levante.grants.policies import files_of_act, may_prepare, may_work_act
from levante.grants.trimming import trimmed
from levante.grants.visure import to_explain
from levante.grants.workflow import ACTS
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.programme.api import BudgetLine, print_act, send_act

SUBJECT = "grants.Award"
TEMPLATE = "grants/pdf_award_act.html"
#: An act of so many awards is printed while it is drafted, in half a second; a longer one by the worker.
AT_ONCE = 10


@service("grants.draft_award_act")
def draft_award_act(
    *, actor: Actor, applications: Iterable[Application], line: BudgetLine | None = None, title: str = ""
) -> AwardAct:
    """Prepare one act for admitted applications of one call: check each, hold its headroom, write the text.

    All or nothing: the reason names the application that cannot be in it. The published ranking, or the order of arrival,
    says who can be in it and how much each gets, within the money of the opening. The money of ``line`` (the call's own unless
    given) must cover, besides, every award that is on its way on the same line.
    """
    chosen = _chosen(actor, applications)
    call = chosen[0].opening.call
    line = line_for(call, line)
    day = today()
    lock_undertakings([firm for application in chosen for firm in firms_of(application)], on=day)
    amounts = require_places(chosen)
    firms = {one.pk: firms_to_award(one, amounts[one.pk], besides=_awarded_firms(one)) for one in chosen}
    require_budget(chosen, {pk: sum((firm.amount for firm in each), ZERO) for pk, each in firms.items()})
    act = begin_act(actor, chosen, line, title)
    total = sum((_draft_awards(actor, act, one, firms[one.pk]) for one in chosen), ZERO)
    _require_money(act, total)
    write_document(actor, act)
    note(applications=[application.number for application in chosen], total=money_text(total), line=line.code)
    return act


def line_for(call: Call, line: BudgetLine | None) -> BudgetLine:
    """The line that pays: the one chosen, or the call's only one."""
    line = line or call.only_line
    if line is None:
        refuse("Scegli la linea di bilancio.", "Choose the budget line.", field="line")
    if call.pays_from and line not in call.pays_from:
        refuse("Il bando non è finanziato da questa linea.", "This line does not pay for the call.", field="line")
    return line


def begin_act(actor: Actor, chosen: Sequence[Application], line: BudgetLine, title: str) -> AwardAct:
    """The draft of an act, with nothing in it yet."""
    call = chosen[0].opening.call
    return AwardAct.objects.create(
        call=call,
        line=line,
        title=(title.strip() or f"Concessione dei contributi: {call.title_it}")[:500],
        is_demo=any(application.enterprise.is_demo for application in chosen),
        created_at=now(),
        prepared_by_id=actor.user_id,
    )


def _chosen(actor: Actor, applications: Iterable[Application]) -> list[Application]:
    wanted = {application.pk for application in applications}
    lock_openings(wanted)
    chosen = lock_applications(wanted)
    require_one_call(chosen)
    if len(chosen) > 1:
        require(may_put_forward(actor, Application.objects.filter(pk__in=wanted)))
    for application in chosen:
        require_free(actor, application)
    return chosen


def lock_applications(wanted: Iterable[int]) -> list[Application]:
    """These applications under a lock, with what an act reads of them, in order of arrival."""
    rows = (
        Application.objects.select_for_update(of=("self",))
        .select_related("opening__call__office", "opening__call__act", "enterprise", "line", "form")
        .prefetch_related("later_documents", "attachments", "conflict_declarations")
        .filter(pk__in=list(wanted))
        .order_by("pk")
    )
    return sorted(rows, key=lambda application: (application.sequence or 0, application.pk))


def require_one_call(chosen: Sequence[Application]) -> None:
    if not chosen:
        refuse("Scegli almeno una domanda ammessa.", "Choose at least one admitted application.")
    if len({application.opening.call_id for application in chosen}) > 1:
        refuse("Un atto concede domande di un solo bando.", "An act awards applications of one call.")


def require_free(actor: Actor, application: Application) -> None:
    """It is admitted, no act has it yet, and the actor may put it in one."""
    require(may_prepare(actor, application))
    if application.state != "admitted":
        refuse(f"La domanda {application.number} non è ammessa.", f"Application {application.number} is not admitted.")
    if not {firm.pk for firm in firms_of(application)} - _awarded_firms(application):
        refuse(
            f"La domanda {application.number} è già in un atto di concessione.",
            f"Application {application.number} is already in an award act.",
        )


def put_in_act(actor: Actor, act: AwardAct, application: Application, place: Place) -> Decimal:
    """One more application in a draft, under the locks of its opening and its undertakings; what its awards come to. Refused
    with why it cannot be."""
    require_free(actor, application)
    amount = require_place(application, place)
    firms = firms_to_award(application, amount, besides=_awarded_firms(application))
    require_budget([application], {application.pk: sum((firm.amount for firm in firms), ZERO)})
    total = _draft_awards(actor, act, application, firms)
    _require_money(act, act.awards.filter(state=states.DRAFT_ACT).aggregate(total=Sum("amount"))["total"] or ZERO)
    return total


def _awarded_firms(application: Application) -> set[int]:
    """The enterprises that have their award of an application already."""
    standing = Award.objects.filter(application=application, state__in=states.TAKEN)
    return set(standing.order_by("pk").values_list("enterprise_id", flat=True))


def _require_money(act: AwardAct, total: Decimal) -> None:
    """The line covers this act and those on their way. Under the lock of the line, so that two officers cannot both pass."""
    held = BudgetLine.objects.select_for_update(no_key=True).get(pk=act.line_id)
    others = Award.objects.filter(act__line=held, state__in=states.IN_FLIGHT).exclude(act=act)
    flying = others.aggregate(total=Sum("amount"))["total"]
    left = held.available - (flying or ZERO)
    if total > left:
        refuse(
            f"Sulla linea {held.code} restano {format_euro(max(left, ZERO))}, tolti gli atti in corso: ne servono "
            f"{format_euro(total)}.",
            f"{format_euro(max(left, ZERO), 'en')} are left on line {held.code}, besides the acts on their way: "
            f"{format_euro(total, 'en')} are needed.",
            field="line",
        )


def _draft_awards(actor: Actor, act: AwardAct, application: Application, firms: list[Firm]) -> Decimal:
    """The awards of an application, one for each firm; what they come to."""
    try:
        require(documents_for_award(application, on=today()))
        require(checks_for_award(application))
    except Refused as error:
        refuse(f"{application.number}: {error.reason.it}", f"{application.number}: {error.reason.en}")
    total = sum((_draft_award(act, application, firm).amount for firm in firms), ZERO)
    tell_application(
        application, actor, "award_drafted",
        Bilingual("L’atto di concessione è in preparazione.", "The award act is being prepared."), internal=True,
    )  # fmt: skip
    return total


def _draft_award(act: AwardAct, application: Application, firm: Firm) -> Award:
    try:
        found = checks_of(application, amount=firm.amount, on=today(), firm=firm)
        amount, found = trimmed(application, firm.amount, found, on=today(), firm=firm)
        require(verdict(found))
        award = Award.objects.create(
            act=act,
            application=application,
            enterprise=firm.enterprise,
            amount=amount,
            gge=Decimal(found["gge"]["gge"]),
            regime=regime_of_call(act.call.regime),
            checks=found,
            cup=kept_cup(application, firm.enterprise),
            created_at=now(),
        )
        award.reservation = reserve_aid(
            actor=system("grants.draft_award_act"),
            enterprise=firm.enterprise,
            amount=award.gge,
            regime=award.regime,
            subject_type=SUBJECT,
            subject_id=str(award.pk),
        )
        award.save(update_fields=["reservation"])
    except Refused as error:
        name = f"{application.number}, {firm.enterprise.name}"
        refuse(f"{name}: {error.reason.it}", f"{name}: {error.reason.en}")
    return award


def write_document(actor: Actor, act: AwardAct) -> None:
    """The text of a draft, from the data of now. The PDF of a long one is the worker's: a table of 200 takes it seven seconds."""
    awards = list(
        act.awards.filter(state=states.DRAFT_ACT).select_related("act", "application", "enterprise").order_by("pk")
    )
    act.document = print_act(
        actor=actor, before=act.document, long=len(awards) > AT_ONCE, kind="award-act", template=TEMPLATE, title=act.title,
        data=act_data(act, awards), subject=act,
    )  # fmt: skip
    act.save(update_fields=["document"])


def tell_application(
    application: Application, actor: Actor, kind: str, text: Bilingual, *, internal: bool = False
) -> None:
    """A line in the application's timeline."""
    ApplicationEvent.objects.create(
        application=application,
        at=now(),
        kind=kind,
        from_state=application.state,
        to_state=application.state,
        text_it=text.it,
        text_en=text.en,
        is_internal=internal,
        user_id=actor.user_id,
    )


def locked_act(pk: int) -> AwardAct:
    """The act under a lock: whatever happens to it happens one thing at a time."""
    return (
        AwardAct.objects.select_for_update(of=("self",))
        .select_related("call__office", "call__act", "line__triennium__programme", "line__office")
        .get(pk=pk)
    )


def is_being_drafted(act: AwardAct) -> bool:
    """Are there applications that the worker has still to put in it?"""
    return act.state == states.DRAFT_ACT and AwardOrder.objects.filter(act=act, state=WAITING).exists()


@service("grants.rewrite_award_act")
def rewrite_award_act(*, actor: Actor, act: AwardAct, title: str = "") -> AwardAct:
    """Write the text of a draft again, from the data of now."""
    held = locked_act(act.pk)
    require(may_work_act(actor, held))
    if held.state != states.DRAFT_ACT:
        refuse("L’atto è già partito: il testo non cambia più.", "The act has gone: its text no longer changes.")
    if is_being_drafted(held):
        refuse("L’atto si sta ancora preparando.", "The act is still being drafted.")
    if title.strip():
        held.title = title.strip()[:500]
        held.save(update_fields=["title"])
    write_document(actor, held)
    return held


def _why_without(awards: list[Award], reason: str) -> str:
    """Why it is signed without the codes or the visure of some of them; nothing when all have theirs."""
    left = to_explain(awards)
    if left and not reason:
        refuse(
            f"Mancano COR, CUP o visure di {len(left)} concessioni: si scrivono prima della firma, o si scrive perché si firma senza.",
            f"COR, CUP or visure of {len(left)} awards are missing: they are written before it is signed, or why it is signed without.",
            field="without_codes",
        )
    return reason if left else ""


@service("grants.send_award_act")
def send_award_act(*, actor: Actor, act: AwardAct, without_codes: str = "") -> AwardAct:
    """The director signs and sends: the act goes to the Region's system. Sent twice, it went once.

    Awards whose COR, CUP or visure are written by hand and are not there yet are signed with a reason (``without_codes``), which it keeps.
    """
    held = locked_act(act.pk)
    if held.state == states.SENT:
        return unchanged(held)
    require(ACTS.may("send", actor, held, state=held.state))
    lock_openings(held.awards.values_list("application_id", flat=True))
    awards = list(
        held.awards.select_for_update(of=("self",))
        .select_related("act", "application__opening__call", "application__line", "application__form")
        .prefetch_related("application__later_documents", "application__attachments")
        .filter(state=states.DRAFT_ACT)
        .order_by("pk")
    )
    require_still_placed(awards)
    require_still_in(awards)
    for award in awards:
        application = award.application
        decision = documents_for_award(application, on=today())
        decision = decision and checks_for_award(application)
        if not decision:
            number = award.application.number
            refuse(f"{number}: {decision.reason.it}", f"{number}: {decision.reason.en}")
    held.without_codes = _why_without(awards, without_codes.strip())
    answers = answers_of(awards, on=today())
    for award in awards:
        award.checks["antimafia"] = answers[award.pk].as_json()
    for pk, answer in durc.answers_of(awards, on=today()).items():
        next(one for one in awards if one.pk == pk).checks["durc"] = answer.as_json()
    Award.objects.bulk_update(awards, ["checks"], batch_size=200)
    document = held.document
    assert document is not None
    total = sum((award.amount for award in awards), ZERO)
    held.request = send_act(
        actor=actor,
        kind="award_act",
        name=f"award-act-{held.pk}",
        title=held.title,
        office=held.call.office,
        line=held.line,
        amount=total,
        document=document,
    )
    held.state, held.sent_at, held.sent_by_id = states.SENT, now(), actor.user_id
    held.save(update_fields=["state", "sent_at", "sent_by", "request", "without_codes"])
    held.awards.filter(pk__in=[award.pk for award in awards]).update(state=states.SENT)
    note(total=money_text(total), awards=len(awards), key=held.request.key)
    return held


@service("grants.send_act_again")
def send_act_again(*, actor: Actor, act: AwardAct) -> AwardAct:
    """What was signed and did not reach the system of acts is tried again, by who declared about each of its files."""
    held = locked_act(act.pk)
    require(may_work_act(actor, held))
    require(may_put_forward(actor, files_of_act(held)))
    if held.request is None:
        refuse("L’atto non è ancora partito.", "The act has not gone yet.")
    # An agency's officers work its acts, and no request of others: the audit of this service says who it was.
    section = actor.in_section(roles.DIRECTOR, roles.CASE_OFFICER)
    held.request = send_again(actor=actor if section else system("grants.send_act_again"), request=held.request)
    note(key=held.request.key)
    return held
