"""Invented applications in every state, told in the order in which they would have happened, through the services."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from levante.applications import api as applications
from levante.calls.api import Opening, drawn, write_seed
from levante.demo.letters import outside, start_letters
from levante.demo.telling import read
from levante.identity.api import User, powers_of
from levante.kernel.api import ENTERPRISE, ROME, Actor, Party, clock_at, now, today
from levante.parties.api import Enterprise, Mandate, acting_scopes

Row = dict[str, Any]
Moment = tuple[datetime, Callable[[], object]]

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
CASE_OFFICER, DIRECTOR = "marco.lorusso@demo.levante.example", "lucia.desantis@demo.levante.example"


def load(folder: Path) -> None:
    """Everything in ``applications.yaml``; an enterprise that has an application in the opening already is left alone."""
    data: Row = read(folder, "applications")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    moments: list[Moment] = []
    for row in data["applications"]:
        opening = Opening.objects.select_related("call__office", "form").get(
            call__code=row["call"], code=row["opening"]
        )
        enterprise = Enterprise.objects.get(tax_code=codes[row["enterprise"]])
        if not applications.Application.objects.filter(opening=opening, enterprise=enterprise).exists():
            answers = {**data["answers"][row["call"]], **row["answers"]}
            moments += _story(opening, enterprise, {name: _value(value) for name, value in answers.items()}, row)
    for row in data["seeds"]:
        opening = Opening.objects.get(call__code=row["call"], code=row["opening"])
        if not opening.seed:
            moments.append((at(row["ago"], 10), lambda opening=opening, row=row: _draw(opening, row, codes)))  # type: ignore[misc]
    for row in data["rankings"]:
        opening = Opening.objects.get(call__code=row["call"], code=row["opening"])
        if not applications.Ranking.objects.filter(opening=opening).exists():
            moments.append((at(row["ago"], 11), lambda opening=opening, row=row: _rank(opening, row)))  # type: ignore[misc]
    for row in data["scrollings"]:
        opening = Opening.objects.get(call__code=row["call"], code=row["opening"])
        if not applications.Ranking.objects.filter(opening=opening, scrolls__isnull=False).exists():
            moments.append((at(row["ago"] + 1, 12), lambda opening=opening, row=row: _give_up(opening, row)))  # type: ignore[misc]
            moments.append((at(row["ago"], 12), lambda opening=opening, row=row: _scroll(opening, row)))  # type: ignore[misc]
    if moments:
        with outside(folder) as systems:
            for instant, act in sorted(moments, key=lambda moment: moment[0]):
                with clock_at(min(instant, now())):
                    act()
                    systems.carry()
    for row in data["absences"]:
        _absence(row)


def _value(value: Any) -> Any:
    """``in 75`` is the day 75 days from today."""
    if isinstance(value, str) and value.startswith("in ") and value[3:].isdigit():
        return (today() + timedelta(days=int(value[3:]))).isoformat()
    return value


def at(ago: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(today() - timedelta(days=ago), time(hour, minute), ROME)


def enterprise_actor(enterprise: Enterprise) -> Actor:
    mandate = Mandate.objects.filter(enterprise=enterprise, kind=Mandate.LEGAL_REPRESENTATIVE, state=Mandate.CONFIRMED)
    user = mandate.select_related("user").order_by("id")[0].user
    return Actor(
        user_id=user.pk,
        label=user.get_full_name(),
        party=Party(ENTERPRISE, enterprise.pk),
        scopes=acting_scopes(user.pk, enterprise.pk, today()),
    )


def officer(email: str) -> Actor:
    user = User.objects.get(email=email)
    return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))


def _story(opening: Opening, enterprise: Enterprise, answers: Row, row: Row) -> list[Moment]:
    """What happened to one application, each step with its instant."""
    ago, then = int(row["ago"]), row["then"]
    actor, desk = enterprise_actor(enterprise), officer(CASE_OFFICER)

    def mine() -> Any:
        return applications.Application.objects.get(opening=opening, enterprise=enterprise)

    def fill() -> None:
        draft = applications.start_draft(actor=actor, opening=opening)
        if "costs" in row:
            answers["cost_items"] = [{"item": "space", "description": "Stand", "amount": row["costs"]}]
        applications.save_answers(actor=actor, application=draft, answers=answers, base_revision=draft.revision)
        reading = applications.read_application(draft)
        for item in (item for _, item in reading.form.fields() if item.kind == "file" and item.id in reading.visible):
            name = f"{item.id.replace('_', '-')}-dimostrazione.pdf"
            applications.attach_file(
                actor=actor, application=draft, field_id=item.id, upload=SimpleUploadedFile(name, PDF)
            )

    def send() -> None:
        applications.submit_application(actor=actor, application=mine())

    def take() -> None:
        applications.take_in_charge(actor=desk, application=mine(), has_conflict=False)

    def check(failing: str = "") -> None:
        for item in opening.call.checklists["formal"]:
            wrong = item["code"] == failing
            applications.record_formal_check(
                actor=desk,
                application=mine(),
                item=item["code"],
                outcome="not_met" if wrong else "met",
                text="La fiera non risulta internazionale." if wrong else "",
                source="Verifica d’ufficio (dimostrazione)",
            )

    def ask() -> None:
        applications.request_integration(
            actor=desk,
            application=mine(),
            items=[
                {
                    "it": "Conferma dell’organizzatore con le date della fiera",
                    "en": "Organiser's confirmation with dates",
                }
            ],
            text="La conferma allegata non riporta le date.",
            days=30 if then == "integration" else None,
        )

    def answer() -> None:
        applications.answer_integration(
            actor=actor, application=mine(), text="Alleghiamo la conferma con le date.",
            uploads=[SimpleUploadedFile("conferma-con-date.pdf", PDF)],
        )  # fmt: skip

    def notify() -> None:
        applications.give_rejection_notice(
            actor=desk, application=mine(), reasons="La manifestazione indicata non risulta una fiera internazionale."
        )

    moments: list[Moment] = [(at(ago, 9, 5), fill)]
    if then == "draft":
        return moments
    if then == "discarded":
        return [*moments, (at(ago - 1, 9), lambda: applications.discard_draft(actor=actor, application=mine()))]
    moments.append((at(ago, 10, 40), send))
    if then == "submitted":
        return moments
    if then == "withdrawn":
        reason = "La fiera è stata rinviata."
        withdraw = applications.withdraw_application
        moments.append((at(ago - 1, 9), lambda: withdraw(actor=actor, application=mine(), reason=reason)))
        return moments
    moments.append((at(ago - 1, 9, 30), take))
    if then in {"integration", "answered"}:
        moments.append((at(ago - 3, 12), ask))
    if then == "answered":
        moments.append((at(ago - 8, 16), answer))
    if then == "admitted":
        moments.append((at(ago - 4, 10), check))
        moments.append((at(ago - 5, 12), lambda: applications.admit_application(actor=desk, application=mine())))
    if then in {"notice", "rejected"}:
        moments.append((at(ago - 4, 10), lambda: check("fair")))
        moments.append((at(ago - 5 if then == "rejected" else 3, 12), notify))
    if then == "rejected":
        reason = "La manifestazione non è una fiera internazionale; nei dieci giorni non sono arrivate osservazioni."
        reject = applications.reject_application
        moments.append((at(ago - 20, 10), lambda: reject(actor=desk, application=mine(), reason=reason)))
    return moments


def _absence(row: Row) -> None:
    """Somebody away these days, with who covers; told once."""
    user, substitute = (User.objects.get(email=row[name]) for name in ("who", "covers"))
    if not applications.Absence.objects.filter(user=user).exists():
        applications.record_absence(
            actor=officer(DIRECTOR),
            user=user,
            substitute=substitute,
            since=today() + timedelta(days=row["in"]),
            until=today() + timedelta(days=row["in"] + row["days"]),
        )


def _draw(opening: Opening, row: Row, codes: dict[str, str]) -> None:
    """The seed of a draw, with the act that records where it was read."""
    director, told = officer(DIRECTOR), row["act"]
    act = applications.record_opening_act(
        actor=director, opening=opening, number=told["number"], adopted_on=today(), title=told["title"]
    )
    admitted = applications.Application.objects.filter(opening=opening, state="admitted")
    wanted = [codes[key] for key in row["drawn"]]
    seed = seed_for(row["seed"], dict(admitted.values_list("number", "enterprise__tax_code")), wanted, row["funded"])
    write_seed(actor=director, opening=opening, seed=seed, act=act)


def seed_for(written: str, firms: dict[str, str], wanted: list[str], funded: int) -> str:
    """Five numbers: those ``written``, or with another last one (1 to 90), so that the firms ``wanted`` are drawn among the ``funded`` and
    not first (who is first gives up). ``firms`` are by the number of their application: the draw hangs on it, and it on the year."""
    *numbers, last = written.split()
    for one in (last, *map(str, range(1, 91))):
        seed = " ".join([*numbers, one])
        order = [firms[number] for number in sorted(firms, key=lambda number: drawn(seed, number))]
        if set(wanted) <= set(order[1:funded]):
            return seed
    raise LookupError(f"no seed draws {wanted} among {funded} of {sorted(firms)}")


def _give_up(opening: Opening, row: Row) -> None:
    """The first of those funded gives up its place."""
    first = applications.RankingRow.objects.filter(ranking__opening=opening, outcome="funded").order_by("position")[0]
    applications.renounce_place(
        actor=enterprise_actor(first.application.enterprise), application=first.application, reason=row["reason"]
    )


def _scroll(opening: Opening, row: Row) -> None:
    """The money that came free goes on, with an invented act."""
    director, told = officer(DIRECTOR), row["act"]
    act = applications.record_opening_act(
        actor=director, opening=opening, number=told["number"], adopted_on=today(), title=told["title"]
    )
    last = applications.Ranking.objects.filter(opening=opening, state="published").order_by("-version")[0]
    made = applications.scroll_ranking(actor=director, ranking=last)
    _declare(director, made)
    applications.publish_ranking(actor=director, ranking=made, act=act)


def _declare(director: Actor, ranking: applications.Ranking) -> None:
    """Who publishes a list declared about each of its files."""
    files = applications.undeclared_among(director, applications.files_of_ranking(ranking))
    if files.exists():
        applications.declare_about_many(actor=director, files=files.values_list("pk", flat=True), conflicts={})


def _rank(opening: Opening, row: Row) -> None:
    """The list of each line, published with one invented act."""
    director, told = officer(DIRECTOR), row["act"]
    act = applications.record_opening_act(
        actor=director, opening=opening, number=told["number"], adopted_on=today(), title=told["title"]
    )
    for line in list(opening.lines.all()) or [None]:
        made = applications.compute_ranking(actor=director, opening=opening, line=line)
        _declare(director, made)
        applications.publish_ranking(actor=director, ranking=made, act=act)
        start_letters(made.pk, director)
