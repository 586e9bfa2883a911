"""An application read with its form: what is shown, missing, computed; how much it asks for."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from levante.applications.group import answers_of_all, is_group, is_of_another
from levante.applications.models import Application
from levante.calls.api import Amount, Form, Reading, amount_for, enterprise_facts, form_of, read_answers
from levante.kernel.api import day_of, today
from levante.kernel.pure import Bilingual


def form_of_application(application: Application) -> Form:
    return form_of(application.form)


def facts_of(application: Application) -> dict[str, Any]:
    """The facts its conditions see: those frozen at transmission, today's for a draft. Kept on the object."""
    cached = application.__dict__.get("_facts")
    if cached is None:
        if application.frozen is not None:
            cached = application.frozen["facts"]
        elif not needs_facts(form_of_application(application), application.opening.call.money):
            cached = {}
        else:
            cached = enterprise_facts(application.enterprise, on=today())
        application.__dict__["_facts"] = cached
    return cached


def read_application(application: Application, answers: Mapping[str, Any] | None = None) -> Reading:
    """The form read with the answers it holds (or with others); kept on the object for its own answers."""
    form, on = form_of_application(application), _day_of(application)
    if answers is not None:
        return read_answers(form, answers, facts_of(application), on=on)
    key = (application.revision, application.form_id)
    cached = application.__dict__.get("_reading")
    if cached is None or cached[0] != key:
        computed = (application.frozen or {}).get("computed")  # sent before they were frozen: reckoned
        reading = read_answers(form, answers_of_all(application, form), facts_of(application), on=on, computed=computed)
        if is_group(application) and application.frozen is None:
            reading.problems = [one for one in reading.problems if not is_of_another(application, one)]
        cached = application.__dict__["_reading"] = (key, reading)
    return cached[1]


def _day_of(application: Application) -> date:
    """The day on which its documents must hold: that of the transmission, today for a draft; the day of the opening for
    what is sealed before it."""
    if application.frozen is not None and application.submitted_at is not None:
        return day_of(application.submitted_at)
    opening = application.opening
    return max(today(), day_of(opening.opens_at)) if opening.call.is_sealed else today()


def amount_of(application: Application) -> Amount:
    """What the answers ask for, with the arithmetic."""
    reading = read_application(application)
    return amount_for(application.opening.call.money, reading.answers, reading.variables)


def why_no_amount(amount: Amount) -> Bilingual | None:
    """Why an application that asks for this cannot be sent; ``None`` when it asks for something."""
    if amount.value is None:
        return Bilingual(
            "l’importo richiesto non si può ancora calcolare", "the amount asked for cannot be reckoned yet"
        )
    if amount.value > 0:
        return None
    last = amount.steps[-1].text if amount.steps else Bilingual("guarda le spese", "look at the costs")
    return Bilingual(
        f"un importo da chiedere, che ora è zero. {last.it}", f"an amount to ask for, which is zero now. {last.en}"
    )


def needs_facts(form: Form, money: Mapping[str, Any]) -> bool:
    """Do the form's conditions, or those of the amount, look at the enterprise's facts at all? When they do not, nobody fetches
    them."""
    of_form = (
        text
        for section, item in form.fields()
        for one in (item, *item.fields)
        for text in (section.show_if, one.show_if, one.required, one.formula, one.must, one.signed)
    )
    return any("facts." in text or "facts)" in text or "facts[" in text for text in (*of_form, *_conditions_of(money)))


def _conditions_of(money: Any) -> Iterator[str]:
    """The conditions of rates, steps, premiums: whatever the amount calls ``when``."""
    if isinstance(money, Mapping):
        for key, value in money.items():
            if key == "when" and isinstance(value, str):
                yield value
            else:
                yield from _conditions_of(value)
    elif isinstance(money, list):
        for one in money:
            yield from _conditions_of(one)
