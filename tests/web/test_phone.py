"""The portal on a telephone: its manifest, its icons, the worker that keeps a few pages."""

import json
import re
import struct
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from levante.kernel.api import offered, prefix_of
from levante.web import static_files

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("prefix", "language"), [("", "it"), ("/en", "en")])
def test_it_can_be_installed_in_both_languages(client, prefix, language):
    answer = client.get(f"{prefix}/levante.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert told["lang"] == language
    assert told["start_url"] == f"{prefix}/oggi/"
    assert (told["id"], told["scope"]) == ("/", "/"), "one application, whatever the language it was installed in"
    assert told["name"].startswith("Levante – ")
    assert told["description"]


def test_its_icons_are_there_and_as_large_as_they_say(client):
    icons = json.loads(client.get("/levante.webmanifest").content)["icons"]
    assert {one["purpose"] for one in icons} == {"any", "maskable"}
    for one in icons:
        data = Path(finders.find(one["src"].removeprefix("/static/"))).read_bytes()
        if one["type"] == "image/png":
            assert data.startswith(b"\x89PNG")
            width, height = struct.unpack(">II", data[16:24])
            assert one["sizes"] == f"{width}x{height}"


def test_the_two_languages_have_names_of_their_own(client):
    names = {json.loads(client.get(f"{prefix}/levante.webmanifest").content)["name"] for prefix in ("", "/en")}
    assert len(names) == 2


def told_to(client) -> dict:
    answer = client.get("/worker.js")
    first = answer.content.decode().partition("\n")[0]
    return json.loads(first.removeprefix("const TOLD = ").removesuffix(";"))


def test_the_worker_is_a_script_for_the_whole_portal_asked_for_each_time(client):
    answer = client.get("/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    for directive in ("worker-src 'self'", "manifest-src 'self'"):
        assert directive in answer["Content-Security-Policy"]


def test_it_is_told_which_pages_are_kept_and_where_they_are_forgotten(client):
    told = told_to(client)
    patterns = [re.compile("^" + page.replace("*", "[-\\w]+") + "$") for page in told["pages"]]

    def kept(path):
        return any(pattern.match(path) for pattern in patterns)

    assert all(kept(prefix + path) for prefix in ("", "/en") for path in (
        "/impresa/incontri/fiera-1/", "/partner/incontri/fiera-1/", "/ufficio/iniziative/fiera-1/incontri/oggi/",
    ))  # fmt: skip
    assert not any(kept(path) for path in (
        "/", "/oggi/", "/impresa/", "/impresa/incontri/fiera-1/disponibilita/", "/ufficio/iniziative/fiera-1/incontri/",
        "/ufficio/iniziative/fiera-1/incontri/persone/", "/incontri/rispondi/secret/",
    ))  # fmt: skip
    doors = {f"{prefix_of(code)}/accounts/{door}/" for code in offered() for door in ("login", "logout")}
    assert {"/accounts/login/", "/en/accounts/logout/"} < doors == set(told["doors"])


def test_another_content_is_another_release(tmp_path, monkeypatch):
    one = tmp_path / "a.css"
    one.write_text("p { color: red; }")
    monkeypatch.setattr(static_files, "_sources", lambda: {"a.css": one})
    fresh = static_files.release.__wrapped__
    first = fresh()
    assert first == fresh()
    one.write_text("p { color: blue; }")
    assert fresh() != first


def test_pages_lead_to_the_manifest_of_their_language(client):
    assert '<link rel="manifest" href="/levante.webmanifest">' in client.get("/").content.decode()
    assert '<link rel="manifest" href="/en/levante.webmanifest">' in client.get("/en/").content.decode()
