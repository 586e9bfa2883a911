"""Samples of claims: what can be drawn is fixed and registered first, then the seed is said and the draw follows."""

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Sum

from levante.calls.api import Call
from levante.claims.api import Charge, Claim
from levante.controls import policies, states
from levante.controls.models import Revocation, Sample, SampleRow
from levante.controls.models_sample import OF_SYSTEM, PUBLIC, SYSTEM
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import ZERO
from levante.law import parameters
from levante.payments.pure.sample import METHODS, Item, draw, fingerprint
from levante.register.api import append_entry

LOG, FIXED_KIND, DRAWN_KIND = "applications", "sample.fixed", "sample.drawn"
#: Claims that can be drawn: assessed between two days, whatever was paid since.
DRAWABLE = ("assessed", "liquidated", "paid")


@service("controls.fix_sample")
def fix_sample(
    *,
    actor: Actor,
    call: Call,
    first_day: date,
    last_day: date,
    method: str,
    size: int,
    source: str = "",
    draw_on: date | None = None,
    again: str = "",
) -> Sample:
    """Fix and register what can be drawn: the claims of a call decided between two days, with their risk; and where the seed will be read:
    in a public draw to come (``source`` and its day ``draw_on``), or, with neither, given by the system to another person. Of days of
    which a sample was fixed already, ``again`` says why. The draw comes after."""
    require(policies.may_sample(actor))
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)  # two that fix at once are one after the other
    if method not in METHODS:
        refuse("Scegli come estrarre.", "Choose how to draw.", field="method")
    if not first_day <= last_day <= today():
        refuse("Il periodo finisce al più tardi oggi.", "The period ends today at the latest.", field="last_day")
    claims = _claims(call, first_day, last_day)
    if not 1 <= size <= max(len(claims), 1):
        refuse(f"Da 1 a {len(claims)}.", f"1 to {len(claims)}.", field="size")
    if not claims:
        refuse(
            "Nel periodo non c’è nessuna domanda verificata.", "No claim was assessed in the period.", field="first_day"
        )
    named = source.strip()
    if bool(named) != (draw_on is not None):
        refuse(
            "Scrivi l’estrazione pubblica e il suo giorno, o nessuno dei due.",
            "Write the public draw and its day, or neither.",
            field="draw_on" if named else "source",
        )
    if draw_on is not None and draw_on <= today():
        refuse(
            "L’estrazione pubblica è dopo oggi: il seme non si conosce quando si fissa l’elenco.",
            "The public draw is after today: the seed is not known when the list is fixed.",
            field="draw_on",
        )
    items = risks_of(claims, on=today())
    mark = fingerprint([Item(one["id"], Decimal(one["weight"])) for one in items])
    known = Sample.objects.filter(
        call=call,
        first_day=first_day,
        last_day=last_day,
        method=method,
        size=size,
        fingerprint=mark,
        seed_source=named,
        draw_on=draw_on,
        state=states.FROZEN,
    ).first()
    if known is not None:
        return unchanged(known)
    earlier = earlier_samples(call, first_day, last_day)
    if earlier and not again.strip():
        told = ", ".join(one.register_number for one in earlier[:5])
        refuse(
            f"Di questi giorni c’è già un campione ({told}): scrivi perché ne serve un altro.",
            f"There is a sample of these days already ({told}): write why another is needed.",
            field="again",
        )
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=FIXED_KIND,
        subject=f"call:{call.pk}",
        payload={
            "call": call.code, "from": first_day.isoformat(), "to": last_day.isoformat(), "method": method, "size": size,
            "fingerprint": mark, "seed": {"source": named, "on": draw_on.isoformat() if draw_on else None},
            "again": again.strip() if earlier else "", "earlier": [one.register_number for one in earlier],
        },
        idempotency_key=f"sample:{call.pk}:{Sample.objects.filter(call=call).count() + 1}",
    )  # fmt: skip
    note(population=len(items), fingerprint=mark)
    return Sample.objects.create(
        call=call, first_day=first_day, last_day=last_day, method=method, size=size, items=items, population=len(items),
        fingerprint=mark, register_number=receipt.public_number, fixed_at=now(), fixed_by_id=actor.user_id,
        parameters=parameters.freeze(["controls.risk.weights"], on=today()), seed_from=PUBLIC if named else SYSTEM,
        seed_source=named[:300], draw_on=draw_on, again=again.strip() if earlier else "",
    )  # fmt: skip


def earlier_samples(call: Call, first_day: date, last_day: date) -> list[Sample]:
    """The samples of a call that were fixed already of some of these days, the latest first."""
    rows = Sample.objects.filter(call=call, first_day__lte=last_day, last_day__gte=first_day)
    return list(rows.defer("items").order_by("-pk"))


def earlier_than(sample: Sample) -> list[Sample]:
    """Those of the same call and of some of its days that were fixed before it."""
    return [one for one in earlier_samples(sample.call, sample.first_day, sample.last_day) if one.pk < sample.pk]


def _claims(call: Call, first_day: date, last_day: date) -> list[Claim]:
    rows = Claim.objects.filter(
        award__act__call=call, state__in=DRAWABLE, decided_at__date__gte=first_day, decided_at__date__lte=last_day
    )
    return list(rows.select_related("award").defer("frozen", "steps").order_by("register_number"))


