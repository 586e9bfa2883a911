"""What the little script adds, what works without it, and the whole way by keyboard."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from levante import urls as levante_urls
from levante.kernel.api import now
from levante.kernel.pure import step
from levante.web.access import public
from levante.web.components.forms import DayInput, FileInput, MoneyInput
from levante.web.worklist import Item

RECEIVED: list[dict[str, str]] = []


class Sample(forms.Form):
    name = forms.CharField(label="Ragione sociale", help_text="Come nel registro delle imprese")
    when = forms.DateField(label="Dal giorno", widget=DayInput())
    amount = forms.CharField(label="Importo", widget=MoneyInput())
    sector = forms.ChoiceField(label="Settore", choices=[("ict", "ICT"), ("tac", "TAC")])
    mode = forms.ChoiceField(
        label="Modalità", choices=[("a", "In presenza"), ("b", "Da remoto")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    document = forms.FileField(label="Documento", widget=FileInput(accept=".pdf"), required=False)
    agree = forms.BooleanField(label="Ho letto e accetto")


GALLERY = """{% extends base %}
{% block title %}Componenti{% endblock %}
{% block breadcrumbs %}{% breadcrumbs "site:home" "Casa" "" "Componenti" %}{% endblock %}
{% block content %}
<h1>Componenti</h1>
<p>{% for tone in tones %}{% status tone tone %} {% endfor %}{% demonstration %}</p>
{% explanation steps %}
{% include "components/filters.html" with form=filters %}
<div class="lv-table-wrap" role="region" tabindex="0" aria-label="Elenco"><table class="lv-table" data-rows>
<thead><tr>{% sort_header "name" "Nome" %}{% sort_header "amount" "Importo" numeric=True %}</tr></thead>
<tbody>{% for n in rows %}
<tr><td><a href="#riga-{{ n }}">Impresa {{ n }}</a></td><td class="lv-number">1.234,00</td></tr>{% endfor %}</tbody></table></div>
{% pagination page %}{% keyset "abc" 12 %}
{% include "components/stepper.html" with steps=stepper %}
{% include "components/task_list.html" with tasks=tasks %}
{% include "components/timeline.html" with entries=entries %}
{% include "components/key_facts.html" with facts=facts %}
<p>Chiude tra {% countdown end %}</p>
{% include "components/confirm.html" with label="Ritira la domanda" question="Davvero?" url="/sent/" danger=True %}
{% progress 30 100 label="Importazione" %}
{% figure "12" "Imprese" definition="quelle ammesse" at=day demonstration=True %}
{% document "/x.pdf" "Avviso" kind="pdf" size=12345 %}
{% chart svg finding="Metà delle risorse va alle fiere" source="Programma" at=day columns=columns rows=data %}
{% puglia_map values title="Imprese per comune" unit="imprese" %}
{% include "components/empty.html" with title="Ancora nulla" text="Arriverà" url="/x/" action="Comincia" %}
<form method="post" action="/sent/" class="lv-form" novalidate data-guard>{% csrf_token %}{{ form }}
<div class="lv-actions"><button class="btn btn-primary" name="then" value="send">Invia</button>
<button class="btn btn-outline-primary" name="then" value="keep">Salva</button></div></form>
{% endblock %}"""


def context(bound):
    from django.core.paginator import Paginator

    from levante.web.templatetags.components import TONES

    day = date(2026, 6, 30)
    return {
        "tones": list(TONES),
        "steps": [step("Massimale", "Ceiling", "Reg. (UE) 2023/2831, art. 3(2)", "300000.00")],
        "filters": Filters(auto_id="filter_%s"),
        "rows": range(5),
        "page": Paginator(range(95), 10).page(5),
        "stepper": [
            {"label": "Dati", "state": "done"},
            {"label": "Invio", "state": "current"},
            {"label": "Fine", "state": "todo"},
        ],
        "tasks": [
            {"title": s, "url": "/x/", "state": s, "hint": "che cosa"}
            for s in ("todo", "doing", "done", "mend", "locked")
        ],
        "entries": [{"at": datetime(2026, 6, 30, 9, tzinfo=UTC), "title": "Trasmessa", "who": "Anna", "text": "n. 12"}],
        "facts": [{"label": "Numero", "value": "12", "note": "provvisorio"}],
        "end": now() + timedelta(hours=2, seconds=30),
        "day": day,
        "svg": '<svg viewBox="0 0 10 2" role="img" aria-label="barre"><rect width="5" height="2" fill="#0B4A7D"/></svg>',
        "columns": ["Direttrice", "Euro"],
        "data": [["B", "10,00"]],
        "values": {"072006": 12, "075035": 7, "071024": 1},
        "form": Sample({"name": ""}) if bound else Sample(),
    }


class Filters(forms.Form):
    q = forms.CharField(label="Parola", required=False)
    sector = forms.ChoiceField(label="Settore", choices=[("", "tutti"), ("ict", "ICT")], required=False)


@public
def gallery(request, base):
    values = context("errori" in request.GET) | {"base": f"{base}/base.html"}
    return HttpResponse(engines["django"].from_string(GALLERY).render(values, request))


@public
def sent(request):
    RECEIVED.append(dict(request.POST.items()))
    return render(request, "site/home/search.html", {"text": "", "hide_search": True})


urlpatterns = [path("prova/<slug:base>/", gallery), path("sent/", sent), *levante_urls.urlpatterns]
handler404 = levante_urls.handler404

pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("base", ["site", "portal", "desk"])
def test_every_component_is_free_of_barriers(visitor, officer, base):
    person = visitor(officer("director"))
    page = person.open(f"/prova/{base}/?errori")
    page.evaluate("document.querySelectorAll('details').forEach(d => { if (!d.matches('.lv-person')) d.open = true; })")
    person.check_at_both_widths(f"components-{base}")


def test_errors_come_first_and_lead_to_the_field(visitor):
    page = visitor().open("/prova/site/?errori")
    assert page.evaluate("document.activeElement.matches('[data-errors]')")
    page.locator(".lv-errors a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_name"
    described = page.locator("#id_name").get_attribute("aria-describedby").split()
    assert described == ["id_name_helptext", "id_name_error"]
    assert page.locator("#id_name_error").inner_text().strip()


def test_a_count_down_runs(visitor):
    from playwright.sync_api import expect

    page = visitor().open("/prova/site/")
    place = page.locator("[data-countdown]")
    assert re.fullmatch(r"2 ore|1 ora e 59 minuti", place.inner_text())
    page.evaluate("document.querySelector('[data-countdown]').dataset.countdown = '2020-01-01T00:00:00Z'")
    expect(place).to_have_text("tempo scaduto")


def test_two_clicks_send_once_and_keep_the_button(visitor):
    RECEIVED.clear()
    page = visitor().open("/prova/site/")
    page.evaluate(
        "() => { const b = [...document.querySelectorAll('button')].find(b => b.value === 'keep'); b.click(); b.click(); }"
    )
    page.wait_for_url("**/sent/")
    assert [row["then"] for row in RECEIVED] == ["keep"]


def test_the_confirmation_asks_first(visitor):
    RECEIVED.clear()
    page = visitor().open("/prova/site/")
    page.get_by_text("Ritira la domanda").first.click()
    assert RECEIVED == []
    page.locator(".lv-confirm-panel button").click()
    page.wait_for_url("**/sent/")
    assert len(RECEIVED) == 1


def test_the_keyboard_of_the_desk(visitor, officer):
    person = visitor(officer("director"))
    page = person.open("/prova/desk/")
    person.press("j", "j")
    assert page.locator("tr.lv-here").inner_text().startswith("Impresa 1")
    assert person.focused() == "Impresa 1"
    person.press("k")
    person.press("e")
    assert page.url.endswith("#riga-0")
    person.press("?")
    assert page.locator("#shortcuts").get_attribute("open") is not None
    person.press("Escape")
    assert page.locator("#shortcuts").get_attribute("open") is None
    page.locator("#id_name").focus()
    person.press("j", "?")
    assert page.locator("#id_name").input_value() == "j?"


def test_the_first_stops_of_the_tab_key(visitor):
    person = visitor()
    page = person.open("/")
    stops = []
    for _ in range(12):
        person.press("Tab")
        stops.append(person.focused())
        seen = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; }"
        )
        assert seen, f"the focus is not seen on {stops[-1]}"
    assert stops[0] == "Vai al contenuto"
    assert stops[1] == "Vai al menu"
    assert "English" in stops
    page.reload()
    person.press("Tab", "Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_map_answers_to_keyboard_and_pointer(visitor):
    page = visitor().open("/prova/site/")
    says = page.locator("[data-map-says]")
    page.locator("a.lv-province[href='#map-LE']").focus()
    assert says.inner_text() == "Lecce: imprese 7"
    page.locator("path.lv-comune[data-says^='Bari (BA)']").dispatch_event("mouseover")
    assert says.inner_text() == "Bari (BA): imprese 12"


def test_the_menu_of_the_phone(visitor):
    page = visitor(width=360).open("/")
    menu, button = page.locator("#menu"), page.locator(".lv-menu-button")
    assert not menu.is_visible()
    button.click()
    assert menu.is_visible()
    assert button.get_attribute("aria-expanded") == "true"


@pytest.mark.parametrize("width", [1280, 360])
def test_without_scripts_everything_is_there(visitor, width):
    RECEIVED.clear()
    person = visitor(width=width, java_script_enabled=False)
    page = person.open("/prova/site/")
    assert page.locator("#menu").is_visible()
    assert (
        "ore" in page.locator("[data-countdown]").inner_text() or "ora" in page.locator("[data-countdown]").inner_text()
    )
    page.locator(".lv-why summary").first.click()
    assert page.get_by_text("300.000,00").is_visible()
    page.get_by_role("button", name="Salva").click()
    assert [row["then"] for row in RECEIVED] == ["keep"]


def test_a_colour_blind_reader_of_paper(visitor, officer):
    """Printed, a page has no menus and keeps its states in words."""
    page = visitor(officer("director")).open("/prova/desk/")
    page.emulate_media(media="print")
    assert not page.locator("#menu").is_visible()
    assert not page.locator(".lv-footer").is_visible()
    assert page.locator(".lv-status").first.is_visible()


def test_today_with_work_to_do(visitor, officer, enterprise, representative, monkeypatch):
    from levante.web import worklist

    items = [
        Item(
            "Voucher fiere, domanda 41: completa gli allegati",
            "/x/1/",
            "domanda",
            "L’ufficio ha chiesto il preventivo firmato.",
            date(2026, 1, 1),
        ),
        Item(
            "SIAL Paris 2026: conferma la partecipazione",
            "/x/2/",
            "fiera",
            "Il posto è tenuto per te fino al termine.",
            now() + timedelta(days=2),
        ),
        Item(
            "Bilancio 2025 da inserire",
            "/x/3/",
            "impresa",
            "Serve per calcolare la dimensione.",
            now() + timedelta(days=40),
        ),
    ]
    monkeypatch.setattr(worklist, "my_turn", lambda audience, actor: items)
    monkeypatch.setattr(
        worklist, "moved", lambda audience, actor, since: [Item("Domanda 38 ammessa", "/x/4/", "domanda", at=now())]
    )
    monkeypatch.setattr(
        worklist,
        "suggestion",
        lambda audience, actor: Item("Otto domande per capire se sei pronto a esportare", "/x/5/", why="Dieci minuti."),
    )
    firm = enterprise()
    person = visitor(representative(firm), firm)
    person.open("/impresa/")
    person.check_at_both_widths("today-portal")
    staff = visitor(officer("director", given="Livia", family="Rizzo"))
    staff.open("/ufficio/")
    staff.check_at_both_widths("today-desk")


@pytest.mark.parametrize("path", ["/niente/", "/ufficio/"])
def test_error_pages(visitor, person, path):
    guest = visitor(person())
    guest.open(path, status=404 if path == "/niente/" else 403)
    guest.check_at_both_widths(f"error-{path.strip('/')}")


def test_a_receipt_dropped_on_the_page_is_checked(visitor):
    page = visitor().open("/verifica/")
    with page.expect_navigation():
        page.evaluate(
            "() => { const bag = new DataTransfer();"
            " bag.items.add(new File(['{}'], 'ricevuta.json', {type: 'application/json'}));"
            " document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: bag, bubbles: true, cancelable: true})); }"
        )
    assert "La ricevuta non è valida" in page.inner_text("main")
