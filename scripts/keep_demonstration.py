"""The demonstration loaded once for all runs that stand beside each other: ``keep_demonstration.py FOLDER``.

``FOLDER/var`` is what ``levante demo load`` makes, for the run with a browser to serve; ``FOLDER/rows`` its rows, for the run that
stands on them. Who waits for it finds ``FOLDER/ready``, or ``FOLDER/failed`` with what was said.
"""

import os
import pickle
import random
import socket
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]


def main(folder: Path) -> None:
    """Load it, take its rows, let its database go."""
    port = free_port()
    os.environ.update(
        LEVANTE_VAR=str(folder / "var"),
        LEVANTE_URL=f"http://127.0.0.1:{port}",
        DJANGO_SETTINGS_MODULE="levante.settings",
    )
    os.environ.pop("DATABASE_URL", None)
    from levante.demo import cli

    if cli.main(["load"]):
        raise SystemExit("the demonstration was not loaded")
    from tests import demonstration

    rows = demonstration.take()
    cli._let_the_database_go()
    (folder / "rows").write_bytes(pickle.dumps(rows))
    (folder / "ready").write_text(str(port))


def free_port() -> int:
    """One below those that systems give to whoever asks for any: nobody takes it while the demonstration is loaded."""
    for port in random.sample(range(20_000, 30_000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit("no port is free")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    try:
        main(place)
    except BaseException:
        (place / "failed").write_text(traceback.format_exc())
        raise
