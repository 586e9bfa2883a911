"""A variation of an award: asked with reasons and files, sent and registered, decided whole, in part or not at all."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max

from levante.applications.api import is_group, share_field_of, tell_people
from levante.claims import carrying_states as states
from levante.claims.accepting import require_days
from levante.claims.carrying import VARIATIONS, may_vary, may_write_for
from levante.claims.filing import LOG
from levante.claims.group_limits import comes_to
from levante.claims.in_force import days_in_force, plan_in_force
from levante.claims.models_carrying import Variation, VariationEvent, VariationFile
from levante.claims.models_reduction import Reduction
from levante.claims.plan import Row, items_of_plan
from levante.claims.units import require_units
from levante.documents.api import store_upload
from levante.grants.api import Award
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual, euro, format_euro, money_text, steps_as_json
from levante.register.api import append_entry

SENT_KIND = "variation.sent"
MOST_FILES = 30
LONGEST = 10_000


def kinds_for(award: Award) -> list[str]:
    """What can be varied: a costs plan where the call has one; in a group where each cost says whose it is."""
    money, application = award.application.opening.call.money, award.application
    apart = not is_group(application) or (money.get("kind") == "items" and share_field_of(application) is not None)
    plans = bool(items_of_plan(money)) and apart
    return [kind for kind in states.KINDS if kind != states.COSTS or plans]


def locked_variation(variation_id: int) -> Variation:
    rows = Variation.objects.select_for_update(of=("self",)).select_related(
        "award__application__opening__call__office", "award__application__form", "award__application__enterprise",
        "award__enterprise", "award__aid", "award__acceptance",
    )  # fmt: skip
    held: Variation = rows.get(pk=variation_id)
    return held


@service("claims.open_variation")
def open_variation(*, actor: Actor, award: Award, kind: str) -> Variation:
    """Begin a variation of an award in force; one at a time: the draft of that kind that is there is given back."""
    held = (
        Award.objects.select_for_update(of=("self",))
        .select_related("aid", "acceptance", "application__opening__call", "application__form")
        .get(pk=award.pk)
    )
    require(may_vary(actor, held))
    if kind not in kinds_for(held):
        refuse("Scegli che cosa vuoi cambiare.", "Choose what you want to change.", field="kind")
    under_way: Variation | None = Variation.objects.filter(award=held, state__in=states.UNDER_WAY).first()
    if under_way is not None and under_way.state == states.DRAFT and under_way.kind == kind:
        return unchanged(under_way)
    if under_way is not None:
        refuse(
            "C’è già una richiesta di variazione in corso: la prossima si apre quando è chiusa.",
            "A request of variation is under way already: the next one begins when it is closed.",
        )
    last = Variation.objects.filter(award=held).aggregate(last=Max("number"))["last"] or 0
    note(award=held.pk, kind=kind)
    made: Variation = Variation.objects.create(
        award=held, number=last + 1, kind=kind, before=_before(held, kind), created_at=now()
    )
    return made  # fmt: skip


def _before(award: Award, kind: str) -> dict[str, Any]:
    if kind == states.COSTS:
        return {"rows": plan_in_force(award)}
    if kind == states.DATES:
        return days_in_force(award)
    return {"text": ""}


def _draft(actor: Actor, variation: Variation) -> Variation:
    held = locked_variation(variation.pk)
    require(may_write_for(actor, held.award))
    if held.state != states.DRAFT:
        refuse("La richiesta è già stata inviata e non si può più cambiare.", "The request was sent and cannot change.")
    note_object(held)
    return held


@service("claims.write_variation")
def write_variation(*, actor: Actor, variation: Variation, reason: str, asked: Mapping[str, Any]) -> Variation:
    """Write what is asked, in the shape of its kind (``Variation``), and why."""
    held = _draft(actor, variation)
    if len(reason) > LONGEST:
        refuse(f"Al massimo {LONGEST} caratteri.", f"{LONGEST} characters at most.", field="reason")
    exact = _exact(held, asked)
    if (held.reason, held.asked) == (reason.strip(), exact):
        return unchanged(held)
    held.reason, held.asked = reason.strip(), exact
    held.save(update_fields=["reason", "asked"])
    return held


def _exact(held: Variation, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked or approved, checked and written in the shape of its kind."""
    if held.kind == states.COSTS:
        return {"rows": _rows(held, asked.get("rows") or ())}
    if held.kind == states.DATES:
        first, last = require_days(held.award, asked.get("starts_on"), asked.get("ends_on"))
        return {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    text = str(asked.get("text") or "").strip()
    if not text:
        refuse("Scrivi che cosa cambia.", "Write what changes.", field="text")
    if len(text) > LONGEST:
        refuse(f"Al massimo {LONGEST} caratteri.", f"{LONGEST} characters at most.", field="text")
    return {"text": text}


def _rows(held: Variation, told: Sequence[Mapping[str, Any]]) -> list[Row]:
    by_item = {str(row.get("item", "")): row for row in told}
    found: list[Row] = []
    for item in items_of_plan(held.award.application.opening.call.money):
        row = by_item.get(item["code"], {})
        value, field = row.get("value"), f"item_{item['code']}"
        if value is None or value < 0:
            refuse("Scrivi quanto, anche zero.", "Write how much, zero too.", field=field)
        if item["units"]:
            require_units(held.award, item["code"], value, field=field)
        written = {"quantity": f"{value:f}"} if item["units"] else {"amount": money_text(euro(value))}
        remark = str(row.get("note") or "").strip()[:1000]
        found.append({"item": item["code"], **written, **({"note": remark} if remark else {})})
    return found


@service("claims.add_variation_file")
def add_variation_file(*, actor: Actor, variation: Variation, upload: Any, label: str = "") -> VariationFile:
    held = _draft(actor, variation)
    if held.files.count() >= MOST_FILES:
        refuse(f"Al massimo {MOST_FILES} file.", f"{MOST_FILES} files at most.", field="upload")
    file = store_upload(actor=actor, upload=upload, purpose="attachment", enterprise_id=held.award.enterprise_id)
    note(file=file.pk)
    return VariationFile.objects.create(
        variation=held, file=file, label=label.strip()[:200], added_at=now(), added_by_id=actor.user_id
    )


@service("claims.remove_variation_file")
def remove_variation_file(*, actor: Actor, variation: Variation, file: VariationFile) -> None:
    held = _draft(actor, variation)
    note(file=file.pk)
    held.files.filter(pk=file.pk).delete()


def step_variation(
    held: Variation, name: str, actor: Actor, *, text: str = "", text_en: str = "", **values: Any
) -> Variation:
    """Move a locked variation as the table says, with its moment; ``text_en`` for what the system says, none for a person's words."""
    require(VARIATIONS.may(name, actor, held, state=held.state))
    held.state = VARIATIONS.transitions[name].target
    for field, value in values.items():
        setattr(held, field, value)
    held.save(update_fields=["state", *values])
    VariationEvent.objects.create(
        variation=held, at=now(), kind=name, text=text, text_en=text_en, user_id=actor.user_id
    )
    note(transition=name, number=held.register_number or "")
    note_object(held)
    return held


@service("claims.send_variation")
def send_variation(*, actor: Actor, variation: Variation) -> Variation:
    """Send what is asked: registered and frozen. The second click: the same request."""
    held = locked_variation(variation.pk)
    if held.state == states.SENT:
        require(VARIATIONS.transitions["send"].allowed(actor, held))
        return unchanged(held)
    require(VARIATIONS.may("send", actor, held, state=held.state))
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=SENT_KIND,
        subject=f"variation:{held.pk}",
        payload={
            "variation": held.pk, "award": held.award_id, "application": held.award.application.number, "kind": held.kind,
            "before": held.before, "asked": held.asked, "reason": held.reason,
            "files": list(held.files.order_by("pk").values_list("file__sha256", flat=True)),
        },
        idempotency_key=f"variation-sent:{held.pk}",
    )  # fmt: skip
    return step_variation(
        held, "send", actor, register_number=receipt.public_number, sent_at=now(), sent_by_id=actor.user_id
    )  # fmt: skip


