"""The text of the act that approves a ranking, or a new version of it: written from the data, adopted elsewhere, then recorded
with its number (``acts``). Italian: it is an act. And which recorded act may approve a version."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from levante.applications import policies
from levante.applications.models import EvaluationSession, Ranking
from levante.applications.putting_forward import files_of_ranking, may_put_forward
from levante.calls.api import act_words, adopted, heading_of
from levante.documents.api import GeneratedDocument, generate_document, order_document
from levante.identity.api import adopting
from levante.kernel.api import ROME, Actor, note, refuse, require, service, today
from levante.kernel.pure import ZERO, euro, format_euro
from levante.law.remedies import remedies_sentence
from levante.programme.api import Act, vocabulary

KIND, TEMPLATE = "ranking-act", "applications/pdf_ranking_act.html"
#: A list of so many funded is printed at once; a longer one by the worker.
AT_ONCE = 100
OUTCOMES = {"funded": "per intero", "partial": "in parte"}
_AWARDS = Q(code__regex=rf"^{vocabulary.AT_WORK}{vocabulary.AWARDING}[0-9]+$")


def approving(act: Act | None, ranking: Ranking) -> Act:
    """The act that approves a version of a list: in force, adopted when the version was computed already, and neither the act of
    another version of it nor one that awards. Refused otherwise. One act may approve the lists of several lines.

    An act recorded twice is the same act by its number and its day."""
    act = adopted(act, ranking.opening.call)
    computed = ranking.computed_at.astimezone(ROME).date()
    assert act.adopted_on is not None
    if act.adopted_on < computed:
        refuse(
            f"Questo atto è del {act.adopted_on:%d/%m/%Y}, e la graduatoria è stata calcolata il {computed:%d/%m/%Y}: la approva "
            "un atto di quel giorno o dei giorni dopo.",
            f"This act is of {act.adopted_on:%d/%m/%Y}, and the ranking was computed on {computed:%d/%m/%Y}: an act of that day or "
            "of a later one approves it.",
            field="act",
        )
    same = Q(number=act.number, adopted_on=act.adopted_on)
    if Act.objects.filter(_AWARDS, same, programme=act.programme_id).exists():
        refuse(
            "Questo atto concede contributi: la graduatoria la approva un altro atto.",
            "This act awards aid: another act approves the ranking.",
            field="act",
        )
    other = _other_versions(ranking).filter(act__in=Act.objects.filter(same | Q(pk=act.pk))).first()
    if other is not None:
        refuse(
            f"Questo atto ha approvato la versione {other.version} di questa graduatoria: ogni versione ha il suo atto.",
            f"This act approved version {other.version} of this ranking: each version has its own act.",
            field="act",
        )
    return act


def approving_acts(ranking: Ranking) -> "QuerySet[Act]":
    """The recorded acts that ``approving`` takes for a version, the last adopted first."""
    computed = ranking.computed_at.astimezone(ROME).date()
    same = Q(number=OuterRef("number"), adopted_on=OuterRef("adopted_on"))
    awards = Act.objects.filter(_AWARDS, same, programme=OuterRef("programme"))
    taken = Act.objects.filter(same, pk__in=_other_versions(ranking).values("act"))
    rows = Act.objects.filter(
        ~Exists(awards), ~Exists(taken), programme=ranking.opening.call.programme_id,
        adopted_on__range=(computed, today()), replaced_by__isnull=True,
    )  # fmt: skip
    return rows.exclude(number="").order_by("-adopted_on", "code")


def _other_versions(ranking: Ranking) -> "QuerySet[Ranking]":
    rows = Ranking.objects.filter(opening=ranking.opening_id, line=ranking.line_id, state=Ranking.PUBLISHED)
    return rows.exclude(pk=ranking.pk).defer("snapshot")


def ranking_act_of(ranking: Ranking) -> GeneratedDocument | None:
    """The text written last for a ranking, if one was."""
    rows = GeneratedDocument.objects.filter(kind=KIND, subject_type=ranking._meta.label, subject_id=str(ranking.pk))
    return rows.select_related("file").order_by("-pk").first()


@service("applications.write_ranking_act")
def write_ranking_act(*, actor: Actor, ranking: Ranking) -> GeneratedDocument:
    """Write the text of the act of a ranking, with what its call adds to it. Asked again it is written again, from what is then so,
    until the ranking is published: what was adopted, here or elsewhere, stays as it was read."""
    rows = Ranking.objects.defer("snapshot").select_related(
        "opening__call__office__parent", "opening__call__act", "line"
    )
    found = rows.select_related("opening__call__programme").get(pk=ranking.pk)
    require(policies.may_publish_ranking(actor, found.opening))
    require(may_put_forward(actor, files_of_ranking(found)))
    if found.state == Ranking.PUBLISHED:
        refuse(
            "La graduatoria è pubblicata: il testo del suo atto è quello adottato. Una nuova versione ha il suo.",
            "The ranking is published: the text of its act is the one adopted. A new version has its own.",
        )
    data = ranking_act_data(found)
    note(ranking=found.pk, sha256=found.sha256)
    given: dict[str, Any] = {
        "actor": actor, "kind": KIND, "template": TEMPLATE, "title": data["title"][:300], "data": data, "subject": found,
    }  # fmt: skip
    if len(data["rows"]) <= AT_ONCE:
        return generate_document(**given)
    return order_document(**given, instead_of=ranking_act_of(found))


def ranking_act_data(ranking: Ranking) -> dict[str, Any]:
    """Everything the text says, as plain JSON. The whole list is the published snapshot, named by its hash: here are the funded."""
    opening, line = ranking.opening, ranking.line
    head: dict[str, Any] = ranking.head
    call = opening.call
    how = adopting(call.office)
    rows = ranking.rows.select_related("application__enterprise").order_by("position")
    funded = list(rows.filter(amount__gt=0))
    sessions = EvaluationSession.objects.filter(evaluation__opening=opening, state="approved").order_by("number")
    what = "della graduatoria" if ranking.version == 1 else f"della versione {ranking.version} della graduatoria"
    return {
        "title": f"Approvazione {what}: {call.title_it}",
        "heading": heading_of(call),
        **how.words,
        "body_norms": list(how.norms),
        "made_on": f"{today():%d/%m/%Y}",
        "call": call.title_it,
        "call_act": call.act.name_it if call.act is not None else "",
        "opening": opening.name_it or opening.code,
        "line": line.name_it if line is not None else "",
        "version": ranking.version,
        "sha256": ranking.sha256,
        "computed": f"{ranking.computed_at.astimezone(ROME):%d/%m/%Y alle %H:%M}",
        "legal_basis": [_norm(row) for row in call.legal_basis if not row.get("until") or row["until"] >= str(today())],
        "minutes": [
            f"verbale n. {one.number} del {one.began_at.astimezone(ROME):%d/%m/%Y}"
            for one in sessions
        ],
        **act_words(call, "ranking"),
        "seed": head["seed"],
        "scores": bool(head["criteria"]),
        "budget": format_euro(euro(head["budget"])),
        "given": format_euro(sum((row.amount for row in funded), ZERO)),
        "all": ranking.rows.count(),
        "rows": [
            {
                "position": row.position,
                "number": row.application.number,
                "name": row.application.enterprise.name,
                "tax_code": row.application.enterprise.tax_code,
                "score": str(row.score).replace(".", ","),
                "asked": format_euro(row.asked) if row.asked is not None else "–",
                "amount": format_euro(row.amount),
                "outcome": OUTCOMES.get(row.outcome, row.outcome),
            }
            for row in funded
        ],
        "remedies": remedies_sentence(today()).it,
        "demonstration": opening.is_demo or call.is_demo,
    }  # fmt: skip


def _norm(row: dict[str, Any]) -> str:
    reference = row.get("reference", "")
    return f"{row['it']} ({reference})" if reference and reference not in row["it"] else str(row["it"])
