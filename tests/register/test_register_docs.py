"""The documentation under test: the program of the how-to verifies our receipts and refuses tampered ones."""

import re
import subprocess
import sys
from pathlib import Path

from levante.register.pure.keys import public_pem

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "verify-a-receipt.md"


def test_the_program_of_the_how_to_verifies(tmp_path, make_receipts, signer):
    (program,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "verify.py").write_text(program, encoding="utf-8")
    (tmp_path / "key.pem").write_bytes(public_pem(signer.public))
    receipt = make_receipts(21, payload={"nome": "Caffè", "n": 3})[13]

    def run(content: bytes) -> subprocess.CompletedProcess:
        (tmp_path / "receipt.json").write_bytes(content)
        command = [sys.executable, "verify.py", "receipt.json", "key.pem"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    good = run(receipt.to_bytes())
    assert good.stdout == f"valid {receipt.number} {receipt.received_at}\n", good.stderr
    assert run(receipt.to_bytes().replace(b"application:14", b"application:15")).returncode == 1
    assert run(receipt.to_bytes().replace(b'"leaf_index":13', b'"leaf_index":12')).returncode == 1
