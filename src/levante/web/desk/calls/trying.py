"""Trying a call before it is published: its rules on real enterprises, its form filled in by who designs it. Nothing is stored."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from levante.calls.api import (
    Form,
    Reading,
    Section,
    amount_for,
    enterprise_facts,
    exclusions,
    read_answers,
    read_form,
    try_on_enterprises,
)
from levante.kernel.api import today
from levante.parties.api import Enterprise
from levante.web.access import for_desk
from levante.web.desk.calls.form_builder import bench_of
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.roles import READERS, actor_of
from levante.web.desk.calls.scene import Scene
from levante.web.desk.calls.workbench import Workbench
from levante.web.portal.applications.filling import without_row
from levante.web.portal.applications.forms import section_views, sent_answers

#: How many enterprises are tried when none is named.
SOME = 12


class WhichOnes(forms.Form):
    codes = forms.CharField(
        label=_("Tax codes of the enterprises"), required=False, widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=_("One on each line, fifty at most. If left empty, some enterprises of the register."),
    )  # fmt: skip


@for_desk(*READERS)
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The requirements of the call, each tried on real enterprises with the data it looks at."""
    bench = bench_of(request, code)
    scene = Scene(bench.call, bench.document)
    form = WhichOnes(request.GET or None)
    wanted: list[str] = []
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data["codes"].replace(",", " ").split()
    if not wanted:
        seen = Enterprise.objects.visible_to(actor_of(request)).order_by("pk")
        wanted = list(seen.values_list("tax_code", flat=True)[:SOME])
    all_rules = [*(bench.document.get("eligibility") or [])]
    all_rules += exclusions.rules_for(bench.document.get("exclusions") or [], on=scene.opens_on)
    tried = try_on_enterprises(actor=actor_of(request), rules=all_rules, tax_codes=wanted, on=today(), form=scene.form)
    found = {one.enterprise.tax_code for one in tried}
    return render(
        request,
        "desk/calls/rules.html",
        {
            **page_of(request, bench.call, bench.document, "who"),
            "form": form,
            "tried": tried,
            "rules": all_rules,
            "not_found": [one for one in wanted if one.strip().upper() not in found],
        },
    )


# -- the walk of the applicant


@dataclass(slots=True)
class Pretended:
    """An application that is nowhere: its answers come and go with the page."""

    answers: dict[str, Any]
    prefilled: dict[str, Any] = field(default_factory=dict)


@for_desk(*READERS)
@require_http_methods(["GET", "POST"])
def walk(request: HttpRequest, code: str) -> HttpResponse:
    """The whole form filled in as an applicant would, with what it would be told: nothing is stored."""
    bench = bench_of(request, code)
    form = _form_with_law(bench)
    data, language = request.POST, get_language() or "it"
    facts = _facts(request)
    answers: dict[str, Any] = {}
    if request.method == "POST":
        for section in form.sections:
            answers.update(sent_answers(section, data, stored={}))
        without_row(answers, data.get("remove_row", ""))
    checked = data.get("do") == "check"
    reading = read_answers(form, answers, facts, on=today())
    pretended: Any = Pretended(answers)
    sections = [
        _shown(section, reading, pretended, language, checked, data.get("add_row", "")) for section in form.sections
    ]
    problems = [
        {"text": f"{one.label.in_language(language)}: {one.text.in_language(language)}", "url": f"#f-{one.field}"}
        for one in reading.problems
    ]
    money = bench.document.get("money")
    context = {
        **page_of(request, bench.call, bench.document, "form"),
        "sections": sections,
        "shown": " ".join(item.id for section in form.sections for item in section.fields),
        "checked": checked,
        "problems": problems if checked else [],
        "amount": amount_for(money, reading.answers, reading.variables) if money else None,
        "tax_code": data.get("tax_code", ""),
        "firm": facts.get("__name"),
    }
    fragment = bool(request.headers.get("HX-Request"))
    return render(request, "desk/calls/walk_form.html" if fragment else "desk/calls/walk.html", context)


def _form_with_law(bench: Workbench) -> Form:
    definition = bench.definition
    if not definition.get("sections"):
        return Form(())
    on = Scene(bench.call, bench.document).opens_on
    return read_form(exclusions.with_section(definition, bench.document.get("exclusions") or [], on=on))


def _facts(request: HttpRequest) -> dict[str, Any]:
    """The facts of the enterprise in whose clothes one walks; none without one."""
    code = request.POST.get("tax_code", "").strip().upper()
    if not code:
        return {}
    row = Enterprise.objects.visible_to(actor_of(request)).filter(tax_code=code).prefetch_related("accounts").first()
    return {**enterprise_facts(row, on=today()), "__name": row.name} if row is not None else {}


def _shown(
    section: Section, reading: Reading, pretended: Any, language: str, checked: bool, added: str
) -> dict[str, Any]:
    views = section_views(pretended, reading, section, language=language, show_problems=checked, added=added)
    return {"section": section, "fields": views, "asked": section in reading.sections}
