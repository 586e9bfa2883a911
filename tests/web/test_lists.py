"""Every list of the desk: columns one may hide, views one keeps, the same rows as a file; one mechanism."""

from collections.abc import Callable
from typing import Any

import pytest

from levante.identity.api import SavedView, close_account, personal_data
from levante.kernel.api import system

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]

LISTS = {
    "desk:enterprises": "/ufficio/imprese/",
    "desk:applications": "/ufficio/pratiche/",
    "desk:cases": "/ufficio/richieste/",
    "desk:agreements": "/ufficio/accordi/",
    "desk:awards": "/ufficio/atti/",
}


@pytest.fixture
def browser(officer: Maker, signed_in: Maker) -> Any:
    return signed_in(officer("director"))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_offers_columns_views_and_files(browser: Any, name: str) -> None:
    page = browser.get(LISTS[name])
    listing = page.context["listing"]
    assert listing.name == name
    for column, shown in listing.choices:
        assert shown
        assert f'name="hide" value="{column.name}"' in page.content.decode()
    hidden = listing.choices[0][0]
    page = browser.get(f"{LISTS[name]}?hide={hidden.name}&hide=no-such-column")
    assert page.context["listing"].hidden == {hidden.name}
    heading = b"".join(browser.get(f"{LISTS[name]}?export=csv&hide={hidden.name}").streaming_content).decode(
        "utf-8-sig"
    )
    assert heading.split("\r\n")[0].split(";")[0] == str(listing.columns[0].label)
    assert str(hidden.label) not in heading.split("\r\n")[0].split(";")
    sheet = browser.get(f"{LISTS[name]}?export=xlsx")
    assert b"".join(sheet.streaming_content)[:2] == b"PK"


def test_a_hidden_column_is_not_there(browser: Any, enterprise: Maker) -> None:
    firm = enterprise("Cantieri", pec="cantieri@pec.example.it")
    assert f"<td>{firm.tax_code}</td>" in browser.get("/ufficio/imprese/").content.decode()
    page = browser.get("/ufficio/imprese/?hide=code&q=canti").content.decode()
    assert f"<td>{firm.tax_code}</td>" not in page
    assert '<input type="hidden" name="hide" value="code">' in page, "new filters keep the columns"


def save(browser: Any, name: str, query: str, listing: str = "desk:enterprises") -> Any:
    return browser.post("/ufficio/viste/salva/", {"listing": listing, "name": name, "query": query})


def test_a_view_is_kept_found_again_and_taken_away(browser: Any) -> None:
    answer = save(browser, "  Brindisi,   piccole ", "province=BR&size=small&hide=code&hide=ateco")
    assert answer["Location"] == "/ufficio/imprese/?province=BR&size=small&hide=code&hide=ateco"
    view = SavedView.objects.get()
    assert view.name == "Brindisi, piccole"
    page = browser.get("/ufficio/imprese/?" + view.query + "&page=2")
    assert [row["current"] for row in page.context["listing"].views] == [True]
    assert page.context["listing"].hidden == {"code", "ateco"}
    assert "Brindisi, piccole" in browser.get("/ufficio/imprese/").content.decode()
    assert "Brindisi, piccole" not in browser.get("/ufficio/richieste/").content.decode()
    save(browser, "brindisi, PICCOLE", "province=BR")
    assert SavedView.objects.get().query == "province=BR", "the same name replaces the view"
    browser.post(f"/ufficio/viste/{SavedView.objects.get().pk}/togli/")
    assert not SavedView.objects.exists()


def test_views_belong_to_a_person(browser: Any, officer: Maker, signed_in: Maker, client: Any) -> None:
    save(browser, "Mia", "size=small")
    mine = SavedView.objects.get()
    other = signed_in(officer("front_desk", given="Ugo"))
    assert "Mia" not in other.get("/ufficio/imprese/").content.decode()
    assert other.post(f"/ufficio/viste/{mine.pk}/togli/").status_code == 404
    assert SavedView.objects.filter(pk=mine.pk).exists()


def test_a_view_leads_only_to_a_list_of_the_desk(browser: Any) -> None:
    for listing in ("https://example.org", "portal:home", "desk:enterprise", "desk:nothing", ""):
        assert save(browser, "x", "", listing).status_code == 404, listing
    assert save(browser, "", "a=1").status_code == 302
    assert save(browser, "x", "a=" + "1" * 2000).status_code == 302
    assert not SavedView.objects.exists()
    for number in range(25):
        save(browser, f"Vista {number}", "size=small")
    assert SavedView.objects.count() == 20


def test_views_go_with_the_account(person: Maker) -> None:
    user = person()
    SavedView.objects.create(user=user, listing="desk:enterprises", name="Mia", query="q=x")
    assert personal_data(user)["saved_views"] == [{"list": "desk:enterprises", "name": "Mia", "query": "q=x"}]
    close_account(actor=system("test"), user=user)
    assert not SavedView.objects.exists()


def test_a_csv_is_sent_while_it_is_read() -> None:
    from levante.web.components.exports import table_file

    read = []

    def rows() -> Any:
        for place in range(3):
            read.append(place)
            yield [f"r{place}"]

    answer: Any = table_file("csv", "elenco è", rows())
    assert read == [], "not a row is read before the answer begins"
    pieces = iter(answer.streaming_content)
    assert [next(pieces), next(pieces)] == ["\ufeff".encode(), b"r0\r\n"]
    assert read == [0]
    assert "elenco%20%C3%A8-" in answer.headers["Content-Disposition"]


def test_a_book_goes_on_in_another_sheet_where_one_is_full(monkeypatch: Any) -> None:
    import io

    import openpyxl

    from levante.web.components import exports

    monkeypatch.setattr(exports, "SHEET_ROWS", 3)
    answer: Any = exports.table_file("xlsx", "elenco", iter([["Nome", "N."], *([f"r{n}", n] for n in range(5))]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    answer.close()
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
        ["Nome", "r0", "r1"], ["Nome", "r2", "r3"], ["Nome", "r4"],
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/ufficio/pratiche/", "/ufficio/lettere/", "/ufficio/pratiche/insieme/"])
def test_a_text_that_too_many_enterprises_answer_to_says_so(
    browser: Any, enterprise: Maker, monkeypatch: Any, path: str
) -> None:
    from levante.web.components import firms

    for name in ("Cantieri Uno", "Cantieri Due"):
        enterprise(name)
    assert "prime 1.000" not in browser.get(f"{path}?q=cantieri").content.decode()
    monkeypatch.setattr(firms, "MOST_FIRMS", 1)
    assert "prime 1.000" in browser.get(f"{path}?q=cantieri").content.decode()
