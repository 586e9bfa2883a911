"""The screens open, say what they must, and show nobody what is not theirs."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse as django_reverse
from django.utils import translation
from tests.conftest import vat_number

from levante.parties.api import (
    Correction,
    Enterprise,
    ImportRun,
    Mandate,
    Person,
    create_enterprise,
    move_legal_seat,
    record_account,
    record_ownership,
)

Maker = Callable[..., Any]


def reverse(name: str, args: list[Any] | None = None) -> str:
    """The Italian address, whatever language the page before was in."""
    with translation.override("it"):
        return django_reverse(name, args=args)


@pytest.fixture
def firm(comune: Maker, by_system: Any) -> Enterprise:
    made = create_enterprise(
        actor=by_system,
        tax_code=vat_number(7),
        name="Cantieri dell’Àlto Salento S.r.l.",
        vat_number=vat_number(7),
        legal_form="SR",
        ateco="30.12.00",
        sectors=["nautica"],
        founded_on="2010-01-01",
    )
    move_legal_seat(actor=by_system, enterprise=made, comune=comune("Brindisi"), address="via del Mare, 1", cap="72100")
    for year in (2023, 2024, 2025):
        record_account(actor=by_system, enterprise=made, year=year, headcount=12, turnover=900000, balance=500000)
    return made


@pytest.fixture
def desk(officer: Maker, signed_in: Maker) -> Any:
    return signed_in(officer("case_officer"))


PORTAL_PAGES = ["portal:enterprise", "portal:people", "portal:mandates", "portal:mandate_ask", "portal:my_data"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_desk_page_opens_in_both_languages(desk: Any, firm: Enterprise, enterprise: Maker, prefix: str) -> None:
    other = enterprise("Cantieri Alto Salento", vat_number(8))
    pages = [
        reverse("desk:enterprises"),
        reverse("desk:enterprises") + "?q=cantieri&province=BR&size=small&status=all&sort=-name",
        reverse("desk:enterprise", args=[firm.pk]),
        reverse("desk:enterprise_new"),
        reverse("desk:enterprise_edit", args=[firm.pk]),
        reverse("desk:enterprise_seat", args=[firm.pk]),
        reverse("desk:enterprise_account", args=[firm.pk]),
        reverse("desk:enterprise_merge", args=[firm.pk]),
        reverse("desk:enterprise_merge_with", args=[firm.pk, other.pk]),
        reverse("desk:corrections"),
        reverse("desk:people"),
        reverse("desk:mandates"),
        reverse("desk:imports"),
        reverse("desk:search") + "?q=cantieri",
    ]
    for page in pages:
        answer = desk.get(prefix + page)
        assert answer.status_code == 200, page


def test_the_file_shows_size_with_its_reasons_and_one_timeline(desk: Any, firm: Enterprise) -> None:
    page = desk.get(f"/en{reverse('desk:enterprise', args=[firm.pk])}").content.decode()
    assert "Small" in page
    assert "2003/361" in page
    assert "Accounts recorded" in page
    assert "Founded" in page


def test_the_list_finds_by_name_code_and_place(desk: Any, firm: Enterprise, enterprise: Maker) -> None:
    enterprise("Altra impresa", vat_number(99))
    address = reverse("desk:enterprises")
    for query in (
        "q=cantieri+alto",
        "q=cantiri+alto+salnto",
        f"q={vat_number(7)}",
        "province=BR",
        "ateco=30",
        "sector=",
    ):
        page = desk.get(f"{address}?{query}").content.decode()
        assert "Àlto Salento" in page, query
    assert "Àlto Salento" not in desk.get(f"{address}?province=LE").content.decode()
    assert "Altra impresa" not in desk.get(f"{address}?q=cantieri").content.decode()


def test_a_list_page_costs_at_most_ten_queries(desk: Any, firm: Enterprise, enterprise: Maker) -> None:
    for n in range(100, 170):
        enterprise(f"Impresa {n}", vat_number(n))
    desk.get(reverse("desk:enterprises"))
    for query in ("", "?q=impresa", "?province=BR", "?sort=-name"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(reverse("desk:enterprises") + query).status_code == 200
        asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SET TRANSACTION"))]
        assert len(asked) <= 10, asked


def test_pages_go_through_the_whole_list_once(desk: Any, enterprise: Maker) -> None:
    names = {enterprise(f"Impresa {n % 7}", vat_number(n)).tax_code for n in range(1, 121)}
    seen: list[str] = []
    address = reverse("desk:enterprises") + "?"
    while True:
        answer = desk.get(address)
        seen += [row.tax_code for row in answer.context["window"].rows]
        cursor = answer.context["window"].cursor
        if cursor is None:
            break
        address = f"{reverse('desk:enterprises')}?after={cursor}"
    assert len(seen) == len(set(seen)) == 120
    assert set(seen) == names
    assert desk.get(reverse("desk:enterprises") + "?after=garbage").status_code == 200


def test_exports(desk: Any, firm: Enterprise, enterprise: Maker) -> None:
    enterprise("=1+1 formula", vat_number(55))
    sheet = b"".join(desk.get(reverse("desk:enterprises") + "?export=csv").streaming_content).decode("utf-8-sig")
    assert "Àlto Salento" in sheet
    assert "'=1+1 formula" in sheet
    file = b"".join(desk.get(reverse("desk:enterprises") + "?export=xlsx").streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(file)).active.iter_rows(values_only=True))
    assert len(rows) == 3
    plain = desk.get(reverse("desk:enterprises") + "?export=exe")
    assert plain["Content-Type"].startswith("text/html"), "a kind of file nobody knows is the page itself"


def test_duplicates_are_told_while_typing(desk: Any, firm: Enterprise) -> None:
    address = f"/en{reverse('desk:enterprise_duplicates')}"
    assert "same tax code" in desk.get(address, {"tax_code": vat_number(7)}).content.decode()
    assert "same VAT" in desk.get(address, {"vat_number": f"IT{vat_number(7)}"}).content.decode()
    assert "similar name" in desk.get(address, {"name": "Cantieri Alto Salento", "comune": "Brindisi"}).content.decode()
    assert desk.get(address, {"name": "Cantina sociale", "comune": "Lecce"}).content.strip() == b""


def test_an_officer_opens_a_file(desk: Any, comune: Maker) -> None:
    comune("Lecce")
    address = reverse("desk:enterprise_new")
    values = {"tax_code": vat_number(3), "name": "Nuova S.r.l.", "comune": "lecce", "address": "via Roma, 1"}
    assert desk.post(address, values).status_code == 302
    made = Enterprise.objects.get(tax_code=vat_number(3))
    assert made.legal_seat is not None
    again = desk.post(address, values)
    assert again.status_code == 200
    assert "tax_code" in again.context["form"].errors


def test_not_yours_is_not_there(
    client: Any, firm: Enterprise, enterprise: Maker, representative: Maker, signed_in: Maker
) -> None:
    other = enterprise("Altra", vat_number(90))
    mine = Correction.objects.create(
        enterprise=firm,
        subject="facts",
        changes={"pec": ["", "a@b.it"]},
        proposed_by=representative(firm, given="Bice"),
        proposed_at="2026-01-01T00:00:00Z",
    )
    stranger = representative(other)
    browser = signed_in(stranger, other)
    assert browser.post(reverse("portal:correction_withdraw", args=[mine.pk])).status_code == 404
    assert firm.name not in browser.get(reverse("portal:enterprise")).content.decode()
    mandate = Mandate.objects.get(enterprise=firm)
    assert browser.post(reverse("portal:mandate_decide", args=[mandate.pk]), {"decision": "revoke"}).status_code == 404
    assert browser.get(reverse("desk:enterprise", args=[firm.pk])).status_code == 403
    assert browser.get(reverse("desk:search") + "?q=cantieri").status_code == 403


def test_an_evaluator_is_blind(officer: Maker, signed_in: Maker, firm: Enterprise) -> None:
    browser = signed_in(officer("evaluator", office="arti"))
    assert firm.name not in browser.get(reverse("desk:search") + "?q=cantieri").content.decode()
    assert browser.get(reverse("desk:enterprise", args=[firm.pk])).status_code == 403


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_enterprise_sees_its_file_and_corrects_it(
    firm: Enterprise, representative: Maker, signed_in: Maker, officer: Maker, client: Any, prefix: str
) -> None:
    owner = representative(firm)
    browser = signed_in(owner, firm)
    for page in PORTAL_PAGES:
        assert browser.get(prefix + reverse(page)).status_code == 200, page
    for subject in ("facts", "seat", "account"):
        assert browser.get(prefix + reverse("portal:enterprise_correct", args=[subject])).status_code == 200
    form = browser.get(reverse("portal:enterprise_correct", args=["facts"])).context["form"]
    values = {name: value for name, value in form.initial.items() if value not in (None, False)}
    answer = browser.post(
        reverse("portal:enterprise_correct", args=["facts"]), values | {"pec": "new@pec.example.it", "reason": "moved"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    correction = Correction.objects.get()
    assert correction.changes == {"pec": ["", "new@pec.example.it"]}
    firm.refresh_from_db()
    assert firm.pec == ""
    desk = signed_in(officer("front_desk", given="Ugo"))
    page = desk.get(reverse("desk:correction", args=[correction.pk])).content.decode()
    assert "new@pec.example.it" in page
    desk.post(reverse("desk:correction", args=[correction.pk]), {"decision": "accept"})
    firm.refresh_from_db()
    assert firm.pec == "new@pec.example.it"


def test_a_refused_correction_needs_its_reason(firm: Enterprise, representative: Maker, desk: Any) -> None:
    correction = Correction.objects.create(
        enterprise=firm,
        subject="facts",
        changes={"pec": ["", "a@b.it"]},
        proposed_by=representative(firm),
        proposed_at="2026-01-01T00:00:00Z",
    )
    address = reverse("desk:correction", args=[correction.pk])
    assert desk.post(address, {"decision": "refuse", "reason": ""}).status_code == 200
    assert desk.post(address, {"decision": "refuse", "reason": "wrong box"}).status_code == 302
    correction.refresh_from_db()
    assert correction.state == "refused"


def test_a_consultant_asks_and_is_confirmed_by_the_representative(
    firm: Enterprise, representative: Maker, person: Maker, signed_in: Maker
) -> None:
    consultant = person("Carla", "Consulente")
    signed_in(consultant).post(
        reverse("portal:mandate_ask"), {"tax_code": firm.tax_code, "kind": "consultant", "scopes": ["apply"]}
    )
    mandate = Mandate.objects.get()
    assert (mandate.state, mandate.scopes) == ("requested", ["apply", "read"])
    owner = representative(firm, given="Olga")
    browser = signed_in(owner, firm)
    assert "Carla Consulente" in browser.get(reverse("portal:people")).content.decode()
    browser.post(reverse("portal:mandate_decide", args=[mandate.pk]), {"decision": "confirm"})
    mandate.refresh_from_db()
    assert (mandate.state, mandate.decided_by) == ("confirmed", owner)
    browser.post(reverse("portal:mandate_decide", args=[mandate.pk]), {"decision": "revoke"})
    mandate.refresh_from_db()
    assert mandate.state == "revoked"


@pytest.mark.django_db
def test_a_new_enterprise_is_registered_with_the_request(person: Maker, signed_in: Maker) -> None:
    browser = signed_in(person())
    values = {"tax_code": vat_number(77), "kind": "legal_representative", "act": "atto costitutivo"}
    answer = browser.post(reverse("portal:mandate_ask"), values)
    assert "name" in answer.context["form"].errors
    assert not Enterprise.objects.exists()
    assert browser.post(reverse("portal:mandate_ask"), values | {"name": "Nuovissima"}).status_code == 302
    assert Mandate.objects.get().enterprise.name == "Nuovissima"


@pytest.mark.django_db
def test_consents_are_given_and_taken_back_on_one_page(person: Maker, signed_in: Maker) -> None:
    user = person()
    browser = signed_in(user)
    address = reverse("portal:my_data")
    browser.post(address, {"consent": ["events:email", "catalogue:web"]})
    browser.post(address, {"consent": ["catalogue:web"]})
    history = Person.objects.get(user=user).consents.order_by("id").values_list("purpose", "given")
    assert list(history) == [("events", True), ("catalogue", True), ("events", False)]
    file = browser.post(reverse("portal:my_data_file")).json()
    assert [row["purpose"] for row in file["consents"]] == ["events", "catalogue", "events"]


@pytest.mark.usefixtures("places")
def test_an_upload_is_queued_and_followed(desk: Any) -> None:
    upload = SimpleUploadedFile("registro.csv", f"codice_fiscale;denominazione\n{vat_number(1)};Uno\n".encode())
    answer = desk.post(reverse("desk:imports"), {"file": upload})
    run = ImportRun.objects.get()
    assert answer.url == reverse("desk:import", args=[run.pk])
    assert "every 2s" in desk.get(reverse("desk:import_progress", args=[run.pk])).content.decode()
    from levante.parties.jobs import import_register

    import_register(run.pk)
    page = desk.get(reverse("desk:import_progress", args=[run.pk])).content.decode()
    assert "every 2s" not in page
    assert Enterprise.objects.get().name == "Uno"
    assert desk.get(reverse("desk:import_rejects", args=[run.pk])).status_code == 404


@pytest.mark.django_db
def test_a_file_that_lacks_columns_says_which_and_offers_no_going_on(desk: Any) -> None:
    from levante.parties.jobs import import_register

    desk.post(reverse("desk:imports"), {"file": SimpleUploadedFile("r.csv", b"codice_fiscale;altro\n1;2\n")})
    run = ImportRun.objects.get()
    import_register(run.pk)
    page = desk.get(reverse("desk:import_progress", args=[run.pk])).content.decode()
    assert "Mancano le colonne: " in page
    assert f'href="{reverse("desk:imports")}"' in page
    assert reverse("desk:import_resume", args=[run.pk]) not in page


@pytest.mark.django_db
def test_an_upload_of_garbage_is_told_and_leaves_nothing(desk: Any) -> None:
    answer = desk.post(reverse("desk:imports"), {"file": SimpleUploadedFile("x.csv", b"\0" * 1000)})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not ImportRun.objects.exists()


def test_a_merge_on_screen(desk: Any, firm: Enterprise, enterprise: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    from levante.parties.services import merge

    monkeypatch.setattr(merge, "unknown_relations", list)
    other = enterprise("CANTIERI ALTO SALENTO SRL", vat_number(8), pec="other@pec.example.it")
    address = reverse("desk:enterprise_merge_with", args=[firm.pk, other.pk])
    page = desk.get(address).content.decode()
    assert "other@pec.example.it" in page
    itself = desk.get(reverse("desk:enterprise_merge_with", args=[firm.pk, firm.pk]))
    assert itself.url == reverse("desk:enterprise_merge", args=[firm.pk])
    assert [str(one) for one in get_messages(itself.wsgi_request)] == ["Sono la stessa scheda: scegli l’altra."]
    assert desk.post(address, {"side-pec": "absorbed", "reason": "same firm"}).status_code == 302
    other.refresh_from_db()
    firm.refresh_from_db()
    assert (other.status, other.merged_into_id, firm.pec) == ("merged", firm.pk, "other@pec.example.it")
    assert (
        reverse("desk:enterprise", args=[firm.pk])
        in desk.get(reverse("desk:enterprise", args=[other.pk])).content.decode()
    )


def test_erasure_from_the_desk(desk: Any, firm: Enterprise, by_system: Any) -> None:
    holder = Person.objects.create(given_name="Elio", family_name="Ex")
    link = record_ownership(actor=by_system, owned=firm, kind="participation", holder_person=holder, capital=10)
    desk.post(reverse("desk:person_erase", args=[holder.pk]))
    holder.refresh_from_db()
    assert holder.family_name == "Ex"
    link.delete()
    desk.post(reverse("desk:person_erase", args=[holder.pk]))
    holder.refresh_from_db()
    assert (holder.family_name, holder.erased_at is not None) == ("", True)
    assert desk.get(reverse("desk:person", args=[holder.pk])).status_code == 200
