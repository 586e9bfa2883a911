"""Who may do what with an application."""

from datetime import date, datetime, time

from levante.applications import states
from levante.applications.coverage import acting_officer
from levante.applications.models import Application, ConflictDeclaration, GroupMember, OfficeFilling
from levante.applications.models_group import DECLARED
from levante.calls.api import Opening
from levante.identity.api import User, powers_of, roles
from levante.kernel.api import ROME, Actor, now, today
from levante.kernel.pure import Bilingual, Decision

#: Roles that examine applications.
EXAMINERS = (roles.CASE_OFFICER, roles.DIRECTOR)


def may_apply(actor: Actor, opening: Opening, *, instant: datetime) -> Decision:
    """Start an application to an opening at an instant, for the enterprise acted for."""
    if actor.enterprise_id is None or "apply" not in actor.scopes:
        return Decision.no(
            "Per fare domanda devi agire per un’impresa, con una delega che comprende le domande.",
            "To apply you act for an enterprise, with a mandate that covers applications.",
        )
    return may_prepare(opening, instant=instant)


def is_open(opening: Opening, *, instant: datetime) -> Decision:
    """Does the opening take applications at this instant? The reason says which phase it is in."""
    phase = opening.phase(instant)
    if phase.is_open:
        return Decision.yes()
    words = {
        "hidden": ("Il bando non è ancora pubblicato.", "The call is not yet published."),
        "coming": ("La finestra per le domande non è ancora aperta.", "The window for applications is not open yet."),
        "suspended": ("Il bando è sospeso: la bozza resta salvata.", "The call is suspended: the draft stays saved."),
        "exhausted": (
            "Le risorse sono esaurite: la bozza resta salvata.",
            "The funds are exhausted: the draft stays saved.",
        ),
        "closed": ("La finestra per le domande è chiusa.", "The window for applications is closed."),
    }
    return Decision(False, Bilingual(*words[phase.code]))


def may_prepare(opening: Opening, *, instant: datetime) -> Decision:
    """Write a draft for this opening: while it is open; where applications are sealed, before it opens too."""
    return Decision.yes() if opening.takes_drafts(instant) else is_open(opening, instant=instant)


#: Roles that fill in for somebody on the phone.
FILL_IN = (roles.FRONT_DESK, roles.CASE_OFFICER, roles.AGENCY_STAFF)


def may_fill_in(actor: Actor, opening: Opening) -> Decision:
    """Fill in an application for somebody on the phone: the front desk and the case officers of the Section, or of the office
    that manages the call."""
    office = opening.call.office
    if actor.user_id is not None and (actor.in_section(*FILL_IN) or actor.has_role(*FILL_IN, office=office.code)):
        return Decision.yes()
    return Decision.no(
        f"Compila per telefono chi lavora allo sportello o istruisce le domande, nella Sezione o in «{office.name_it}».",
        f"The front desk and the case officers fill in on the phone, in the Section or in “{office.name_en or office.name_it}”.",
    )


def start_of_day() -> datetime:
    """The midnight in Italy with which today began: an office's filling in lasts a day at most."""
    return datetime.combine(today(), time(0), tzinfo=ROME)


def filling_of(actor: Actor, application: Application) -> OfficeFilling | None:
    """The filling in that an officer has open on a draft. No query for who acts for the enterprise or holds no role."""
    if actor.user_id is None or not actor.grants or actor.enterprise_id == application.enterprise_id:
        return None
    rows = OfficeFilling.objects.filter(application=application.pk, officer=actor.user_id, ended_at__isnull=True)
    found = rows.filter(started_at__gte=start_of_day()).select_related("office").first()
    return found if found is not None and actor.has_role(*FILL_IN, office=found.office.code) else None


def may_write(actor: Actor, application: Application) -> Decision:
    """Write answers and documents in a draft: who acts for the enterprise, and the officer who is filling in for it."""
    decision = may_edit(actor, application)
    if decision or application.state != states.DRAFT or filling_of(actor, application) is None:
        return decision
    return Decision.yes()


def may_end_filling(actor: Actor, filling: OfficeFilling) -> Decision:
    if actor.user_id == filling.officer_id:
        return Decision.yes()
    return Decision.no("La chiude chi l’ha aperta.", "Who began it ends it.")


def may_edit(actor: Actor, application: Application) -> Decision:
    """Dispose of a draft: write in it, sign it, discard it, choose with whom one applies."""
    if actor.enterprise_id != application.enterprise_id or "apply" not in actor.scopes:
        return Decision.no(
            "La tua delega non comprende la compilazione delle domande di questa impresa.",
            "Your mandate does not cover filling in applications of this enterprise.",
        )
    if application.state == states.SEALED:
        return Decision.no(
            "La domanda è sigillata: per cambiarla togli prima il sigillo.",
            "The application is sealed: take the seal off before changing it.",
        )
    if application.state != states.DRAFT:
        return Decision.no(
            "La domanda è già stata inviata e non si può più cambiare.", "The application was sent and cannot change."
        )
    return Decision.yes()


