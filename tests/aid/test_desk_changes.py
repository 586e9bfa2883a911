"""Aid changed at the desk: mergers and splits with their sums, declarations, annulment, redetermination; told first."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aid.test_positions import receive

from levante.aid.api import (
    AidRecord,
    UndertakingEvent,
    aid_of_party,
    attributed,
    declare_own_aid,
    position,
    record_merger,
    record_split,
)
from levante.kernel.api import Refused, system, today
from levante.web.components.rehearsal import rehearse

pytestmark = pytest.mark.django_db
ACTOR = system("test")
DAY = date(2026, 6, 30)


def saved(browser: Any, address: str, values: dict[str, Any]) -> Any:
    shown = browser.post(address, values)
    assert shown.context["told"], [form.errors for form in (shown.context.get("form"),) if form]
    return shown, browser.post(address, values | {"save": shown.context["told"]["stamp"]})


def test_a_merger_is_told_and_then_recorded(enterprise, signed_in, officer):
    alfa, beta = enterprise("Alfa"), enterprise("Beta")
    receive(alfa, "100.00", date(2025, 1, 1))
    receive(beta, "200.01", date(2025, 1, 1))
    browser = signed_in(officer())
    assert browser.get("/ufficio/aiuti/operazioni/").status_code == 200
    values = {
        "on": "2025-07-01",
        "parties": f"{alfa.tax_code}\n{beta.tax_code}",
        "into": beta.tax_code,
        "deed": "rep. 1",
    }
    shown = browser.post("/ufficio/aiuti/operazioni/fusione/", values)
    told = shown.context["told"]
    assert (told["before"], told["after"], told["kept"]) == (Decimal("300.01"), Decimal("300.01"), True)
    assert {row["code"]: row["after"] for row in told["rows"]} == {
        alfa.tax_code: Decimal(0),
        beta.tax_code: Decimal("300.01"),
    }
    assert not UndertakingEvent.objects.exists()
    answer = browser.post("/ufficio/aiuti/operazioni/fusione/", values | {"save": told["stamp"]})
    assert answer.status_code == 302
    assert position(beta, on=DAY)["counted"] == "300.01"
    assert "Alfa" in browser.get("/ufficio/aiuti/operazioni/").content.decode()
    again = browser.post("/ufficio/aiuti/operazioni/fusione/", values)
    assert "on" in again.context["form"].errors, "the same merger twice is one"


@pytest.mark.slow(reason="several screens, with the effect told each time")
def test_a_split_gives_entries_by_name_and_divides_the_rest(enterprise, signed_in, officer):
    beta, gamma = enterprise("Beta"), enterprise("Gamma")
    taken = receive(beta, "200.01", date(2025, 1, 1), measure_title="Impianto")
    receive(beta, "50.01", date(2025, 2, 1))
    browser = signed_in(officer())
    address = "/ufficio/aiuti/operazioni/scissione/"
    values = {
        "on": "2025-09-01", "party": beta.tax_code, "deed": "rep. 2", "firm_1": beta.tax_code, "equity_1": "1000,00",
        "firm_2": gamma.tax_code, "equity_2": "1000,00",
    }  # fmt: skip
    page = browser.post(address, values)
    assert [entry["aid"].id for entry in page.context["entries"]] == [
        taken.cor,
        AidRecord.objects.exclude(pk=taken.pk).get().cor,
    ]
    assert "Impianto" in page.content.decode()
    shown, answer = saved(browser, address, values | {f"take-{taken.cor}": gamma.tax_code})
    assert shown.context["told"]["kept"]
    assert shown.context["told"]["before"] == Decimal("250.02")
    assert answer.status_code == 302
    after = {code: Decimal(position(code, on=DAY)["counted"]) for code in (beta.tax_code, gamma.tax_code)}
    assert sum(after.values()) == Decimal("250.02")
    assert after[gamma.tax_code] >= Decimal("200.01")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": "2999-01-01"}, "on"),
        ({"into": "1234"}, "into"),
        ({"parties": "x"}, "parties"),
        ({"deed": ""}, "deed"),
    ],
)
def test_an_event_that_cannot_be_is_told_at_its_field(enterprise, signed_in, officer, wrong, field):
    alfa, beta = enterprise("Alfa"), enterprise("Beta")
    values = {"on": "2025-07-01", "parties": alfa.tax_code, "into": beta.tax_code, "deed": "rep. 1"}
    page = signed_in(officer()).post("/ufficio/aiuti/operazioni/fusione/", values | wrong)
    assert field in page.context["form"].errors
    assert not UndertakingEvent.objects.exists()


def test_a_split_needs_equity_and_knows_whose_the_aid_is(enterprise):
    beta, gamma, other = enterprise("Beta"), enterprise("Gamma"), enterprise("Altra")
    strange = receive(other, "5.00", date(2025, 1, 1))
    common = {"actor": ACTOR, "on": date(2025, 9, 1), "party": beta.tax_code, "deed": "rep. 2"}
    for shares in (
        [{"enterprise": gamma.tax_code, "equity": "0.00"}],
        [{"enterprise": beta.tax_code, "equity": "10.00"}],
        [{"enterprise": gamma.tax_code, "equity": "10.00"}, {"enterprise": gamma.tax_code, "equity": "1.00"}],
        [{"enterprise": gamma.tax_code, "equity": "10.00", "takes": [strange.cor]}],
    ):
        with pytest.raises(Refused):
            record_split(shares=shares, **common)
    assert not UndertakingEvent.objects.exists()


@pytest.mark.slow(reason="property over many cases, each written to the database")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.lists(st.integers(1, 10_000_000), min_size=1, max_size=5),
    equities=st.lists(st.integers(0, 10_000), min_size=2, max_size=4).filter(any),
    merged=st.booleans(),
)
def test_sums_are_kept_to_the_cent(enterprise, cents, equities, merged):
    """Whatever is granted, merged and split, nothing is made and nothing is lost."""

    def change() -> None:
        firms = [enterprise(f"Firm {number}") for number in range(len(equities) + 1)]
        codes[:] = [firm.tax_code for firm in firms]
        for number, cent in enumerate(cents):
            receive(firms[0] if number % 2 else firms[-1], Decimal(cent) / 100, date(2025, 1, 1 + number))
        if merged:
            record_merger(actor=ACTOR, on=date(2025, 3, 1), parties=[codes[-1]], into=codes[0], deed="rep. 1")
        had = aid_of_party(codes[0], before=date(2025, 6, 1))
        shares = [
            {"enterprise": code, "equity": Decimal(equity)} for code, equity in zip(codes[:-1], equities, strict=True)
        ]
        shares[1]["takes"] = [row.id for row in had[:1]]
        record_split(actor=ACTOR, on=date(2025, 6, 1), party=codes[0], shares=shares, deed="rep. 2")

    codes: list[str] = []
    _, totals = rehearse(change, lambda: attributed(codes, on=DAY))
    assert sum(totals.values()) == Decimal(sum(cents)) / 100
    assert all(total >= 0 for total in totals.values())


def test_an_aid_is_determined_again_and_annulled(enterprise, signed_in, officer):
    firm = enterprise()
    aid = receive(firm, "1000.00", date(2025, 1, 1), measure_title="PIA")
    browser = signed_in(officer())
    assert f"/ufficio/aiuti/righe/{aid.pk}/" in browser.get("/ufficio/aiuti/", {"code": firm.tax_code}).content.decode()
    address = f"/ufficio/aiuti/righe/{aid.pk}/"
    shown, _ = saved(browser, address, {"do": "revise", "gge": "400,00", "on": "2026-01-15", "reference": "COVAR 7"})
    assert (shown.context["told"]["before"]["counted"], shown.context["told"]["after"]["counted"]) == (
        "1000.00",
        "400.00",
    )
    assert "COVAR 7" in browser.get(address).content.decode()
    for wrong in ({"on": "2024-01-01"}, {"on": "2999-01-01"}, {"reference": ""}):
        page = browser.post(address, {"do": "annul", "on": "2026-02-01", "reference": "revoca"} | wrong)
        assert page.context["annul"].errors
    saved(browser, address, {"do": "annul", "on": "2026-02-01", "reference": "revoca"})
    assert position(firm, on=DAY)["counted"] == "0.00"
    assert position(firm, on=DAY, as_of=date(2026, 1, 31))["counted"] == "400.00"
    page = browser.get(address)
    assert not page.context["may_change"]
    assert "annullato" in page.content.decode()


def test_a_declared_aid_has_its_source(enterprise, signed_in, officer):
    firm = enterprise()
    values = {
        "code": firm.tax_code, "granted_on": "2025-05-05", "gge": "123,45", "regime": "general_de_minimis",
        "granting_body": "Comune di Bari", "act": "",
    }  # fmt: skip
    browser = signed_in(officer())
    assert browser.get("/ufficio/aiuti/dichiarati/nuovo/", {"code": firm.tax_code}).status_code == 200
    assert "act" in browser.post("/ufficio/aiuti/dichiarati/nuovo/", values).context["form"].errors
    saved(browser, "/ufficio/aiuti/dichiarati/nuovo/", values | {"act": "dichiarazione, prot. 12"})
    aid = AidRecord.objects.get()
    assert (aid.source, aid.act, aid.gge) == ("declared", "dichiarazione, prot. 12", Decimal("123.45"))
    assert signed_in(officer("auditor")).get(f"/ufficio/aiuti/righe/{aid.pk}/").context["may_change"] is False


def test_who_may_change_aid(enterprise, signed_in, officer, representative):
    firm = enterprise()
    aid = receive(firm, "10.00", date(2025, 1, 1))
    for path in (
        "/ufficio/aiuti/dichiarati/nuovo/",
        "/ufficio/aiuti/operazioni/fusione/",
        "/ufficio/aiuti/operazioni/scissione/",
    ):
        assert signed_in(officer("auditor")).get(path).status_code == 403
    assert signed_in(representative(firm), firm).get(f"/ufficio/aiuti/righe/{aid.pk}/").status_code == 403
    refused = signed_in(officer("auditor", given="Ivo")).post(
        f"/ufficio/aiuti/righe/{aid.pk}/", {"do": "annul", "on": "2026-02-01", "reference": "x"}
    )
    assert refused.context["told"] is None


def test_the_enterprise_declares_an_aid_of_its_own(enterprise, signed_in, representative, actor_for):
    firm = enterprise()
    owner = representative(firm)
    browser = signed_in(owner, firm)
    values = {
        "granted_on": "2025-05-05",
        "gge": "2000,00",
        "regime": "general_de_minimis",
        "granting_body": "Camera di commercio",
    }
    page = browser.post("/impresa/aiuti/dichiara/", values)
    assert "truth" in page.context["form"].errors, "a declaration is made, not implied"
    shown, answer = saved(browser, "/impresa/aiuti/dichiara/", values | {"truth": "on"})
    assert shown.context["told"]["after"]["residual"] == "298000.00"
    assert answer.status_code == 302
    aid = AidRecord.objects.get()
    assert (aid.enterprise, aid.source, aid.granted_gge) == (firm, "declared", Decimal("2000.00"))
    assert "445/2000" in aid.act
    assert "Camera di commercio" in browser.get("/impresa/aiuti/").content.decode()
    more = values | {"truth": "on", "gge": "10,00", "granted_on": "2025-06-06"}
    for address, back in (("/impresa/domande/", "/impresa/domande/"), ("https://example.org/", "/impresa/aiuti/")):
        _, answer = saved(browser, f"/impresa/aiuti/dichiara/?next={address}", more | {"measure_title": back})
        assert answer["Location"] == back, "back to the application it was declared for, and nowhere else"
    operator = actor_for(representative(firm, kind="operator", scopes=["read", "apply"], given="Ugo"), firm)
    with pytest.raises(Refused):
        declare_own_aid(actor=operator, enterprise=firm, granted_on=today(), gge=Decimal(1), granting_body="X")
