"""The letter and the notice of a ranking to each of its applicants: place, points, outcome, reasons, remedies.

Answers for rankings to the room of letters (``letters.subjects``). The reasons are those of the published snapshot: nothing is
judged here, and whoever recomputes the ranking finds them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from levante.applications.letters import about_this, common_values, money, own_letters
from levante.applications.models import Application, Ranking, RankingRow
from levante.applications.queries import with_call
from levante.applications.telling import tell_people
from levante.kernel.api import Actor, day_of, refuse
from levante.kernel.pure import Bilingual, format_euro
from levante.letters.api import LetterRun, Planned, prepare_run, same

FUNDED, PARTIAL, BELOW, VOID, RENOUNCED = "funded", "partial", "below", "void", "renounced"
LABEL = Ranking._meta.label
KIND = "ranking_place"

OUTCOMES = {
    "funded": Bilingual("finanziata", "funded"),
    "partial": Bilingual("finanziata in parte", "funded in part"),
    "not_funded": Bilingual("ammessa e non finanziata", "eligible and not funded"),
    "below": Bilingual("non finanziata: sotto il punteggio minimo", "not funded: below the minimum score"),
    "void": Bilingual("non conta nella graduatoria", "does not count in the ranking"),
}


def prepare_letters(*, actor: Actor, ranking: Ranking) -> LetterRun | None:
    """The run of letters of a ranking just published, to be looked at and started by a person. A version after the first
    writes to those for whom something changed; with nobody to write to there is no run."""
    rows = _rows_to_tell(ranking)
    if not rows.exists():
        return None
    numbered = rows.order_by("position").values_list("application_id", "application__number")
    call, line = ranking.opening.call, ranking.line
    it, en = call.title_it, call.title_en or call.title_it
    if line is not None:
        it, en = f"{it}, {line.name_it}", f"{en}, {line.name_en or line.name_it}"
    return prepare_run(
        actor=actor,
        key=f"ranking:{ranking.pk}",
        kind=KIND,
        office=call.office,
        title=Bilingual(
            f"Graduatoria di «{it}», versione {ranking.version}", f"Ranking of “{en}”, version {ranking.version}"
        ),
        source_type=LABEL,
        source_id=ranking.pk,
        subjects=((application_id, number or "") for application_id, number in numbered.iterator(chunk_size=2000)),
    )


#: What a version says of an application, and another may say otherwise.
SAID = ("position", "score", "outcome", "amount", "reserve")


def _rows_to_tell(ranking: Ranking) -> "QuerySet[RankingRow]":
    """The places of which the version before did not say the same, whoever gave them up left out."""
    rows = RankingRow.objects.filter(ranking_id=ranking.pk).exclude(outcome=RENOUNCED)
    earlier = Ranking.objects.filter(
        opening_id=ranking.opening_id, line_id=ranking.line_id, state=Ranking.PUBLISHED, version__lt=ranking.version
    )
    last = earlier.order_by("-version").values_list("pk", flat=True).first()
    if last is None:
        return rows
    same_place = {name: OuterRef(name) for name in ("application_id", *SAID)}
    return rows.exclude(Exists(RankingRow.objects.filter(ranking_id=last, **same_place)))


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a published ranking as its letter tells it; ``asked`` is what the order was told it wants."""

    position: int
    score: Decimal
    outcome: str
    amount: Decimal
    asked: Decimal
    decided_by: str
    reserve: str
    points: Mapping[str, str]


def _row_of(run: LetterRun, application_id: int) -> RankingRow:
    """The row, with its ranking and the ranking's terms (``head``) alone."""
    ranking = Ranking.objects.defer("snapshot").select_related("opening__call", "line", "act").filter(pk=run.source_id)
    found = ranking.get()
    if found.state != Ranking.PUBLISHED:
        refuse("La graduatoria non è pubblicata.", "The ranking is not published.")
    row = RankingRow.objects.get(ranking=found, application_id=application_id)
    row.ranking = found
    return row


def place_of(row: RankingRow) -> Place:
    return Place(
        row.position, row.score, row.outcome, row.amount, row.asked if row.asked is not None else row.amount, row.decided_by,
        row.reserve, row.points,
    )  # fmt: skip


def plan(run: LetterRun, subject_id: int) -> Planned:
    """What the letter of one applicant says."""
    row = _row_of(run, subject_id)
    application = with_call(Application.objects.all()).select_related("case_officer").get(pk=subject_id)
    values = {**common_values(application), **place_values(place_of(row), row.ranking)}
    return Planned(application.enterprise, about_this(application), values, own_letters(application.opening.call))