def risks_of(claims: Sequence[Claim], *, on: date) -> list[dict[str, Any]]:
    """``[{id, weight, why}]`` of claims, by register number: what of ``controls.risk.weights`` each has, added up. Five queries."""
    weights = {name: Decimal(value) for name, value in parameters.value("controls.risk.weights", on=on).value.items()}
    keys = [one.pk for one in claims]
    middle = median([one.due or ZERO for one in claims])
    firms = {one.award.enterprise_id for one in claims}
    earlier = set(
        Claim.objects.filter(award__enterprise__in=firms, sent_at__isnull=False).exclude(pk__in=keys).order_by()
        .values_list("award__enterprise", flat=True)
    )  # fmt: skip
    revoked = set(
        Revocation.objects.filter(award__enterprise__in=firms, state=states.EFFECTIVE).order_by()
        .values_list("award__enterprise", flat=True)
    )  # fmt: skip
    typed = dict(
        Charge.objects.filter(claim__in=keys, document__source="typed").order_by().values_list("claim").annotate(sum=Sum("asked"))
    )  # fmt: skip
    rows = Charge.objects.filter(claim__in=keys).order_by().values("claim")
    sums = {
        row["claim"]: (row["asks"] or ZERO, row["holds"] or ZERO)
        for row in rows.annotate(asks=Sum("asked"), holds=Sum("admitted"))
    }
    found = []
    for one in claims:
        asked, admitted = sums.get(one.pk, (ZERO, ZERO))
        why = [
            name
            for name, has in (
                ("large", (one.due or ZERO) > middle),
                ("first", one.award.enterprise_id not in earlier),
                ("typed", bool(asked) and typed.get(one.pk, ZERO) * 2 > asked),
                ("cut", bool(asked) and (asked - admitted) * 10 > asked),
                ("before", one.award.enterprise_id in revoked),
            )
            if has
        ]
        weight = weights["base"] + sum((weights[name] for name in why), Decimal(0))
        found.append({"id": one.register_number or "", "weight": str(weight), "why": why})
    return found


@service("controls.draw_sample")
def draw_sample(*, actor: Actor, sample: Sample, seed: str = "") -> Sample:
    """Draw. The seed is what the public draw named with the list gave, from its day on; where none was named the system gives a random one,
    and who draws is not who fixed the list. Once drawn it never changes."""
    require(policies.may_sample(actor))
    held = Sample.objects.select_for_update().get(pk=sample.pk)
    if held.state == states.DRAWN:
        return unchanged(held)
    text, said = seed.strip(), held.seed_source
    if held.draw_on is not None:
        if today() < held.draw_on:
            refuse(
                f"L’estrazione pubblica è il {held.draw_on:%d/%m/%Y}: si estrae da quel giorno.",
                f"The public draw is on {held.draw_on:%d/%m/%Y}: the sample is drawn from that day on.",
            )
        if not text:
            refuse(
                "Scrivi che cosa è uscito nell’estrazione pubblica.",
                "Write what came out of the public draw.",
                field="seed",
            )
    else:
        if text:
            refuse(
                "Il seme lo dà il sistema: un’estrazione pubblica si indica quando si fissa l’elenco.",
                "The system gives the seed: a public draw is named when the list is fixed.",
                field="seed",
            )
        if actor.user_id is not None and actor.user_id == held.fixed_by_id:
            refuse(
                "Chi ha fissato l’elenco non estrae: con un numero del sistema servono due persone.",
                "Who fixed the list does not draw: with a number of the system it takes two persons.",
            )
        text, said = secrets.token_hex(16), OF_SYSTEM.it
    items = [Item(one["id"], Decimal(one["weight"])) for one in held.items]
    drawn = draw(items, size=held.size, seed=text, method=held.method)
    held.seed, held.seed_source, held.state = text[:200], said[:300], states.DRAWN
    held.drawn_at, held.drawn_by_id = now(), actor.user_id
    held.save(update_fields=["seed", "seed_source", "state", "drawn_at", "drawn_by"])
    by_number = {
        one.register_number: one.pk for one in Claim.objects.filter(register_number__in=drawn).only("register_number")
    }
    SampleRow.objects.bulk_create(
        SampleRow(sample=held, claim_id=by_number[number], position=place)
        for place, number in enumerate(drawn, start=1)
    )
    append_entry(
        actor=actor, log=LOG, kind=DRAWN_KIND, subject=f"sample:{held.pk}",
        payload={"sample": held.register_number, "seed": held.seed, "drawn": drawn}, idempotency_key=f"sample-drawn:{held.pk}",
    )  # fmt: skip
    note(seed=held.seed, drawn=len(drawn))
    return held


def controls_ended(sample: Sample) -> bool:
    """Every claim drawn was visited, with its minutes signed: who came out may be said."""
    return not sample.rows.exclude(claim__visits__state=states.SIGNED).exists()


def sample_case(sample: Sample) -> dict[str, Any]:
    """The case that ``levante payments redraw`` draws again: seed, method, size, what could be drawn, what was."""
    return {
        "seed": sample.seed,
        "method": sample.method,
        "size": sample.size,
        "items": [{"id": one["id"], "weight": float(one["weight"])} for one in sample.items],
        "drawn": list(sample.rows.order_by("position").values_list("claim__register_number", flat=True)),
    }
