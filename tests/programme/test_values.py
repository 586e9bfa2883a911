"""What a programme chooses in place of the default: loaded with its folder, dated, one at a time."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from levante.kernel.api import system
from levante.law import parameters
from levante.programme import cli
from levante.programme.api import ChosenValue, Values, chosen_values, load_folder
from levante.programme.vocabulary import CONFIRMATION_MONTHS, FOLLOW_UP_MONTHS, VALUES

TINY = Path(__file__).parent / "data" / "regione-invento-2024"
FIRST = date(2024, 1, 1)


def written(*rows):
    told = [
        f"  - {{code: {code}, parameter: {CONFIRMATION_MONTHS}, value: {value}, {days}}}" for code, value, days in rows
    ]
    return "\n".join(["values:", *told, ""])


@pytest.mark.django_db
def test_they_are_loaded_told_in_sentences_and_read_by_day(tmp_path, capsys):
    folder = tmp_path / "invento"
    shutil.copytree(TINY, folder)
    file = folder / "affari.yaml"
    months = f"  - {{code: seguiti, parameter: {FOLLOW_UP_MONTHS}, value: [0, 4], since: 2024-06-01}}\n"
    file.write_text(written(("a", 18, "since: 2024-06-01")) + months, encoding="utf-8")
    load_folder(folder, actor=system("tests"))
    # What begins is written before what ends, on purpose.
    file.write_text(
        written(("b", 9, "since: 2025-01-01"), ("a", 18, "since: 2024-06-01, until: 2024-12-31")), encoding="utf-8"
    )
    assert cli.main(["diff", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Cambia il valore scelto dal programma “a”: ultimo giorno da vuoto a 31/12/2024." in said
    assert "Si toglie il valore scelto dal programma “seguiti”." in said
    load_folder(folder, actor=system("tests"))
    connection.check_constraints()
    values, programme = chosen_values(), ChosenValue.objects.first().programme_id
    for day, expected in (
        (date(2024, 5, 31), 12), (date(2024, 6, 1), 18), (date(2024, 12, 31), 18), (date(2025, 1, 1), 9),
    ):  # fmt: skip
        assert values.number(CONFIRMATION_MONTHS, programme=programme, on=day) == expected
        assert values.number(CONFIRMATION_MONTHS, programme=programme + 1, on=day) == 12, (
            "another programme has the default"
        )
    for wrong in ({"value": []}, {"value": [1, 2]}, {"parameter": "x"}, {"until": date(2020, 1, 1)}, {"until": None}):
        with pytest.raises(IntegrityError):
            _changed(wrong)


def _changed(wrong):
    with transaction.atomic():
        ChosenValue.objects.filter(code="a").update(**wrong)
        connection.check_constraints()


@settings(max_examples=40)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=5), st.integers(-10, 60))
def test_on_every_day_it_is_what_holds_on_it_or_the_default(numbers, after):
    """Periods of ten days, one after the other, each with its value."""
    rows = [
        ChosenValue(
            programme_id=1, parameter=CONFIRMATION_MONTHS, value=[number],
            since=FIRST + timedelta(days=10 * place), until=FIRST + timedelta(days=10 * place + 9),
        )
        for place, number in enumerate(numbers)
    ]  # fmt: skip
    found = Values({(1, CONFIRMATION_MONTHS): rows}).number(
        CONFIRMATION_MONTHS, programme=1, on=FIRST + timedelta(days=after)
    )
    assert found == (numbers[after // 10] if 0 <= after < 10 * len(numbers) else 12)


def test_what_can_be_chosen_has_a_default_within_its_bounds():
    for name, one in VALUES.items():
        for entry in parameters.history(name):
            given = entry.value if one.many else (entry.value,)
            assert all(one.least <= number <= one.most for number in given), name
        assert parameters.history(name), name
