"""A simulator of a provider of certified mail: SMTP to submit, POP3 to read the mailbox, real sockets, bad days on request.

``python -m levante.exchange.simulators.pec --smtp 8195 --pop3 8196 --control 8197``; ``--state FOLDER`` keeps mailboxes and
key over a restart (``FOLDER/provider.pem`` is the certificate its receipts are signed with). Any user and password are good.
Behaviour is chosen at start or while it runs, with ``POST /behaviour`` on the control port::

    {"down": true,             connections are closed at once
     "slow": 2.5,              the answer to a message takes these seconds
     "busy": 3,                the next three messages get 451, try later
     "drop": 2,                the next two messages are taken, and the line falls before the answer
     "hold": true,             receipts are written and not delivered, until {"hold": false}
     "twice": true,            every receipt comes twice
     "unsigned": true,         receipts are not signed, as a forger's would be
     "at": "2026-03-02T09:00:00+01:00",   what time it is there
     "addresses": {"x@pec.example.org": "unknown"}}   what becomes of what is sent to an address

An address can be ``unknown``, ``full``, ``virus``, ``not_accepted`` (receipts that say so), ``refused`` (at once, on the wire),
``warned`` (not in twelve hours, then not at all), ``silent`` (accepted, and nothing more), ``mute`` (nothing at all).
``GET /messages`` lists what was taken. Nothing that was taken is ever lost.
"""

import argparse
import base64
import json
import socketserver
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from levante.exchange.simulators.pec_receipts import Signer, write_receipt

LARGEST = 60 * 1024 * 1024
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


class Line(socketserver.StreamRequestHandler):
    """What the two protocols of lines have in common."""

    server: "Lines"

    @property
    def provider(self) -> Provider:
        return self.server.provider

    def say(self, text: str) -> None:
        self.wfile.write(text.encode("utf-8") + b"\r\n")

    def words(self) -> list[str] | None:
        line = self.rfile.readline(16 * 1024)
        return line.decode("utf-8", "replace").strip().split() if line else None

    def handle(self) -> None:
        if self.provider.due("down"):
            return
        with suppress(BrokenPipeError, ConnectionResetError):  # it did not wait: what was taken stays taken
            self.talk()

    def talk(self) -> None:
        raise NotImplementedError


