"""The programme's pages: public and of the desk, in both languages, with few queries."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.conf import settings

from levante.demo import programme as demo
from levante.kernel.api import system
from levante.kernel.pure import format_euro
from levante.programme.api import BudgetLine, Movement, load_folder, mark

PUGLIA = settings.ROOT / "programmes" / "puglia-2023-2025"

pytestmark = pytest.mark.django_db

PUBLIC = [
    "programma/",
    "programma/direttrici/B/",
    "programma/settori/nautica/",
    "programma/atti/",
    "programma/indicatori/",
]
DESK = [
    "ufficio/programma/",
    "ufficio/programma/?on=2025-06-30&triennium=2021-2023",
    "ufficio/programma/movimenti/",
    "ufficio/programma/movimenti/?figure=committed&triennium=2023-2025&sector=nautica&province=TA&on=2025-06-30",
    "ufficio/programma/dati/acts/",
    "ufficio/programma/dati/interventions/",
    "ufficio/programma/dati/initiatives/",
    "ufficio/programma/dati/lines/",
]


@pytest.fixture(scope="module")
def _puglia(django_db_setup, django_db_blocker):
    """The demonstration, recorded once for the whole file and undone at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load_folder(PUGLIA, actor=system("tests"))
        demo.load(PUGLIA / "demo")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def puglia(_puglia, db):
    return None


@pytest.fixture
def director(puglia, officer, signed_in):
    return signed_in(officer("director"))


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(puglia, client, language, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        page = client.get(f"/{language}{path}")
    assert page.status_code == 200
    assert " style=" not in page.content.decode()


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("path", DESK)
def test_desk_pages(director, language, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        page = director.get(f"/{language}{path}")
    assert page.status_code == 200
    assert " style=" not in page.content.decode()


def test_the_public_page_says_the_programme(puglia, client):
    text = client.get("/programma/").content.decode()
    assert "“voucher” per l’internazionalizzazione" in text
    assert "Deliberazione di Giunta regionale n. 1217 del 08/08/2023" in text
    assert text.count("dati dimostrativi") > 4
    assert "3.700.000,00" in text
    english = client.get("/en/programma/").content.decode()
    assert "Strategic agency" in english
    assert "€3,700,000.00" in english


def test_public_pages_and_the_desk_say_the_same_of_a_triennium(director):
    """Home, programme, direction, sector and dashboard: one triennium each, named, with the marks its movements give."""
    desk = director.get("/ufficio/programma/?triennium=2023-2025").context
    whole, present = desk["whole"], desk["triennium"]
    home = director.get("/").context
    assert home["triennium"] == present
    for shown, name in zip(home["figures"], ("allocated", "committed", "paid"), strict=False):
        assert shown.value == format_euro(getattr(whole.balances, name), "it")
        assert (shown.demonstration, shown.at) == (whole.marks[name], desk["on"])
    page = director.get("/programma/")
    place = page.context["trienniums"].index(present)
    assert page.context["money"][0]["cells"][place] == {"amount": whole.balances.allocated, "mark": "whole"}
    shown = page.context["directions"]
    assert sum(row["total"].balances.allocated for row in shown) == whole.balances.allocated
    for row in shown:
        cell = director.get(f"/programma/direttrici/{row['row'].code}/").context["money"][0]["cells"][place]
        assert cell == {"amount": row["total"].balances.allocated, "mark": row["total"].marks["allocated"]}
    share = next(row["share"] for row in desk["by_sector"] if row["row"].code == "nautica")
    sector = director.get("/programma/settori/nautica/")
    assert sector.context["money"][0]["cells"][place] == {"amount": share.balances.committed, "mark": "whole"}
    assert "Triennio 2023-2025" in sector.content.decode()


@pytest.mark.parametrize(
    ("invented", "genuine", "said"),
    [(True, True, "part"), (True, False, "whole"), (False, True, ""), (False, False, "")],
)
def test_how_much_of_a_figure_is_demonstration_data(invented, genuine, said):
    assert mark(invented=invented, genuine=genuine) == said


def test_unknown_codes_are_not_found(director):
    for path in (
        "programma/direttrici/Z/",
        "programma/settori/zero/",
        "ufficio/programma/dati/zero/",
        "ufficio/programma/grafici/zero.svg",
        "ufficio/programma/movimenti/doc/",
        "ufficio/programma/linee/0/",
    ):
        assert director.get(f"/{path}").status_code == 404, path


@pytest.mark.slow  # every figure of the dashboard is followed
def test_every_figure_opens_rows_that_add_up_to_it(director):
    """The link of a total leads to the movements that make it."""
    page = director.get("/ufficio/programma/?on=2025-06-30&triennium=2023-2025")
    for row in page.context["by_action"]:
        for name in ("allocated", "committed", "paid"):
            rows = director.get(row["links"][name]).context["page"].paginator.object_list
            amount = sum((-m.amount if m.kind == "release" else m.amount for m in rows), Decimal(0))
            assert amount == getattr(row["total"].balances, name), (row["links"][name], name)


def test_the_dashboard_on_a_day_is_the_dashboard_of_that_day(director):
    before = director.get("/ufficio/programma/?on=2023-09-14&triennium=2023-2025").context["whole"].balances
    after = director.get("/ufficio/programma/?on=2023-09-15&triennium=2023-2025").context["whole"].balances
    assert before.allocated == 0
    assert after.allocated == Decimal("4400000.00")
    page = director.get("/ufficio/programma/?on=yesterday")
    assert page.status_code == 200
    assert page.context["look"].form.errors


@pytest.mark.slow
@pytest.mark.parametrize("name", ["time", "directions"])
def test_charts_are_images_made_by_the_server(director, name):
    """The first drawing starts the engine that draws."""
    answer = director.get(f"/ufficio/programma/grafici/{name}.svg?on=2025-06-30&triennium=2023-2025")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert "Stanziato" in answer.content.decode()
    page = director.get("/ufficio/programma/?on=2025-06-30&triennium=2023-2025").context["charts"][name]
    assert page["finding"]
    assert page["rows"]


def test_exports_hold_the_same_rows(director):
    query = "?triennium=2021-2023"
    count = Movement.objects.filter(line__triennium__code="2021-2023").count()
    text = b"".join(director.get(f"/ufficio/programma/movimenti/csv/{query}").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == count
    assert {row["Importo"] for row in rows} >= {"3700000.00", "8000000.00"}
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(director.get(f"/ufficio/programma/movimenti/xlsx/{query}").streaming_content))
    )
    assert book.active.max_row == count + 1
    book.close()


def test_a_text_is_never_a_formula(director):
    from levante.web.components.exports import _cell

    assert _cell("=1+1") == "'=1+1"
    assert _cell("-x") == "'-x"
    assert _cell("x") == "x"
    assert _cell(Decimal("-1.00")) == "-1.00"


def filled(line, **more):
    from levante.programme.api import Act

    act = Act.objects.get(code="dimostrazione-attuazione-2023")
    return {
        "kind": "commitment", "amount": "1.000,50", "act": act.pk, "on": "2026-01-15", "exercise": "2026",
        "idempotency_key": "desk:test", **more,
    }  # fmt: skip


def line_of(code="2023-2025/B/3.5.b/2025"):
    return BudgetLine.objects.get(code=code)


def test_recording_a_movement_and_a_double_click(director):
    line = line_of()
    committed = line.committed
    for _ in range(2):
        answer = director.post(f"/ufficio/programma/linee/{line.pk}/movimento/", filled(line))
        assert answer.status_code == 302, answer.context["form"].errors
    assert line_of().committed == committed + Decimal("1000.50")
    assert "1.000,50" in director.get(answer.url).content.decode()


def test_a_refusal_stands_beside_its_field(director):
    line = line_of()
    answer = director.post(f"/ufficio/programma/linee/{line.pk}/movimento/", filled(line, amount="99.000.000,00"))
    assert answer.status_code == 422
    assert "non ha disponibilità" in answer.content.decode()
    assert line_of().committed == line.committed
    wrong = director.post(f"/ufficio/programma/linee/{line.pk}/movimento/", filled(line, amount="molto", on="ieri"))
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"amount", "on"}


