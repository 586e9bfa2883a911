"""A real browser over the real pages: sign in as a person, look for barriers, walk by keyboard, take a picture.

The server of these tests works inside the test's own transaction (one connection, one request at a time), so each test
starts from an empty database without emptying it, and the fixtures of ``tests/conftest.py`` serve here too.
"""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

#: The one without a window, where it is: a page costs it a third less.
PLACES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = Path(os.environ.get("LEVANTE_CHROMIUM") or next(filter(os.path.exists, PLACES), PLACES[-1]))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]
WIDE, PHONE = 1280, 360

#: What axe must find nothing of: WCAG 2.2 A and AA, and its own good practices.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "selectors": False,  # what is told is the element itself
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: Where it looks: of a long table or list, the first rows; the others are drawn by the same lines of the same template, and
#: a page of fifty would cost twice one of twelve.
AXE_LOOKS = {
    "include": [["html"]],
    "exclude": [["tbody > tr:nth-child(n+13)"], ["li:nth-child(n+13)"], ["option:nth-child(n+13)"]],
}

#: The rules whose outcome changes with the width of the window. The contrast, half of what axe costs, is not one: the head of the
#: page and the names of the cells on a card are all that changes colour, and pages opened on a phone are asked all rules.
WIDTH_RULES = [
    "target-size",
    "scrollable-region-focusable",
    "aria-hidden-focus",
    "link-in-text-block",
]

HERE = Path(__file__).parent
SCREENSHOTS = HERE.parents[1] / "var" / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow(reason="a browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, started once."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}: apt-get install chromium, or say where in LEVANTE_CHROMIUM")
    from playwright.sync_api import sync_playwright

    # The synchronous interface keeps an event loop in this thread; the ORM is used here by nobody else.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=FLAGS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture
def address(db: None) -> Iterator[str]:
    """The address of a server that works in this test's transaction."""
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, connections
    from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler

    class Server(ThreadedWSGIServer):
        def _close_connections(self) -> None:
            """The connection is the test's: it outlives the request."""

    class Thread(LiveServerThread):
        def _create_server(self, connections_override: Any = None) -> Server:
            return Server(
                (self.host, self.port),
                QuietWSGIRequestHandler,
                allow_reuse_address=False,
                connections_override={connection.alias: connection},
            )

    connection = connections["default"]
    turn = threading.Lock()

    def one_at_a_time(application: Any) -> Any:
        def answer(environ: dict[str, Any], start_response: Any) -> Any:
            with turn:
                return application(environ, start_response)

        return answer

    connection.inc_thread_sharing()
    for signal in (request_started, request_finished):  # a request would close a connection inside a transaction
        signal.disconnect(close_old_connections)
    thread = Thread("localhost", one_at_a_time)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://{thread.host}:{thread.port}"
    thread.terminate()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    connection.dec_thread_sharing()