def tell(actor: Actor, run: LetterRun, subject_id: int) -> None:
    """The notice in the portal, with the letter's own transaction."""
    row = _row_of(run, subject_id)
    application = with_call(Application.objects.all()).get(pk=subject_id)
    outcome, place = OUTCOMES[row.outcome], position_of(place_of(row))
    call = application.opening.call
    tell_people(
        actor,
        application,
        kind="application-ranked",
        title=Bilingual(
            f"Domanda {application.number}: {outcome.it}", f"Application {application.number}: {outcome.en}"
        ),
        body=Bilingual(
            f"È pubblicata la graduatoria di «{call.title_it}»: posto {place.it}. "
            "La lettera con i motivi e con come ricorrere è in Messaggi.",
            f"The ranking of “{call.title_en or call.title_it}” is published: place {place.en}. "
            "The letter with the reasons and how to appeal is in Messages.",
        ),
        subject=f"{application.pk}:ranking:{row.ranking_id}",
    )


def page(subject_id: int) -> str:
    return f"/ufficio/graduatorie/{subject_id}/"


def place_values(row: Place, ranking: Ranking) -> dict[str, Bilingual]:
    """The values of a letter about one place; ``ranking`` with its ``head``."""
    head: Mapping[str, Any] = ranking.head
    scored, act = bool(head["criteria"]), ranking.act
    return {
        "position": position_of(row),
        "score": number_words(row.score) if scored else same(""),
        "score_parts": score_parts(head, row) if scored else same(""),
        "outcome": OUTCOMES[row.outcome],
        "amount": money(row.amount),
        "requested": money(row.asked),
        "reasons": reasons_of(head, row, ranking),
        "ranking": same(ranking.number or ""),
        "ranking_act": Bilingual(act.name_it, act.name_en) if act is not None else same(""),
        "published_on": same(f"{day_of(ranking.published_at):%d/%m/%Y}" if ranking.published_at else ""),
    }


def rank_told(application: Application) -> Bilingual:
    """The place, and the points where there are some, in the list in force; nothing where there is no list. One query."""
    rows = application.ranking_rows.filter(ranking__state=Ranking.PUBLISHED).exclude(outcome__in=(VOID, RENOUNCED))
    rows = rows.select_related("ranking__act").defer("ranking__snapshot")
    row: RankingRow | None = rows.order_by("-ranking__version").first()
    if row is None:
        return same("")
    ranking, points = row.ranking, number_words(row.score)
    scored = bool(ranking.head["criteria"])
    it = f"Graduatoria n. {ranking.number}: posto {row.position}" + (f", punti {points.it}" if scored else "")
    en = f"Ranking no. {ranking.number}: place {row.position}" + (f", points {points.en}" if scored else "")
    if ranking.act is not None:
        it, en = f"{it}, approvata con {ranking.act.name_it}", f"{en}, approved by {ranking.act.name_en}"
    return Bilingual(f"{it}.", f"{en}.")


def position_of(row: Place) -> Bilingual:
    return Bilingual("nessuno", "none") if row.outcome == VOID else same(str(row.position))


def number_words(value: Decimal) -> Bilingual:
    """Points as people of each language write them."""
    text = f"{value:.2f}"
    return Bilingual(text.replace(".", ","), text)


def score_parts(snapshot: Mapping[str, Any], row: Place) -> Bilingual:
    """The points of each criterion, one a line, out of how many and with its minimum."""
    it, en = [], []
    for criterion in snapshot["criteria"]:
        points = number_words(Decimal(row.points.get(criterion["code"], "0")))
        most, least = Decimal(criterion["max_points"]), Decimal(criterion["minimum"])
        out = number_words(most)
        minimum = number_words(least)
        it.append(f"- {criterion['it']}: {points.it} su {out.it}" + (f" (minimo {minimum.it})" if least else ""))
        en.append(
            f"- {criterion['en'] or criterion['it']}: {points.en} of {out.en}"
            + (f" (minimum {minimum.en})" if least else "")
        )
    return Bilingual("\n".join(it), "\n".join(en))


def reasons_of(snapshot: Mapping[str, Any], row: Place, ranking: Ranking) -> Bilingual:
    """Why this outcome, in sentences."""
    budget = Decimal(snapshot["budget"])
    told: list[Bilingual] = []
    if row.outcome == FUNDED:
        told.append(_covered(snapshot, row, budget))
    elif row.outcome == PARTIAL:
        told += _in_part(snapshot, row, ranking)
    elif row.outcome == BELOW:
        told += _below(snapshot, row)
    elif row.outcome == VOID:
        told.append(
            Bilingual(
                "La stessa impresa ha più di una domanda in questo sportello e secondo il bando ne vale una sola: conta l’altra.",
                "The same enterprise has more than one application in this window and by the call only one holds: the other does.",
            )
        )
    else:
        told += _money_ended(snapshot, row, budget)
    if row.outcome not in (BELOW, VOID):
        told += _tie(row)
    return Bilingual(" ".join(one.it for one in told), " ".join(one.en for one in told))


