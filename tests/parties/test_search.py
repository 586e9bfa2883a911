"""Search: accents and typing mistakes forgiven, codes exact, only what the actor may see."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import vat_number

from levante.kernel.api import ANONYMOUS, system
from levante.parties.api import Comune, Enterprise, filtered, plain, possible_duplicates, window
from levante.parties.models.search import words_of

Maker = Callable[..., Any]
SYSTEM = system("test")


@pytest.fixture
def some(enterprise: Maker) -> dict[str, Enterprise]:
    names = [
        "Cantieri Nautici dell’Àlto Salento S.r.l.",
        "Calzaturificio Disfida S.p.A.",
        "CALZATURE DISFIDA & FIGLI SNC",
        "Oleificio Città Bianca Soc. Coop.",
        "A.B.C. Impianti S.r.l.",
    ]
    return {name: enterprise(name, vat_number(n), vat_number=vat_number(n)) for n, name in enumerate(names, 1)}


def names(text: str) -> list[str]:
    return [one.name for one in Enterprise.objects.search(text).order_by("rank", "search_name", "id")]


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cantieri", "Cantieri Nautici"),
        ("dell'alto salento", "Cantieri Nautici"),
        ("ALTO SALENTO", "Cantieri Nautici"),
        ("cantieri salneto", "Cantieri Nautici"),
        ("calzaturifcio", "Calzaturificio"),
        ("citta bianca", "Oleificio"),
        ("città", "Oleificio"),
        ("bianca oleificio", "Oleificio"),
        ("disfida spa", "Calzaturificio"),
        ("abc", "A.B.C."),
        ("a.b.c.", "A.B.C."),
    ],
)
def test_a_name_is_found(text: str, first: str) -> None:
    assert names(text)[0].startswith(first)


@pytest.mark.usefixtures("some")
def test_codes_whole_and_by_their_beginning() -> None:
    assert len(names(vat_number(2))) == 1
    assert len(names(f"IT {vat_number(2)}")) == 1
    assert len(names(vat_number(2)[:7])) == 1
    assert names("00000") != []
    assert names("99999999999") == []


@pytest.mark.usefixtures("some")
def test_nothing_answers_to_nothing() -> None:
    for text in ("", "   ", "...", "xyzzyqwerty"):
        assert names(text) == []


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    assert names(text.replace("\0", "")) == []


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1, max_size=80))
def test_the_database_and_the_program_see_the_same_plain_name(text: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT levante_plain(%s)", [text])
        there = cursor.fetchone()[0]
    letters = [c for c in text if c.isascii() or c in "àèéìòùÀÈÉÌÒÙç"]
    if len(letters) == len(text):
        assert there == plain(text)


def test_words_leave_legal_forms_out_unless_they_are_all_there_is() -> None:
    assert words_of("Rossi S.r.l.") == ["rossi"]
    assert words_of("s.r.l.") == ["srl"]


def test_who_sees_what(some: dict[str, Enterprise], representative: Maker, actor_for: Maker, officer: Maker) -> None:
    one = next(iter(some.values()))
    owner = actor_for(representative(one), one)
    assert list(Enterprise.objects.visible_to(owner)) == [one]
    assert Enterprise.objects.visible_to(owner).search("disfida").count() == 0
    assert Enterprise.objects.visible_to(ANONYMOUS).count() == 0
    assert Enterprise.objects.visible_to(actor_for(officer("agency_staff", office="asset"))).count() == 5
    assert Enterprise.objects.visible_to(actor_for(officer("evaluator", office="arti", given="Eva"))).count() == 0


def test_duplicates_by_name_prefer_the_same_comune(some: dict[str, Enterprise], comune: Maker) -> None:
    from levante.parties.api import move_legal_seat

    shoes = some["Calzaturificio Disfida S.p.A."]
    barletta: Comune = comune("Barletta")
    move_legal_seat(actor=SYSTEM, enterprise=shoes, comune=barletta, address="via Trani")
    found = possible_duplicates(name="Calzaturificio Disfida", comune=barletta.pk)
    assert found[0] == shoes
    assert possible_duplicates(name="Calzaturificio Disfida", excluding=shoes.pk) == []
    assert possible_duplicates(name="Oleificio") == []


@pytest.mark.usefixtures("some")
def test_a_window_goes_through_in_every_order() -> None:
    rows = filtered(Enterprise.objects.all(), {})
    for sort in ("name", "-name", "code", "-code", "new"):
        seen: list[int] = []
        after: str | None = None
        while True:
            piece = window(rows, sort=sort, after=after, size=2)
            seen += [row.pk for row in piece.rows]
            after = piece.cursor
            if after is None:
                break
        assert len(seen) == len(set(seen)) == 5