@service("claims.discard_variation")
def discard_variation(*, actor: Actor, variation: Variation) -> Variation:
    return step_variation(locked_variation(variation.pk), "discard", actor)


@service("claims.withdraw_variation")
def withdraw_variation(*, actor: Actor, variation: Variation) -> Variation:
    """Take back what was sent, before it is decided."""
    held = locked_variation(variation.pk)
    if held.state == states.WITHDRAWN:
        return unchanged(held)
    return step_variation(held, "withdraw", actor)


@service("claims.take_variation")
def take_variation(*, actor: Actor, variation: Variation) -> Variation:
    held = locked_variation(variation.pk)
    if held.state == states.REVIEW and held.officer_id == actor.user_id:
        return unchanged(held)
    return step_variation(held, "take", actor, officer_id=actor.user_id)


@service("claims.approve_variation")
def approve_variation(
    *, actor: Actor, variation: Variation, reason: str = "", approved: Mapping[str, Any] | None = None
) -> Variation:
    """Approve what is asked; or, with ``approved``, another measure of it, and the reason. A costs plan is reckoned again: the grant is
    never more than the award, and when it is less the award is brought down by an act."""
    held = locked_variation(variation.pk)
    # Under the lock of the award: an act of reduction that is drafted meanwhile stands on the plan in force.
    state = Award.objects.select_for_update(of=("self",)).values_list("state", flat=True).get(pk=held.award_id)
    if state != "effective":
        refuse(
            "La concessione non ha più effetto: la variazione non si approva.",
            "The award has no effect any more: the variation is not approved.",
        )
    decided = held.asked if approved is None else _exact(held, approved)
    partly = _essence(decided) != _essence(held.asked)
    if partly:
        _require_between(held, decided)
        if not reason.strip():
            refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    money: dict[str, Any] = {}
    if held.kind == states.COSTS:
        _require_no_act(held)
        made = comes_to(held.award, decided["rows"])
        if made.grant <= 0:
            refuse(
                "Con questo piano non spetta alcun contributo: non si approva.",
                "With this plan no grant is due: it is not approved.",
            )
        money = {
            "amount_before": held.award.amount, "amount_after": made.grant, "steps": steps_as_json(made.steps),
        }  # fmt: skip
        note(before=money_text(held.award.amount), after=money_text(made.grant))
    step_variation(
        held, "approve_partly" if partly else "approve", actor, text=reason.strip(), decided=decided,
        decision_reason=reason.strip(), decided_at=now(), decided_by_id=actor.user_id, **money,
    )  # fmt: skip
    tell_decided(held, actor)
    return held


