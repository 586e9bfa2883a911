"""``levante demo serve|load|reset``: a working portal from nothing, and back to nothing."""

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from levante.embedded import database_url, ensure_database, stop_embedded, var_folder

#: How long a process gets to stop by itself before it is killed, in seconds.
PATIENCE = 15


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="levante demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="prepare everything, then serve until stopped")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=2)
    commands.add_parser("load", help="prepare everything and stop there")
    commands.add_parser("reset", help="forget the embedded database and all that the demonstration made")
    chosen = parser.parse_args(argv)
    if chosen.command == "reset":
        return reset()
    os.environ["LEVANTE_DEMO"] = "1"
    if chosen.command == "serve":
        if not 0 < chosen.port < 65536:
            print(f"levante demo: {chosen.port} is not a port", file=sys.stderr)
            return 2
        web = _ours(chosen.port)
        if web is None:
            print(
                f"levante demo: port {chosen.port} is taken. Try another: make demo PORT={chosen.port + 1}",
                file=sys.stderr,
            )
            return 1
        os.environ["LEVANTE_URL"] = f"http://127.0.0.1:{chosen.port}"
        return _serve(chosen.port, web, chosen.workers)
    _database()
    _prepare()
    return 0


def reset() -> int:
    """Remove ``var``: the embedded server is stopped first, so that no process writes into a vanished folder."""
    folder = var_folder()
    if not os.environ.get("DATABASE_URL") and (folder / "pg" / "data" / "PG_VERSION").exists():
        database_url()  # take a handle on the server: it is the last one, so leaving stops it
    stop_embedded()
    shutil.rmtree(folder, ignore_errors=True)
    print(f"Removed {folder.name}/.")
    return 0


def _database() -> None:
    """The server, started when it is ours, and the database in it; ``DATABASE_URL`` names it for every process of ours."""
    _say(
        "Database: "
        + ("the server of DATABASE_URL" if os.environ.get("DATABASE_URL") else "embedded PostgreSQL in var/pg")
    )
    address = database_url()
    os.environ["DATABASE_URL"] = address
    ensure_database(address)


def _prepare() -> None:
    """Migrations, programme, demonstration; each step says what it does and changes nothing the second time."""
    from levante.kernel.starting import prepare_django

    prepare_django()
    from django.core.management import call_command

    from levante.demo.load import load_demonstration

    _say("Migrations")
    call_command("migrate", verbosity=0, interactive=False)
    for line in load_demonstration():
        _say(line)


class _Stopped(BaseException):
    """Told to stop in the middle of the preparation: what was begun is rolled back."""


def _serve(port: int, web: socket.socket, workers: int) -> int:
    stopping = preparing = False
    children: list[subprocess.Popen[bytes]] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping, preparing
        stopping = True
        if preparing:
            preparing = False
            raise _Stopped

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        _database()  # not cut short: a server whose start was interrupted would be nobody's to stop
        preparing = not stopping
        if stopping:
            return 0
        # Beside what follows, which leaves half of a small machine idle: it asks nothing of the database.
        pages = subprocess.Popen(
            [sys.executable, "-m", "levante.cli", "manage", "collectpages"], stdout=subprocess.PIPE
        )
        children.append(pages)
        _prepare()
        told = pages.communicate()[0].decode().strip()
        if pages.returncode:
            return 1
        children.remove(pages)
        os.environ["LEVANTE_STATIC_COLLECTED"] = "1"
        _say(f"Files of the pages, compressed: {told}")
        preparing = False
        from levante.demo.people import write_people
        from levante.demo.processes import companions, free_port

        if stopping:
            return 0
        url = f"http://127.0.0.1:{port}"
        # Who waits for the file then asks for a page, and who waits for a page then reads the file, both find the other
        # ready: from here on a visitor waits in the queue of the socket until the web server takes it.
        lane = free_port()
        welcome = write_people(url, f"http://127.0.0.1:{lane}")
        web.listen(128)
        _say("Worker, simulators of the outside systems and web server")
        passed = (web.fileno(),)
        for command, extra in companions(web=web.fileno(), workers=workers, lane=lane):
            children.append(subprocess.Popen(command, env={**os.environ, **extra}, pass_fds=passed))  # noqa: S603 - our own commands
        if not _wait_until_it_answers(url, children, lambda: stopping):
            return 0 if stopping else 1
        _first_night()
        print(welcome, flush=True)
        while not stopping:
            ended = next((child for child in children if child.poll() is not None), None)
            if ended is not None:
                what = " ".join(map(str, ended.args)) if isinstance(ended.args, list) else ended.args
                print(f"levante demo: a process ended by itself ({ended.returncode}): {what}", file=sys.stderr)
                print("levante demo: stopping the others", file=sys.stderr)
                return 1
            time.sleep(0.2)
        return 0
    except _Stopped:
        return 0
    finally:
        preparing = False
        web.close()
        for child in reversed(children):
            child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        _let_the_database_go()


def _first_night() -> None:
    from django.db import connections

    from levante.demo.register import bring_the_first_night

    bring_the_first_night()
    connections.close_all()


def _let_the_database_go() -> None:
    """Close our connections, then stop the embedded server if nobody else uses it: a server asked to stop waits for who is in."""
    from django.apps import apps

    if apps.ready:
        from django.db import connections

        connections.close_all()
    stop_embedded()


def _wait_until_it_answers(url: str, children: list["subprocess.Popen[bytes]"], stopping: object) -> bool:
    for _ in range(600):
        if stopping() or any(child.poll() is not None for child in children):  # type: ignore[operator]
            return False
        try:
            with urllib.request.urlopen(url + "/", timeout=20) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _ours(port: int) -> socket.socket | None:
    """The port, taken for the web server to come; nothing when somebody has it."""
    web = socket.socket()
    web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        web.bind(("127.0.0.1", port))
    except OSError:
        web.close()
        return None
    return web


def _say(line: str) -> None:
    print(f"== {line}", flush=True)


def demo_password(folder: Path | None = None) -> str:
    """The password of this installation's demo people: made once, kept in ``var`` with the owner's rights only."""
    path = (folder or var_folder()) / "demo-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("Levante-" + secrets.token_urlsafe(9))
    return path.read_text().strip()


def as_json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