def test_reprogramming_from_the_desk(director):
    source, target = line_of("2023-2025/D/3.5.c/2025"), line_of()
    answer = director.post(
        f"/ufficio/programma/linee/{source.pk}/riprogrammazione/",
        {key: value for key, value in filled(source, target=target.pk).items() if key != "kind"},
    )
    assert answer.status_code == 302, answer.context["reprogramming"].errors
    assert line_of().allocated == target.allocated + Decimal("1000.50")


@pytest.mark.parametrize(
    ("role", "office", "sees", "records"),
    [
        ("finance", "sezione", 200, 302),
        ("case_officer", "sezione", 200, 403),
        ("auditor", "sezione", 200, 403),
        ("agency_staff", "arti", 404, 404),
        ("agency_staff", "puglia-sviluppo", 200, 403),
        ("evaluator", "sezione", 403, 403),
    ],
)
def test_who_sees_and_who_records(puglia, officer, signed_in, role, office, sees, records):
    line = line_of()
    browser = signed_in(officer(role, office))
    assert browser.get(f"/ufficio/programma/linee/{line.pk}/").status_code == sees
    assert browser.post(f"/ufficio/programma/linee/{line.pk}/movimento/", filled(line)).status_code == records


def test_an_agency_sees_only_its_lines(puglia, officer, signed_in):
    browser = signed_in(officer("agency_staff", "arti"))
    lines = {row["row"].code for row in browser.get("/ufficio/programma/dati/lines/").context["rows"]}
    assert lines
    assert not [code for code in lines if "/B/" in code]
    seen = browser.get("/ufficio/programma/movimenti/").context["page"].paginator.count
    assert 0 < seen < Movement.objects.count()


def test_the_line_page_has_few_queries(director, django_assert_max_num_queries):
    line = line_of("2023-2025/A/3.5.b/2024")
    with django_assert_max_num_queries(15):
        page = director.get(f"/ufficio/programma/linee/{line.pk}/")
    assert page.status_code == 200


@pytest.mark.slow  # every cell of the plan is followed
def test_the_plan_by_sub_action_and_exercise_opens_the_lines_it_counts(director):
    page = director.get("/ufficio/programma/?on=2025-06-30&triennium=2023-2025")
    groups = {group["title"]: group for group in page.context["plan"]["groups"]}
    for title in ("Per sub-azione da cui viene il denaro", "Per esercizio in cui il denaro si muove"):
        assert groups[title]["rows"], title
        for row in groups[title]["rows"]:
            for count, url in row["cells"]:
                if count:
                    assert len(director.get(url).context["rows"]) == count, url


def test_a_sector_shows_what_was_given_to_its_lines(director):
    page = director.get("/ufficio/programma/?on=2025-06-30&triennium=2023-2025")
    given = [row for row in page.context["by_sector"] if row["allocated"]]
    assert given
    for row in given:
        rows = director.get(row["links"]["allocated"]).context["page"].paginator.object_list
        assert sum((movement.amount for movement in rows), Decimal(0)) == row["allocated"].balances.allocated, row[
            "links"
        ]
