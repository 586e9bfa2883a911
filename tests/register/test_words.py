"""Logs and kinds of entries have words in both languages."""

import re
from pathlib import Path

import levante
from levante.register.words import KINDS, kind_in_words, log_in_words

_APPENDED = re.compile(r'(?:kind=|KIND = |CLOSED = |ERASED = |ROTATED = )"([a-z_]+\.[a-z_]+)"')


def test_every_kind_that_the_portal_registers_has_words():
    root = Path(levante.__file__).parent
    texts = [
        path.read_text()
        for path in root.rglob("*.py")
        if "register.api import" in path.read_text() or path.parts[-2] in {"register", "lane"}
    ]
    found = {kind for text in texts for kind in _APPENDED.findall(text)}
    assert {"application.submitted", "intake.received", "register.key_rotated"} <= found
    assert not found - set(KINDS)


def test_what_has_no_words_is_shown_as_it_is():
    assert kind_in_words("ranking.published", "en") == "Ranking published"
    assert kind_in_words("somebody.else", "it") == "somebody.else"
    assert log_in_words("interests", "it") == "Manifestazioni di interesse"
    assert log_in_words("day-7", "en") == "day-7"
    assert log_in_words("intake.bando.seconda-giornata", "it") == "Ordine di arrivo di un click day"
