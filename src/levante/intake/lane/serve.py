"""Serving the lane: granian with as many front processes as asked, HTTP/1.1 alone."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from levante.intake.lane.sequencer import Limits

#: Connections a front holds at once; those above wait in the system's own queue.
MOST_CONNECTIONS = 16_384


def serve(*, host: str, port: int, fronts: int, limits: Limits, keys: Path, address: str) -> None:
    """Serve until stopped. A front that dies is started again; the others go on meanwhile."""
    os.environ["DATABASE_URL"] = address
    os.environ["LEVANTE_INTAKE"] = json.dumps({"keys": str(keys), "limits": asdict(limits)})
    Granian(
        "levante.intake.lane.app:create",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=fronts,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        backlog=MOST_CONNECTIONS,
        backpressure=MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=int(limits.body_seconds * 1000), max_buffer_size=65_536),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=15,
        log_level=LogLevels.warning,
    ).serve()
