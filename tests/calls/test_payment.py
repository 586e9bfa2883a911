"""How a grant is paid, what it expects, and the rules of a call in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.calls.payment import instalments, payment_words
from levante.calls.results import expected

D = Decimal
TWO_PARTS = {
    "modes": [
        {"code": "advance", "percent": "40", "guarantee": True, "days": 60},
        {"code": "balance", "percent": "60", "days": 90},
    ],
    "withholding": {"rate": "4", "reference": "D.P.R. 600/1973, art. 28"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("payment", "amount", "parts"),
    [
        # 40 % of 1,000.01 is 400.004 and 60 % is 600.006: the cent goes to the larger remainder; 4 % of it all is 40.00
        (TWO_PARTS, "1000.01", [("400.00", "16.00", "384.00"), ("600.01", "24.00", "576.01")]),
        ({"modes": [{"code": "single"}]}, "9000.00", [("9000.00", "0.00", "9000.00")]),
        # a part of which nothing is said takes what is left
        (
            {"modes": [{"code": "advance", "percent": "30"}, {"code": "sal", "percent": "40"}, {"code": "balance"}]},
            "100.00",
            [("30.00", "0.00", "30.00"), ("40.00", "0.00", "40.00"), ("30.00", "0.00", "30.00")],
        ),
        # of two the amounts wait for what is spent
        (
            {"modes": [{"code": "advance", "percent": "30"}, {"code": "sal"}, {"code": "balance"}]},
            "100.00",
            [("30.00", "0.00", "30.00"), ("None", "0.00", "None"), ("None", "0.00", "None")],
        ),
        ({}, "100.00", []),
    ],
)
def test_a_grant_is_paid_in_the_parts_of_the_call(payment, amount, parts):
    found = instalments(payment, D(amount))
    assert [(str(one.amount), str(one.withheld), str(one.net)) for one in found] == parts


def test_what_is_paid_is_told_in_words():
    assert [one.it for one in payment_words(TWO_PARTS)] == [
        "Anticipo, il 40 % del contributo, con fideiussione, entro 60 giorni dalla richiesta.",
        "Saldo, il 60 % del contributo, entro 90 giorni dalla richiesta.",
        "Su ogni pagamento si trattiene il 4 % (D.P.R. 600/1973, art. 28).",
    ]
    assert (
        payment_words(TWO_PARTS)[0].en == "Advance, 40 % of the grant, with a guarantee, within 60 days of the request."
    )
    assert payment_words({}) == []


@given(
    amount=st.decimals("0.01", "999999.99", places=2),
    rate=st.decimals("0", "30", places=2),
    percents=st.lists(st.integers(1, 100), min_size=1, max_size=4).filter(lambda found: sum(found) <= 100),
    last=st.booleans(),
)
def test_parts_add_up_to_the_grant_and_what_is_withheld_to_its_rate(amount, rate, percents, last):
    whole = [*percents] if sum(percents) == 100 else [*percents, None if last else 100 - sum(percents)]
    codes = ["advance", "sal", "balance", "single", "sal"]
    modes = [{"code": code, **({"percent": str(one)} if one else {})} for code, one in zip(codes, whole, strict=False)]
    found = instalments({"modes": modes, "withholding": {"rate": str(rate)}}, amount)
    assert sum(one.amount for one in found) == amount
    assert sum(one.withheld for one in found) == (amount * rate / 100).quantize(D("0.01"), rounding="ROUND_HALF_UP")
    assert all(one.net == one.amount - one.withheld and one.net >= 0 for one in found)


def test_results_expected_with_what_was_promised():
    results = [
        {"code": "markets", "it": "Mercati", "en": "Markets", "kind": "number", "at": "claim", "target": "markets"},
        {"code": "sales", "it": "Vendite", "en": "Sales", "kind": "money", "at": "later", "target": "sales",
         "unit": {"it": "euro", "en": "euro"}},
        {"code": "other", "it": "Altro", "en": "Other", "kind": "text", "at": "claim"},
        {"code": "jobs", "it": "Addetti", "en": "Jobs", "kind": "number", "at": "both", "months": 6},
    ]  # fmt: skip
    found = expected(results, {"markets": "3", "sales": "25000.00"})
    assert [(one.text.it, one.when.en, one.promised.it if one.promised else None) for one in found] == [
        ("Mercati", "with the claim of payment", "3"),
        ("Vendite (euro)", "12 months later", "25.000,00\xa0€"),
        ("Altro", "with the claim of payment", None),
        ("Addetti", "with the claim of payment, and again 6 months later", None),
    ]


@pytest.mark.slow(reason="loads the shipped calls and draws a page")
def test_the_rules_of_the_shipped_calls_are_told_under_headings(shipped, client):
    from levante.calls.api import call_words

    told = {
        code: {heading.en: [one.en for one in said] for heading, said in call_words(call)}
        for code, call in shipped.items()
    }
    project = next(told[code] for code in told if "progetti" in code)
    assert project["How it is paid"] == [one.en for one in payment_words(TWO_PARTS)]
    assert project["When the money is not enough"] == [
        "The last application funded may get only the part that is left.",
        "Who gets a part decides within 10 days whether to accept it.",
        "25 % is kept for: Micro-enterprises. What is left goes to the others.",
    ]
    assert project["How it is judged"][:3] == [
        "At least 2 people judge: the mean of their points counts.",
        "Who judges does not know whose the application is.",
        "At least 60 points in all are needed.",
    ]
    assert "Turnover abroad after 12 months, 12 months later." in project["Results to be told"]
    network = next(told[code] for code in told if "reti" in code)
    assert "A group has at least 3 firms and at most 10, the lead included." in network["How one takes part"]
    assert "A firm takes part in one network only (Avviso dimostrativo, art. 3)." in network["How one takes part"]
    assert network["Who manages it, and with which funds"][0].startswith("Managed, as in-house body, by")

    assert network["Who manages it, and with which funds"][1].startswith("De minimis aid (Reg. (UE) 20")
    call = next(call for code, call in shipped.items() if "progetti" in code)
    type(call).objects.filter(pk=call.pk).update(state="published", published_at=call.created_at)
    page = client.get(f"/bandi/{call.code}/").content.decode()
    for words in ("Come si paga", "con fideiussione", "va agli altri", "Fatturato estero a 12 mesi", "Fondo:"):
        assert words in page
