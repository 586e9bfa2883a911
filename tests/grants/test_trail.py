"""The control trail of a file: complete, provable, streamed; for who may see the file and nobody else."""

import hashlib
import io
import json
import zipfile

import pytest

from levante.applications.api import Application, declare_conflict, submit_application, take_in_charge
from levante.grants.trail import _Outlet, trail_of
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
    again = zipfile.ZipFile(io.BytesIO(b"".join(trail_of(Application.objects.get(pk=draft.pk)))))
    index = json.loads(again.read("indice.json"))["contents"]
    assert [row["missing"] for row in index if row["name"].startswith("documenti/")] == ["cancellato"]


def test_what_is_taken_from_the_outlet_is_not_kept():
    outlet = _Outlet()
    outlet.write(b"abc")
    assert (outlet.take(), outlet.take(), outlet.tell()) == (b"abc", b"", 3)
