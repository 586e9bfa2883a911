"""Rankings on the desk: compute, read where the money ends, publish."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet, Sum, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import (
    WHY,
    Ranking,
    RankingOrder,
    RankingRow,
    approving_acts,
    ask_publication,
    ask_ranking,
    conflicts_of,
    counted_so_far,
    files_of_ranking,
    given_up,
    may_publish_ranking,
    on_act,
    opens_to,
    ranking_act_of,
    without_conflict,
)
from levante.calls.api import LISTED, Opening
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, now, require
from levante.kernel.pure import euro, typed_number
from levante.letters.api import LetterRun
from levante.programme.api import Act
from levante.web.access import for_desk
from levante.web.components.forms import done
from levante.web.components.numbers import whole_number
from levante.web.desk.calls.openings import OfAct
from levante.web.site.calls.rankings import supposed_numbers, what_if

PAGE = 100
READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AUDITOR)


class OfVersion(OfAct):
    """The act that approves a version of a list: one of those recorded that may, or one recorded now; that alone where there is
    none."""

    act_why = forms.CharField(
        label=_("Why this act approves this ranking"), max_length=300, required=False,
        help_text=_("Only for an act that was not recorded for this call, or that has decided something else already."),
    )  # fmt: skip

    def __init__(self, data: Any, ranking: Ranking) -> None:
        super().__init__(data, ranking.opening)
        fields: dict[str, Any] = self.fields
        acts = fields["act"].queryset = approving_acts(ranking)
        if not acts.exists():
            del fields["act"], fields["act_why"]
            for name, label in (
                ("act_number", _("Number of the act")), ("act_date", _("Day of the act")), ("act_title", _("Title of the act")),
            ):  # fmt: skip
                fields[name].label, fields[name].required = label, True

    def clean(self) -> dict[str, Any]:
        asked = {"act": None, **super().clean()}
        asked["why"] = asked.pop("act_why", "")
        return asked


@for_desk(*READERS)
def rankings(request: HttpRequest) -> HttpResponse:
    """The openings that want a ranking, with the versions made so far."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    openings = (
        Opening.objects.visible_to(actor)
        .filter(call__procedure__in=LISTED)
        .select_related("call__office")
        .prefetch_related("lines")
        .order_by("-closes_at", "pk")
    )
    made: dict[int, list[Ranking]] = {}
    versions = Ranking.objects.visible_to(actor).select_related("line", "act").defer("snapshot")
    for row in versions.order_by("opening_id", "line_id", "-version"):
        made.setdefault(row.opening_id, []).append(row)
    going: dict[int, list[RankingOrder]] = {}
    for asked in RankingOrder.objects.filter(ended_at__isnull=True).select_related("line").order_by("pk"):
        going.setdefault(asked.opening_id, []).append(asked)
    rows: list[dict[str, Any]] = [
        {
            "opening": opening,
            "phase": opening.phase(now()).code,
            "closed": opening.phase(now()).code == "closed",
            "rankings": made.get(opening.pk, []),
            "orders": going.get(opening.pk, []),
            "lines": list(opening.lines.all()),
        }
        for opening in openings
    ]
    return render(request, "desk/applications/rankings.html", {"rows": rows, "may_publish": actor.has_role("director")})


@for_desk(*READERS)
def ranking(request: HttpRequest, ranking_id: int) -> HttpResponse:
    """One version: places, scores with their parts, what decided each, the line where the money ends; what would happen if
    somebody gave up or the money grew; what another version says otherwise."""
    return _page(request, ranking_id)


