"""The rules of a call in words, under headings: for its public page and for who designs it. What it does not say is not told."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from levante.calls.models import Call
from levante.calls.money_parts import short
from levante.calls.payment import payment_words
from levante.calls.results import expected
from levante.kernel.api import day_of, now
from levante.kernel.pure import Bilingual, format_euro, the_percent
from levante.law import parameters

KINDS = {
    "single": Bilingual("un’impresa da sola", "a single firm"),
    "network": Bilingual("una rete di imprese", "a network of firms"),
    "consortium": Bilingual("un consorzio", "a consortium"),
    "district": Bilingual("imprese di un distretto", "firms of a district"),
    "supply_chain": Bilingual("imprese di una filiera", "firms of a supply chain"),
}
MANAGED = {
    "section": Bilingual("gestore", "managed by"),
    "intermediate": Bilingual("gestore, come organismo intermedio", "managed, as intermediate body, by"),
    "in_house": Bilingual("gestore, come società in house", "managed, as in-house body, by"),
}
_JOIN = {
    "accept": ("Ogni impresa accetta con la propria delega.", "Each firm accepts with its own mandate."),
    "declare": (
        "La capofila dichiara le altre, con la loro procura.",
        "The lead declares the others, on their power of attorney.",
    ),
    "either": (
        "Ogni impresa accetta con la propria delega, o la capofila la dichiara con la sua procura.",
        "Each firm accepts with its own mandate, or the lead declares it on its power of attorney.",
    ),
}
_REPEAT = {
    "first_counts": (
        "Se un’impresa ne invia di più, conta la prima.",
        "If an enterprise sends more, the first counts.",
    ),
    "last_counts": ("Se un’impresa ne invia di più, conta l’ultima.", "If an enterprise sends more, the last counts."),
}
_SHORT = {
    "stop": (
        "Quando le risorse non bastano per una domanda ci si ferma: chi viene dopo resta in coda.",
        "When the money is not enough for an application it stops there: those after it wait in the queue.",
    ),
    "partial": (
        "L’ultima domanda finanziata può avere solo la parte che resta.",
        "The last application funded may get only the part that is left.",
    ),
    "skip": (
        "Una domanda che non entra nelle risorse che restano si salta, e si prova la successiva.",
        "An application that does not fit in the money left is passed over, and the next is tried.",
    ),
}
_WITHDRAWAL = {
    "until_closing": ("Si ritira fino alla chiusura.", "It can be taken back until the closing."),
    "until_decision": ("Si ritira finché non è decisa.", "It can be taken back until it is decided."),
    "never": ("Una volta inviata non si ritira.", "Once sent it is not taken back."),
}
Section = tuple[Bilingual, list[Bilingual]]


def call_words(call: Call) -> list[Section]:
    """Headings with their sentences, those that have any. The call with its office, fund and budget lines, and its openings."""
    openings = list(call.openings.all())
    sections = [
        (Bilingual("Come si partecipa", "How one takes part"), [*_who(call, openings), *_delivery(call.delivery)]),
        (Bilingual("Quando le risorse non bastano", "When the money is not enough"), list(_shortage(call, openings))),
        (Bilingual("Come si valuta", "How it is judged"), list(_judging(call, openings))),
        (Bilingual("Come si paga", "How it is paid"), payment_words(call.payment, call.money)),
        (
            Bilingual("Risultati da dire", "Results to be told"),
            [
                Bilingual(f"{one.text.it}, {one.when.it}.", f"{one.text.en}, {one.when.en}.")
                for one in expected(call.results)
            ],
        ),
        (
            Bilingual("Chi lo gestisce e con quali fondi", "Who manages it, and with which funds"),
            list(_frame(call, openings)),
        ),
    ]
    return [(heading, said) for heading, said in sections if said]


def _say(it: str, en: str) -> Bilingual:
    return Bilingual(it, en)


def _who(call: Call, openings: Iterable[Any]) -> Iterator[Bilingual]:
    applicants = call.applicants
    kinds = [KINDS[code] for code in applicants["kinds"]]
    grouped = [code for code in applicants["kinds"] if code != "single"]
    if grouped:
        yield _say(
            f"Fa domanda {' o '.join(one.it for one in kinds)}.",
            f"Who applies: {' or '.join(one.en for one in kinds)}.",
        )
        members = applicants.get("members") or {}
        least, most = members.get("least", 2), members.get("most")
        it, en = (f" e al massimo {most}", f" and at most {most}") if most else ("", "")
        yield _say(
            f"Nel gruppo ci sono almeno {least} imprese{it}, capofila compresa.",
            f"A group has at least {least} firms{en}, the lead included.",
        )
        yield _say(*_JOIN[applicants.get("join", "accept")])
        for rule in applicants.get("member_rules") or []:
            yield _say(f"Ogni impresa: {rule['it']}.", f"Each firm: {rule['en']}.")
        yield _say(
            "Il contributo si divide secondo le spese di ciascuna, con una concessione per impresa."
            if applicants.get("share_field")
            else "Il contributo si divide in parti uguali, con una concessione per impresa.",
            "The grant is divided by each one's costs, with one award for each firm."
            if applicants.get("share_field")
            else "The grant is divided in equal parts, with one award for each firm.",
        )
    for limit in [*call.limits, *(limit for opening in openings for limit in opening.limits)]:
        yield _with_norm(limit["it"], limit["en"], limit.get("reference", ""))
    if call.repeat in _REPEAT:
        yield _say(*_REPEAT[call.repeat])


def _with_norm(it: str, en: str, reference: str) -> Bilingual:
    norm = f" ({reference})" if reference else ""
    return Bilingual(f"{it.rstrip('.')}{norm}.", f"{en.rstrip('.')}{norm}.")


def _delivery(delivery: Mapping[str, Any]) -> Iterator[Bilingual]:
    if delivery.get("signature") == "required":
        yield _say("La domanda si firma digitalmente.", "The application is signed digitally.")
    stamp = delivery.get("stamp_duty")
    if stamp:
        exempt_it = "; ".join(one["it"] for one in stamp.get("exemptions", ()))
        exempt_en = "; ".join(one["en"] for one in stamp.get("exemptions", ()))
        amount = Decimal(stamp["amount"])
        yield _say(
            f"Serve una marca da bollo da {format_euro(amount)}{f', salvo: {exempt_it}' if exempt_it else ''}.",
            f"A stamp of {format_euro(amount, 'en')} is needed{f', but for: {exempt_en}' if exempt_en else ''}.",
        )
    if delivery.get("withdrawal") in _WITHDRAWAL:
        yield _say(*_WITHDRAWAL[delivery["withdrawal"]])
    if delivery.get("resubmission") is False:
        yield _say("Chi la ritira non ne invia un’altra.", "Who takes it back sends no other.")


def _shortage(call: Call, openings: Iterable[Any]) -> Iterator[Bilingual]:
    if call.rule.order != "shares":
        yield _say(*_SHORT[call.when_short])
    if call.partial_days:
        yield _say(
            f"Chi ha una parte decide entro {call.partial_days} giorni se la accetta.",
            f"Who gets a part decides within {call.partial_days} days whether to accept it.",
        )
    seen = set()
    for opening in openings:
        for reserve in opening.reserves:
            words = _reserve(reserve, _line_of(opening, reserve))
            if words.it not in seen:
                seen.add(words.it)
                yield words


def _line_of(opening: Any, reserve: Mapping[str, Any]) -> Any:
    """The line of an opening that a reserve is of; none where it is of all its money."""
    code = reserve.get("line")
    return next((line for line in opening.lines.all() if line.code == code), None) if code else None


def _reserve(reserve: Mapping[str, Any], line: Any) -> Bilingual:
    if reserve.get("percent"):
        rate = short(Decimal(reserve["percent"]))
        much_it, much_en = the_percent(rate.replace(".", ","), first=True), f"{rate} %"
    else:
        amount = Decimal(reserve["amount"])
        much_it, much_en = format_euro(amount), format_euro(amount, "en")
    if line is not None:
        much_it, much_en = f"{much_it} di «{line.name_it}»", f"{much_en} of “{line.name_en}”"
    back = reserve.get("flows_back", True)
    return Bilingual(
        f"{much_it} è riservato a: {reserve['it']}. Quel che avanza {'va agli altri' if back else 'non va agli altri'}.",
        f"{much_en} is kept for: {reserve['en']}. What is left {'goes to the others' if back else 'does not go to the others'}.",
    )


def _judging(call: Call, openings: Iterable[Any]) -> Iterator[Bilingual]:
    rule, judgement = call.rule, call.judgement
    criteria = list(call.criteria.all()) if rule.uses_scores else []
    if any(item.kind != "automatic" for item in criteria):
        count = int(judgement.get("evaluators", 1))
        if judgement.get("scores") == "averaged":
            yield _say(
                f"Valutano almeno {count} persone: conta la media dei loro punti.",
                f"At least {count} people judge: the mean of their points counts.",
            )
        else:
            yield _say("I punti li dà la commissione insieme.", "The committee gives the points together.")
        if judgement.get("blind"):
            yield _say("Chi valuta non sa di chi è la domanda.", "Who judges does not know whose the application is.")
    if rule.uses_scores and judgement.get("threshold"):
        points = short(Decimal(judgement["threshold"]))
        yield _say(
            f"Servono almeno {points.replace('.', ',')} punti in tutto.", f"At least {points} points in all are needed."
        )
    for item in criteria:
        if item.minimum:
            points = short(item.minimum)
            yield _say(
                f"{item.name_it}: servono almeno {points.replace('.', ',')} punti.",
                f"{item.name_en or item.name_it}: at least {points} points are needed.",
            )
    for opening in openings:
        seats = [f"{one['it']}" for one in opening.committee]
        if seats:
            yield _say(
                f"La commissione: {'; '.join(seats)}.",
                f"The committee: {'; '.join(one['en'] for one in opening.committee)}.",
            )
        if rule.uses_seed and opening.seed_source:
            yield _say(
                f"Il seme del sorteggio: {opening.seed_source['it']}.",
                f"The seed of the draw: {opening.seed_source['en']}.",
            )


_REGIMES = {
    "de_minimis": Bilingual("Aiuti de minimis", "De minimis aid"),
    "gber": Bilingual("Aiuti in esenzione dalla notifica", "Aid exempt from notification"),
}


def _regime(call: Call, openings: Iterable[Any]) -> Bilingual | None:
    """The aid regime with the act in force on the day the last opening begins, as far as the law's data tell it."""
    name = next((one for one in _REGIMES if call.regime.startswith(one)), None)
    if name is None:
        return None
    on = day_of(max((opening.opens_at for opening in openings), default=call.published_at or now()))
    words = _REGIMES[name]
    try:
        act = parameters.value(f"regime.{name}", on=on).reference.split(", art.")[0]
    except parameters.Missing:
        return Bilingual(f"{words.it}.", f"{words.en}.")
    return Bilingual(f"{words.it} ({act}).", f"{words.en} ({act}).")


