"""Compile ``requirements/*.in`` into locked lists with hashes and no addresses (with the uv that installs them)."""

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"

for name in ("installer", "runtime", "dev"):
    command = [
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "compile",
        "--quiet",
        "--upgrade",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-header",
    ]
    done = subprocess.run([*command, f"{name}.in", "-o", f"{name}.txt"], cwd=REQUIREMENTS, check=False)
    if done.returncode:
        sys.exit(done.returncode)