@dataclass
class Visitor:
    """A person at a browser window."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Keep what the browser complains of: broken scripts, breaches of the content policy, files that are not there."""
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", self._hear)

    def _hear(self, line: Any) -> None:
        # What was being asked when one leaves a page is given up, and htmx writes it down as it does what is wrong.
        given_up = line.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if line.type == "error" and "status of 40" not in line.text and not given_up:
            self.complaints.append(f"console: {line.text} {line.location.get('url', '')}")

    def open(self, path: str, *, status: int = 200) -> Any:
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """The text, name or address of what has the focus."""
        return str(
            self.page.evaluate(
                "() => { const e = document.activeElement;"
                " return (e.innerText || e.getAttribute('aria-label') || e.name || e.id || e.tagName).trim(); }"
            )
        )

    def barriers(self, rules: list[str] | None = None) -> list[str]:
        """What axe finds on the page as it is now; ``rules`` names the few to look at."""
        from axe_playwright_python.base import AXE_SCRIPT

        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(AXE_SCRIPT)
        options = AXE_OPTIONS if rules is None else AXE_OPTIONS | {"runOnly": {"type": "rule", "values": rules}}
        found = self.page.evaluate(
            "([where, how]) => axe.run(where, how).then(found => found.violations)", [AXE_LOOKS, options]
        )
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n    "
            + "\n    ".join(n["html"][:160] for n in rule["nodes"][:4])
            for rule in found
        ]

    def too_wide(self) -> str:
        """What sticks out of the window on the right, if the page scrolls sideways."""
        return str(
            self.page.evaluate(
                """() => {
                  const wide = document.documentElement.clientWidth;
                  if (document.documentElement.scrollWidth <= wide) return '';
                  const out = [...document.querySelectorAll('main *, header *, footer *')]
                    .filter(e => e.getBoundingClientRect().right > wide + 1 && !e.closest('.lv-table-wrap'))
                    .map(e => e.tagName.toLowerCase() + '.' + e.className);
                  return 'scrolls sideways: ' + (out.slice(-3).join(', ') || document.documentElement.scrollWidth);
                }"""
            )
        )

    def small_targets(self) -> list[str]:
        """Buttons and fields below 44 px in height on a phone; links within a sentence are as high as their line."""
        return list(
            self.page.evaluate(
                """() => [...document.querySelectorAll('button, .btn, summary, input:not([type=hidden]), select, nav a')]
                  .filter(e => e.offsetParent && !e.matches('[type=checkbox], [type=radio]'))
                  .filter(e => !e.closest('.visually-hidden, .visually-hidden-focusable, .lv-breadcrumbs'))
                  .filter(e => { const b = e.getBoundingClientRect(); return b.height > 0 && b.height < 43.5; })
                  .map(e => e.tagName + ' ' + (e.innerText || e.name || e.className).slice(0, 40) + ' '
                    + Math.round(e.getBoundingClientRect().height) + 'px')"""
            )
        )

    def picture(self, name: str, *, whole: bool = True) -> Path:
        """A picture to be looked at by a person, with ``LEVANTE_PICTURES=1``: no test reads it, and they cost a minute."""
        path = SCREENSHOTS / f"{name}.png"
        if os.environ.get("LEVANTE_PICTURES"):
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(path), full_page=whole)
        return path

    def check(self, name: str = "") -> None:
        """No barrier, no sideways scroll, no error in the console; a picture (``LEVANTE_PICTURES=1``) when it has a name."""
        if name:
            self.picture(name)
        problems = self.problems()
        assert not problems, f"{self.page.url} at {self.page.viewport_size['width']} px:\n" + "\n".join(problems)

    def problems_at_both_widths(self) -> list[str]:
        """Everything at the width of now, then on a phone what the width changes, without loading the page again."""
        found = self.problems()
        before = self.page.viewport_size
        self.complaints.clear()
        self.page.set_viewport_size({"width": PHONE, "height": 800})
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        narrow = [self.too_wide(), *self.small_targets(), *self.barriers(WIDTH_RULES), *self.complaints]
        self.page.set_viewport_size(before)
        self.complaints.clear()
        return found + [f"at {PHONE} px: {text}" for text in narrow if text]

    def check_at_both_widths(self, name: str = "") -> None:
        """As ``check``, wide and then on a phone; two pictures when it has a name."""
        if name:
            self.picture(f"{name}-{self.page.viewport_size['width']}")
        problems = self.problems_at_both_widths()
        assert not problems, f"{self.page.url}:\n" + "\n".join(problems)

    def problems(self) -> list[str]:
        """What ``check`` would complain of."""
        problems = [*self.barriers(), self.too_wide(), *self.complaints]
        if self.page.viewport_size["width"] <= PHONE:
            problems += self.small_targets()
        return [problem for problem in problems if problem]


@pytest.fixture
def visitor(chromium: Any, address: str, client: Any) -> Iterator[Callable[..., Visitor]]:
    """Make a person at a window: ``visitor()``, ``visitor(user, enterprise, width=PHONE)``."""
    contexts = []

    def make(
        user: Any = None, enterprise: Any = None, *, buyer: Any = None, width: int = WIDE, **options: Any
    ) -> Visitor:
        # A worker asks for pages by itself, at the same time as the test works in the same transaction.
        options.setdefault("service_workers", "block")
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, locale="it-IT", timezone_id="Europe/Rome", **options
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        if user is not None:
            client.cookies.clear()  # who signs in at one window stays signed in at it when another does at theirs
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            if enterprise is not None or buyer is not None:
                kind, holder = ("enterprise", enterprise) if enterprise is not None else ("buyer", buyer)
                session["acting_for"] = f"{kind}:{holder.pk}"
                session.save()
            context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": address}])
        page = context.new_page()
        person = Visitor(page, address)
        person.listen()
        return person

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def demo_visitor(chromium: Any, demo_portal: Any) -> Iterator[Callable[..., Visitor]]:
    """A person of the served demonstration at a window: ``demo_visitor("director")``; nobody signed in without a role."""
    contexts = []

    def make(role: str = "", *, width: int = WIDE, **wanted: str) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, locale="it-IT", timezone_id="Europe/Rome"
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        visitor = Visitor(page, demo_portal.url)
        if role:
            person = demo_portal.person(role, **wanted)
            page.goto(demo_portal.url + "/accounts/login/")
            page.fill("[name=login]", person["email"])
            page.fill("[name=password]", person["password"])
            page.click("main form button[type=submit]")
            page.wait_for_url(lambda address: "/accounts/login" not in address)
            if "agisci-per" in page.url:
                page.locator(".lv-choose button").first.click()
                page.wait_for_url("**/impresa/")
        visitor.listen()
        return visitor

    yield make
    for context in contexts:
        context.close()
