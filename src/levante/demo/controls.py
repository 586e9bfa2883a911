"""Invented procedures of revocation: the notice was given, and the enterprise answered."""

from pathlib import Path
from typing import Any

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from levante.controls import api as controls
from levante.demo.applications import CASE_OFFICER, PDF, at, enterprise_actor, officer
from levante.grants.api import Award
from levante.kernel.api import clock_at, now

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Every procedure of ``controls.yaml`` whose award is in effect and has none yet."""
    data: Row = yaml.safe_load((folder / "controls.yaml").read_text(encoding="utf-8"))
    parties: Row = yaml.safe_load((folder / "parties.yaml").read_text(encoding="utf-8"))
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    for row in data["revocations"]:
        award = (
            Award.objects.effective()
            .filter(application__opening__call__code=row["call"], enterprise__tax_code=codes[row["enterprise"]])
            .select_related("enterprise")
            .first()
        )
        if award is None or controls.Revocation.objects.filter(award=award).exists():
            continue
        with clock_at(min(at(int(row["ago"]), 11), now())):
            _story(award, row)


def _story(award: Award, row: Row) -> None:
    desk = officer(CASE_OFFICER)
    found = controls.open_revocation(actor=desk, award=award, reason_code=row["reason"], grounds=row["grounds"])
    controls.notify_revocation(actor=desk, revocation=found)
    if row.get("memo"):
        controls.send_paper(
            actor=enterprise_actor(award.enterprise), revocation=found, kind="memo", text=row["memo"],
            uploads=[SimpleUploadedFile("contratto.pdf", PDF, content_type="application/pdf")], is_last=row["then"] == "heard",
        )  # fmt: skip
