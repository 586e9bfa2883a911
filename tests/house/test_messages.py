"""Every sentence on a screen exists in both languages."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[2] / "src" / "levante"
GETTEXT = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "_", "gettext_noop"}
TRANSLATE = re.compile(r"""{%-?\s*(?:translate|trans)\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
TRANSLATED_ARGUMENT = re.compile(r"""_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.S)


def used_in_python() -> set[str]:
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in GETTEXT:
                    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                    found.update(texts[1:2] if name.startswith("pgettext") else texts[:1])
    return found


def used_in_templates() -> set[str]:
    found = set()
    for path in SOURCE.rglob("templates/**/*"):
        if path.suffix not in {".html", ".txt"}:
            continue
        text = path.read_text(encoding="utf-8")
        for pattern in (TRANSLATE, TRANSLATED_ARGUMENT):
            found.update(ast.literal_eval(m) for m in pattern.findall(text))
        for options, body in BLOCK.findall(text):
            message = re.split(r"{%\s*plural\s*%}", body)[0]
            message = re.sub(r"{{\s*([\w.]+)\s*}}", r"%(\1)s", message.replace("%", "%%"))
            if "trimmed" in options:
                message = " ".join(line.strip() for line in message.strip().splitlines())
            found.add(message)
    return found


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
    used = {text for text in used_in_python() | used_in_templates() if text.strip()}
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
