"""The lines that explain a de minimis position: what counts, what does not, and on what ground."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from levante.kernel.pure import Step, format_euro, money_text, step
from levante.law.aid_events import Attribution, Merger
from levante.law.de_minimis_case import GENERAL, Aid
from levante.law.de_minimis_rule import UNKNOWN
from levante.law.de_minimis_scene import Scene
from levante.law.wording import WORDS, day_text


def rule(scene: Scene, window: tuple[date, date]) -> Iterable[Step]:
    """The ceiling, the window and, where there is one, the day of knowledge."""
    law, day = scene.rule, day_text(scene.case.on)
    yield step(
        f"Il {day.it} il massimale è {format_euro(law.limit)}",
        f"On {day.en} the ceiling is {format_euro(law.limit, 'en')}",
        law.ceiling.reference,
        money_text(law.limit),
    )
    if scene.case.on > law.expiry.value:
        expiry = day_text(law.expiry.value)
        yield step(
            f"Il regolamento scade il {expiry.it}: si usano i suoi valori, da confermare con l'atto che segue",
            f"The regulation expires on {expiry.en}: its values are used, to be confirmed with the act that follows",
            law.expiry.reference,
            law.expiry.value,
        )
    start, end = (day_text(bound) for bound in window)
    years = law.window.value["years"]
    if not law.rolling:
        it, en = (
            f"l'esercizio in corso e i {years - 1} precedenti",
            f"the financial year in course and the {years - 1} before",
        )
    elif law.boundary == "inclusive":
        it, en = f"{years} anni, giorno di confine compreso", f"{years} years, the boundary day included"
    else:
        it, en = f"{years} anni, giorno di confine escluso", f"{years} years, the boundary day left out"
    yield step(
        f"Contano gli aiuti concessi dal {start.it} al {end.it} ({it})",
        f"Aid granted from {start.en} to {end.en} counts ({en})",
        law.window.reference,
        f"{window[0]}/{window[1]}",
    )
    if scene.case.as_of is not None:
        as_of = day_text(scene.case.as_of)
        reference = scene.rule.article("knowledge")
        yield step(
            f"Con quanto era noto il {as_of.it}", f"With what was known on {as_of.en}", reference, scene.case.as_of
        )


# -- one aid


def unknown(scene: Scene, aid: Aid) -> Step:
    known = aid.registered_on or aid.granted_on
    day, reference = day_text(known), scene.rule.article("knowledge")
    it, en = f"non era noto, si è saputo il {day.it}", f"not known, it came to be known on {day.en}"
    return _no(aid, it, en, reference, known)


def granted_later(scene: Scene, aid: Aid) -> Step:
    day = day_text(aid.granted_on)
    reference = scene.rule.window.reference
    return _no(aid, f"concesso dopo, il {day.it}", f"granted later, on {day.en}", reference, aid.granted_on)


def outside_window(scene: Scene, aid: Aid) -> Step:
    day = day_text(aid.granted_on)
    it, en = f"concesso il {day.it}, fuori dal periodo", f"granted on {day.en}, outside the period"
    return _no(aid, it, en, scene.rule.window.reference, aid.granted_on)


def other_regime(scene: Scene, aid: Aid) -> Step:
    name, _ = scene.regime(aid)
    it = f"il regime «{aid.regime}» ({WORDS[name].it}) non entra nel massimale generale"
    en = f"its regime '{aid.regime}' ({WORDS[name].en}) is not within the general ceiling"
    return _no(aid, it, en, scene.rule.regimes.reference, name)


def annulled(scene: Scene, aid: Aid) -> Step:
    day = day_text(aid.annulled_on)
    reference = scene.rule.ceiling.reference
    return _no(aid, f"annullato il {day.it}", f"annulled on {day.en}", reference, aid.annulled_on)


def counted(scene: Scene, aid: Aid, amount: Decimal, part: Decimal, attribution: Attribution) -> Step:
    law, day = scene.rule, day_text(aid.granted_on)
    it = [f"{aid.id}, concesso a {aid.beneficiary} il {day.it}: conta per {format_euro(part)}"]
    en = [f"{aid.id}, granted to {aid.beneficiary} on {day.en}: {format_euro(part, 'en')} counts"]
    references = [law.ceiling.reference]
    regime, _ = scene.regime(aid)
    if regime == UNKNOWN:
        it.append(
            f"il regime «{aid.regime}» non è riconosciuto: conta, per prudenza, finché un ufficio non lo chiarisce"
        )
        en.append(f"its regime '{aid.regime}' is not recognised: it counts, out of prudence, until an office clears it")
        references.append(law.regimes.reference)
    elif regime != GENERAL:
        it.append(f"{WORDS[regime].it}, che si somma a quello generale")
        en.append(f"{WORDS[regime].en}, which adds to the general one")
        references.append(law.regimes.reference)
    if amount != aid.amount:
        it.append(f"rideterminato da {format_euro(aid.amount)} a {format_euro(amount)}, alla data della concessione")
        en.append(
            f"redetermined from {format_euro(aid.amount, 'en')} to {format_euro(amount, 'en')}, at the date of the grant"
        )
    for event in attribution.through:
        on = day_text(event.on)
        if isinstance(event, Merger):
            it.append(f"passato a {event.into} con la fusione del {on.it}")
            en.append(f"passed to {event.into} with the merger of {on.en}")
            references.append(law.article("merger"))
        else:
            it.append(f"attribuito con la scissione di {event.party} del {on.it}")
            en.append(f"allocated with the split of {event.party} of {on.en}")
            references.append(law.article("split"))
    if part != amount:
        it.append(f"parte di {format_euro(amount)}")
        en.append(f"part of {format_euro(amount, 'en')}")
    return step("; ".join(it), "; ".join(en), "; ".join(dict.fromkeys(references)), money_text(part))


def _no(aid: Aid, it: str, en: str, reference: str, value: object) -> Step:
    return step(f"{aid.id} non conta: {it}", f"{aid.id} does not count: {en}", reference, value)


# -- the sum and the answer


def unlisted(scene: Scene) -> Iterable[Step]:
    """Those who are tied and have aid, and are not enterprises of the case: their aid counts, and it is said."""
    for name in sorted(scene.counting - {*scene.listed}):
        yield step(
            f"{name} non è tra le imprese del caso, ma è legata al richiedente e ha aiuti: i suoi aiuti contano (da verificare)",
            f"{name} is not among the enterprises of the case, but it is tied to the applicant and has aid: its aid counts "
            "(to be checked)",
            scene.undertaking.reference,
            name,
        )


def others(scene: Scene, number: int) -> Iterable[Step]:
    """Aid that the case has and that belongs to somebody else."""
    if number:
        it, en = "Aiuti di altre imprese, che non contano", "Aid of other enterprises, which does not count"
        yield step(f"{it}: {number}", f"{en}: {number}", scene.rule.ceiling.reference, number)


def total(scene: Scene, amount: Decimal, residual: Decimal) -> Iterable[Step]:
    reference = scene.rule.ceiling.reference
    if scene.decisions:
        yield step(
            f"Finché la decisione non è presa contano solo gli aiuti di {scene.case.applicant}",
            f"Until the decision is taken only the aid of {scene.case.applicant} counts",
            scene.decisions[0].reference,
            scene.case.applicant,
        )
    amount_it, amount_en = format_euro(amount), format_euro(amount, "en")
    yield step(f"Aiuti che contano: {amount_it}", f"Aid that counts: {amount_en}", reference, money_text(amount))
    limit_it, limit_en = format_euro(scene.rule.limit), format_euro(scene.rule.limit, "en")
    yield step(
        f"Residuo: {limit_it} meno {amount_it}, mai sotto zero: {format_euro(residual)}",
        f"Headroom: {limit_en} less {amount_en}, never below zero: {format_euro(residual, 'en')}",
        reference,
        money_text(residual),
    )


def verdict(scene: Scene, residual: Decimal, first: date | None) -> Iterable[Step]:
    case, reference = scene.case, scene.rule.article("excess")
    if scene.decisions:
        it, en = "Non si può rispondere prima della decisione", "No answer can be given before the decision"
        yield step(it, en, scene.decisions[0].reference, scene.decisions[0].id)
        return
    if case.request is not None:
        request = money_text(case.request)
        request_it, request_en = format_euro(case.request), format_euro(case.request, "en")
        if case.request <= residual:
            it, en = (
                f"La richiesta di {request_it} entra nel residuo",
                f"The request of {request_en} fits in the headroom",
            )
            yield step(it, en, reference, request)
            return
        yield step(
            f"La richiesta di {request_it} supera il residuo: nessuna parte del nuovo aiuto sarebbe de minimis",
            f"The request of {request_en} is over the headroom: no part of the new aid would be de minimis",
            reference,
            request,
        )
    if first is None:
        yield step("Non c'è un giorno in cui possa entrare", "There is no day on which it can fit", reference)
    elif first > case.on:
        day = day_text(first)
        yield step(
            f"Primo giorno in cui può entrare, se non cambia altro: {day.it}",
            f"First day on which it can fit, if nothing else changes: {day.en}",
            reference,
            first,
        )
