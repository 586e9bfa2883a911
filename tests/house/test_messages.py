"""Every sentence on a screen exists in both languages; other catalogues are as whole as they say, and what they lack is English."""

import ast
import re

import pytest
import yaml
from babel import Locale
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

from levante.languages import sentences
from levante.languages.cli import covered
from levante.languages.sentences import SOURCE
from levante.messages_catalogues import languages, said_in_catalogue

OTHERS = [code for code, _ in languages() if code not in ("it", "en")]


def italian() -> dict[str, set[str]]:
    """msgid → the Italian texts it has over the rooms' catalogues."""
    texts: dict[str, set[str]] = {}
    for path in SOURCE.rglob("locale/it/LC_MESSAGES/django.po"):
        with path.open("rb") as source:
            for message in read_po(source, locale="it", abort_invalid=True):
                if message.id and "fuzzy" not in message.flags:
                    key = message.id[0] if isinstance(message.id, tuple) else message.id
                    text = message.string[0] if isinstance(message.string, tuple) else message.string
                    if text:
                        texts.setdefault(key, set()).add(text)
    return texts


@pytest.mark.slow(reason="reads every catalogue and every template")
def test_every_message_has_its_italian():
    templates = [path for path in SOURCE.rglob("templates/**/*") if path.suffix in {".html", ".txt"}]
    used = sentences.in_python(SOURCE.rglob("*.py")) | sentences.in_templates(templates)
    used = {text for text in used if text.strip()}
    missing = sorted(used - italian().keys())
    assert not missing, f"{len(missing)} without Italian:\n" + "\n".join(missing)


def test_a_message_has_one_italian():
    """Catalogues are merged by Django: two Italians for one English text would win by chance."""
    different = {key: texts for key, texts in italian().items() if len(texts) > 1}
    assert not different, "\n".join(f"{key}: {texts}" for key, texts in different.items())


@pytest.mark.parametrize("mark", ["%s", "%d"])
def test_placeholders_have_names(mark):
    """``%s`` cannot change place between languages."""
    assert not [key for key in italian() if mark in key.replace("%%", "")]


def test_placeholders_agree():
    names = re.compile(r"%\((\w+)\)|{(\w+)}")
    wrong = [
        key for key, texts in italian().items() for text in texts if set(names.findall(key)) != set(names.findall(text))
    ]
    assert not wrong


NAMES = re.compile(r"%\((\w+)\)|{(\w+)}")


@pytest.mark.parametrize("code", OTHERS)
def test_another_language_keeps_the_placeholders(code):
    wrong = [
        key for key, forms in said_in_catalogue(code).items() for text in forms if set(NAMES.findall(key)) != set(NAMES.findall(text))
    ]  # fmt: skip
    assert not wrong


@pytest.mark.slow(reason="reads every catalogue, every page and all the code")
@pytest.mark.parametrize("code", OTHERS)
def test_another_language_says_what_is_said_and_is_never_italian(code):
    """What nobody says any more has gone from its catalogue; what is not there is English on the page, whatever the Italian is."""
    own, first = said_in_catalogue(code), italian()
    templates = [path for path in SOURCE.rglob("templates/**/*") if path.suffix in {".html", ".txt"}]
    said = sentences.in_templates(templates) | set(Locale("en").territories.values()) | {"Rome"}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    for path in [*SOURCE.rglob("data/*.yaml"), *(SOURCE.parents[1] / "programmes").rglob("programma.yaml")]:
        said |= set(english_in(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert sorted(own.keys() - said) == []
    with override(code):
        wrong = [key for key in first if gettext(key) in first[key] - {key, *own.get(key, [])}]
    assert wrong == []
    how = covered(code)
    assert how["sentences"] == len(own)
    assert how["buyers"]["of"] > how["buyers"]["said"] > 0 or how["buyers"]["percent"] == 100


def english_in(value):
    """Every ``en:`` of a file of data."""
    if isinstance(value, dict):
        if isinstance(value.get("en"), str):
            yield value["en"]
        for inner in value.values():
            yield from english_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from english_in(inner)
