"""What docs/operations/backup.md says, done: dump, restore into an empty database, prove that the register is whole."""

import psycopg
import pytest


@pytest.mark.slow  # dumps and restores a whole demonstration
@pytest.mark.browser  # like the browser's journeys it needs the served portal, once
def test_a_dump_restores_whole(demo_portal, copy_of_demo):
    for command in (["manage", "migrate", "--check"], ["register", "audit"]):
        done = copy_of_demo.levante(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    address = (demo_portal.folder / "pg" / "socket-address").read_text()
    with psycopg.connect(address) as here, psycopg.connect(copy_of_demo.address) as there:
        for table in ("parties_enterprise", "programme_movement"):
            count = f"SELECT count(*) FROM {table}"
            assert here.execute(count).fetchone() == there.execute(count).fetchone() != (0,)
        # The portal goes on while it is copied: what was restored is the beginning of each of its logs, without a gap (the
        # audit above), and the worker has written since.
        entries = "SELECT id, leaf_hash FROM register_entry"
        live, restored = set(here.execute(entries)), set(there.execute(entries))
        assert restored
        assert restored <= live
