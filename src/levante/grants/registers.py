"""An award in the national registers: its COR asked of the RNA before the act, its CUP of the CUP system, and what they answer.

While the act is a draft each of its awards is registered under its own headroom (art. 52 L. 234/2012; art. 9 DM 115/2017) and
the *visure* are asked; the codes go in the text. When the act is back its date is told to the RNA within its days. An office
without an account, or a call that does not say its codes, writes them by hand (``codes``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from levante.aid.api import (
    RnaRegistration,
    RnaVariation,
    Visura,
    ask_visure,
    beneficiary_of,
    kinds_lacking,
    places_of,
    register_aid_in_rna,
    release_reservation,
    reserve_aid,
    to_ask_again,
    transmit_act,
)
from levante.exchange.api import (
    Component,
    Concession,
    Cost,
    ExternalRequest,
    Instrument,
    has_rna,
)
from levante.grants import states
from levante.grants.codes import write_codes
from levante.grants.cup import SIMILAR, ask_cup, costs_of, has_projects, projects_of, reaches_cup
from levante.grants.firms import firm_of
from levante.grants.models import Award, AwardAct
from levante.grants.policies import may_work_act
from levante.grants.services import SUBJECT, locked_act, write_document
from levante.grants.telling import tell_office
from levante.grants.visure import last_visure, others_of
from levante.identity.api import office_codes
from levante.kernel.api import Actor, Refused, day_of, note, refuse, require, service, system, today, unchanged
from levante.parties.api import Enterprise


@dataclass(frozen=True, slots=True)
class Standing:
    """An award in the registers, for a page: the registration and the visure if they were asked, what the CUP system said."""

    award: Award
    registration: RnaRegistration | None
    visure: tuple[Visura, ...]
    cup: ExternalRequest | None
    mend: str = ""
    #: The codes that its project had already, while it has none.
    given: tuple[str, ...] = ()

    @property
    def last_visure(self) -> dict[str, Visura]:
        """The last of each kind."""
        return {one.kind: one for one in self.visure}

    @property
    def similar(self) -> list[dict[str, Any]]:
        """Projects like this one that have their code: a person looks before ours is used."""
        answered = self.cup is not None and self.cup.outcome == SIMILAR and not self.award.codes[1]
        return list((self.cup.answer or {}).get("similar", [])) if answered and self.cup is not None else []


def reaches_rna(act: AwardAct) -> bool:
    """Are the awards of this act registered from here? The office has its account and the call says its codes."""
    return bool((act.call.registers or {}).get("rna")) and has_rna(office_codes(act.call.office))


def standing_of(act: AwardAct, rows: Sequence[Award] | None = None) -> list[Standing]:
    """The awards of an act, each as it stands in the registers, and what is to be asked of the RNA again. ``rows``, where they were read
    already (``with_mend``, with their aid and firm): only those."""
    from levante.grants.mending import with_mend  # which asks for what is here

    found = with_mend(Award.objects.filter(act=act)).select_related("aid", "application", "enterprise").order_by("pk")
    awards: list[Any] = list(found if rows is None else rows)
    ids = [str(award.pk) for award in awards]
    registrations: dict[str, RnaRegistration] = {}
    for row in RnaRegistration.objects.filter(subject_type=SUBJECT, subject_id__in=ids).order_by("pk"):
        registrations[row.subject_id] = row
    visure: dict[str, list[Visura]] = {}
    for visura in (
        Visura.objects.filter(subject_type=SUBJECT, subject_id__in=ids).select_related("document").order_by("pk")
    ):
        visure.setdefault(visura.subject_id, []).append(visura)
    projects = projects_of([award.pk for award in awards])
    return [
        Standing(
            award,
            registrations.get(str(award.pk)),
            tuple(visure.get(str(award.pk), ())),
            projects[award.pk].asked[-1] if projects[award.pk].asked else None,
            award.mend,
            () if award.codes[1] else tuple(projects[award.pk].given),
        )
        for award in awards
    ]


# -- asking


@service("grants.register_awards")
def register_awards(*, actor: Actor, act: AwardAct) -> AwardAct:
    """Ask CUP, visure and COR of the awards of a draft that have them not yet. Where the projects of the call have a CUP the COR is asked
    once it is there, by itself, wherever it comes from: the RNA is told it. Asked again, only for what is missing: what was refused or
    lapsed is another."""
    held = locked_act(act.pk)
    require(may_work_act(actor, held))
    if held.state != states.DRAFT_ACT:
        refuse("L’atto è già partito.", "The act has gone already.")
    rna, cup = reaches_rna(held), reaches_cup(held)
    if not rna and not cup:
        refuse(
            "Il bando non dice i codici dei registri, o l’ufficio non ha l’accesso: COR e CUP si scrivono a mano.",
            "The call does not say the codes of the registers, or the office has no account: COR and CUP are written by hand.",
        )
    asked = 0
    rows = held.awards.select_for_update(of=("self",)).filter(state=states.DRAFT_ACT)
    for award in rows.select_related("application__opening__call", "enterprise", "reservation").order_by("pk"):
        try:
            waits = has_projects(held) and not award.cup  # the RNA is told the CUP: it is asked when that is there
            asked += _ask_rna(actor, held, award, registers=not waits) if rna and not award.cor else 0
            again = to_ask_again(last_visure([award])[award.pk], others_of([award])[award.pk]) if rna else []
            asked += _ask_visure(actor, held, award, again)
            asked += ask_cup(actor, held, award) if waits and cup else 0
        except Refused as refusal:
            name = f"{award.application.number}, {award.enterprise.name}"
            refuse(f"{name}: {refusal.reason.it}", f"{name}: {refusal.reason.en}")
    if not asked:
        return unchanged(held)
    note(asked=asked)
    return held


def _ask_visure(actor: Actor, act: AwardAct, award: Award, kinds: list[str]) -> int:
    """Ask these visure of the firm of an award, the de minimis one with the others of its single undertaking; how many."""
    if not kinds:
        return 0
    return ask_visure(
        actor=actor, office=act.call.office, enterprise=award.enterprise, others=others_of([award])[award.pk], subject_type=SUBJECT,
        subject_id=str(award.pk), kinds=kinds,
    )  # fmt: skip


def _ask_rna(actor: Actor, act: AwardAct, award: Award, *, registers: bool) -> int:
    """One award: its three *visure* (arts. 13-15 DM 115/2017) and, when it may be (``registers``), its registration, each once."""
    rows = RnaRegistration.objects.of_subject(SUBJECT, str(award.pk))
    if rows.live().exists():
        return 0
    known = {} if registers and rows.exists() else last_visure([award])[award.pk]
    asked = _ask_visure(actor, act, award, kinds_lacking(known))
    if registers:
        register_award(actor, act, award)
    return asked + registers


def register_with_cup(actor: Actor, act: AwardAct, award: Award) -> None:
    """The CUP of a draft's award is there: now the RNA, which is told of it, where it was asked from here and waited (the *visure* went
    before). What stops it is told to the office, and the CUP stays."""
    live = RnaRegistration.objects.live().of_subject(SUBJECT, str(award.pk))
    if award.state != states.DRAFT_ACT or not reaches_rna(act) or award.codes[0] or not award.codes[1] or live.exists():
        return
    if not last_visure([award])[award.pk]:
        return  # nobody asked the RNA yet
    try:
        with transaction.atomic():
            register_award(actor, act, award)
    except Refused as refusal:
        tell_office(actor, award, "refused", refusal.reason.it)


def register_award(actor: Actor, act: AwardAct, award: Award) -> None:
    """Ask the COR of one award, under its headroom: what was refused there, or whose code lapsed, finds it again."""
    codes = act.call.registers["rna"]
    if award.reservation is None or award.reservation.state in {"expired", "released"}:
        award.reservation = reserve_aid(
            actor=system("grants.register_awards"), enterprise=award.enterprise, amount=award.gge, regime=award.regime,
            subject_type=SUBJECT, subject_id=str(award.pk),
        )  # fmt: skip
        award.save(update_fields=["reservation"])
    register_aid_in_rna(
        actor=actor, reservation=award.reservation, office=act.call.office, concession=concession_of(award, codes),
        notice=int(codes["notice"]), car=codes.get("car"), heir=heir_in(award),
    )  # fmt: skip


def heir_in(award: Award) -> Enterprise | None:
    """Who has the place of the firm that was awarded, where it is another."""
    return award.enterprise if award.awarded_to_id is not None else None


def concession_of(award: Award, codes: dict[str, Any]) -> Concession:
    """What the RNA is told of an award: who, where, what for, how much; codes are those of its call."""
    application, firm = award.application, award.enterprise
    frozen = firm_of(application, award.first_firm)
    size = (award.checks.get("size") or {}).get("size") or frozen.facts.get("size") or firm.size
    costs = [
        Cost(f"K{number}", codes.get("cost_kind") or "0", amount) for number, amount in enumerate(costs_of(award), 1)
    ]
    call = application.opening.call
    return Concession(
        own_key="",
        title=f"{call.title_it}: {application.number}"[:256],
        description=call.title_it[:1300],
        initiative=codes.get("initiative", ""),
        beneficiary=beneficiary_of(firm, str(size or "")),
        places=places_of(firm),
        costs=tuple(costs),
        components=(
            Component(
                "C1", int(codes["procedure"]), codes["regulation"], int(codes["objective"]),
                (Instrument("S1", int(codes["instrument"]), award.amount, award.gge),), may_cumulate=True,
            ),
        ),
        cup=award.cup,
        cup_check=3 if award.cup else 1,
        asked_on=day_of(application.submitted_at) if application.submitted_at else None,
        project_code=str(application.number),
        expected_on=today(),
    )  # fmt: skip


# -- what they answer


def lock_act_of(*, subject_id: str) -> None:
    """The act of an award is locked before the registration of its aid: who works on acts locks in this order."""
    act = Award.objects.filter(pk=int(subject_id)).values_list("act", flat=True).first()
    if act is not None:
        locked_act(act)


def registration_answered(
    *, actor: Actor, registration: RnaRegistration, event: str, variation: RnaVariation | None
) -> None:
    """What the RNA said of the aid of an award; called by aid, in the transaction of the answer, once."""
    award = Award.objects.select_for_update(of=("self",)).select_related("act__call__office", "aid", "reservation").get(
        pk=int(registration.subject_id)
    )  # fmt: skip
    if event == "registered":
        _write(actor, award, cor=registration.cor)
        if award.state == states.EFFECTIVE:
            tell_act(award.act, award)  # it was in effect before its new code
    elif event in ("refused", "lapsed", "cancelled"):
        _lost(actor, award, registration, event)
    elif event == "varied" and variation is not None:
        from levante.grants.varying import tell_variation  # which asks for the components of an award

        tell_variation(award, variation)
    elif event == "variation_confirmed" and award.state == states.EFFECTIVE and registration.gge > award.gge:
        from levante.grants.varying import vary_aid

        vary_aid(actor, award, "Riduzione della concessione")  # reduced again while the RNA was at the one before
    elif event == "act_due":
        tell_office(actor, award, event, f"COR {registration.cor}")
    elif event in ("wrong_cor", "act_refused", "cancel_refused", "variation_refused", "variation_act_refused"):
        told = variation.problem if variation is not None else ""
        tell_office(actor, award, event, told or registration.problem or registration.reason)


def visura_answered(*, actor: Actor, visura: Visura) -> None:
    """A visura of an award came: the draft of its act cites it."""
    act_id = Award.objects.filter(pk=int(visura.subject_id)).values_list("act", flat=True).first()
    act = locked_act(act_id) if act_id is not None else None
    if act is not None and act.state == states.DRAFT_ACT and visura.vercor:
        write_document(actor, act)


def _write(actor: Actor, award: Award, *, cor: str = "", cup: str = "") -> None:
    write_codes(actor=actor, award=award, cor=cor or award.codes[0], cup=cup or award.codes[1])


def _lost(actor: Actor, award: Award, registration: RnaRegistration, event: str) -> None:
    """The RNA does not have the aid, or no more: of a draft the headroom is free and the code goes; what is in effect waits for
    another code, and the office is told. What was revoked keeps the code that it had."""
    if award.state not in states.STANDING:
        return
    if registration.cor and award.codes[0] == registration.cor:
        write_codes(actor=actor, award=award, cor="", cup=award.codes[1])
    if award.state in states.IN_FLIGHT and award.reservation is not None and award.reservation.state == "reserved":
        release_reservation(actor=actor, reservation=award.reservation, reason=f"RNA: {registration.reason or event}")
    tell_office(actor, award, event, registration.reason)


# -- when the act is back


def tell_act(act: AwardAct, award: Award) -> None:
    """The date of the act, to the RNA, as soon as the award takes effect (art. 9 DM 115/2017)."""
    registration = RnaRegistration.objects.filter(
        subject_type=SUBJECT, subject_id=str(award.pk), state=RnaRegistration.TO_CONFIRM
    ).first()
    if registration is None or act.act_date is None:
        return
    number, day, more = act.number, act.act_date, ""
    if award.restored_by is not None and award.restored_on is not None:
        number, day = award.restored_by.number, award.restored_on
    if award.reduced_by is not None and award.reduced_on is not None and registration.gge <= award.gge:
        more = f", importo ridotto con l’atto n. {award.reduced_by.number} del {award.reduced_on:%d/%m/%Y}"
    transmit_act(
        actor=system("grants.take_effect"), registration=registration, act=f"n. {number} del {day:%d/%m/%Y}{more}"[:255], day=day,
    )  # fmt: skip
