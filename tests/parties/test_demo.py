"""The demonstration tells the stories it promises, and telling it twice adds nothing."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps

from levante.demo import parties as demo
from levante.identity.api import User
from levante.kernel.models import AuditEntry
from levante.parties.api import Enterprise, Person, size_of, undertaking_of

FOLDER = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025" / "demo"
ON = date(2026, 11, 20)


def counts() -> dict[str, int]:
    models = [*apps.get_app_config("parties").get_models(), AuditEntry]
    return {model._meta.label: model._base_manager.count() for model in models}


def nobody_can_be_known_from_the_audit() -> None:
    """What is noted of a write cannot be erased: no tax code (a sole trader's is a person's), no address, no name."""
    entries = AuditEntry.objects.values_list("verb", "data", "object_id")
    texts = dict.fromkeys(sorted({verb for verb, _, _ in entries}), "")
    for verb, data, subject in entries:
        texts[verb] += f"{json.dumps(data, ensure_ascii=False)} {subject}\n"
    codes = set(Enterprise.objects.values_list("tax_code", flat=True))
    people = [
        *Person.objects.values_list("given_name", "family_name"),
        *User.objects.values_list("given_name", "family_name"),
    ]
    names = {" ".join(both) for both in people if all(both)}
    assert len(texts) > 40
    assert codes
    assert names
    for verb, text in texts.items():
        assert not re.search(r"\b[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]\b", text), verb
        assert "@" not in re.sub(r"<levante-[^>]*>", "", text), (
            f"{verb}: an address that is not the number of a message"
        )
        assert not [said for said in codes | names if said in text], verb


@pytest.mark.slow(reason="the whole demonstration of parties")
@pytest.mark.django_db
def test_the_demonstration(demonstration: None) -> None:
    first = counts()
    demo.load(FOLDER)
    assert counts() == first

    def of(name: str) -> Enterprise:
        return Enterprise.objects.get(name__startswith=name)

    everyone = Enterprise.objects.all()
    assert everyone.count() >= 60
    assert all(one.is_demo for one in everyone)
    assert set(everyone.values_list("seats__province_id", flat=True)) == {"BA", "BT", "BR", "FG", "LE", "TA"}
    size: Callable[[str], str] = lambda name: size_of(of(name), on=ON)["size"]  # noqa: E731
    assert size("Salotti Alta Murgia") == "large"
    assert size("Poltrone Murgiane") == "small"
    assert size("Tessuti al Telaio") == "micro"
    assert size("Agenzia Marittima") == "large"
    bride = undertaking_of(of("Atelier Sposa"), on=ON)
    assert bride["undertaking"] == sorted([of("Atelier Sposa").tax_code, of("Cerimonia Bimbi").tax_code])
    assert bride["decision_required"] == []
    shoes = undertaking_of(of("Calzaturificio Disfida"), on=ON)
    assert len(shoes["decision_required"]) == 1
    assert of("Salotti Alta Murgia").size == "large"
    nobody_can_be_known_from_the_audit()
