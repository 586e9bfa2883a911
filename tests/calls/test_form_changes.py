"""Two versions of a form told field by field, and what it does to a draft."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.calls.api import changes_between, effects_on
from levante.calls.forms.parsing import read_form


def ask(id_, kind="text", **more):
    return {"id": id_, "kind": kind, "label": {"it": f"D {id_}", "en": f"Q {id_}"}, **more}


CHOICES = [{"code": "a", "it": "Uno", "en": "One"}, {"code": "b", "it": "Due", "en": "Two"}]
BASE = {
    "lists": {"eu": ["IT"]},
    "sections": [
        {
            "id": "first", "title": {"it": "Prima", "en": "First"},
            "fields": [ask("name"), ask("kind", "choice", choices=CHOICES), ask("note", required=False)],
        },
        {
            "id": "costs", "title": {"it": "Spese", "en": "Costs"},
            "fields": [
                ask("rows", "group", fields=[ask("amount", "money"), ask("what")]),
                ask("total", "computed", result="money", formula="total(answers.rows, 'amount')"),
            ],
        },
    ],
}  # fmt: skip
ANSWERS = {"name": "ACME", "kind": "b", "rows": [{"amount": "1.00", "what": "x"}]}


def after(change):
    made = deepcopy(BASE)
    change(made, made["sections"][0]["fields"], made["sections"][1]["fields"])
    return read_form(made)


THREE = [*CHOICES, {"code": "c", "it": "Tre", "en": "Three"}]
LAST = {"id": "last", "title": {"it": "Ultima", "en": "Last"}, "fields": []}
RULE = {"must": "answers.name != ''", "must_text": {"it": "serve", "en": "needed"}}
START = {"it": "Inizio", "en": "Start"}
ONLY_A = "answers.kind == 'a'"
CASES = {
    "label": (lambda d, f, c: f[0].update(label={"it": "Nome", "en": "Name"}), "label", "name", "«Nome»: prima era «D name»", "to_review"),
    "help": (lambda d, f, c: f[0].update(help={"it": "Aiuto", "en": "Help"}), "help", "name", "cambia la spiegazione", None),
    "removed": (lambda d, f, c: f.pop(0), "removed", "name", "«D name» non si chiede più", "lost"),
    "added": (lambda d, f, c: f.append(ask("vat")), "added", "vat", "nuova domanda, da compilare: «D vat»", "to_give"),
    "optional": (lambda d, f, c: f.append(ask("vat", required=False)), "added", "vat", "facoltativa", None),
    "required": (lambda d, f, c: f[2].update(required=True), "required", "note", "ora è obbligatoria", "to_give"),
    "required if": (lambda d, f, c: f[2].update(required="answers.kind == 'a'"), "required", "note", "«D kind» è «Uno»", "to_give"),
    "free": (lambda d, f, c: f[0].update(required=False), "required", "name", "non è più obbligatoria", None),
    "condition": (lambda d, f, c: f[2].update(show_if=ONLY_A), "condition", "note", "si chiede solo se «D kind» è «Uno»", None),
    "kind": (lambda d, f, c: f[0].update(kind="money"), "kind", "name", "la risposta è di un altro genere", "lost"),
    "choice gone": (lambda d, f, c: f[1].update(choices=CHOICES[:1]), "choice_removed", "kind", "tolta la voce «Due»", "lost"),
    "choice not chosen gone": (lambda d, f, c: f[1].update(choices=CHOICES[1:]), "choice_removed", "kind", "tolta la voce «Uno»", None),
    "choice added": (lambda d, f, c: f[1].update(choices=THREE), "choice_added", "kind", "nuova voce «Tre»", None),
    "limits": (lambda d, f, c: f[0].update(max_length=3), "limits", "name", "cambia la lunghezza massima", "to_review"),
    "another limit too": (lambda d, f, c: f[0].update(region="16"), "limits", "name", "cambia la regione", "to_review"),
    "norm": (lambda d, f, c: f[0].update(reference="D.P.R. 445/2000, art. 46"), "reference", "name", "ora cita D.P.R.", "to_review"),
    "rule": (lambda d, f, c: f[0].update(**RULE), "rule", "name", "una regola: serve", "to_review"),
    "formula": (lambda d, f, c: c[1].update(formula="total(answers.rows, 'amount') * 2.0"), "formula", "total", "per 2", None),
    "column": (lambda d, f, c: c[0]["fields"].append(ask("who")), "added", "rows.who", "nuova domanda", "to_give"),
    "column gone": (lambda d, f, c: c[0]["fields"].pop(1), "removed", "rows.what", "«D what» non si chiede più", "lost"),
    "section": (lambda d, f, c: d["sections"].append(LAST), "section_added", "last", "«Ultima»", None),
    "renamed": (lambda d, f, c: d["sections"][0].update(title=START), "section_renamed", "first", "«Inizio»", None),
    "order": (lambda d, f, c: d["sections"].reverse(), "sections_moved", "", "ordine", None),
    "moved": (lambda d, f, c: c.append(f.pop(0)), "moved", "name", "passa a «Spese»", None),
    "list": (lambda d, f, c: d["lists"].update(eu=["IT", "FR"]), "list", "eu", "elenco «eu»", None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_change_is_told_with_what_it_does(name):
    change, kind, place, words, does = CASES[name]
    before, now = read_form(BASE), after(change)
    found = [one for one in changes_between(before, now) if (one.kind, one.place) == (kind, place)]
    assert len(found) == 1, changes_between(before, now)
    assert words in found[0].text.it
    assert found[0].text.en != found[0].text.it
    effects = {effect.field: effect.does for effect in effects_on(found, ANSWERS)}
    assert effects == ({place.split(".")[0]: does} if does else {})


def test_nothing_changed_is_nothing_told():
    assert changes_between(read_form(BASE), read_form(deepcopy(BASE))) == []


@given(
    st.lists(
        st.sampled_from([name for name in CASES if name not in {"order", "removed", "moved", "optional"}]),
        unique=True,
        max_size=4,
    )
)
def test_the_way_back_is_told_too(names):
    def all_of(d, f, c):
        for name in names:
            CASES[name][0](d, f, c)

    before, now = read_form(BASE), after(all_of)
    assert bool(changes_between(before, now)) == bool(changes_between(now, before)) == bool(names)
