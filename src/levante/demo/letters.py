"""The letters of the demonstration on their way: a simulated provider and protocol system, and what workers would have done."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from levante.applications.api import Application, write_about
from levante.demo.telling import read
from levante.exchange.api import ExternalRequest, PecProvider, deliver, mailbox_of, read_mailbox, serve_protocol
from levante.identity.api import Office, User, powers_of, section
from levante.kernel.api import ROME, Actor, clock_at, now, system, today
from levante.letters.api import (
    Letter,
    LetterRun,
    Template,
    Wording,
    advance,
    cancel_letter,
    go_on,
    same,
    save_wording,
    send_letter_otherwise,
    start_run,
)
from levante.parties.api import Enterprise

Row = dict[str, Any]
ROBOT = system("demonstration")
CASE_OFFICER = "marco.lorusso@demo.levante.example"


def pec_of(key: str) -> str:
    return f"{key}@pec.demo.levante.example"


def fates(folder: Path) -> dict[str, str]:
    """What becomes of what is sent to an address."""
    data: Row = read(folder, "letters")
    return {pec_of(key): fate for key, fate in data["fates"].items()}


def mailboxes_at(provider: PecProvider | None = None, *, smtp: int = 0, pop3: int = 0) -> list[Row]:
    """A mailbox for each office, as ``LEVANTE_PEC`` has them."""
    submission, inbox = (provider.port(0), provider.port(1)) if provider is not None else (smtp, pop3)
    return [
        {
            "office": code,
            "address": pec_of(code),
            "submission": f"smtp://127.0.0.1:{submission}",
            "inbox": f"pop3://127.0.0.1:{inbox}",
            "password": "demonstration",
        }
        for code in Office.objects.exclude(kind=Office.PART).order_by("code").values_list("code", flat=True)
    ]


@dataclass
class Outside:
    """The systems letters need, simulated in this process while the demonstration is loaded."""

    provider: PecProvider
    protocol: Any

    def carry(self) -> None:
        """What the workers would have done at this instant with every letter that can leave."""
        waiting = list(Letter.objects.filter(state="ready", problem="").order_by("pk").select_related("office"))
        if not waiting:
            return
        self.protocol.behave({"day": today().isoformat()})
        self.provider.provider.behave(
            {**self.provider.provider.behaviour, "at": (now() + timedelta(minutes=2)).isoformat()}
        )
        for letter in waiting:
            advance(actor=ROBOT, letter_id=letter.pk)
            self._deliver("protocol", f"protocol:letter:{letter.pk}")
            advance(actor=ROBOT, letter_id=letter.pk)
            self._deliver("pec", f"pec:letter:{letter.pk}:1")
        for office in sorted({letter.office.code for letter in waiting}):
            mailbox = mailbox_of([office])
            if mailbox is not None:
                read_mailbox(actor=ROBOT, mailbox=mailbox)

    @staticmethod
    def _deliver(name: str, key: str) -> None:
        for request in ExternalRequest.objects.filter(system=name, key=key).exclude(state="applied"):
            deliver(actor=ROBOT, request_id=request.pk)


@contextmanager
def outside(folder: Path) -> Iterator[Outside]:
    """The simulators on free ports, with the memory that the served demonstration goes on with."""
    place = Path(settings.VAR)
    # Another database was loaded here before: the systems outside would answer for its letters.
    if not ExternalRequest.objects.exists():
        shutil.rmtree(place / "pec", ignore_errors=True)
        (place / "protocol-system.json").unlink(missing_ok=True)
    provider = PecProvider(place / "pec")
    provider.provider.behave({"addresses": fates(folder)})
    protocol = serve_protocol(0, state=place / "protocol-system.json")
    thread = threading.Thread(target=protocol.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    wanted = {
        "PEC": mailboxes_at(provider),
        "PROTOCOL_URL": f"http://127.0.0.1:{protocol.server_address[1]}",
        "PEC_TRUST": str(place / "pec" / "provider.pem"),
    }
    before = {name: getattr(settings, name, None) for name in wanted}
    for name, value in wanted.items():
        setattr(settings, name, value)
    try:
        yield Outside(provider, protocol.memory)
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        provider.stop()
        protocol.shutdown()
        protocol.server_close()
        thread.join(timeout=5)


def start_letters(ranking_id: int, director: Actor) -> None:
    """The letters of a ranking, looked at and started by who published it; what workers would have done."""
    for run in LetterRun.objects.filter(key=f"ranking:{ranking_id}"):
        start_run(actor=director, run=run)
        go_on(actor=ROBOT, run_id=run.pk)


def load(folder: Path) -> None:
    """The letters of ``letters.yaml`` that are not there yet, and what became by other ways of those that did not arrive."""
    data: Row = read(folder, "letters")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    missing = [
        (place, row)
        for place, row in enumerate(data["written"])
        if not Letter.objects.filter(key=f"demonstration:{place}").exists()
    ]
    for row in data["wordings"]:
        _wording(row)
    if missing:
        with outside(folder) as systems:
            for place, row in missing:
                instant = datetime.combine(today() - timedelta(days=int(row["ago"])), time(15, 20), ROME)
                with clock_at(min(instant, now())):
                    _written(f"demonstration:{place}", row, codes, systems)
            for row in data["otherwise"]:
                _otherwise(row, codes)


def _written(key: str, row: Row, codes: dict[str, str], systems: Outside) -> None:
    application = Application.objects.get(
        opening__call__code=row["call"], enterprise__tax_code=codes[row["enterprise"]], number__isnull=False
    )
    desk = _officer()
    letter = write_about(
        application,
        kind="communication",
        key=key,
        actor=desk,
        values={},
        template=Template(same(row["subject"]), same(row["body"]), "officer"),
        draft=row["then"] in {"draft", "cancelled"},
    )
    if row["then"] == "cancelled":
        cancel_letter(actor=desk, letter=letter, reason=row["reason"])
    elif row["then"] == "refused":
        systems.protocol.behave({"refuse": row["reason"]})
        advance(actor=ROBOT, letter_id=letter.pk)
        systems._deliver("protocol", f"protocol:letter:{letter.pk}")
    else:
        systems.carry()


def _wording(row: Row) -> None:
    office = section()
    if office is not None and not Wording.objects.filter(office=office, use=row["use"], title=row["title"]).exists():
        save_wording(actor=_officer(), office=office, use=row["use"], title=row["title"], text=row["text"])


def _otherwise(row: Row, codes: dict[str, str]) -> None:
    enterprise = Enterprise.objects.get(tax_code=codes[row["enterprise"]])
    letter = Letter.objects.filter(enterprise=enterprise, kind=row["kind"], state="not_delivered").first()
    if letter is None:
        return
    send_letter_otherwise(
        actor=_officer(),
        letter=letter,
        channel=row["channel"],
        reference=row["reference"],
        sent_on=today() - timedelta(days=int(row["sent"])),
        delivered_on=today() - timedelta(days=int(row["delivered"])) if "delivered" in row else None,
    )


def _officer() -> Actor:
    user = User.objects.get(email=CASE_OFFICER)
    return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))
