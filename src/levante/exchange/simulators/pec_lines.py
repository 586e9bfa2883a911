"""The two protocols of lines that the simulated provider of certified mail speaks: SMTP to submit, POP3 to read the mailbox."""

import base64
import socketserver
import time
from contextlib import suppress

from levante.exchange.simulators.pec_memory import Provider

LARGEST = 60 * 1024 * 1024


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


class Lines(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, handler: type[Line], provider: Provider, host: str) -> None:
        super().__init__((host, port), handler)
        self.provider = provider
