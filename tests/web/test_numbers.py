"""Numbers people type: read as the page's language writes them, or refused; never guessed."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from levante.kernel.pure import format_euro, typed_number
from levante.web.components.forms import EuroField


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "1234.56", "1234.56"), ("en", "1,234.56", "1234.56"), ("en", "12,345,678", "12345678"), ("en", "0.5", "0.5"),
        ("it", "1234,56", "1234.56"), ("it", "1.234,56", "1234.56"), ("it", "6.000", "6000"), ("it", "€ 6000", "6000"),
        ("it", "-12,5 %", "-12.5"), ("it", "1\u202f234,50", "1234.50"),
    ],
)  # fmt: skip
def test_numbers_of_a_language(language, typed, meant):
    assert str(typed_number(typed, language)) == meant


NOT_ENGLISH = ["1234,56", "1,50", "12,34,5", "1.2.3", "1.234,56", "0,123", "1234,567"]
NOT_ITALIAN = ["1234.56", "1.50", "12.34.5", "1,2,3", "1,234.56", "0.123"]
NO_NUMBER = ["", "sei", "1e9", "1E9", "NaN", "Infinity", "١٢", "1_000", "--5", "12 34", "9" * 50]


@pytest.mark.parametrize(
    ("language", "typed"),
    [("en", t) for t in NOT_ENGLISH + NO_NUMBER] + [("it", t) for t in NOT_ITALIAN + NO_NUMBER],
)
def test_what_is_written_otherwise_is_no_number(language, typed):
    with pytest.raises(ValueError, match="not a number"):
        typed_number(typed, language)


@given(
    st.decimals(min_value=Decimal("-9e12"), max_value=Decimal("9e12"), places=2, allow_nan=False),
    st.sampled_from(["it", "en"]),
)
def test_what_we_write_we_read(amount, language):
    assert typed_number(format_euro(amount, language).replace("€", ""), language) == amount


def test_the_field_says_how_numbers_are_written():
    class One(forms.Form):
        amount = EuroField(min_value=0)

    for language, wrong, right, said in (
        ("en", "1,50", "1,234.50", "write 1,234.56"),
        ("it", "1.50", "1.234,50", "scrivi 1.234,56"),
    ):
        with translation.override(language):
            assert said in str(One({"amount": wrong}).errors)
            form = One({"amount": f" {right} "})
            assert form.is_valid()
            assert form.cleaned_data["amount"] == Decimal("1234.50")
            shown = str(One(initial={"amount": Decimal("1234.5")})["amount"])
            assert ("1234.5" if language == "en" else "1234,5") in shown.replace("1,234", "1234").replace(
                "1.234", "1234"
            )
