"""A buyer asks an enterprise of the directory: confirmed, it is a case; the office passes it; the enterprise answers."""

from datetime import timedelta
from typing import Any

from levante.cases.api import CASES, WRITES, answer_case, assign_case, open_case
from levante.cases.api import states as case_states
from levante.directory import policies
from levante.directory.mail import draft_of, send_link
from levante.directory.models import EnquiryDraft, Product, Profile, SupplierEnquiry
from levante.kernel.api import (
    Actor,
    NotYours,
    Party,
    note,
    note_object,
    now,
    refuse,
    require,
    service,
    system,
    today,
    unchanged,
)  # fmt: skip
from levante.kernel.pure import Bilingual, reads_english
from levante.law import parameters
from levante.messages.api import notify
from levante.parties.api import people_acting_for

LONGEST = 5000
KIND = case_states.SUPPLIER


@service("directory.ask_by_mail")
def ask_by_mail(
    *, actor: Actor, profile: Profile, text: str, contact: dict[str, Any], key: str, product: Product | None = None
) -> EnquiryDraft:
    """An enquiry of who has no account: kept until its e-mail is confirmed by the link that is sent there, then a case.

    ``contact`` = ``{name, email, organisation, country, language, consent_wording}``. The same ``key`` gives back the same one.
    """
    _open_to_ask(profile)
    known = EnquiryDraft.objects.filter(key=key).first()
    if known is not None:
        return unchanged(known)
    days = int(parameters.value("supplier_directory.link_days", on=today()).value)
    draft = EnquiryDraft.objects.create(
        profile=profile, product=product, text=_text(text), asked_at=now(), expires_on=today() + timedelta(days=days), key=key[:80],
        name=contact["name"], email=contact["email"], organisation=contact["organisation"], country_id=contact["country"],
        language=contact["language"], consent_wording=contact["consent_wording"],
    )  # fmt: skip
    send_link.defer(draft_id=draft.pk)
    note(profile=profile.pk)
    return draft


@service("directory.confirm_enquiry")
def confirm_enquiry(*, actor: Actor, token: str) -> SupplierEnquiry:
    """What its link does, once: the enquiry is a case, and what was kept to ask for the confirmation goes away. Refused, and kept until its
    last day, while the profile is not public."""
    found = draft_of(token)
    if found is None:
        raise NotYours
    draft = EnquiryDraft.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if draft is None:
        refuse("È già confermata.", "It is confirmed already.")
    contact = {
        "name": draft.name, "email": draft.email, "organisation": draft.organisation, "country": draft.country_id,
        "language": draft.language, "consent_wording": draft.consent_wording,
    }  # fmt: skip
    profile = Profile.objects.select_related("enterprise").get(pk=draft.profile_id)
    _open_to_ask(profile)
    made = _opened(
        actor, profile, draft.product, draft.text, draft.organisation or draft.name, contact=contact,
        idempotency_key=f"supplier:{draft.pk}",
    )  # fmt: skip
    draft.delete()
    note(case=made.case.number, profile=profile.pk)
    return made


@service("directory.ask_supplier")
def ask_supplier(
    *, actor: Actor, profile: Profile, text: str, key: str, product: Product | None = None
) -> SupplierEnquiry:
    """An enquiry of who has an account: of the party acted for when the mandate lets one write for it, else of the person."""
    _open_to_ask(profile)
    if actor.user_id is None:
        refuse("Per chiedere così bisogna accedere.", "Sign in to ask like this.")
    party: Party | None = actor.party if actor.party is not None and WRITES[actor.party.kind] in actor.scopes else None
    if party is not None and party == Party("enterprise", profile.enterprise_id):
        refuse("È la tua impresa.", "It is your own enterprise.")
    who: dict[str, Any] = {"party": party} if party is not None else {"person_id": actor.user_id}
    name = actor.party_name if party is not None else actor.label
    made = _opened(actor, profile, product, _text(text), name, idempotency_key=f"supplier:{key}"[:100], **who)
    note(case=made.case.number, profile=profile.pk)
    return made


@service("directory.pass_enquiry")
def pass_enquiry(*, actor: Actor, enquiry: SupplierEnquiry) -> SupplierEnquiry:
    """Pass it to the enterprise, which is told; its term to answer runs from today. Who passes it takes the case, if nobody has."""
    held = _locked(enquiry.pk)
    if held.passed_at is not None:
        return unchanged(held)
    if held.case.owner_id is None:
        held.case = assign_case(actor=actor, case=held.case)
    require(CASES.may("answer", actor, held.case, state=held.case.state))
    people = people_acting_for(held.profile.enterprise_id, today())
    if not people:
        refuse(
            "Nessuno ha una delega per questa impresa: rispondi tu, o chiedile di registrarsi.",
            "Nobody has a mandate for this enterprise: answer yourself, or ask it to register.",
        )
    days = int(parameters.value("supplier_directory.answer_days", on=today()).value)
    held.passed_at, held.passed_by_id, held.answer_by = now(), actor.user_id, today() + timedelta(days=days)
    held.save(update_fields=["passed_at", "passed_by", "answer_by"])
    note(case=held.case.number, answer_by=held.answer_by.isoformat())
    _tell_firm(actor, held, "passed", Bilingual("Un compratore ti ha scritto", "A buyer wrote to you"))
    return held


