"""The control trail of a file: complete, provable, streamed; for who may see the file and nobody else."""

import hashlib
import io
import json
import zipfile
from decimal import Decimal

import pytest
from tests.applications.conftest import published_by
from tests.applications.evaluation_world import judged  # noqa: F401

from levante.applications.api import (
    Application,
    Mark,
    approve_minutes,
    begin_session,
    close_session,
    compute_ranking,
    conclude_evaluation,
    decide_in_session,
    declare_conflict,
    rank_told,
    seats_in_force,
    settle_file,
    submit_application,
    take_in_charge,
    unsettle_file,
)
from levante.grants.trail import _audit, _minutes, _Outlet, _savings, trail_of
from levante.kernel.models import AuditEntry
from levante.register.api import key_ring, verify_receipt


@pytest.mark.django_db
@pytest.mark.slow  # an application sent and taken, and its archive with a PDF
def test_the_trail_of_a_file_is_whole_and_proves_itself(first_come, filled, officer, actor_for, signed_in):
    draft, actor, _ = filled(first_come)
    submit_application(actor=actor, application=draft)
    user = officer("case_officer", given="Ugo")
    desk = actor_for(user)
    take_in_charge(actor=desk, application=draft, has_conflict=False)
    answer = signed_in(user).post(f"/ufficio/pratiche/{draft.pk}/pista/")
    assert answer.streaming
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert archive.testzip() is None
    names = set(archive.namelist())
    sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert names == {*sums, "SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    record = json.loads(archive.read("pratica.json"))
    assert record["application"]["frozen"]["enterprise"]["name"] == "Cantieri del Levante S.r.l."
    assert any("presa in carico" in line["title"].lower() for line in record["timeline"])
    assert verify_receipt(archive.read("registro/ricevuta-domanda.json"), key_ring().public_keys())
    assert any(name.startswith("documenti/001-") for name in names)
    assert any(name.startswith("lettere/") for name in names)
    verbs = [json.loads(line)["verb"] for line in archive.read("audit.jsonl").splitlines()]
    assert "applications.submit_application" in verbs
    assert verbs[-1] == "grants.export_trail", "that it was taken is written"
    colleague = officer("case_officer", given="Pia")
    declare_conflict(
        actor=actor_for(colleague), application=Application.objects.get(pk=draft.pk), has_conflict=True, text="Parente"
    )
    assert signed_in(colleague).post(f"/ufficio/pratiche/{draft.pk}/pista/").status_code in (403, 404)
    assert signed_in(officer("front_desk", given="Lia")).post(f"/ufficio/pratiche/{draft.pk}/pista/").status_code == 403
    # A file that is no longer there is told, not missing in silence.
    from levante.documents.api import path_of

    path_of(draft.attachments.get().file.sha256).unlink()
    again = zipfile.ZipFile(io.BytesIO(b"".join(trail_of(Application.objects.get(pk=draft.pk), reader=desk))))
    index = json.loads(again.read("indice.json"))["contents"]
    assert [row["missing"] for row in index if row["name"].startswith("documenti/")] == ["cancellato"]


@pytest.mark.django_db
@pytest.mark.slow  # an application walks from the draft to the published list, through a session of its committee
def test_every_write_that_a_whole_journey_left_is_in_the_trail(judged):  # noqa: F811
    world = judged(1, judgement={"scores": "collegial"}, seats=(("Ada", "president"), ("Bea", "member")))
    ada, file = world.actors["Ada"], world.file(0)
    seats = {seat.pk: True for seat in seats_in_force(world.evaluation)}
    session = begin_session(actor=ada, evaluation=world.evaluation, place="Bari", present=seats)
    marks = {"idea": Mark(Decimal(30), "Solida"), "market": Mark(Decimal(12), "Chiaro")}
    decide_in_session(
        actor=ada, session=session, file=file, text="Si approva.", marks=marks, base_revision=0,
        votes=dict.fromkeys(seats, "for"),
    )  # fmt: skip
    unsettle_file(actor=ada, file=file, reason="Errore di somma")
    settle_file(actor=ada, file=file)
    close_session(actor=ada, session=session)
    for name in ("Ada", "Bea"):
        approve_minutes(actor=world.actors[name], session=session)
    conclude_evaluation(actor=ada, evaluation=world.evaluation)
    application = Application.objects.get(pk=world.files[0].pk)
    ((_, _, missing),) = _minutes(application, world.director)
    assert "non si apre" in missing, "the minutes may tell of files about which one has not declared"
    declare_conflict(actor=world.director, application=application, has_conflict=False)
    ((name, _, missing),) = _minutes(application, world.director)
    assert (name, "non si apre" in missing) == ("verbali/verbale-1.pdf", False)
    with world.later():
        published_by(world.director, compute_ranking(actor=world.director, opening=world.opening))
    for words in (": posto 1, punti 42,00, approvata con ", "Graduatoria n. "):
        assert words in rank_told(application).it, "as the letter of its award says it"
    told = [json.loads(line)["id"] for line in _audit(application)]
    # Nobody else applied: whatever the rooms wrote is about this file; a run of letters is once it has written its own.
    left = AuditEntry.objects.filter(verb__regex="^(applications|letters|grants)[.]").exclude(pk__in=told)
    assert {entry.verb for entry in left.order_by("pk")} <= {"applications.declare_about_many", "letters.prepare_run"}
    savings = [json.loads(line) for line in _savings(application)]
    assert [row["revision"] for row in savings] == list(range(1, len(savings) + 1)) != []
    assert any("fair_name" in row["changes"] for row in savings)


def test_what_is_taken_from_the_outlet_is_not_kept():
    outlet = _Outlet()
    outlet.write(b"abc")
    assert (outlet.take(), outlet.take(), outlet.tell()) == (b"abc", b"", 3)
