"""A form of two hundred questions: at the desk it opens within the budget and a question is found; who applies fills it in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.applications.conftest import firm, own_call  # noqa: F401
from tests.calls.conftest import programme  # noqa: F401
from tests.house.test_budgets import BUDGET
from tests.web.test_designer import data_of, fields_of

from levante.applications.api import Application
from levante.calls.api import Call

pytestmark = [pytest.mark.django_db, pytest.mark.slow(reason="two hundred questions are drawn")]
Maker = Callable[..., Any]

KINDS = ("text", "long_text", "money", "number", "date", "yes_no", "choice", "country")


def question(number: int) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    made: dict[str, Any] = {
        "id": f"q_{number}", "kind": kind, "label": {"it": f"Domanda n. {number}", "en": f"Question no. {number}"},
    }  # fmt: skip
    if kind == "choice":
        made["choices"] = [{"code": code, "it": code, "en": code} for code in ("a", "b")]
    if number % 20 == 19:
        made["show_if"] = f"answers.q_{number - 19 + 5} == true" if (number - 14) % len(KINDS) == 5 else "true"
    return made


SECTIONS = [
    {
        "id": f"parte_{part}", "title": {"it": f"Parte {part}", "en": f"Part {part}"},
        "fields": [question(part * 20 + place) for place in range(20)],
    }
    for part in range(10)
]  # fmt: skip


@pytest.fixture
def large(own_call: Maker) -> Call:  # noqa: F811
    call: Call = own_call([], code="grande", sections=SECTIONS, money={"kind": "fixed", "amount": "1000.00"}).call
    return call


def test_the_designer_opens_it_within_its_budget_and_finds_a_question(
    large: Call, officer: Maker, signed_in: Maker
) -> None:
    Call.objects.update(state="draft", published_at=None)
    browser = signed_in(officer("call_designer"))
    path = f"/ufficio/bandi/{large.code}/progetto/modulo/"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = browser.get(f"{path}?q=DOMANDA+177")
    assert len(asked) <= BUDGET
    assert [item.id for _, item in page.context["found"]] == ["q_177"]
    text = page.content.decode()
    assert 'href="#piece-q_177"' in text
    assert "Modulo «Domanda n. 79»" in text, "the checker says of which question it speaks"
    assert 'id="piece-q_177"' in text
    assert text.count('class="lv-piece"') == 200
    with CaptureQueriesContext(connection) as asked:
        piece = browser.get(f"{path}q_177/")
    assert len(asked) <= BUDGET
    said = data_of(fields_of(piece), **{"do": "say", "piece.label.it": "Quanti addetti avete?"})
    with CaptureQueriesContext(connection) as asked:
        preview = browser.post(f"{path}q_177/", said, headers={"HX-Request": "true"})
    assert len(asked) <= BUDGET
    assert "Quanti addetti avete?" in preview.content.decode(), "it is seen while it is typed"
    assert len(preview.content) < 5_000, "and only it"
    answer = browser.post(f"{path}q_177/", {**said, "do": ["save"]})
    assert answer.status_code == 302, answer.context["errors"]
    large.refresh_from_db()
    kept = large.forms.first().definition["sections"][8]["fields"][17]
    assert (kept["id"], kept["label"]["it"]) == ("q_177", "Quanti addetti avete?")


def test_who_applies_fills_it_in_section_by_section(large: Call, firm: Maker, signed_in: Maker) -> None:  # noqa: F811
    made, user = firm()
    browser = signed_in(user, made)
    browser.post(f"/impresa/domande/nuova/{large.openings.get().pk}/")
    draft = Application.objects.get()
    for path in (f"/impresa/domande/{draft.pk}/", f"/impresa/domande/{draft.pk}/sezioni/parte_9/"):
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(path)
        assert page.status_code == 200
        assert len(asked) <= BUDGET, path
    assert 'id="f-q_180"' in page.content.decode()