@service("directory.answer_enquiry")
def answer_enquiry(*, actor: Actor, enquiry: SupplierEnquiry, text: str) -> SupplierEnquiry:
    """The enterprise answers: who asked has the answer by mail or in the portal, and the term of the case stops. It may answer again
    until the case is closed."""
    held = _locked(enquiry.pk)
    require(policies.may_answer(actor, held))
    if held.case.state == case_states.CLOSED:
        refuse("La richiesta è chiusa.", "The enquiry is closed.")
    firm = held.profile.enterprise.name
    words = f"{firm}:\n\n{_text(text)}"
    # The office in charge answers who asked: here it carries what the enterprise wrote, whoever of the office is at work.
    answer_case(actor=system("directory.answer"), case=held.case, text=words)
    held.answered_at, held.answered_by_id = held.answered_at or now(), held.answered_by_id or actor.user_id
    held.save(update_fields=["answered_at", "answered_by"])
    note(case=held.case.number)
    if held.case.owner_id is not None:
        notify(
            actor=actor, users=[held.case.owner_id], kind=f"supplier-answered-{now():%Y%m%d%H%M%S%f}",
            title=Bilingual(f"{firm} ha risposto a {held.case.number}", f"{firm} answered {held.case.number}"),
            body=Bilingual(held.case.subject, held.case.subject), path=f"/ufficio/richieste/{held.case_id}/",
            enterprise_id=None, subject_type="cases.Case", subject_id=str(held.case_id),
        )  # fmt: skip
    return held


@service("directory.remind_firms")
def remind_firms(*, actor: Actor) -> int:
    """Every night: enterprises whose day to answer has passed are reminded, once for each enquiry. How many."""
    rows = SupplierEnquiry.objects.filter(
        passed_at__isnull=False, answered_at__isnull=True, reminded_on__isnull=True, answer_by__lt=today(),
        case__state__in=case_states.RUNNING,
    )  # fmt: skip
    late = list(
        rows.select_related("profile__enterprise", "case")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:500]
    )
    for row in late:
        row.reminded_on = today()
        row.save(update_fields=["reminded_on"])
        _tell_firm(
            actor, row, "late", Bilingual("Un compratore aspetta la tua risposta", "A buyer is waiting for your answer")
        )
    if not late:
        return unchanged(0)
    note(enquiries=[row.pk for row in late])
    return len(late)


@service("directory.drop_unconfirmed")
def drop_unconfirmed(*, actor: Actor) -> int:
    """Every night: what nobody confirmed by its last day is deleted (GDPR art. 5(1)(e)). How many."""
    gone, _ = EnquiryDraft.objects.filter(expires_on__lt=today()).delete()
    if not gone:
        return unchanged(0)
    note(drafts=gone)
    return gone


def _opened(
    actor: Actor, profile: Profile, product: Product | None, text: str, who: str, *, idempotency_key: str, **asks: Any
) -> SupplierEnquiry:
    what = product.name_en if product is not None and _english(asks) else product.name_it if product is not None else ""
    subject = " – ".join(part for part in (profile.enterprise.name, what, who) if part)[:200]
    case = open_case(
        actor=actor, kind=KIND, subject=subject, text=text, channel="web" if "contact" in asks else "portal",
        subject_type="directory.Profile", subject_id=str(profile.pk), idempotency_key=idempotency_key, is_demo=profile.is_demo,
        **asks,
    )  # fmt: skip
    made, _ = SupplierEnquiry.objects.get_or_create(case=case, defaults={"profile": profile, "product": product})
    note_object(made)
    found: SupplierEnquiry = SupplierEnquiry.objects.select_related("case", "profile__enterprise").get(pk=made.pk)
    return found


def _english(asks: dict[str, Any]) -> bool:
    return reads_english(asks.get("contact", {}).get("language"))


def _open_to_ask(profile: Profile) -> None:
    if not Profile.objects.public().filter(pk=profile.pk).exists():
        refuse(
            "Questo profilo non è più pubblico: la richiesta non è inviata.",
            "This profile is no longer public: the enquiry is not sent.",
        )


def _text(text: str) -> str:
    clean = text.replace("\0", "").strip()
    if not clean:
        refuse("Scrivi qualcosa.", "Write something.", field="text")
    if len(clean) > LONGEST:
        refuse(f"Al massimo {LONGEST} caratteri.", f"At most {LONGEST} characters.", field="text")
    return clean


def _locked(pk: int) -> SupplierEnquiry:
    """The enquiry as it is now, held; its case is held by who moves it (the enquiry first, always)."""
    SupplierEnquiry.objects.select_for_update().only("pk").get(pk=pk)
    found: SupplierEnquiry = SupplierEnquiry.objects.select_related(
        "case__office", "case__contact", "profile__enterprise"
    ).get(pk=pk)
    return found


def _tell_firm(actor: Actor, row: SupplierEnquiry, event: str, title: Bilingual) -> None:
    day = row.answer_by
    notify(
        actor=actor, users=people_acting_for(row.profile.enterprise_id, today()), kind=f"supplier-enquiry-{event}", title=title,
        body=Bilingual(
            f"{row.case.subject}. Rispondi entro il {day:%d/%m/%Y}.", f"{row.case.subject}. Answer by {day:%d/%m/%Y}."
        ),
        path=f"/impresa/vetrina/richieste/{row.pk}/", enterprise_id=row.profile.enterprise_id, subject_type="cases.Case",
        subject_id=str(row.case_id),
    )  # fmt: skip
