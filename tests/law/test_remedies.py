"""The remedies against an act: their last day, the August pause, the day of the act that says which law holds."""

from datetime import date

import pytest

from levante.law import parameters
from levante.law.remedies import remedies, remedies_sentence


@pytest.mark.parametrize(
    ("known_on", "court", "president"),
    [
        ("2026-11-23", "2027-01-22", "2027-03-23"),
        ("2025-06-10", "2025-09-09", "2025-10-08"),  # August does not count for the court, it does for the President
        ("2025-07-02", "2025-10-01", "2025-10-30"),
        ("2025-08-10", "2025-10-30", "2025-12-09"),  # known in August: 1 September is the first day; then 8 December
        ("2025-08-31", "2025-10-30", "2025-12-29"),
        ("2026-09-08", "2026-11-09", "2027-01-07"),  # a Saturday moves the court's term; the Epiphany the other
        ("2014-07-02", "2014-10-16", "2014-10-30"),  # up to 2014 the pause ended on 15 September
    ],
)
def test_the_last_days(known_on: str, court: str, president: str) -> None:
    assert [remedy.due.isoformat() for remedy in remedies(date.fromisoformat(known_on))] == [court, president]


def test_every_line_names_its_norm() -> None:
    for remedy in remedies(date(2025, 7, 2)):
        assert remedy.reference
        assert all(line.reference and line.text.it and line.text.en for line in remedy.steps)
    assert any("art. 54(2)" in line.reference for line in remedies(date(2025, 7, 2))[0].steps)


def test_the_sentence_of_an_act_is_made_of_the_parameters_of_its_day() -> None:
    sentence = remedies_sentence(date(2026, 1, 1))
    for words in ("60 giorni", "120 giorni", "1° agosto", "31 agosto", "piena conoscenza"):
        assert words in sentence.it
    for words in ("60 days", "120 days", "1 August", "31 August", "full knowledge"):
        assert words in sentence.en
    assert "15 settembre" in remedies_sentence(date(2014, 1, 1)).it


def test_no_act_covers_a_day_before_the_code() -> None:
    with pytest.raises(parameters.Missing):
        remedies(date(2009, 1, 1))