def _frame(call: Call, openings: Iterable[Any]) -> Iterator[Bilingual]:
    office = call.office
    how = MANAGED[call.managed_as]
    yield Bilingual(
        f"{how.it[:1].upper()}{how.it[1:]}: {office.name_it}.",
        f"{how.en[:1].upper()}{how.en[1:]}: {office.name_en or office.name_it}.",
    )
    regime = _regime(call, openings)
    if regime is not None:
        yield regime
    if call.fund is not None:
        period = call.fund.period
        years = f" ({period.name_it})" if period is not None else ""
        years_en = f" ({period.name_en})" if period is not None else ""
        yield Bilingual(f"Fondo: {call.fund.name_it}{years}.", f"Fund: {call.fund.name_en}{years_en}.")
    for row in call.budget_lines.all():
        line = row.line
        where = (line.code, f"capitolo {line.chapter}" if line.chapter else "", str(line.year or ""))
        where_en = (line.code, f"chapter {line.chapter}" if line.chapter else "", str(line.year or ""))
        yield Bilingual(
            f"Linea di bilancio: {line.name_it} ({', '.join(filter(None, where))})"
            f"{f': {format_euro(row.amount)}' if row.amount is not None else ''}.",
            f"Budget line: {line.name_en} ({', '.join(filter(None, where_en))})"
            f"{': ' + format_euro(row.amount, 'en') if row.amount is not None else ''}.",
        )


__all__ = ["KINDS", "MANAGED", "call_words"]
