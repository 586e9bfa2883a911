"""Certificates of what was withheld in a year, and what of it goes to the State by month: as the bank executed it, gross."""

from collections.abc import Sequence
from datetime import date, timedelta

from levante.identity.api import Office
from levante.kernel.api import Actor, note, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual, format_euro
from levante.law import parameters
from levante.law.terms import is_working_day
from levante.messages.api import notify
from levante.parties.api import Enterprise, people_acting_for
from levante.payments import states
from levante.payments.models import LiquidationRow, Payment, WithholdingCertificate
from levante.payments.paying import may_pay_for, payer_of
from levante.payments.policies import may_order
from levante.payments.pure.withholding import Certificate, MonthDue, Split, certificates, months
from levante.programme.api import print_act

TEMPLATE = "payments/pdf_certificate.html"
#: Certificates issued in one transaction; up to so many at once, more by the worker.
BATCH = 20
PORTAL = "/impresa/conto/"


@service("payments.issue_certificates")
def issue_certificates(*, actor: Actor, year: int, body: Office | None = None) -> int:
    """Give everybody a body (none: the Section) withheld something from in a year, once it is over, their certificate; those already given
    stay, but for figures that changed since. Asked again it goes on from where it is. How many were still to give."""
    require(may_order(actor) and may_pay_for(actor, body))
    if year >= today().year:
        refuse(
            "L’anno non è finito: le certificazioni si danno quando è concluso.",
            "The year is not over: certificates are given once it is.",
        )
    payer_of(body)  # refused where nobody said who pays
    left = len(to_issue(year, body))
    if not left:
        return unchanged(0)
    if left > BATCH:
        from levante.payments.jobs import issue_certificates as later

        later.defer(year=year, body_id=body.pk if body is not None else None)
    else:
        issue_some(actor=system("payments.issue_certificates"), year=year, body=body)
    note(year=year, certificates=left)
    return left


def figures_of(year: int, body: Office | None = None) -> dict[int, Certificate]:
    """What a body paid to each enterprise and withheld in a year, by its key: all of it, whoever asks."""
    rows = LiquidationRow.objects.filter(
        liquidation__paid_by=body, state=states.PAID, paid_on__year=year, withheld__gt=0
    )
    told = rows.order_by("pk").values_list("claim__award__enterprise_id", "gross", "subject", "withheld", "net")
    found = certificates(year, ((str(firm), Split(*amounts)) for firm, *amounts in told))
    return {int(one.enterprise): one for one in found}


def to_issue(year: int, body: Office | None = None) -> list[int]:
    """The enterprises whose standing certificate is not what the year says: to be given, given again, or withdrawn. Two queries."""
    figures = figures_of(year, body)
    standing: dict[int, list[WithholdingCertificate]] = {}
    for one in WithholdingCertificate.objects.standing().filter(year=year, paid_by=body).order_by("pk"):
        standing.setdefault(one.enterprise_id, []).append(one)
    return sorted(firm for firm in {*figures, *standing} if not _agree(figures.get(firm), standing.get(firm, [])))


def _agree(figure: Certificate | None, given: Sequence[WithholdingCertificate]) -> bool:
    """After a merge a firm may have two, of the two tax codes it was paid under: together they are the year."""
    if figure is None:
        return not given
    names = ("payments", "gross", "subject", "withheld", "net")
    return bool(given) and all(getattr(figure, name) == sum(getattr(one, name) for one in given) for name in names)


def issue_all(year: int, body: Office | None = None) -> int:
    """By the worker: some in each transaction, until none is left; in how many."""
    turns = 0
    while issue_some(actor=system("payments.issue_certificates"), year=year, body=body):
        turns += 1
    return turns


@service("payments.issue_some_certificates")
def issue_some(*, actor: Actor, year: int, body: Office | None = None) -> int:
    """The next certificates of a year; how many."""
    firms = list(
        Enterprise.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=to_issue(year, body)[:BATCH])
        .order_by("pk")
    )
    left = set(to_issue(year, body))  # another worker may have given them meanwhile
    figures = figures_of(year, body)
    done = [one for one in firms if one.pk in left]
    for firm in done:
        _issue(actor, firm, year, figures.get(firm.pk), body)
    if not done:
        return unchanged(0)
    note(year=year, enterprises=[one.pk for one in done])
    return len(done)


