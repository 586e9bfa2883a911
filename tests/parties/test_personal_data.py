"""The file of one's data leaves nothing out of what the person did or was told."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from levante.applications.api import written_by
from levante.competences.models import ReadinessAssessment
from levante.kernel.api import now, system
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.parties.api import ensure_person, propose_correction
from levante.web.components.personal_data import everything

pytestmark = pytest.mark.django_db


def test_the_file_of_ones_data_holds_what_each_room_holds(
    enterprise: Callable[..., Any], representative: Callable[..., Any], actor_for: Callable[..., Any]
) -> None:
    firm = enterprise()
    user = representative(firm)
    owner = actor_for(user, enterprise=firm)
    one = ensure_person(actor=owner, user=user)
    told = Bilingual("Titolo di prova", "A title")
    notify(actor=system("test"), users=[user.pk], kind="test", title=told, body=Bilingual("Corpo di prova", "A body"))
    values = {"pec": "proposta@pec.example.it"}
    propose_correction(actor=owner, enterprise=firm, subject="facts", values=values, reason="perché sì")
    ReadinessAssessment.objects.create(
        enterprise=firm, questionnaire="prova", version=1, checksum="0" * 64, answers={"q": "risposta-data"}, result={},
        points=1, most=2, taken_at=now(), taken_by=user, idempotency_key="k",
    )  # fmt: skip
    data = everything(owner, one)
    text = json.dumps(data, ensure_ascii=False)
    for held in ("Corpo di prova", "proposta@pec.example.it", "perché sì", "risposta-data"):
        assert held in text, held
    assert {"notices", "api_keys", "corrections", "interests", "check_ups", "applications", "savings"} <= data.keys()


def test_the_applications_and_savings_of_a_person(demonstration: None) -> None:
    from levante.applications.models import Application

    sent = Application.objects.exclude(submitted_by=None).order_by("pk").first()
    assert sent is not None
    assert sent.submitted_by_id is not None
    mine = written_by(sent.submitted_by_id)
    assert sent.number in [row["number"] for row in mine["applications"] if row["sent_by_you"]]
    assert all(row["at"] for row in mine["savings"])
