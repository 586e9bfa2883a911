"""Invented award acts: drafted, sent over a real socket to the simulated system of acts, come back or refused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from levante.applications.api import Application
from levante.demo.applications import CASE_OFFICER, DIRECTOR
from levante.exchange.api import ActSystem, deliver, serve_act_system
from levante.grants.api import AwardAct, draft_award_act, send_award_act
from levante.identity.api import User, powers_of
from levante.kernel.api import ROME, Actor, clock_at, now, system, today

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Every act of ``grants.yaml`` that is not there yet, by its title."""
    data: Row = yaml.safe_load((folder / "grants.yaml").read_text(encoding="utf-8"))
    parties: Row = yaml.safe_load((folder / "parties.yaml").read_text(encoding="utf-8"))
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    missing = [row for row in data["acts"] if not AwardAct.objects.filter(title=row["title"]).exists()]
    if not missing:
        return
    with _act_system() as acts:
        for row in missing:
            instant = datetime.combine(today() - timedelta(days=int(row["ago"])), time(11, 15), ROME)
            with clock_at(min(instant, now())):
                _act(row, codes, acts)


def _act(row: Row, codes: dict[str, str], acts: ActSystem) -> None:
    applications = Application.objects.filter(
        opening__call__code=row["call"],
        enterprise__tax_code__in=[codes[key] for key in row["enterprises"]],
        state="admitted",
        awards__isnull=True,
    )
    made = draft_award_act(actor=_person(CASE_OFFICER), applications=list(applications), title=row["title"])
    if row["then"] == "draft":
        return
    acts.behave({"day": today().isoformat(), **({"refuse": row["reason"]} if row["then"] == "refused" else {})})
    sent = send_award_act(actor=_person(DIRECTOR), act=made)
    assert sent.request_id is not None
    deliver(actor=system("demonstration"), request_id=sent.request_id)


def _person(email: str) -> Actor:
    user = User.objects.get(email=email)
    return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))


@contextmanager
def _act_system() -> Iterator[ActSystem]:
    """The simulator on a free port, with the memory that the served demonstration goes on with."""
    server = serve_act_system(0, state=settings.VAR / "act-system.json")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    before = getattr(settings, "ACTS_URL", None)
    settings.ACTS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield server.memory
    finally:
        settings.ACTS_URL = before
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
