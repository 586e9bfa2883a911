"""Every write about calls, but for the loading of their files (``loading``)."""

from typing import Any

from levante.calls.forms.model import checksum
from levante.calls.forms.parsing import read_form
from levante.calls.holding import hold
from levante.calls.models import Call, CallEvent, FormVersion, Opening
from levante.calls.workflow import CALLS, DIRECT, OPENINGS
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.programme.api import Act


def tell(
    call: Call,
    kind: str,
    *,
    actor: Actor,
    opening: Opening | None = None,
    states: tuple[str, str] = ("", ""),
    text: tuple[str, str] = ("", ""),
    act_id: int | None = None,
) -> None:
    """Write a line of the call's public history."""
    CallEvent.objects.create(
        call=call,
        opening=opening,
        at=now(),
        kind=kind,
        from_state=states[0],
        to_state=states[1],
        text_it=text[0],
        text_en=text[1],
        act_id=act_id,
        user_id=actor.user_id,
    )


def adopted(act: Act | None, call: Call) -> Act:
    """The act on which something of a published call is decided: adopted, with its number and its day, in force. Refused
    otherwise, with what is missing."""
    if act is None:
        refuse(
            "Serve l’atto che lo decide, con numero e data.",
            "The act that decides it is needed, with its number and day.",
            field="act",
        )
    if act.programme_id != call.programme_id:
        refuse("Questo atto è di un altro programma.", "This act is of another programme.", field="act")
    if not act.number or act.adopted_on is None:
        refuse(
            "Questo atto non ha ancora numero e data: si decide quando è adottato.",
            "This act has no number and day yet: it is decided once it is adopted.",
            field="act",
        )
    if act.adopted_on > today():
        refuse(
            f"Questo atto è del {act.adopted_on:%d/%m/%Y}: non è ancora in vigore.",
            f"This act is of {act.adopted_on:%d/%m/%Y}: it is not in force yet.",
            field="act",
        )
    if act.replaced_by.exists():
        refuse(
            "Questo atto è stato sostituito: indica quello in vigore.",
            "This act was replaced: name the one in force.",
            field="act",
        )
    return act


@service("calls.move_call")
def move_call(*, actor: Actor, call: Call, transition: str) -> Call:
    """Approve, publish or close out a call: a row of ``workflow.CALLS``. Publishing locks the form."""
    call = Call.objects.select_for_update(of=("self",)).select_related("office").get(pk=call.pk)
    require(CALLS.may(transition, actor, call, state=call.state))
    before, call.state = call.state, CALLS.transitions[transition].target
    if transition == "publish":
        call.published_at = now()
        form = lock_form(call)
        call.openings.filter(form__isnull=True).update(form=form)
    call.save(update_fields=["state", "published_at"])
    for opening in call.openings.order_by("pk"):
        hold(opening)
    tell(call, transition, actor=actor, states=(before, call.state), act_id=call.act_id)
    note(call=call.code, transition=transition)
    return call


def lock_form(call: Call) -> FormVersion:
    """Lock the last version of the form: from here on its checksum is the proof of what was filled."""
    form: FormVersion | None = call.forms.order_by("-number").first()
    if form is None:
        refuse("Il bando non ha un modulo.", "The call has no form.", field="form")
    if form.locked_at is None:
        form.locked_at = now()
        form.save(update_fields=["locked_at"])
    return form


@service("calls.move_opening")
def move_opening(
    *, actor: Actor, opening: Opening, transition: str, act: Act | None, reason_it: str, reason_en: str = ""
) -> Opening:
    """Suspend, exhaust, reopen or close early, by an act: a row of ``workflow.OPENINGS``; act and reason are public."""
    opening = Opening.objects.select_for_update(of=("self",)).select_related("call__office").get(pk=opening.pk)
    require(OPENINGS.may(transition, actor, opening, state=opening.state))
    if not reason_it.strip():
        refuse("Scrivi il motivo: sarà pubblico.", "Write the reason: it will be public.", field="reason_it")
    act = adopted(act, opening.call)
    before, opening.state = opening.state, OPENINGS.transitions[transition].target
    opening.save(update_fields=["state"])
    hold(opening)  # the act's instant comes after: what arrived before it is in, what arrives after it is not
    tell(
        opening.call, transition, actor=actor, opening=opening, states=(before, opening.state), act_id=act.pk,
        text=(reason_it.strip(), reason_en.strip() or reason_it.strip()),
    )  # fmt: skip
    note(call=opening.call.code, opening=opening.code, transition=transition, act=act.code)
    return opening


@service("calls.write_seed")
def write_seed(*, actor: Actor, opening: Opening, seed: str, act: Act | None) -> Opening:
    """Write the seed of a draw, once, after the closing, with the act that records where it was read. It is public: with it
    anyone redraws."""
    opening = Opening.objects.select_for_update(of=("self",)).select_related("call__office").get(pk=opening.pk)
    require(DIRECT(actor, opening.call))
    if not opening.call.rule.uses_seed:
        refuse("Questo bando non ha un sorteggio.", "This call has no draw.")
    if opening.phase(now()).code != "closed":
        refuse("Il seme si scrive a finestra chiusa.", "The seed is written once the window is closed.", field="seed")
    seed = seed.strip()
    if not seed or len(seed) > 200:
        refuse("Scrivi il seme (al massimo 200 caratteri).", "Write the seed (200 characters at most).", field="seed")
    act = adopted(act, opening.call)
    if opening.seed == seed and opening.seed_act_id == act.pk:
        return unchanged(opening)
    if opening.seed:
        refuse("Il seme c’è già e non cambia.", "The seed is there already and does not change.", field="seed")
    opening.seed, opening.seed_act = seed, act
    opening.save(update_fields=["seed", "seed_act"])
    tell(
        opening.call, "seed_written", actor=actor, opening=opening, act_id=act.pk,
        text=(f"Seme del sorteggio: {seed}", f"Seed of the draw: {seed}"),
    )  # fmt: skip
    note(call=opening.call.code, opening=opening.code, seed=seed, act=act.code)
    return opening


@service("calls.publish_form")
def publish_form(*, actor: Actor, call: Call, definition: dict[str, Any]) -> FormVersion:
    """A new version of the form, in force from now in the openings not yet closed; drafts follow it by their field ids,
    what was sent keeps its own. The same definition again gives the same version; one that nobody has seen yet (the call is
    being prepared) is written over: its steps are in the call's revisions."""
    read_form(definition)
    digest = checksum(definition)
    last: FormVersion | None = call.forms.order_by("-number").first()
    if last is not None and last.checksum == digest:
        return last
    if last is not None and last.locked_at is None and call.published_at is None:
        last.definition, last.checksum = definition, digest
        last.save(update_fields=["definition", "checksum"])
        note(call=call.code, form=last.number, checksum=digest)
        return last
    form = FormVersion.objects.create(
        call=call,
        number=(last.number if last else 0) + 1,
        definition=definition,
        checksum=digest,
        created_at=now(),
        locked_at=now() if call.state == "published" else None,
    )
    if call.state == "published":
        for opening in call.openings.all():
            if opening.phase(now()).code != "closed":
                opening.form = form
                opening.save(update_fields=["form"])
        tell(
            call, "form_published", actor=actor,
            text=(f"Modulo di domanda, versione {form.number}", f"Application form, version {form.number}"),
        )  # fmt: skip
    note(call=call.code, form=form.number, checksum=digest)
    return form
