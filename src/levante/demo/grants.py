"""Invented award acts: drafted, sent over a real socket to the simulated system of acts, come back or refused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from levante.aid.api import declare_aid
from levante.applications.api import Application, declare_about_many
from levante.claims.api import ask_acceptances
from levante.demo.applications import CASE_OFFICER, DIRECTOR
from levante.demo.telling import read
from levante.exchange.api import ActSystem, deliver, serve_act_system
from levante.grants.api import (
    AwardAct,
    cancel_award_act,
    draft_award_act,
    files_of_act,
    record_cor_cup,
    send_award_act,
)
from levante.identity.api import User, powers_of
from levante.kernel.api import ROME, Actor, clock_at, now, system, today

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Every act of ``grants.yaml`` that is not there yet, by its title."""
    data: Row = read(folder, "grants")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    missing = [row for row in data["acts"] if not AwardAct.objects.filter(title=row["title"]).exists()]
    if not missing:
        return
    with served_acts() as acts:
        for row in missing:
            instant = datetime.combine(today() - timedelta(days=int(row["ago"])), time(11, 15), ROME)
            with clock_at(min(instant, now())):
                _act(row, codes, acts)


def _act(row: Row, codes: dict[str, str], acts: ActSystem) -> None:
    applications = Application.objects.filter(
        opening__call__code=row["call"],
        enterprise__tax_code__in=[codes[key] for key in row["enterprises"]],
        state="admitted",
    ).exclude(awards__state__in=("draft_act", "sent_to_act_system", "act_returned", "effective", "revoked"))
    made = draft_award_act(actor=_person(CASE_OFFICER), applications=list(applications), title=row["title"])
    if row["then"] == "draft":
        return
    if row["then"] == "cancelled":
        cancel_award_act(actor=_person(CASE_OFFICER), act=made, reason=row["reason"])
        return
    declare_about_many(actor=_person(DIRECTOR), files=files_of_act(made).values_list("pk", flat=True), conflicts={})
    sent = send_award_act(actor=_person(DIRECTOR), act=made, without_codes="COR e CUP si scrivono quando arrivano.")
    assert sent.request_id is not None
    if row["then"] == "sent":
        return
    if row["then"] == "returned":
        # An aid that came out in the meantime takes the headroom: the act is back, the award is stopped with its reason.
        late = row["meanwhile"]
        declare_aid(
            actor=system("demonstration"), tax_code=codes[row["enterprises"][0]], granted_on=today(),
            gge=Decimal(late["amount"]), measure_title=late["title"], granting_body=late["body"],
        )  # fmt: skip
    acts.behave({"day": today().isoformat(), **({"refuse": row["reason"]} if row["then"] == "refused" else {})})
    deliver(actor=system("demonstration"), request_id=sent.request_id)
    for key, written in row.get("codes", {}).items():
        award = made.awards.get(enterprise__tax_code=codes[key])
        record_cor_cup(actor=_person(CASE_OFFICER), award=award, cor=written["cor"], cup=written["cup"])
    if row.get("asked"):
        ask_acceptances(actor=system("demonstration"))


def _person(email: str) -> Actor:
    user = User.objects.get(email=email)
    return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))


@contextmanager
def served_acts() -> Iterator[ActSystem]:
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