def _covered(snapshot: Mapping[str, Any], row: Place, budget: Decimal) -> Bilingual:
    it = f"Il posto è tra quelli che le risorse ({format_euro(budget)}) coprono per intero."
    en = f"The place is among those that the money ({format_euro(budget, 'en')}) covers in full."
    reserve = next((one for one in snapshot.get("reserves", []) if one["code"] == row.reserve), None)
    if reserve is not None:
        it += f" Concorre la riserva «{reserve['it']}»."
        en += f" The reserve “{reserve['en'] or reserve['it']}” takes part."
    return Bilingual(it, en)


def _in_part(snapshot: Mapping[str, Any], row: Place, ranking: Ranking) -> list[Bilingual]:
    asked, given = row.asked, row.amount
    if snapshot.get("procedure") == "proportional":
        told = [
            Bilingual(
                f"Le risorse si dividono tra tutte le domande in proporzione: su {format_euro(asked)} spettano {format_euro(given)}.",
                f"The money is shared among all applications in proportion: of {format_euro(asked, 'en')}, "
                f"{format_euro(given, 'en')} are due.",
            )
        ]
    else:
        told = [
            Bilingual(
                f"Le risorse finiscono a questo posto: su {format_euro(asked)} ne restano {format_euro(given)}.",
                f"The money ends at this place: of {format_euro(asked, 'en')}, {format_euro(given, 'en')} are left.",
            )
        ]
    days = ranking.opening.call.partial_days
    if days:
        told.append(
            Bilingual(
                f"Il bando dà {days} giorni per accettare l’importo ridotto.",
                f"The call gives {days} days to accept the reduced amount.",
            )
        )
    return told


def _below(snapshot: Mapping[str, Any], row: Place) -> list[Bilingual]:
    told = []
    threshold = snapshot["threshold"]
    if threshold is not None and row.score < Decimal(threshold):
        score, least = number_words(row.score), number_words(Decimal(threshold))
        told.append(
            Bilingual(
                f"Il punteggio è {score.it}; il bando ne vuole almeno {least.it}.",
                f"The score is {score.en}; the call wants at least {least.en}.",
            )
        )
    for criterion in snapshot["criteria"]:
        points, least = Decimal(row.points.get(criterion["code"], "0")), Decimal(criterion["minimum"])
        if points < least:
            got, wanted = number_words(points), number_words(least)
            told.append(
                Bilingual(
                    f"Per «{criterion['it']}» i punti sono {got.it} e il minimo è {wanted.it}.",
                    f"For “{criterion['en'] or criterion['it']}” the points are {got.en} and the minimum is {wanted.en}.",
                )
            )
    return told or [
        Bilingual(
            "Non raggiunge i punteggi minimi chiesti dal bando.", "It does not reach the minimum points the call wants."
        )
    ]


def _money_ended(snapshot: Mapping[str, Any], row: Place, budget: Decimal) -> list[Bilingual]:
    asked = row.asked
    told = [
        Bilingual(
            f"La domanda è ammissibile, ma le risorse ({format_euro(budget)}), date secondo l’ordine, non bastano per "
            f"{format_euro(asked)} a questo posto.",
            f"The application is eligible, but the money ({format_euro(budget, 'en')}), given in order, is not enough for "
            f"{format_euro(asked, 'en')} at this place.",
        )
    ]
    if snapshot.get("when_short", "stop") != "skip":
        told.append(
            Bilingual(
                "Resta in graduatoria: se si liberano risorse, per rinunce o nuovi fondi, si scorre da qui senza cambiare l’ordine.",
                "It stays in the ranking: if money comes free, by renunciations or new funds, it goes on from here in the same order.",
            )
        )
    return told


_TIES = {
    "tie_break": Bilingual(
        "A parità con il posto precedente ha deciso il criterio di precedenza del bando.",
        "Level with the place before, the tie-break of the call decided.",
    ),
    "instant": Bilingual(
        "A parità con il posto precedente ha deciso l’istante di invio.",
        "Level with the place before, the instant of sending decided.",
    ),
    "sequence": Bilingual(
        "A parità con il posto precedente ha deciso il posto nel registro.",
        "Level with the place before, the place in the register decided.",
    ),
    "draw": Bilingual(
        "L’ordine è quello del sorteggio, con il seme pubblicato: chiunque può rifarlo.",
        "The order is that of the draw, with its published seed: anyone can do it again.",
    ),
}


def _tie(row: Place) -> list[Bilingual]:
    """What put it after the one above, where it was not the score."""
    by = "tie_break" if row.decided_by.startswith("tie_break") else row.decided_by
    return [_TIES[by]] if by in _TIES and (row.position > 1 or by == "draw") else []
