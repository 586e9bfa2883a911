"""What every test stands on: fast passwords, durable-enough database, people and offices to act as."""

import gc
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from tests import house_rules, paper, static_files
from tests.own_server import own_server  # noqa: F401 - a fixture of every room

os.environ.setdefault("LEVANTE_DEMO", "0")

# A busy machine is not a fault of the code: no test of properties fails for the time its examples take.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")


# What the collector looks at again and again is what a run keeps to its end: modules, models, thousands of tests.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database; whatever still looks at it at the end is ended, so that it can be dropped."""
    yield
    with django_db_blocker.unblock():
        from django.db import connection

        connection.close()  # it may have been ended from outside by a test; the next query opens another
        house_rules.end_other_sessions()


@pytest.fixture(autouse=True)
def _sessions_end(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A test that really commits, in threads and processes, leaves no session in the database: they would add up."""
    mark = request.node.get_closest_marker("django_db")
    if mark is None or not mark.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    with django_db_blocker.unblock():
        before = {pid for pid, *_ in house_rules.other_sessions()}  # of an earlier test: no fault of this one
    yield
    with django_db_blocker.unblock():
        left = house_rules.other_sessions(patience=10, but=before)
    assert not left, f"sessions left in the test database: {left}"


@pytest.fixture(scope="session", autouse=True)
def _tests_empty_their_tables() -> Iterator[None]:
    """Between two tests of real transactions Django truncates every table: files by the hundred made anew for a few rows, and
    triggers refuse it for the register's. Here what has rows loses them."""
    from django.test import TransactionTestCase
    from tests import demonstration

    before = TransactionTestCase._fixture_teardown

    def emptied(self: TransactionTestCase) -> None:
        demonstration.empty()

    TransactionTestCase._fixture_teardown = emptied
    yield
    TransactionTestCase._fixture_teardown = before


SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


#: What the database answers to what it refuses: a test that names one is about a constraint or a trigger of ours.
REFUSALS = {"DatabaseError", "IntegrityError", "InternalError", "ProgrammingError"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks a database; of that, what really commits and so tries what happens at once, what is about a refusal of the
    database, and the rooms whose questions are written in SQL: those run on every PostgreSQL we say we run on. Not those that
    kill a server of their own: that one is always the embedded 18."""
    items.sort(
        key=lambda item: "demo_portal" in getattr(item, "fixturenames", ())
    )  # what waits for the demonstration, last
    for item in items:
        if "demonstration_rows" in getattr(item, "fixturenames", ()):
            # It costs a minute of processor to load: one of the runs that stand beside each other does it, not each.
            item.add_marker("slow")
            item.add_marker("demonstration")
            if item.get_closest_marker("django_db") is None:
                # Chosen alone, it would find no test database and use the real one.
                item.add_marker(pytest.mark.django_db)
        if "own_server" in getattr(item, "fixturenames", ()):
            continue
        mark = item.get_closest_marker("django_db")
        if mark is not None or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
        if mark is not None and mark.kwargs.get("transaction"):
            item.add_marker("concurrency")
        if isinstance(item, pytest.Function) and REFUSALS & set(item.function.__code__.co_names):
            item.add_marker("constraint")
        if item.path.parent.name in {"aid", "parties", "register"}:
            item.add_marker("sql")
        if "client" in getattr(item, "fixturenames", ()):
            item.add_marker("page")
    if KEPT is not None and config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        _say_where_they_are(items)


def _say_where_they_are(items: list[pytest.Item]) -> None:
    """Reading every test costs ten seconds of processor: who runs beside, for one mark, reads the files that have it."""
    for mark in ("browser", "demonstration", "constraint"):
        files = {item.nodeid.split("::")[0] for item in items if item.get_closest_marker(mark) is not None}
        beside = KEPT / f".{mark}-{os.getpid()}"
        beside.write_text("\n".join(sorted(files)) + "\n")
        beside.rename(KEPT / mark)


def pytest_runtest_setup(item: pytest.Item) -> None:
    paper.is_read = item.get_closest_marker("paper") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """A test that costs more than a second of processor says so with the mark ``slow``, and why (``house_rules.MOST``)."""
    house_rules.reap()
    before = house_rules.cpu()
    done = yield
    spent = house_rules.cpu() - before
    if spent > house_rules.MOST and item.get_closest_marker("slow") is None:
        spent = house_rules.cost(spent)
        if spent > house_rules.MOST:
            _COSTLY.append((spent, item.nodeid))
    return done


_COSTLY: list[tuple[float, str]] = []


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _COSTLY:
        terminalreporter.section("over a second of processor, and not marked slow")
        for spent, name in sorted(_COSTLY, reverse=True):
            terminalreporter.line(f"{spent:5.1f} s  {name}")


@pytest.fixture(scope="session", autouse=True)
def _one_page_for_all() -> Iterator[None]:
    """Documents that no test reads are not printed each: see ``tests/paper.py``."""
    from levante.documents import pdf

    printed = pdf.print_html
    pdf.print_html = paper.instead(printed)
    yield
    pdf.print_html = printed


@pytest.fixture(scope="session", autouse=True)
def _files_of_the_pages_are_found_once() -> Iterator[None]:
    """See ``tests/static_files.py``."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    looked = WhiteNoiseMiddleware.add_files_from_finders
    WhiteNoiseMiddleware.add_files_from_finders = static_files.instead(looked)
    yield
    WhiteNoiseMiddleware.add_files_from_finders = looked


@pytest.fixture(scope="session", autouse=True)
def _undefined_variables_fail() -> None:
    """An undefined variable in a template of ours is an error, in every test that draws a page."""
    from django.template import engines

    engines["django"].engine.string_if_invalid = house_rules.Undefined()


@pytest.fixture(scope="session")
def settings_for_tests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Fast passwords, mail that stays in memory, files and keys in a folder of this run."""
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "MEDIA_ROOT": tmp_path_factory.getbasetemp() / "files",
        "AXES_ENABLED": False,
        "STAFF_NEEDS_SECOND_FACTOR": False,
        "REGISTER_KEYS": tmp_path_factory.getbasetemp() / "register-keys",
    }


@pytest.fixture(autouse=True)
def _settings_for_tests(settings: Any, settings_for_tests: dict[str, Any]) -> None:
    for name, value in settings_for_tests.items():
        setattr(settings, name, value)


@pytest.fixture(autouse=True)
def _keys_go_back(_settings_for_tests: None, settings_for_tests: dict[str, Any]) -> Iterator[None]:
    """A rotation of the register's key is undone with the test's rows: its file is outside the database."""
    ring = settings_for_tests["REGISTER_KEYS"] / "ring.json"
    before = ring.read_bytes() if ring.exists() else None
    yield
    if before is not None and ring.read_bytes() != before:
        ring.write_bytes(before)


@pytest.fixture(autouse=True)
def _italian_first() -> None:
    """No test speaks the language of the one before: a request activates its own and Django leaves it so."""
    from django.utils import translation

    translation.activate("it")


#: Where the demonstration was loaded for this run and the ones beside it (``scripts/keep_demonstration.py``).
KEPT = Path(os.environ["LEVANTE_DEMO_KEPT"]) if os.environ.get("LEVANTE_DEMO_KEPT") else None


def kept_demonstration(folder: Path) -> Path:
    """The folder, once what is made in it is there."""
    deadline = time.monotonic() + 1200
    while not (folder / "ready").exists():
        if (folder / "failed").exists() or time.monotonic() > deadline:
            pytest.fail("the demonstration was not loaded:\n" + (folder / "failed").read_text()[-3000:])
        time.sleep(0.5)
    return folder


@pytest.fixture(scope="session")
def demonstration_rows(
    django_db_setup: None,
    django_db_blocker: Any,
    settings_for_tests: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """The rows of the demonstration, made once for the whole run by the loaders that ``make demo`` uses; with its files and the
    register's keys where it was loaded elsewhere."""
    from django.test import override_settings
    from tests import demonstration

    if KEPT is not None:
        kept = kept_demonstration(KEPT)
        for made, here in (("files", "MEDIA_ROOT"), ("keys", "REGISTER_KEYS")):
            shutil.copytree(kept / "var" / made, settings_for_tests[here], dirs_exist_ok=True)
        return pickle.loads((kept / "rows").read_bytes())  # written by this run
    place = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), override_settings(**settings_for_tests, VAR=place):
        return demonstration.load()


@pytest.fixture
def demonstration(
    db: None, demonstration_rows: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole demonstration in this test's database: to look at, and to change at will."""
    from tests import demonstration

    settings.VAR = tmp_path
    if KEPT is not None:  # a second load knows the people by the password of the first
        monkeypatch.setenv("LEVANTE_VAR", str(KEPT / "var"))
    demonstration.put_back(demonstration_rows)


@pytest.fixture
def shared_data() -> Path:
    """The real data for trials; a test that asks for it says so and skips where the folder is not there."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data of ../shared/data is not on this machine")
    return SHARED_DATA


@pytest.fixture
def person(db: None) -> Callable[..., Any]:
    """Make a person: ``person("Anna", "Greco")``."""
    from levante.identity.api import User

    def make(given: str = "Anna", family: str = "Greco", email: str | None = None, **fields: Any) -> User:
        return User.objects.create_user(
            email or f"{given}.{family}.{User.objects.count()}@example.org".lower().replace(" ", ""),
            "a-long-enough-password",
            given_name=given,
            family_name=family,
            **fields,
        )

    return make


@pytest.fixture
def officer(person: Callable[..., Any]) -> Callable[..., Any]:
    """Make a person with a role in an office: ``officer("case_officer")``; the office is the Section unless named."""
    from levante.identity.api import Office, RoleGrant

    def make(role: str = "case_officer", office: str = "sezione", **names: Any) -> Any:
        user = person(**names)
        place, _ = Office.objects.get_or_create(
            code=office,
            defaults={"kind": "section" if office == "sezione" else "agency", "name_it": office, "name_en": office},
        )
        RoleGrant.objects.create(user=user, office=place, role=role, since=date(2024, 1, 1))
        return user

    return make


@pytest.fixture
def actor_for() -> Callable[..., Any]:
    """The ``Actor`` a person is today: ``actor_for(user, enterprise=None)``."""
    from levante.identity.api import powers_of
    from levante.kernel.api import ENTERPRISE, Actor, Party, today
    from levante.parties.api import acting_scopes

    def make(user: Any, enterprise: Any = None) -> Actor:
        scopes = acting_scopes(user.pk, enterprise.pk, today()) if enterprise is not None else frozenset()
        return Actor(
            user_id=user.pk,
            label=user.get_full_name(),
            **powers_of(user.pk, today()),
            party=Party(ENTERPRISE, enterprise.pk) if scopes else None,
            scopes=scopes,
        )

    return make


@pytest.fixture
def enterprise(db: None) -> Callable[..., Any]:
    """Make an enterprise: ``enterprise("Cantieri del Salento")``."""
    from levante.parties.api import Enterprise

    def make(name: str = "Cantieri del Salento S.r.l.", tax_code: str | None = None, **fields: Any) -> Enterprise:
        return Enterprise.objects.create(
            name=name, tax_code=tax_code or vat_number(Enterprise.objects.count() + 1), **fields
        )

    return make


@pytest.fixture
def representative(person: Callable[..., Any]) -> Callable[..., Any]:
    """Make the legal representative of an enterprise, with a confirmed mandate."""
    from levante.kernel.api import now
    from levante.parties.api import Mandate

    def make(enterprise: Any, kind: str = "legal_representative", scopes: list[str] | None = None, **names: Any) -> Any:
        user = person(**names)
        Mandate.objects.create(
            user=user,
            enterprise=enterprise,
            kind=kind,
            scopes=scopes or [],
            state=Mandate.CONFIRMED,
            since=date(2024, 1, 1),
            requested_at=now(),
            decided_at=now(),
        )
        return user

    return make


def vat_number(serial: int) -> str:
    """A partita IVA with a right check digit: the n-th of a series of no province."""
    digits = f"{serial:07d}999"
    total = sum(int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits))
    return digits + str(-total % 10)


@pytest.fixture
def signed_in(client: Any) -> Callable[..., Any]:
    """The test browser, signed in as a person, acting for an enterprise if one is given."""

    def make(user: Any, enterprise: Any = None) -> Any:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if enterprise is not None:
            session = client.session
            session["acting_for"] = f"enterprise:{enterprise.pk}"
            session.save()
        return client

    return make


@dataclass(frozen=True)
class Portal:
    """A served demonstration: its address, and who can sign in."""

    url: str
    people: list[dict[str, str]]
    folder: Path

    def person(self, role: str, **wanted: str) -> dict[str, str]:
        """The first demo person with this role (and office, or enterprise)."""
        for row in self.people:
            if row["role"] == role and all(row.get(key) == value for key, value in wanted.items()):
                return row
        raise LookupError(f"the demonstration has nobody as {role} {wanted}")


@pytest.fixture(scope="session")
def demo_portal() -> Iterator[Portal]:
    """The demonstration as ``make demo`` serves it, in processes of its own with a database of its own."""
    if KEPT is not None:
        kept = kept_demonstration(KEPT)
        yield from _served(kept / "var", int((kept / "ready").read_text()))
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Not under pytest's own folder: another run closes that to everybody but root, and the database's server is not root.
    with tempfile.TemporaryDirectory(prefix="levante-demo-", ignore_cleanup_errors=True) as place:
        yield from _served(Path(place), port)


def _served(folder: Path, port: int) -> Iterator[Portal]:
    environment = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    environment |= {"LEVANTE_VAR": str(folder), "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
    written = folder / "demo.json"
    written.unlink(missing_ok=True)  # of an earlier time
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "levante.cli", "demo", "serve", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    deadline = time.monotonic() + 600
    while not written.exists() or not written.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
            pytest.fail("the demonstration does not start:\n" + (folder / "log").read_text()[-3000:])
        time.sleep(0.2)
    told = json.loads(written.read_text())
    yield Portal(url=told["url"], people=told["people"], folder=folder)
    ended = process.poll()
    if ended is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(40)
    log.close()
    if ended is not None:
        pytest.fail(f"the demonstration ended by itself ({ended}):\n" + (folder / "log").read_text()[-3000:])