def _page(request: HttpRequest, ranking_id: int, form: OfAct | None = None) -> HttpResponse:
    """The page of a version; with the form of its act as it was sent, when it was refused."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Ranking.objects.visible_to(actor).filter(opening__in=Opening.objects.visible_to(actor)).defer("snapshot")
    found = rows.select_related("opening__call__office", "line", "act", "scrolls").filter(pk=ranking_id).first()
    if found is None:
        say_conflict(actor, ranking_id)
        raise Http404
    head: dict[str, Any] = found.head
    # A list that is published has numbers and no names for everybody; here it has names, but of what one abstains from.
    hidden = conflicts_of(actor).values("application")
    places = found.rows.exclude(application__in=hidden)
    places = places.annotate(opens=_opens(actor, found))
    closed = closed_in(actor, found)
    # The order tells the points: until all of a draft opens, the files are as they came, and no place is told.
    order = ("application__submitted_at", "application_id") if closed else ("position",)
    page = Paginator(places.select_related("application__enterprise").order_by(*order), PAGE).get_page(
        request.GET.get("page")
    )
    ends = None if closed else _ends(found)
    supposed, more = supposed_numbers(request), _budget(request)
    changes, unknown = None, ""
    if not closed and (supposed or more is not None):
        try:
            changes = what_if(found, supposed, more)
        except LookupError as error:
            unknown = str(error.args[0])
        except ValueError:
            unknown = request.GET.get("dotazione", "")
    others = list(
        Ranking.objects.filter(opening=found.opening_id, line=found.line_id)
        .exclude(pk=found.pk)
        .defer("snapshot")
        .order_by("-version")
    )
    others = [] if closed else others
    other = next((one for one in others if str(one.pk) == request.GET.get("con")), None)
    if other is not None and closed_in(actor, other):
        return redirect("desk:ranking", other.pk)  # a draft is compared once it opens: there one declares
    latest = found.state == Ranking.PUBLISHED and not any(
        one.version > found.version and one.state == Ranking.PUBLISHED for one in others
    )
    counted = {row["id"] for row in head.get("renounced", ())}
    gone = {number: why for number, why in given_up(found).items() if number not in counted} if latest else {}
    text = ranking_act_of(found)
    return render(
        request,
        "desk/applications/ranking.html",
        {
            "ranking": found,
            "head": head,
            "criteria": head.get("criteria", []),
            "tie_breaks": head.get("tie_breaks", []),
            "page": page,
            "rows": [_shown(row, head, ends, gone) for row in page],
            "ends": ends,
            "ends_page": (ends - 1) // PAGE + 1 if ends else None,
            "money": places.aggregate(asked=Sum("asked"), given=Sum("amount")),
            "counts": _counts(places),
            "undeclared": closed,
            "form": form or OfVersion(None, found),
            "going": RankingOrder.objects.filter(publishes=found, ended_at__isnull=True).first(),
            "text": text,
            "may_publish": may_publish_ranking(actor, found.opening),
            "others": others,
            "other": other,
            "differences": _differences(places, other.rows.exclude(application__in=hidden))
            if other is not None
            else None,
            "changes": changes,
            "supposed": " ".join(supposed),
            "more": more,
            "unknown": unknown,
            "gone": [(number, WHY[why]) for number, why in sorted(gone.items())],
            "latest": latest,
            "offers": found.offers.exclude(application__in=hidden).select_related("application__enterprise"),
            "run": _run_of(actor, found),
        },
        status=422 if form is not None else 200,
    )


def _ends(found: Ranking) -> int | None:
    """The last place that money reaches; none where it is enough for all that may have some. One query."""
    short = Q(outcome__in=["partial", "not_funded"])
    seen = found.rows.aggregate(last=Max("position", filter=Q(amount__gt=0)), short=Count("pk", filter=short))
    return seen["last"] if seen["short"] else None


def _opens(actor: Actor, found: Ranking) -> Any:
    """Of the places of a draft, those that open to who reads it; what is published has told everybody."""
    return opens_to(actor, of="application") if found.state == Ranking.DRAFT else Value(True)


def closed_in(actor: Actor, found: Ranking) -> int:
    """How many places of a list tell neither score nor money to who has still to declare about them. One query."""
    if found.state != Ranking.DRAFT:
        return 0
    return found.rows.annotate(opens=_opens(actor, found)).filter(opens=False).count()


def say_conflict(actor: Actor, ranking_id: int) -> None:
    """Whoever declared a conflict of interest is told why a list does not open, and nothing of what it holds."""
    found = Ranking.objects.filter(pk=ranking_id).defer("snapshot").first()
    if found is not None:
        require(without_conflict(actor, files_of_ranking(found)))


def _shown(row: RankingRow, head: dict[str, Any], ends: int | None, gone: dict[str, str]) -> dict[str, Any]:
    """A place with its parts in words, the tie-break that decided it, and whether the money ends after it."""
    tie = None
    if row.decided_by.startswith("tie_break_"):
        number = int(row.decided_by.rsplit("_", 1)[1]) - 1
        chain = head.get("tie_breaks", [])
        if number < len(chain) and number < len(row.tie_breaks):
            value = Decimal(row.tie_breaks[number])
            if (
                int(head["format"].rpartition("/")[2]) < 4
            ):  # the value itself; then where it stands among those of the list
                tie = (chain[number], value if chain[number].get("first") == "lowest" else -value)
            else:
                tie = (chain[number], gettext("no. %(place)s") % {"place": value})
    reserve = next((one for one in head.get("reserves", []) if one["code"] == row.reserve), None)
    return {
        "row": row,
        "points": [(item, Decimal(row.points.get(item["code"], "0.00"))) for item in head.get("criteria", [])],
        "tie": tie,
        "reserve": reserve,
        "ends_here": row.position == ends,
        "gone": WHY.get(gone.get(row.application.number or "", "")),
    }


def _counts(places: "QuerySet[RankingRow]") -> dict[str, int]:
    counts = dict(places.order_by().values_list("outcome").annotate(count=Count("pk")))
    return {outcome: counts.get(outcome, 0) for outcome, _ in RankingRow.OUTCOMES}


def _budget(request: HttpRequest) -> Decimal | None:
    try:
        return euro(typed_number(request.GET.get("dotazione", ""), get_language() or "it"))
    except ValueError:
        return None


#: As many differences as are listed.
MOST_DIFFERENCES = 200


def _differences(places: "QuerySet[RankingRow]", others: "QuerySet[RankingRow]") -> list[dict[str, Any]]:
    """The applications of which two versions say something different: place, score, outcome or money."""
    theirs = {row.application_id: row for row in others}
    rows = []
    for row in places.select_related("application").order_by("position").iterator(chunk_size=2000):
        was = theirs.pop(row.application_id, None)
        if was is None or (was.position, was.score, was.outcome, was.amount) != (
            row.position, row.score, row.outcome, row.amount,
        ):  # fmt: skip
            rows.append({"number": row.application.number, "here": row, "there": was})
    missing = RankingRow.objects.filter(pk__in=[row.pk for row in theirs.values()]).select_related("application")
    rows += [{"number": row.application.number, "here": None, "there": row} for row in missing.order_by("position")]
    return rows[: MOST_DIFFERENCES + 1]


@for_desk(roles.DIRECTOR)
@require_POST
def scroll(request: HttpRequest, ranking_id: int) -> HttpResponse:
    """Prepare the next version of the list in force: the money that came free goes on down the same order."""
    found = get_object_or_404(Ranking.objects.visible_to(request.actor), pk=ranking_id)  # type: ignore[attr-defined]
    try:
        asked = ask_ranking(actor=request.actor, opening=found.opening, scrolls=found)  # type: ignore[attr-defined]
    except Refused as error:
        messages.error(request, error.reason.in_language(get_language()))
        return redirect("desk:ranking", found.pk)
    return redirect("desk:ranking_order", asked.pk)


def _run_of(actor: Actor, ranking: Ranking) -> LetterRun | None:
    """The letters of a published version."""
    rows = LetterRun.objects.visible_to(actor)
    return rows.filter(source_type=Ranking._meta.label, source_id=ranking.pk).order_by("pk").first()


@for_desk(roles.DIRECTOR)
@require_POST
def compute(request: HttpRequest, opening_id: int) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.visible_to(request.actor), pk=opening_id)  # type: ignore[attr-defined]
    chosen = whole_number(request.POST.get("line"))
    line = None if chosen is None else get_object_or_404(opening.lines, pk=chosen)
    try:
        asked = ask_ranking(actor=request.actor, opening=opening, line=line)  # type: ignore[attr-defined]
    except Refused as error:
        messages.error(request, error.reason.in_language(get_language()))
        return redirect("desk:rankings")
    return redirect("desk:ranking_order", asked.pk)


@for_desk(*READERS)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """A list that was asked for: how far the worker is, asked again every second; then the draft, or why there is none."""
    visible = Opening.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    rows = RankingOrder.objects.filter(opening__in=visible).select_related(
        "opening__call", "line", "scrolls", "asked_by"
    )
    asked = get_object_or_404(rows, pk=order_id)
    fragment = bool(request.headers.get("HX-Request"))
    if asked.ranking_id is not None:
        page = reverse("desk:ranking", args=[asked.ranking_id])
        return HttpResponse(headers={"HX-Redirect": page}) if fragment else redirect(page)
    name = "order_progress" if fragment else "order"
    read = counted_so_far(asked) if asked.ended_at is None else None
    return render(request, f"desk/applications/ranking_{name}.html", {"order": asked, "read": read})


@for_desk(roles.DIRECTOR)
@require_POST
def publish(request: HttpRequest, ranking_id: int) -> HttpResponse:
    """Ask the worker to publish a draft with its act: one that is recorded, or recorded now."""
    rows = Ranking.objects.visible_to(request.actor).defer("snapshot")  # type: ignore[attr-defined]
    found = get_object_or_404(rows.select_related("opening__call"), pk=ranking_id)
    asked: list[RankingOrder | None] = []

    def ask(*, actor: Actor, opening: Opening, act: Act | None, why: str) -> None:
        asked.append(ask_publication(actor=actor, ranking=found, act=act, why=why))

    form = OfVersion(request.POST, found)
    if not done(request, form, on_act, write=ask, opening=found.opening):
        return _page(request, ranking_id, form)
    if asked[0] is None:
        return redirect("desk:ranking", found.pk)
    return redirect("desk:ranking_order", asked[0].pk)
