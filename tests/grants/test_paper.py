"""The PDF of an act that awards many: asked, made by the worker once, made again by another when the worker dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from levante.documents import ordering
from levante.documents.models import GeneratedDocument, StoredFile
from levante.grants import services
from levante.grants.api import AwardAct, draft_award_act, rewrite_award_act, send_award_act
from levante.kernel.api import Refused, clock_at, now


@pytest.fixture
def long_act(admitted, line, desk, monkeypatch):
    """A draft that is long by decree."""
    monkeypatch.setattr(services, "AT_ONCE", 0)
    return draft_award_act(actor=desk, applications=[admitted()], line=line)


def jobs():
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(task_name="documents.make_document").count()


def printed(kind="generated"):
    return StoredFile.objects.filter(purpose=kind).count()


@pytest.mark.django_db
@pytest.mark.slow  # the act's page three times, a PDF, and the act sent
def test_an_act_is_signed_when_its_pdf_is_there_and_pressing_twice_makes_one(long_act, desk, director, signed_in):
    from levante.identity.api import User

    asked = long_act.document
    assert (asked.state, asked.file, jobs()) == ("asked", None, 1)
    rewrite_award_act(actor=desk, act=long_act)
    again = rewrite_award_act(actor=desk, act=long_act, title="Un altro titolo")
    assert (again.document.pk, again.document.title, jobs()) == (asked.pk, "Un altro titolo", 1)
    with pytest.raises(Refused, match="si sta preparando"):
        send_award_act(actor=director, act=AwardAct.objects.get(pk=long_act.pk), without_codes="Si scrivono dopo")
    browser = signed_in(User.objects.get(pk=director.user_id))
    page, paper = f"/ufficio/atti/{long_act.pk}/", f"/ufficio/atti/{long_act.pk}/pdf/"
    said = browser.get(page).content.decode()
    assert "in attesa del suo turno" in said
    assert "Firma e invia" not in said
    assert browser.get(f"{paper}?seen=asked").status_code == 204
    ordering.make(asked.pk)
    said = browser.get(f"{paper}?seen=asked").content.decode()
    assert "Firma e invia" in said
    assert "every 2s" not in said
    ordering.make(asked.pk)
    assert printed() == 1
    send_award_act(actor=director, act=AwardAct.objects.get(pk=long_act.pk), without_codes="Si scrivono dopo")


@pytest.mark.django_db
def test_another_worker_goes_on_and_who_kills_them_all_is_left(long_act):
    pk = long_act.document_id
    ordering.begin_document(actor=ordering.system("test"), document_id=pk)  # and here the worker is killed
    ordering.take_up()
    assert GeneratedDocument.objects.get(pk=pk).state == "making", "it is given a minute"
    with clock_at(now() + timedelta(minutes=2)):
        ordering.take_up()
    assert GeneratedDocument.objects.get(pk=pk).state == "ready"
    GeneratedDocument.objects.filter(pk=pk).update(state="making", file=None, tries=ordering.TRIES)
    with clock_at(now() + timedelta(minutes=2)):
        ordering.take_up()
    left = GeneratedDocument.objects.get(pk=pk)
    assert left.state == "failed"
    assert "più volte" in left.problem
    assert "several times" in left.why_no_pdf.en


@pytest.mark.django_db
def test_what_cannot_be_printed_says_so_and_is_asked_again(long_act, desk, director, monkeypatch):
    def broken(**_):
        raise ValueError("a table too wide")

    with monkeypatch.context() as patch:
        patch.setattr(ordering, "render_pdf", broken)
        ordering.make(long_act.document_id)
    failed = GeneratedDocument.objects.get(pk=long_act.document_id)
    assert failed.state == "failed"
    assert "ValueError" in failed.problem
    assert "Unexpected error (ValueError)" in failed.why_no_pdf.en
    with pytest.raises(Refused, match="non è riuscito"):
        send_award_act(actor=director, act=AwardAct.objects.get(pk=long_act.pk), without_codes="Si scrivono dopo")
    again = rewrite_award_act(actor=desk, act=AwardAct.objects.get(pk=long_act.pk))
    assert again.document_id != failed.pk
    assert again.document.state == "asked"


@pytest.mark.django_db
def test_asked_with_other_words_while_it_is_printed_it_is_printed_again(long_act, desk, monkeypatch):
    titles, real = [], ordering._printed

    def slow(found):
        if not titles:
            with clock_at(now() + timedelta(seconds=1)):
                rewrite_award_act(actor=desk, act=AwardAct.objects.get(pk=long_act.pk), title="Secondo titolo")
        titles.append(found.title)
        return real(found)

    monkeypatch.setattr(ordering, "_printed", slow)
    ordering.make(long_act.document_id)
    assert titles == [long_act.title, "Secondo titolo"]
    assert GeneratedDocument.objects.get(pk=long_act.document_id).file.name.startswith("Secondo titolo")
    assert printed() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow  # two workers at once, in the real database
def test_two_workers_print_it_once(long_act):
    def work(_):
        try:
            ordering.make(long_act.document_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert GeneratedDocument.objects.get(pk=long_act.document_id).tries == 1
    assert printed() == 1