def may_submit(actor: Actor, application: Application) -> Decision:
    """Send: it takes the scope of sending, which a delegate who only fills in does not have."""
    if actor.enterprise_id != application.enterprise_id or "submit" not in actor.scopes:
        return Decision.no(
            "La tua delega non comprende l’invio: può inviare il legale rappresentante o chi ha una delega per l’invio.",
            "Your mandate does not cover sending: the legal representative can send, or who holds a mandate for it.",
        )
    return Decision.yes()


def may_unseal(actor: Actor, application: Application) -> Decision:
    """Take a seal off: whoever may send, until the instant of the opening."""
    decision = may_submit(actor, application)
    if not decision:
        return decision
    if application.opening.opens_at <= now():
        return Decision.no(
            "La finestra si è aperta: il sigillo non si toglie più, e la domanda si può inviare.",
            "The window has opened: the seal stays on, and the application can be sent.",
        )
    return Decision.yes()


def may_receive(actor: Actor, application: Application) -> Decision:
    """Give a sealed application what the log of the click day says of it: a job, at the closing."""
    if actor.is_system:
        return Decision.yes()
    return Decision.no("Lo fa il portale alla chiusura.", "The portal does it at the closing.")


def may_withdraw(actor: Actor, application: Application) -> Decision:
    """Take back what was sent: whoever may send, until when the call lets it (``delivery.withdrawal``)."""
    decision = may_submit(actor, application)
    if not decision:
        return decision
    return withdrawable(application)


def withdrawable(application: Application) -> Decision:
    """Until when what was sent is taken back, in this call."""
    until, closes = application.opening.call.delivery.get("withdrawal"), application.opening.closes_at
    if until == "never":
        return Decision.no(
            "In questo bando la domanda inviata non si ritira: dopo la concessione si può rinunciare.",
            "In this call what was sent is not taken back: after the award it can be renounced.",
        )
    if until == "until_closing" and closes is not None and closes <= now():
        return Decision.no(
            "La finestra è chiusa: la domanda non si ritira più. Dopo la concessione si può rinunciare.",
            "The window is closed: the application is taken back no more. After the award it can be renounced.",
        )
    return Decision.yes()


def may_answer_invitation(actor: Actor, member: GroupMember) -> Decision:
    """Enter a group, say no to it or leave it: it binds the firm, so it takes its mandate for sending."""
    if actor.enterprise_id == member.enterprise_id and "submit" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "Entrare in un gruppo impegna l’impresa: può farlo il suo legale rappresentante, o chi ha una delega per l’invio.",
        "To enter a group binds the firm: its legal representative can do it, or who holds a mandate for sending.",
    )


def may_answer_for(actor: Actor, member: GroupMember) -> Decision:
    """Write the answers of a firm of a group: the firm itself; the lead, for one that it declared."""
    application = member.application
    if application.state != states.DRAFT:
        return Decision.no(
            "La domanda è già stata inviata e non si può più cambiare.", "The application was sent and cannot change."
        )
    if not member.is_standing:
        return Decision.no("L’impresa non è nel gruppo.", "The firm is not in the group.")
    lead = member.state == DECLARED and actor.enterprise_id == application.enterprise_id
    if "apply" in actor.scopes and (lead or actor.enterprise_id == member.enterprise_id):
        return Decision.yes()
    return Decision.no(
        "Queste risposte le scrive l’impresa a cui sono chieste.",
        "These answers are written by the firm they are asked of.",
    )


def may_examine(actor: Actor, application: Application) -> Decision:
    """Belong to the office that examines this application, in a role that examines, with no conflict of interest declared."""
    if not examines(actor, application):
        return Decision.no(
            "L’istruttoria spetta ai responsabili del procedimento dell’ufficio che gestisce il bando.",
            "The examination is for the case officers of the office that manages the call.",
        )
    return no_conflict(actor, application)


def examines(actor: Actor, application: Application) -> bool:
    """Is the actor's role one that examines the applications of the office that manages the call?"""
    return examines_for(actor, application.opening.call.office.code)


def examines_for(actor: Actor, office: str) -> bool:
    """Is the actor's role one that examines the applications of an office (its code)?"""
    return (
        actor.in_section(*EXAMINERS)
        or actor.has_role(*EXAMINERS, office=office)
        or actor.has_role(roles.AGENCY_STAFF, office=office)
    )


#: For who examines in the Section: the files of every office.
EVERYWHERE = "*"


