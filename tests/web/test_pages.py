"""Static pages, errors as pages, the two languages, whom one acts for."""

import logging
from datetime import date

import pytest
from django.test import Client, RequestFactory

from levante.kernel.api import now, offered
from levante.parties.api import Mandate
from levante.web import errors
from levante.web.site import urls as site
from levante.web.site.pages.reading import read_page
from levante.web.site_identity import programme_folder, site_identity

PAGES = sorted(path.stem for path in (programme_folder() / "pages" / "it").glob("*.md"))


def test_there_are_the_four_pages():
    assert {"accessibilita", "contatti", "crediti", "privacy"} <= set(PAGES)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_its_language(name, language):
    page = read_page(name, language)
    assert page.language == language
    assert page.title
    assert "<p>" in page.html


def test_what_a_page_holds_is_cleaned(settings, tmp_path):
    folder = tmp_path / "prova" / "pages" / "it"
    folder.mkdir(parents=True)
    (tmp_path / "prova" / "site.yaml").write_text("region: {it: Terra di Prova}", encoding="utf-8")
    (folder / "info.md").write_text(
        "# Titolo\n\n<script>alert(1)</script> [x](javascript:alert(1))\n", encoding="utf-8"
    )
    settings.PROGRAMMES = tmp_path
    page = read_page("info", "en")
    assert page.language == "it"
    assert "<script" not in page.html
    assert 'href="javascript' not in page.html
    assert site_identity() == {"region": {"it": "Terra di Prova"}}
    assert read_page("../site", "it") is None


def test_without_a_programme_there_is_no_identity(settings, tmp_path):
    settings.PROGRAMMES = tmp_path
    assert site_identity() == {}
    assert read_page("privacy", "it") is None


def public_paths(patterns, before=""):
    """The addresses of the public pages that name nothing."""
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from public_paths(pattern.url_patterns, path)
        elif "<" not in path:
            yield path


@pytest.mark.django_db
@pytest.mark.slow(reason="every public page")
def test_every_public_page_opens_in_every_other_language(client):
    paths = sorted(set(public_paths(site.urlpatterns)))
    assert len(paths) > 20
    for code in [code for code in offered() if code not in ("it", "en")]:
        for path in paths:
            assert client.get(f"/{code}/{path}").status_code == client.get(f"/en/{path}").status_code, path
        page = client.get(f"/{code}/info/privacy/").content.decode()
        assert f'<html lang="{code}"' in page
        assert "Privacy notice" in page, "in English where it is not translated, never in Italian"
        assert 'hreflang="it"' in page


@pytest.mark.django_db
def test_the_language_switch_keeps_the_page(client):
    page = client.get("/info/privacy/").content.decode()
    assert 'href="/en/info/privacy/"' in page
    assert "Informativa" in page
    page = client.get("/en/info/privacy/").content.decode()
    assert 'href="/info/privacy/"' in page
    assert "Privacy notice" in page


@pytest.mark.django_db
def test_not_found_offers_the_search(client):
    answer = client.get("/info/che-non-c-e/")
    assert answer.status_code == 404
    assert 'action="/cerca/"' in answer.content.decode()
    assert client.get("/en/nowhere/").status_code == 404


@pytest.mark.django_db
def test_refused_says_why_and_who_can(signed_in, person):
    answer = signed_in(person()).get("/ufficio/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Questa pagina è per chi ha uno di questi ruoli" in page
    assert "Chi può" in page


@pytest.mark.django_db
def test_a_form_open_too_long_is_explained(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/impresa/agisci-per/", {"party": "enterprise:1"})
    assert answer.status_code == 403
    assert "Non è stato inviato nulla" in answer.content.decode()


@pytest.mark.parametrize(("path", "words"), [("/x/", "Qualcosa si è rotto"), ("/en/x/", "Something broke")])
def test_a_server_error_has_a_number_that_the_log_has_too(path, words, caplog):
    with caplog.at_level(logging.ERROR, logger="levante.errors"):
        answer = errors.server_error(RequestFactory().get(path))  # no database, no session, no language at work
    assert answer.status_code == 500
    page = answer.content.decode()
    assert words in page
    number = caplog.records[-1].args[0]
    assert number in page


def test_a_server_error_stands_without_templates(monkeypatch):
    from django.template.exceptions import TemplateDoesNotExist

    def broken(*args, **kwargs):
        raise TemplateDoesNotExist("500.html")

    monkeypatch.setattr(errors, "render_to_string", broken)
    assert errors.server_error(RequestFactory().get("/")).status_code == 500


@pytest.mark.django_db
def test_a_bad_request_is_a_page(rf):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()
    assert errors.bad_request(request).status_code == 400


@pytest.mark.django_db
def test_whom_one_acts_for_is_on_every_page_and_can_change(signed_in, enterprise, representative):
    firm = enterprise("Ulivi di Sera S.r.l.")
    user = representative(firm)
    client = signed_in(user)
    assert client.get("/impresa/").status_code == 302
    chooser = client.get("/impresa/agisci-per/?next=/impresa/").content.decode()
    assert "Ulivi di Sera S.r.l." in chooser
    answer = client.post("/impresa/agisci-per/", {"party": f"enterprise:{firm.pk}", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/impresa/"
    page = client.get("/impresa/").content.decode()
    assert "Ulivi di Sera S.r.l." in page
    assert "Agisci per altri" in page
    assert client.post("/impresa/agisci-per/", {"party": "enterprise:999999"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?q=", "?q=esportare", "?q=" + "a" * 5000, "?q=%27%3B--"])
def test_search_takes_anything(client, query):
    assert client.get(f"/cerca/{query}").status_code == 200


@pytest.mark.django_db
def test_the_demonstration_says_so(client, settings):
    assert "Demonstration" not in client.get("/en/").content.decode()
    settings.DEMO = True
    assert "Nothing here has legal effect" in client.get("/en/").content.decode()


@pytest.mark.slow  # the first page of the desk imports every room
@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/ufficio/", "/ufficio/impostazioni/", "/", "/utenza/", "/accounts/2fa/", "/nessuna-pagina/"]
)
def test_whom_one_acts_for_is_said_on_every_page(officer, enterprise, signed_in, path):
    from levante.parties.api import Mandate

    user, firm = officer("director"), enterprise()
    day = date(2024, 1, 1)
    Mandate.objects.create(
        user=user,
        enterprise=firm,
        kind="legal_representative",
        state="confirmed",
        since=day,
        requested_at=now(),
        decided_at=now(),
    )
    assert "lv-acting" not in signed_in(user).get(path).content.decode()
    page = signed_in(user, firm).get(path).content.decode()
    assert "lv-acting" in page
    assert firm.name in page


def test_after_a_new_sign_in_one_comes_back_to_the_place_and_who_changes_enterprise_to_the_list(
    signed_in, enterprise, representative
):
    first, second = enterprise(), enterprise("Altra impresa")
    user = representative(first)
    Mandate.objects.create(
        user=user, enterprise=second, kind="delegate", scopes=["read"], state=Mandate.CONFIRMED,
        since=date(2024, 1, 1), requested_at=now(), decided_at=now(),
    )  # fmt: skip
    place = "/impresa/domande/7/sezioni/fair/"
    page = signed_in(user)
    led = page.get(place)
    assert led.url == f"/impresa/agisci-per/?next={place.replace('/', '%2F')}"
    assert page.post("/impresa/agisci-per/", {"party": f"enterprise:{first.pk}", "next": place}).url == place
    assert (
        page.post("/impresa/agisci-per/", {"party": f"enterprise:{second.pk}", "next": place}).url
        == "/impresa/domande/"
    )
