"""A small IMAP server of the tests (RFC 9051, as much as a reader asks), which can go wrong on purpose."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

USER, PASSWORD = "ritorni", "parola à"


class ImapServer(socketserver.ThreadingTCPServer):
    """``mails`` by their number (UID). ``plain``: it has AUTHENTICATE PLAIN; ``cut``: the line is cut in the middle of this message;
    ``mute``: it
    answers nothing to this command. ``asked`` are the commands that it was given."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: dict[int, bytes] = {}
        self.folder, self.validity, self.plain, self.password = "Ritorni", 7, True, PASSWORD
        self.cut: int | None = None
        self.mute = ""
        self.gone: set[int] = set()
        self.asked: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer

    def handle(self) -> None:
        self.say("* OK here")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self.server.asked.append(command)
            word = command.upper()
            if self.server.mute and word.startswith(self.server.mute):
                self.rfile.read()  # until the client goes away
                return
            if not self.answered(tag, command, word):
                return

    def answered(self, tag: str, command: str, word: str) -> bool:
        ours = self.server
        if word == "CAPABILITY":
            self.say(f"* CAPABILITY IMAP4rev1{' AUTH=PLAIN' if ours.plain else ''}")
        elif word == "AUTHENTICATE PLAIN":
            self.say("+ ")
            _, user, password = base64.b64decode(self.rfile.readline()).decode().split("\0")
            if (user, password) != (USER, ours.password):
                return self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong user or password")
        elif word.startswith("LOGIN"):
            if command.split(" ", 1)[1] != f'{USER} "{ours.password}"':
                return self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong user or password")
        elif word.startswith("EXAMINE"):
            if command != f'EXAMINE "{ours.folder}"':
                return self.say(f"{tag} NO [NONEXISTENT] no such mailbox")
            self.say(f"* {len(ours.mails)} EXISTS", f"* OK [UIDVALIDITY {ours.validity}] numbers hold")
        elif found := re.fullmatch(r"UID SEARCH UID (\d+):\*", word):
            there = sorted(ours.mails)
            shown = [one for one in there if one >= int(found[1])] or there[-1:]  # “*” is the last there is
            self.say(" ".join(["* SEARCH", *map(str, shown)]))
        elif found := re.fullmatch(r"UID FETCH (\d+) \((RFC822\.SIZE|BODY\.PEEK\[\])\)", word):
            number = int(found[1])
            content = ours.mails[number]
            if number in ours.gone:
                pass
            elif found[2] == "RFC822.SIZE":
                self.say(f"* 1 FETCH (UID {number} RFC822.SIZE {len(content)})")
            else:
                self.say(f"* 1 FETCH (UID {number} BODY[] {{{len(content)}}}")
                if number == ours.cut:
                    self.wfile.write(content[: len(content) // 2])
                    return False
                self.wfile.write(content + b")\r\n")
        elif word == "LOGOUT":
            self.say("* BYE")
        else:
            return self.say(f"{tag} BAD what is {command}?")
        return self.say(f"{tag} OK done")

    def say(self, *lines: str) -> bool:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        return True


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    with ImapServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
