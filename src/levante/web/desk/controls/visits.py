"""Visits on the spot: which are to be done, and one whose minutes are filled in on a phone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.applications.api import may_read
from levante.claims.api import Claim, ExpenseDocument, cost_labels
from levante.claims.api import states as claim_states
from levante.controls import api as controls
from levante.controls.api import Visit, VisitObservation, states
from levante.kernel.api import Actor, Refused, require, today
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.web.access import for_desk
from levante.web.components.actions import Action, press, shown
from levante.web.components.forms import say
from levante.web.components.numbers import whole_number
from levante.web.desk.controls import forms
from levante.web.desk.controls.views import PAGE, READERS, SAMPLERS, WORKERS, _to_declare
from levante.web.portal.applications.filling import actor_of, language
from levante.web.site.files.views import send

TONES = {"planned": "waiting", "done": "attention", "signed": "done", "called_off": "neutral"}
FINDING_TONES = {"confirmed": "done", "reevaluated": "attention", "not_eligible": "refused"}
MOST_DOCUMENTS = 300
#: A claim whose review can be opened again, or is.
AGAIN = (claim_states.ASSESSED, claim_states.REVIEW)


@for_desk(*READERS)
def visits(request: HttpRequest) -> HttpResponse:
    """Those to be done first, by day."""
    actor, state = actor_of(request), request.GET.get("state", "")
    rows = Visit.objects.visible_to(actor).select_related("award__enterprise", "award__application", "claim", "officer")
    rows = rows.defer("claim__frozen", "claim__steps", "minutes")
    if state in states.VISITS:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(state__in=[states.PLANNED, states.DONE])
    after = whole_number(request.GET.get("after"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    told = {
        "rows": [{"one": row, "tone": TONES[row.state]} for row in found[:PAGE]],
        "next_cursor": found[PAGE - 1].pk if len(found) > PAGE else None,
        "states": states.VISITS,
        "state": state,
        "today": today(),
        "sampling": actor.in_section(*SAMPLERS),
    }
    return render(request, "desk/controls/visits.html", told)


@for_desk(*WORKERS)
def visit_new(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Plan a visit of a claim."""
    actor = actor_of(request)
    rows = Claim.objects.visible_to(actor).select_related(
        "award__act__call",
        "award__application__opening__call__office",
        "award__application__form",
        "award__enterprise",
        "decided_by",
    )
    claim = get_object_or_404(rows.defer("frozen", "steps"), pk=claim_id)
    if not may_read(actor, claim.award.application):
        return _to_declare(request, claim.award)
    mine = claim.decided_by_id is not None and claim.decided_by_id == actor.user_id
    entrusts = not mine and claim.decided_by is not None and bool(controls.may_entrust(actor, claim.award))
    form = forms.VisitForm(request.POST or None, entrusts=str(claim.decided_by) if entrusts else "")
    if request.method == "POST" and form.is_valid():
        row = claim.sample_rows.order_by("-pk").first()
        try:
            made = controls.plan_visit(actor=actor, claim=claim, row=row, **form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            return redirect("desk:visit", made.pk)
    told = {"claim": claim, "form": form, "not_mine": Bilingual(*controls.ANOTHER_PERSON) if mine else None}
    return render(request, "desk/controls/visit_new.html", told)


def visit_or_404(actor: Actor, pk: int) -> Visit:
    rows = Visit.objects.visible_to(actor).select_related(
        "award__act__call__office", "award__application__opening__call__office", "award__enterprise", "officer",
        "entrusted_by", "signed_file",
        "revocation", "printed__file", "claim__award__application__opening__call",
    )  # fmt: skip
    return get_object_or_404(rows.prefetch_related("award__application__conflict_declarations"), pk=pk)


@for_desk(*READERS)
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    found = visit_or_404(actor_of(request), visit_id)
    if not may_read(actor_of(request), found.award.application):
        return _to_declare(request, found.award)
    return _page(request, found)


def _page(request: HttpRequest, found: Visit, pressed: Any = None) -> HttpResponse:
    findings = list(found.findings.select_related("document", "cost"))
    labels = cost_labels(found.claim)
    told = {
        "one": found,
        "award": found.award,
        "tone": TONES[found.state],
        "findings": [
            {"row": row, "tone": FINDING_TONES[row.outcome], "thing": controls.thing_of(row, labels)}
            for row in findings
        ],
        "is_held": found.state == states.SIGNED and bool(findings) and controls.is_held(found.claim),
        "observations": list(
            found.observations.select_related("answer__answered_by").prefetch_related("files", "answer__findings")
        ),
        "labels": labels,
        "photographs": list(found.photographs.select_related("file")),
        "lost": controls.grant_lost(found) if findings else ZERO,
        "not_heard": controls.not_heard(found) if found.state == states.SIGNED and controls.cuts_of(found) else None,
        "not_mine": _not_mine(actor_of(request), found),
        "actions": shown(_actions(actor_of(request), found), pressed),
        "actions_url": reverse("desk:visit", args=[found.pk]) + "azioni/",
    }
    return render(request, "desk/controls/visit.html", told, status=409 if pressed else 200)


def _not_mine(actor: Actor, found: Visit) -> Bilingual | None:
    """Said to who could make the visit, had they not assessed the claim."""
    if found.state not in (states.PLANNED, states.DONE) or not controls.may_open(actor, found.award):
        return None
    decision = controls.may_control(actor, found)
    return None if decision else decision.reason


def _actions(actor: Actor, found: Visit) -> list[Action]:
    """What is done there, in the order in which it is done."""
    if not controls.may_open(actor, found.award):
        return []
    rows = _of_who_controls(actor, found) if controls.may_control(actor, found) else []
    if found.state == states.SIGNED and controls.not_heard(found) is None:
        rows += _after(actor, found)
    return rows


def _of_who_controls(actor: Actor, found: Visit) -> list[Action]:
    rows: list[Action] = []
    if found.state in (states.PLANNED, states.DONE):
        things = _things(found)
        if things:
            rows.append(
                Action("esito", _("Say what you found"), lambda r, v: _say(actor, found, v), forms.FindingForm,
                       options={"documents": things}, is_first=True)
            )  # fmt: skip
        rows.append(
            Action("foto", _("Add a photograph"),
                   lambda r, v: controls.add_photograph(actor=actor, visit=found, upload=v["photograph"], caption=v["caption"]),
                   forms.PhotographForm)
        )  # fmt: skip
        rows.append(
            Action("verbale", _("Write the minutes"), lambda r, v: controls.write_minutes(actor=actor, visit=found, **v), forms.MinutesForm,
                   initial={"present": found.present, "minutes": found.minutes})
        )  # fmt: skip
    if found.state == states.DONE and found.printed_id is None:
        rows.append(
            Action("stampa", _("Prepare the minutes to be signed"), lambda r, v: controls.print_minutes(actor=actor, visit=found))
        )  # fmt: skip
    if found.state == states.DONE and found.printed_id is not None:
        rows.append(
            Action("firma", _("Upload the signed minutes"),
                   lambda r, v: controls.sign_minutes(actor=actor, visit=found, upload=v["file"]), forms.SignedForm)
        )  # fmt: skip
    if found.state == states.PLANNED:
        rows.append(
            Action("annulla", _("Call the visit off"), lambda r, v: controls.call_off_visit(actor=actor, visit=found, **v),
                   forms.ReasonForm, is_danger=True)
        )  # fmt: skip
    if found.state == states.SIGNED:
        rows += [_answer(actor, found, one) for one in controls.to_answer(found)]
    return rows


def _answer(actor: Actor, found: Visit, observation: VisitObservation) -> Action:
    """The answer to one observation, with the findings that it may withdraw."""
    labels = cost_labels(found.claim)
    cuts = {str(one.pk): one for one in controls.cuts_of(found)}
    named = [(pk, controls.thing_of(one, labels).in_language(language())) for pk, one in cuts.items()]
    label = format_lazy("{} {}", _("Answer the observations"), observation.register_number)
    return Action(
        f"risposta-{observation.pk}", label,
        lambda r, v: controls.answer_observation(
            actor=actor, observation=observation, text=v["text"], withdrawn=[cuts[pk] for pk in v["withdrawn"]]
        ),
        forms.AnswerForm, options={"findings": named}, is_first=True,
    )  # fmt: skip


def _after(actor: Actor, found: Visit) -> list[Action]:
    """What follows from the signed minutes, once the enterprise was heard."""
    rows: list[Action] = []
    if found.claim.state in AGAIN and controls.is_held(found.claim):
        rows.append(
            Action("riapri", _("Open the review again with these cuts"), lambda r, v: controls.review_again(actor=actor, visit=found),
                   is_first=True)
        )  # fmt: skip
    if (
        _is_revocable(found)
        and found.settled_at is None
        and controls.is_held(found.claim)
        and not controls.grant_lost(found)
    ):
        rows.append(
            Action("chiudi", _("Close: nothing of the grant falls"), lambda r, v: controls.settle_visit(actor=actor, visit=found))
        )  # fmt: skip
    if _is_revocable(found) and controls.grant_lost(found):
        rows.append(
            Action("revoca", _("Begin a revocation of what does not hold"),
                   lambda r, v: controls.revoke_after_visit(actor=actor, visit=found), is_first=True)
        )  # fmt: skip
    return rows


def _is_revocable(found: Visit) -> bool:
    return found.state == states.SIGNED and found.revocation_id is None and found.claim.state == claim_states.PAID


def _things(found: Visit) -> list[tuple[str, str]]:
    """What an outcome is said of: the expense documents of the claim, and what the call pays by what was done."""
    documents = ExpenseDocument.objects.filter(charges__claim=found.claim_id).distinct().order_by("issued_on", "pk")
    things = [(f"d{one.pk}", _name(one)) for one in documents[:MOST_DOCUMENTS]]
    labels = cost_labels(found.claim)
    for cost in found.claim.costs.order_by("item"):
        label = labels.get(cost.item)
        name = label.in_language(language()) if label else cost.item
        things.append(
            (f"c{cost.pk}", f"{name}: {controls.units_text(cost.quantity, language())}" if cost.item else name)
        )
    return things


def _name(document: ExpenseDocument) -> str:
    return f"{document.supplier_name}, n. {document.number}: {format_euro(document.total, language())}"


def _say(actor: Actor, found: Visit, values: dict[str, Any]) -> object:
    kind, key = values["document"][:1], values["document"][1:]
    told: dict[str, Any] = {"outcome": values["outcome"], "kept": values["kept"], "text": values["text"]}
    if kind == "c":
        told["cost"] = get_object_or_404(found.claim.costs.all(), pk=key)
    else:
        mine = ExpenseDocument.objects.filter(charges__claim=found.claim_id).distinct()
        told["document"] = get_object_or_404(mine, pk=key)
    return controls.say_finding(actor=actor, visit=found, **told)


@require_POST
@for_desk(*READERS)
def visit_act(request: HttpRequest, visit_id: int, action: str) -> HttpResponse:
    actor = actor_of(request)
    found = visit_or_404(actor, visit_id)
    require(may_read(actor, found.award.application))
    pressed = press(request, _actions(actor, found), action)
    if pressed is not None:
        return _page(request, visit_or_404(actor, visit_id), pressed)
    after = visit_or_404(actor, visit_id)
    if action == "riapri" and after.claim.state == claim_states.REVIEW:
        return redirect("desk:claim", after.claim_id)
    if action == "revoca" and after.revocation_id is not None:
        return redirect("desk:revocation", after.revocation_id)
    return redirect("desk:visit", found.pk)


@for_desk(*READERS)
def visit_file(request: HttpRequest, visit_id: int, file_id: int) -> HttpResponse:
    """The minutes, printed or signed, a photograph, a document of an observation."""
    actor = actor_of(request)
    found = visit_or_404(actor, visit_id)
    require(may_read(actor, found.award.application))
    if found.signed_file is not None and found.signed_file_id == file_id:
        return send(found.signed_file)
    if found.printed is not None and found.printed.file is not None and found.printed.file_id == file_id:
        return send(found.printed.file)
    row = found.photographs.filter(file=file_id).select_related("file").first()
    if row is not None:
        return send(row.file)
    for one in found.observations.filter(files=file_id).prefetch_related("files"):
        return send(next(file for file in one.files.all() if file.pk == file_id))
    raise Http404