class Submission(Line):
    """SMTP, as far as a submission needs it."""

    def talk(self) -> None:
        self.say("220 pec.simulated ESMTP")
        sender = recipient = ""
        while (words := self.words()) is not None:
            verb = words[0].upper() if words else ""
            if verb in {"EHLO", "HELO"}:
                self.say("250-pec.simulated")
                self.say("250 AUTH PLAIN LOGIN")
            elif verb == "AUTH":
                self._who(words)
            elif verb == "MAIL":
                sender, recipient = _address(words), ""
                self.say("250 2.1.0 Ok")
            elif verb == "RCPT":
                wanted = _address(words)
                if self.provider.fate(wanted) == "refused":
                    self.say("550 5.1.1 Indirizzo rifiutato")
                    continue
                recipient = wanted
                self.say("250 2.1.5 Ok")
            elif verb == "DATA":
                if not sender or not recipient:
                    self.say("503 5.5.1 MAIL and RCPT first")
                    continue
                self.say("354 End data with <CR><LF>.<CR><LF>")
                if not self._message(sender, recipient):
                    return
            elif verb in {"RSET", "NOOP"}:
                self.say("250 2.0.0 Ok")
            elif verb == "QUIT":
                self.say("221 2.0.0 Bye")
                return
            else:
                self.say("502 5.5.2 Unknown")

    def _who(self, words: list[str]) -> None:
        if len(words) > 2:
            base64.b64decode(words[2])
        else:
            for _ in range(1 if words[1].upper() == "PLAIN" else 2):
                self.say("334 ")
                self.words()
        self.say("235 2.7.0 Ok")

    def _message(self, sender: str, recipient: str) -> bool:
        lines = []
        while (line := self.rfile.readline(LARGEST)) not in {b".\r\n", b".\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            return False
        time.sleep(float(self.provider.behaviour.get("slow", 0)))
        if self.provider.due("busy"):
            self.say("451 4.3.0 Riprova più tardi")
            return True
        self.provider.take(sender, recipient, b"".join(lines))
        if self.provider.due("drop"):
            return False
        self.say(f"250 2.0.0 Ok: queued as {len(self.provider.taken):06d}")
        return True


def _address(words: list[str]) -> str:
    text = " ".join(words[1:])
    return text[text.find("<") + 1 : text.find(">")] if "<" in text else ""


class Reading(Line):
    """POP3, as far as reading needs it: what is taken away goes when the session ends well."""

    def talk(self) -> None:
        self.say("+OK pec.simulated")
        user, box, gone = "", dict[str, bytes](), set[str]()
        while (words := self.words()) is not None:
            verb, rest = (words[0].upper(), words[1:]) if words else ("", [])
            uids = list(box)
            if verb == "USER":
                user = rest[0] if rest else ""
                self.say("+OK")
            elif verb == "PASS":
                box = dict(self.provider.boxes.get(user, {}))
                self.say(f"+OK {len(box)} messages")
            elif verb == "STAT":
                self.say(f"+OK {len(box)} {sum(map(len, box.values()))}")
            elif verb == "UIDL":
                self._lines([f"{place} {uid}".encode("ascii") for place, uid in enumerate(uids, 1)])
            elif verb in {"TOP", "RETR", "DELE"} and rest and rest[0].isdigit() and 0 < int(rest[0]) <= len(uids):
                uid = uids[int(rest[0]) - 1]
                if verb == "DELE":
                    gone.add(uid)
                    self.say("+OK")
                else:
                    mail = box[uid] if verb == "RETR" else box[uid].partition(b"\r\n\r\n")[0] + b"\r\n"
                    self._lines(mail.split(b"\r\n"))
            elif verb == "QUIT":
                self.provider.remove(user, gone)
                self.say("+OK")
                return
            else:
                self.say("-ERR unknown")

    def _lines(self, lines: list[bytes]) -> None:
        if lines and not lines[-1]:
            lines = lines[:-1]
        body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        self.wfile.write(b"+OK\r\n" + (body + b"\r\n" if lines else b"") + b".\r\n")


class Control(BaseHTTPRequestHandler):
    """The same control as the other simulators have."""

    server: "ControlServer"

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: the caller keeps its own history."""

    def do_GET(self) -> None:
        self._send(200, {"messages": self.server.provider.taken} if self.path == "/messages" else {"system": "pec"})

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), 1024 * 1024)
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            body = None
        if self.path != "/behaviour" or not isinstance(body, dict):
            self._send(404, {"error": "POST /behaviour with a JSON object"})
            return
        self.server.provider.behave(body)
        self._send(200, {"behaviour": body})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Lines(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, handler: type[Line], provider: Provider, host: str) -> None:
        super().__init__((host, port), handler)
        self.provider = provider


class ControlServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, provider: Provider, host: str) -> None:
        super().__init__((host, port), Control)
        self.provider = provider


class Running:
    """A provider at work on free ports, or on those given: ``mailbox(address)`` is what ``settings.PEC`` wants for it."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        smtp: int = 0,
        pop3: int = 0,
        control: int | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.provider = Provider(folder)
        self.host = host
        self.servers: list[socketserver.BaseServer] = [
            Lines(smtp, Submission, self.provider, host),
            Lines(pop3, Reading, self.provider, host),
        ]
        if control is not None:
            self.servers.append(ControlServer(control, self.provider, host))
        serve: list[Callable[[], None]] = [
            lambda server=server: server.serve_forever(poll_interval=0.05)
            for server in self.servers  # type: ignore[misc]
        ]
        self.threads = [threading.Thread(target=work, daemon=True) for work in serve]
        for thread in self.threads:
            thread.start()

    def port(self, place: int) -> int:
        return int(self.servers[place].server_address[1])  # type: ignore[index]

    def mailbox(self, address: str, office: str = "", **more: Any) -> dict[str, Any]:
        return {
            "address": address,
            "office": office,
            "submission": f"smtp://{self.host}:{self.port(0)}",
            "inbox": f"pop3://{self.host}:{self.port(1)}",
            "password": "simulated",
            **more,
        }

    def stop(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()
        for thread in self.threads:
            thread.join(timeout=5)


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of a provider of certified mail.")
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--pop3", type=int, required=True)
    parser.add_argument("--control", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="folder in which mailboxes and key are kept over a restart")
    parser.add_argument("--behaviour", default="{}", help="how to behave from the start, as JSON")
    arguments = parser.parse_args()
    running = Running(
        arguments.state, smtp=arguments.smtp, pop3=arguments.pop3, control=arguments.control, host=arguments.host
    )
    running.provider.behave(json.loads(arguments.behaviour))
    for thread in running.threads:
        thread.join()


if __name__ == "__main__":
    main()
