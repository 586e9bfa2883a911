"""Components: what they write, and that what is not there is not promised."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from levante.kernel.api import clock_at
from levante.kernel.pure import step
from levante.web.templatetags.components import TONES, days_left, due, readable, time_left

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


def write(text, language="it", query="", **context):
    request = RequestFactory().get(f"/{query}")
    with translation.override(language):
        return engines["django"].from_string(text).render(context, request)


@pytest.mark.parametrize("tone", TONES)
def test_a_state_is_never_colour_alone(tone):
    html = write("{% status tone label %}", tone=tone, label="Respinta <b>")
    assert "Respinta &lt;b&gt;" in html
    assert f"#{TONES[tone]}" in html


def test_who_issued_a_certificate_is_told_by_name_and_written_whole_beside():
    for written, name in (
        ("CN=ArubaPEC S.p.A. NG CA 3,OU=Certification AuthorityC,O=ArubaPEC S.p.A.,C=IT", "ArubaPEC S.p.A. NG CA 3"),
        ("O=Poste\\, S.p.A.,C=IT", "Poste, S.p.A."),
        ("C=IT", "C=IT"),
        ("not a name", "not a name"),
        ("", ""),
    ):
        page = write('{{ issuer|issuer_words }}{% include "components/issuer_written.html" %}', issuer=written)
        assert page.startswith(name)
        assert ("<details" in page) is (name != written)


def test_an_explanation_speaks_the_reader_s_language():
    steps = [step("Massimale", "Ceiling", "Reg. (UE) 2023/2831, art. 3(2)", "300000.00")]
    assert "300.000,00" in write("{% explanation steps %}", steps=steps)
    english = write("{% explanation steps %}", "en", steps=[steps[0].as_json()])
    assert "Ceiling" in english
    assert "300,000.00" in english
    assert "art. 3(2)" in english


@pytest.mark.parametrize(
    ("value", "text"),
    [("1234.50", "1.234,50"), ("2026-11-22", "22 nov 2026"), ("12", "12"), ("B41D18000240006", "B41D18000240006")],
)
def test_readable(value, text):
    with translation.override("it"):
        assert readable(value) == text


@pytest.mark.parametrize(
    ("left", "it", "en"),
    [
        (timedelta(days=3, hours=4, minutes=59), "3 giorni e 4 ore", "3 days and 4 hours"),
        (timedelta(days=1), "1 giorno", "1 day"),
        (timedelta(hours=1, seconds=5), "1 ora", "1 hour"),
        (timedelta(seconds=1), "1 secondo", "1 second"),
        (timedelta(0), "tempo scaduto", "time is over"),
    ],
)
def test_time_left(left, it, en):
    for language, text in (("it", it), ("en", en)):
        with translation.override(language):
            assert time_left(left) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 22), "oggi"),
        (date(2026, 11, 23), "domani"),
        (date(2026, 11, 27), "tra 5 giorni"),
        (date(2026, 11, 21), "1 giorno fa"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "domani"),  # half past midnight in Italy
    ],
)
def test_days_left_are_italian_days(day, text):
    with translation.override("it"), clock_at(NOON):
        assert days_left(day) == text


@pytest.mark.parametrize(
    ("day", "tone"), [(date(2026, 11, 21), "late"), (date(2026, 11, 22), "attention"), (date(2026, 12, 22), "waiting")]
)
def test_due(day, tone):
    with translation.override("it"), clock_at(NOON):
        assert f"lv-status-{tone}" in due(day)


def test_sorting_turns_and_forgets_the_page():
    first = write('{% sort_header "name" "Nome" %}', query="?page=3&q=mare")
    assert 'aria-sort="none"' in first
    assert 'href="?q=mare&amp;sort=name"' in first
    again = write('{% sort_header "name" "Nome" %}', query="?sort=name")
    assert 'aria-sort="ascending"' in again
    assert 'href="?sort=-name"' in again


def test_pages_keep_the_filters():
    page = Paginator(range(95), 10).page(5)
    html = write("{% pagination page %}", query="?q=mare", page=page)
    assert '<span class="lv-page-now" aria-current="page">5</span>' in html
    assert 'rel="next" href="?q=mare&amp;page=6"' in html
    assert "41–50 di 95" in html
    assert write("{% pagination page %}", page=Paginator(range(5), 10).page(1)).strip() == ""


def test_keyset():
    html = write('{% keyset "x y" %}', query="?q=mare&after=w")
    assert 'rel="first" href="?q=mare"' in html
    assert "after=x+y" in html
    assert write("{% keyset None %}").strip() == ""


def test_progress_asks_again_until_it_is_done():
    assert "hx-get" in write('{% progress 3 10 url="/p/" %}')
    assert "hx-get" in write('{% progress 3 None url="/p/" %}')
    assert "hx-get" not in write('{% progress 10 10 url="/p/" %}')
    assert "400.000" in write("{% progress 400000 400000 %}")


def test_a_count_down_is_written_by_the_server():
    with clock_at(NOON):
        html = write("{% countdown end %}", end=NOON + timedelta(days=2, hours=3))
    assert "2 giorni e 3 ore" in html
    assert "2026-11-24T14:00:00+00:00" in html


def test_a_figure_says_what_when_and_whether_invented():
    html = write(
        '{% figure value "Impegnate" definition="che cosa sono" at=day demonstration=True %}',
        value="1.234,00 €",
        day=date(2026, 6, 30),
    )
    assert "che cosa sono" in html
    assert "30 giu 2026" in html
    assert "dati dimostrativi" in html


def test_a_chart_has_its_table():
    html = write(
        "{% chart svg finding='Metà va alle fiere' columns=columns rows=rows %}",
        svg="<svg></svg>",
        columns=["Direttrice", "Euro"],
        rows=[["B", Decimal("10.00")]],
    )
    assert "<svg></svg>" in html
    assert '<th scope="col">Direttrice</th>' in html


def test_a_confirmation_works_without_scripts():
    html = write('{% include "components/confirm.html" with label="Ritira" question="Sicuro?" url="/x/" danger=True %}')
    assert "<details" in html
    assert 'method="post"' in html
    assert "csrfmiddlewaretoken" in html


def test_lists_of_things():
    html = write(
        '{% include "components/task_list.html" with tasks=tasks %}',
        tasks=[{"title": "Impresa", "state": s} for s in ("todo", "doing", "done", "mend", "locked")],
    )
    for label in ("non iniziato", "in corso", "fatto", "da correggere", "non ancora disponibile"):
        assert label in html
    html = write(
        '{% include "components/timeline.html" with entries=entries %}{% include "components/key_facts.html" with facts=facts %}'
        '{% include "components/stepper.html" with steps=steps %}',
        entries=[{"at": NOON, "title": "Trasmessa", "who": "Anna"}],
        facts=[{"label": "Numero", "value": "12", "note": "provvisorio"}],
        steps=[{"label": "Dati", "state": "done"}, {"label": "Invio", "state": "current"}],
    )
    assert "12:00" in html
    assert "ora italiana" in html
    assert 'aria-current="step"' in html


def test_breadcrumbs_do_not_lead_where_nothing_is():
    html = write('{% breadcrumbs "site:home" "Casa" "site:never-there" "Sezione" "" "Qui" %}')
    assert 'href="/"' in html
    assert "<span>Sezione</span>" in html
    assert '<span aria-current="page">Qui</span>' in html
