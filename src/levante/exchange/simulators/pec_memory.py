"""What the simulated provider of certified mail remembers: what was taken, the mailboxes, the receipts it writes, how to misbehave."""

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from levante.exchange.simulators.pec_receipts import Signer, write_receipt

#: What becomes of a message by what an address is: the receipts, each with its error and words.
FATES: dict[str, list[tuple[str, str, str]]] = {
    "": [("accettazione", "nessuno", ""), ("avvenuta-consegna", "nessuno", "")],
    "unknown": [("accettazione", "nessuno", ""), ("errore-consegna", "no-dest", "5.1.1 - Casella inesistente")],
    "full": [("accettazione", "nessuno", ""), ("errore-consegna", "altro", "5.2.2 - Casella piena")],
    "virus": [("accettazione", "nessuno", ""), ("rilevazione-virus", "virus", "Il messaggio contiene un virus")],
    "not_accepted": [("non-accettazione", "altro", "Errore formale nel messaggio")],
    "warned": [
        ("accettazione", "nessuno", ""),
        ("preavviso-errore-consegna", "altro", "4.4.7 - Nessuna risposta in dodici ore"),
        ("errore-consegna", "altro", "4.4.7 - Nessuna risposta in ventiquattro ore"),
    ],
    "silent": [("accettazione", "nessuno", "")],
    "mute": [],
}


@dataclass
class Provider:
    """The provider's memory: what was taken, the mailboxes, and how to misbehave."""

    folder: Path | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    behaviour: dict[str, Any] = field(default_factory=dict)
    taken: list[dict[str, str]] = field(default_factory=list)
    #: Address → the mails in it, each with its lasting name.
    boxes: dict[str, dict[str, bytes]] = field(default_factory=dict)
    held: list[tuple[str, bytes]] = field(default_factory=list)
    serial: int = 0

    def __post_init__(self) -> None:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(self.folder.glob("*/*.eml")):
                self.boxes.setdefault(path.parent.name, {})[path.stem] = path.read_bytes()
                self.serial = max(self.serial, int(path.stem.partition("-")[0]))
            log = self.folder / "taken.jsonl"
            if log.exists():
                self.taken = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        self.signer = Signer(self.folder)

    def behave(self, wanted: dict[str, Any]) -> None:
        """Behave like this from now on; what was held and is no longer comes out."""
        with self.lock:
            self.behaviour = dict(wanted)
            if not wanted.get("hold"):
                for address, mail in self.held:
                    self.put(address, mail)
                self.held.clear()

    def due(self, name: str) -> bool:
        """Is this misbehaviour due now? Those given as a number are counted down."""
        with self.lock:
            value = self.behaviour.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                self.behaviour[name] = value - 1
                return value > 0
            return bool(value)

    def fate(self, address: str) -> str:
        return str(self.behaviour.get("addresses", {}).get(address, ""))

    def now(self) -> datetime:
        given = self.behaviour.get("at")
        return datetime.fromisoformat(given) if given else datetime.now(UTC)

    def take(self, sender: str, recipient: str, raw: bytes) -> None:
        """A message is taken: it is written down, and its receipts come into the sender's mailbox and the message into the other's."""
        message = message_from_bytes(raw, policy=default)
        identity, subject = str(message.get("Message-ID", "")).strip(), str(message.get("Subject", ""))
        with self.lock:
            self._write_down({"from": sender, "to": recipient, "message_id": identity, "subject": subject})
            for kind, error, words in FATES[self.fate(recipient)]:
                mail = write_receipt(
                    self.signer, kind, domain=sender.rpartition("@")[2], sender=sender, recipient=recipient,
                    subject=subject, message_id=identity, at=self.now(), error=error, error_text=words,
                    original=raw if kind == "avvenuta-consegna" else None, signed=not self.behaviour.get("unsigned"),
                )  # fmt: skip
                for _ in range(2 if self.behaviour.get("twice") else 1):
                    self.deliver(sender, mail)
                if kind == "avvenuta-consegna":
                    self.put(recipient, raw)

    def _write_down(self, row: dict[str, str]) -> None:
        self.taken.append(row)
        if self.folder is not None:
            with (self.folder / "taken.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(row, ensure_ascii=False) + "\n")

    def deliver(self, address: str, mail: bytes) -> None:
        """Into a mailbox, unless mails are being held."""
        with self.lock:
            if self.behaviour.get("hold"):
                self.held.append((address, mail))
            else:
                self.put(address, mail)

    def put(self, address: str, mail: bytes) -> str:
        """A mail is in a mailbox, under a name that lasts."""
        with self.lock:
            self.serial += 1
            uid = f"{self.serial:08d}-{len(mail):x}"
            self.boxes.setdefault(address, {})[uid] = mail
            if self.folder is not None:
                place = self.folder / address.replace("/", "_")
                place.mkdir(exist_ok=True)
                (place / f"{uid}.eml").write_bytes(mail)
            return uid

    def remove(self, address: str, uids: set[str]) -> None:
        with self.lock:
            for uid in uids:
                self.boxes[address].pop(uid, None)
                if self.folder is not None:
                    (self.folder / address.replace("/", "_") / f"{uid}.eml").unlink(missing_ok=True)