def examined_offices(actor: Actor) -> frozenset[str]:
    """The offices whose files a person examines; ``EVERYWHERE`` for the Section."""
    if actor.in_section(*EXAMINERS):
        return frozenset({EVERYWHERE})
    return frozenset(office for office, role in actor.grants if role in (*EXAMINERS, roles.AGENCY_STAFF))


def may_record_absence(actor: Actor, user_id: int) -> Decision:
    """One's own absence, or that of a person of an office one directs."""
    if actor.user_id == user_id or actor.is_system:
        return Decision.yes()
    offices = {office for office, _ in powers_of(user_id, today())["grants"]}
    if any(actor.has_role(roles.DIRECTOR, office=office) for office in offices):
        return Decision.yes()
    return Decision.no(
        "L’assenza la registra la persona stessa o il suo dirigente.",
        "An absence is recorded by the person or by their director.",
    )


def may_assign(actor: Actor, application: Application) -> Decision:
    """Give a file to somebody, or take it from somebody: the director."""
    if directs(actor, application):
        return no_conflict(actor, application)
    return Decision.no("Le pratiche le assegna il dirigente.", "Files are given by the director.")


def no_conflict(actor: Actor, application: Application) -> Decision:
    """Who declared a conflict of interest abstains for good (art. 6-bis L. 241/1990): saying no afterwards changes nothing."""
    if any(row.has_conflict for row in declarations_of(actor.user_id, application)):
        return Decision.no(
            "Hai dichiarato un conflitto di interessi su questa pratica: la segue un’altra persona (art. 6-bis L. 241/1990).",
            "You declared a conflict of interest about this file: somebody else follows it (art. 6-bis L. 241/1990).",
        )
    return Decision.yes()


def declarations_of(user_id: int | None, application: Application) -> list[ConflictDeclaration]:
    """What a person declared about this file."""
    return [row for row in application.conflict_declarations.all() if row.officer_id == user_id]


def directs(actor: Actor, application: Application) -> bool:
    """Is the actor the director of the Section, or of the office that manages the call?"""
    office = application.opening.call.office.code
    return actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=office)


def has_charge(actor: Actor, application: Application) -> Decision:
    """Be the officer in charge of this application, who covers for them while they are away, or the director."""
    decision = may_examine(actor, application)
    if not decision:
        return decision
    if directs(actor, application):
        return Decision.yes()
    acting = acting_officer(application, on=today())
    if acting is not None and acting == actor.user_id:
        return Decision.yes()
    if application.case_officer_id == actor.user_id:
        return Decision.no(
            "In questi giorni risulti assente e la pratica la segue chi ti sostituisce. Se sei rientrato, termina l’assenza.",
            "In these days you are away and your substitute follows the file. If you are back, end the absence.",
        )
    return Decision.no("La pratica è in carico a un’altra persona.", "The file is in somebody else’s charge.")


def may_work(actor: Actor, application: Application) -> Decision:
    """Have the charge of this application, having declared that there is no conflict of interest: before anything is done."""
    decision = has_charge(actor, application)
    if not decision or actor.is_system or declarations_of(actor.user_id, application):
        return decision
    return TO_DECLARE


TO_DECLARE = Decision.no(
    "Prima dichiara se hai un conflitto di interessi (art. 6-bis L. 241/1990).",
    "First declare whether you have a conflict of interest (art. 6-bis L. 241/1990).",
)


def may_be_given(user_id: int, application: Application, *, on: date) -> Decision:
    """Can a file be given to this person: somebody who examines the call's applications, with no conflict declared."""
    office = application.opening.call.office
    theirs = powers_of(user_id, on)
    person = Actor(user_id=user_id, **theirs)
    decision = may_examine(person, application)
    if decision and User.objects.filter(pk=user_id, is_active=True).exists():
        return decision
    if any(row.has_conflict for row in declarations_of(user_id, application)):
        return Decision.no(
            "Questa persona ha dichiarato un conflitto di interessi sulla pratica.",
            "This person declared a conflict of interest about the file.",
        )
    return Decision.no(
        f"Questa persona non istruisce le domande di «{office.name_it}».",
        f"This person does not examine the applications of “{office.name_en or office.name_it}”.",
    )


def may_answer(actor: Actor, application: Application) -> Decision:
    """Answer, for the enterprise, what the office asks."""
    if actor.enterprise_id == application.enterprise_id and "apply" in actor.scopes:
        return Decision.yes()
    return Decision.no(
        "La tua delega non comprende le domande di questa impresa.",
        "Your mandate does not cover the applications of this enterprise.",
    )


def may_publish_ranking(actor: Actor, opening: Opening) -> Decision:
    office = opening.call.office.code
    if actor.in_section(roles.DIRECTOR) or actor.has_role(roles.DIRECTOR, office=office):
        return Decision.yes()
    return Decision.no("La graduatoria la pubblica il dirigente.", "The ranking is published by the director.")
