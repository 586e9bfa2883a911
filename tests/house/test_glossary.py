"""Every model and every state is in the glossary, with its Italian term."""

import re
from pathlib import Path

from django.apps import apps
from django.db.models import CharField

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary"


def words() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in GLOSSARY.glob("*.md"))
    return set(re.findall(r"`([A-Za-z_][\w.]*)`", text))


def ours():
    return [m for config in apps.get_app_configs() if config.name.startswith("levante.") for m in config.get_models()]


def test_every_model_is_in_the_glossary():
    missing = sorted(m._meta.object_name for m in ours() if m._meta.object_name not in words())
    assert not missing, missing


def test_every_state_is_in_the_glossary():
    known = words()
    missing = []
    for model in ours():
        for field in model._meta.get_fields():
            if isinstance(field, CharField) and field.name in {"state", "status"} and field.choices:
                missing += [
                    f"{model._meta.object_name}.{value}" for value, _ in field.choices if str(value) not in known
                ]
    assert not missing, missing