def _issue(actor: Actor, firm: Enterprise, year: int, figure: Certificate | None, body: Office | None) -> None:
    given = WithholdingCertificate.objects.standing().filter(enterprise=firm, year=year, paid_by=body)
    again = given.update(replaced_at=now())
    if figure is not None:
        made = WithholdingCertificate.objects.create(
            enterprise=firm, name=firm.name[:300], tax_code=firm.tax_code, year=year, paid_by=body, payments=figure.payments,
            gross=figure.gross,
            subject=figure.subject, withheld=figure.withheld, net=figure.net, issued_at=now(), issued_by_id=actor.user_id,
        )  # fmt: skip
        made.document = print_act(
            actor=actor, before=None, long=True, kind="withholding-certificate", template=TEMPLATE,
            title=f"Certificazione delle ritenute {year}: {firm.name}", data=certificate_data(made), subject=made,
        )  # fmt: skip
        made.save(update_fields=["document"])
    notify(
        actor=actor,
        users=people_acting_for(firm.pk, today()),
        kind="withholding-certificate",
        title=Bilingual(f"Certificazione delle ritenute {year}", f"Certificate of what was withheld in {year}"),
        body=_told(year, figure, again=bool(again)),
        path=PORTAL,
        enterprise_id=firm.pk,
        subject_type=WithholdingCertificate._meta.label,
        subject_id=f"{firm.pk}:{year}:{now().isoformat()}",
    )


def _told(year: int, figure: Certificate | None, *, again: bool) -> Bilingual:
    if figure is None:
        return Bilingual(
            f"La certificazione delle ritenute del {year} non vale più: il pagamento è tornato indietro.",
            f"The certificate of what was withheld in {year} no longer stands: the payment came back.",
        )
    instead = ("", "")
    if again:
        instead = (" Sostituisce quella che hai già.", " It replaces the one you have.")
    return Bilingual(
        f"Nel {year} ti sono stati pagati {format_euro(figure.gross)} lordi, con ritenute per {format_euro(figure.withheld)}. La "
        f"certificazione si scarica dal portale.{instead[0]}",
        f"In {year} you were paid {format_euro(figure.gross, 'en')} gross, of which {format_euro(figure.withheld, 'en')} were withheld. "
        f"The certificate is in the portal.{instead[1]}",
    )


def certificate_data(made: WithholdingCertificate) -> dict[str, object]:
    """What the certificate shows, as plain JSON. Italian: it is a paper of the tax law."""
    who = payer_of(made.paid_by)
    return {
        "payer": who.name,
        "year": made.year,
        "name": made.name,
        "tax_code": made.tax_code,
        "payments": made.payments,
        "gross": format_euro(made.gross),
        "subject": format_euro(made.subject),
        "withheld": format_euro(made.withheld),
        "net": format_euro(made.net),
        "made_on": today().strftime("%d/%m/%Y"),
    }


def give_by(year: int) -> date:
    """The last day to give the certificates of a year."""
    told = parameters.value("withholding.certificate.last_day", on=today()).value
    return date(year + 1, told["month"], told["day"])


def months_of(year: int, body: Office | None = None) -> list[MonthDue]:
    """What a body (none: the Section) owes the State of a year, by month of the payments. Two queries."""
    amounts = ("row__gross", "row__subject", "row__withheld", "row__net")
    live = Payment.objects.filter(order__paid_by=body, withheld__gt=0).order_by("pk")
    out = live.filter(executed_on__year=year, state__in=[states.EXECUTED, states.RETURNED])
    back = live.filter(returned_on__year=year, executed_on__isnull=False)
    return months(
        ((day, Split(*rest)) for day, *rest in out.values_list("executed_on", *amounts)),
        ((day, Split(*rest)) for day, *rest in back.values_list("returned_on", *amounts)),
    )


def pay_by(month: date) -> date:
    """The day by which what was withheld in a month is paid: of the next one, the first that is worked."""
    first = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    day = first.replace(day=int(parameters.value("withholding.f24.day", on=first).value))
    try:
        while not is_working_day(day):
            day += timedelta(days=1)
    except parameters.Missing:  # a year whose calendar is not known: the day of the norm
        return first.replace(day=int(parameters.value("withholding.f24.day", on=first).value))
    return day
