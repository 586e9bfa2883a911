"""The demonstration tells the stories it promises, and telling it twice adds nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps

from levante.demo import parties as demo
from levante.kernel.models import AuditEntry
from levante.parties.api import Enterprise, size_of, undertaking_of

FOLDER = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025" / "demo"
ON = date(2026, 11, 20)


def counts() -> dict[str, int]:
    models = [*apps.get_app_config("parties").get_models(), AuditEntry]
    return {model._meta.label: model._base_manager.count() for model in models}


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
