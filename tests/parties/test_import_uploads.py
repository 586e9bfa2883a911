"""Files of the business register as the desk uploads them, on a day without room: the reason is told, nothing stays."""

import errno
import os
import resource

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from levante.parties.api import ImportRun, imports_folder
from levante.web.desk.imports import views

pytestmark = pytest.mark.django_db
ADDRESS = "/ufficio/importazioni/"
HEAD = b"codice_fiscale;denominazione\n"


@pytest.fixture
def browser(officer, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return signed_in(officer("director"))


def register(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("registro.csv", HEAD + b"x" * size, content_type="text/csv")


def test_the_limit_of_a_file_met_while_it_arrives(browser):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        answer = browser.post(ADDRESS, {"file": register(4 * 1024 * 1024)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer.status_code == 200
    assert "non ha spazio" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert list(imports_folder().iterdir()) == []


def test_the_limit_of_a_file_met_while_it_is_kept(browser, monkeypatch):
    """It arrived whole, and there is no room for it where imports are kept."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    upload = views._take

    def with_less_room(request, file):
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
        try:
            return upload(request, file)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(views, "_take", with_less_room)
    answer = browser.post(ADDRESS, {"file": register(4 * 1024 * 1024)})
    assert "Sul server non c’è spazio per questo file" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert list(imports_folder().iterdir()) == []


def test_a_disk_that_fails_at_the_last_moment_leaves_nothing(browser, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(views.os, "fsync", full)
    answer = browser.post(ADDRESS, {"file": register(1000)})
    assert answer.status_code == 200
    assert not ImportRun.objects.exists()
    assert list(imports_folder().iterdir()) == []
