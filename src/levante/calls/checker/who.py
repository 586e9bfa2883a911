"""Who may ask: rules, groups, limits, exclusions, delivery."""

from collections.abc import Iterator

from levante.calls import exclusions
from levante.calls.checker.finding import Finding, View, error, warning
from levante.calls.schema import ItemsMoney
from levante.law import parameters


def check(view: View) -> Iterator[Finding]:
    entry = view.entry
    for name, rules in (("eligibility", entry.eligibility), ("applicants.member_rules", entry.applicants.member_rules)):
        for number, rule in enumerate(rules):
            if rule.expression is None and rule.ask is None:
                yield error(
                    f"{name}.{number}", "serve un’espressione o una domanda.", "needs an expression or a question."
                )
    yield from _groups(view)
    yield from _limits(view)
    yield from _exclusions(view)
    yield from _delivery(view)


def _groups(view: View) -> Iterator[Finding]:
    applicants = view.entry.applicants
    grouped = any(kind != "single" for kind in applicants.kinds)
    if len(set(applicants.kinds)) != len(applicants.kinds):
        yield error("applicants.kinds", "lo stesso tipo due volte.", "the same kind twice.")
    if grouped and applicants.members is None:
        yield error("applicants.members", "di’ quante imprese servono.", "say how many firms are needed.")
    if grouped and applicants.members is not None and applicants.members.least < 2:
        yield error(
            "applicants.members.least", "un raggruppamento ha almeno due imprese.", "a group has at least two firms."
        )
    if not grouped:
        for name in ("members", "member_rules", "share_field"):
            if getattr(applicants, name):
                yield error(
                    f"applicants.{name}",
                    "nessun tipo di richiedente è un raggruppamento.",
                    "no kind of applicant is a group.",
                )
        return
    money = view.entry.money
    if applicants.share_field is None:
        yield warning(
            "applicants.share_field",
            "non si dice di quale impresa è ogni spesa: il contributo si divide in parti uguali.",
            "it is not said whose each cost is: the grant is divided in equal parts.",
        )
    elif isinstance(money, ItemsMoney):
        group = view.fields.get(money.field)
        if group is not None and applicants.share_field not in {column.id for column in group.fields}:
            yield error("applicants.share_field", "non è una colonna delle spese.", "is not a column of the costs.")
    elif view.fields:
        yield error(
            "applicants.share_field",
            "serve solo dove le spese si dicono riga per riga (money: items).",
            "belongs only where costs are told row by row (money: items).",
        )


def _limits(view: View) -> Iterator[Finding]:
    entry = view.entry
    every = [(f"limits.{n}", limit) for n, limit in enumerate(entry.limits)]
    for number, opening in enumerate(entry.openings):
        every += [(f"openings.{number}.limits.{n}", limit) for n, limit in enumerate(opening.limits)]
    codes: dict[str, str] = {}
    for path, limit in every:
        if path.startswith("limits") and limit.code in codes:
            yield error(f"{path}.code", "lo stesso codice due volte.", "the same code twice.")
        codes.setdefault(limit.code, path)
        if limit.by is not None and view.fields and limit.by not in view.fields:
            yield error(f"{path}.by", "non è un campo del modulo.", "is not a field of the form.")
        elif (
            limit.by is not None
            and (item := view.fields.get(limit.by)) is not None
            and item.kind in ("group", "file", "multi_choice", "long_text")
        ):
            yield error(f"{path}.by", "non è un campo con una sola risposta.", "is not a field with one answer.")
    counting = [limit for _, limit in every if limit.of == "enterprise" and limit.within == "opening"]
    if entry.repeat != "refused" and len(counting) > 1:
        yield error(
            "repeat",
            "con più limiti per impresa le domande ripetute si possono solo rifiutare (refused).",
            "with more than one limit for each enterprise, repeated applications can only be refused.",
        )
    inside = min((limit.most for limit in counting if limit.by is None), default=None)
    for path, limit in every:
        if (
            limit.within == "call"
            and limit.of == "enterprise"
            and limit.by is None
            and inside is not None
            and limit.most < inside
        ):
            yield warning(
                f"{path}.most",
                "è più stretto del limite di una finestra.",
                "is narrower than the limit of one opening.",
            )


def _exclusions(view: View) -> Iterator[Finding]:
    grounds = exclusions.known(view.opens_on)
    ever = {row["code"] for entry in parameters.history(exclusions.PARAMETER) for row in entry.value}
    for number, code in enumerate(view.entry.exclusions):
        if code not in ever:
            yield error(
                f"exclusions.{number}",
                "non è una causa di esclusione della legge.",
                "is not a ground of exclusion of the law.",
            )
        elif code not in grounds:
            yield warning(
                f"exclusions.{number}",
                "non è in vigore quando il bando apre: non sarà chiesta.",
                "is not in force when the call opens: it will not be asked.",
            )
    if len(set(view.entry.exclusions)) != len(view.entry.exclusions):
        yield error("exclusions", "la stessa causa due volte.", "the same ground twice.")
    for code in sorted(grounds.keys() - set(view.entry.exclusions)):
        yield warning(
            "exclusions",
            f"la legge esclude anche per: {grounds[code]['it']}. Il bando non lo chiede.",
            f"the law excludes also for: {grounds[code]['en']}. The call does not ask.",
            grounds[code]["reference"],
        )


def _delivery(view: View) -> Iterator[Finding]:
    delivery = view.entry.delivery
    if view.rule.sealed != delivery.sealed:
        if view.rule.sealed:
            yield error(
                "delivery.sealed",
                "in un click day la domanda si sigilla prima.",
                "on a click day the application is sealed before.",
            )
        else:
            yield error("delivery.sealed", "si sigilla solo in un click day.", "only a click day seals.")
    if delivery.withdrawal == "never" and delivery.resubmission:
        yield warning(
            "delivery.resubmission",
            "una domanda che non si può ritirare non si ripresenta.",
            "an application that cannot be withdrawn is not sent again.",
        )
    if view.entry.repeat == "last_counts" and view.rule.by_arrival:
        yield warning(
            "repeat",
            "chi invia di nuovo perde il posto: dillo nel bando.",
            "who sends again loses the place: say it in the call.",
        )