def _require_no_act(held: Variation) -> None:
    """No act brings the award down to an earlier plan while another takes its place."""
    rows = Reduction.objects.filter(variation__award=held.award_id, state__in=states.REDUCING).select_related(
        "variation"
    )
    act = rows.order_by("pk").first()
    if act is not None:
        refuse(
            f"È in corso l’atto di riduzione della variazione {act.variation}: prima ha effetto, o si abbandona.",
            f"The act of reduction of variation {act.variation} is being made: first it has effect, or is given up.",
        )


def _essence(told: Mapping[str, Any]) -> Any:
    """What is compared: not the notes beside the amounts."""
    if "rows" in told:
        return [
            (row["item"], Decimal(row.get("amount") or row.get("quantity") or 0)) for row in told["rows"]
        ]  # fmt: skip
    return dict(told)


def _require_between(held: Variation, decided: Mapping[str, Any]) -> None:
    """What is approved in part lies between what was and what was asked: nothing is approved that nobody asked for."""
    if held.kind == states.COSTS:
        before, asked = dict(_essence(held.before)), dict(_essence(held.asked))
        for item, value in _essence(decided):
            ends = (before.get(item, Decimal(0)), asked.get(item, Decimal(0)))
            if not min(ends) <= value <= max(ends):
                refuse(
                    "Si approva una misura tra com’era e quanto è stato chiesto.",
                    "What is approved lies between what was and what was asked.",
                    field=f"item_{item}",
                )
    elif held.kind == states.DATES:
        for name in ("starts_on", "ends_on"):
            ends_told = [one for one in (held.before.get(name), held.asked[name]) if one]
            if not min(ends_told) <= decided[name] <= max(ends_told):
                refuse(
                    "Si approva una data tra com’era e quella chiesta.",
                    "The day that is approved lies between what was and what was asked.",
                    field=name,
                )


@service("claims.refuse_variation")
def refuse_variation(*, actor: Actor, variation: Variation, reason: str) -> Variation:
    """Approve nothing of what is asked, with the reasons."""
    held = locked_variation(variation.pk)
    if not reason.strip():
        refuse("Scrivi i motivi.", "Write the reasons.", field="reason")
    step_variation(
        held, "refuse", actor, text=reason.strip(), decision_reason=reason.strip(), decided_at=now(),
        decided_by_id=actor.user_id,
    )  # fmt: skip
    tell_decided(held, actor)
    return held


def tell_decided(held: Variation, actor: Actor) -> None:
    label = held.state_label
    why = Bilingual(f"Motivi: {held.decision_reason}", f"Reasons: {held.decision_reason}")
    none = Bilingual("È come l’hai chiesta.", "It is as you asked.")
    body = why if held.decision_reason else none
    left = held.to_reduce(held.award.amount)
    if left and held.amount_after is not None:
        it, en = format_euro(held.amount_after), format_euro(held.amount_after, "en")
        body = Bilingual(
            f"{body.it} Con questo piano il contributo scende a {it}: vale subito per le domande di pagamento, e l’ufficio lo scrive "
            "in un atto.",
            f"{body.en} With this plan the grant goes down to {en}: it counts at once for claims, and the office writes it in an act.",
        )
    tell_people(
        actor,
        held.award.application,
        kind="variation-decided",
        title=Bilingual(
            f"Variazione {held.register_number}: {label.it}", f"Variation {held.register_number}: {label.en}"
        ),
        body=body,
        subject=f"variation:{held.pk}",
        enterprise_id=held.award.enterprise_id,
        path=f"/impresa/variazioni/{held.pk}/",
    )
