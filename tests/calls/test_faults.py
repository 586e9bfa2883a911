"""What is wrong with an expression is said so that who designs a call understands it."""

from datetime import date

import pytest
from tests.calls.conftest import CALLS

from levante.calls.checker.expressions import Place
from levante.calls.checker.finding import Surroundings, view_of
from levante.calls.definition import read_calls
from levante.calls.faults import faults_of


@pytest.fixture(scope="module")
def view():
    (file,) = [one for one in read_calls(CALLS) if one.entry.code == "voucher-fiere-2018"]
    return view_of(file.entry, on=date(2026, 1, 1), around=Surroundings())


@pytest.mark.parametrize(
    ("text", "it"),
    [
        ("", "È vuota."),
        ("facts.size = 'micro'", "Dopo «facts.size»: per dire «è uguale a» si scrive ==."),
        ("(facts.active && facts.artisan", "Dopo «s.active && facts.artisan»: manca una parentesi chiusa."),
        ("facts.turnover >= ", "Dopo «facts.turnover >=»: qui manca un valore."),
        ("turnover > 1.0", "«turnover» non è un nome noto"),
        ("facts.fatturato > 1.0", "«fatturato» non è un dato dell’impresa."),
        ("answers.fiera == 'x'", "«fiera» non è un campo del modulo."),
        ("answers.stand == 'boh'", "«boh» non è una delle risposte possibili."),
        ("facts.turnover", "non dà un sì o un no."),
        ("facts.turnover + 100 > 3.0", "mescola numeri interi e decimali"),
    ],
)
def test_it_is_said_in_plain_words(view, text, it):
    found = faults_of(text, view=view, place=Place("eligibility.0.expression", text))
    assert found, text
    assert found[0].it.startswith(it)
    assert found[0].en


def test_what_is_right_has_no_fault(view):
    text = "facts.active && answers.stand in ['own', 'shared']"
    assert faults_of(text, view=view, place=Place("x", text)) == []
