"""Signed outside: who may, which file, which answers; and what is refused says why."""

from datetime import date, timedelta

import pytest
from tests.applications.conftest import field, pdf
from tests.documents.signing import p7m, person, plain_pdf, revised_pdf, rsa_key, signed_pdf, world

from levante.applications.api import (
    prepare_signing_copy,
    save_answers,
    sign_application,
    signature_standing,
    start_draft,
    submit_application,
)
from levante.applications.models import ApplicationSignature, SigningCopy
from levante.applications.paper import write_signing_copy
from levante.documents.api import StoredFile, path_of
from levante.kernel.api import Refused, now, system
from levante.kernel.models import AuditEntry
from levante.parties.api import Mandate

pytestmark = pytest.mark.django_db

ANNA, BRUNO = "RSSNNA80A41H501W", "VRDBRN75C15A662K"


@pytest.fixture
def trust(settings, tmp_path):
    roots = tmp_path / "roots.pem"
    roots.write_bytes(world().root.pem)
    settings.TRUST_LIST = str(roots)


@pytest.fixture
def to_sign(own_call, firm, actor_for, trust):
    """A complete draft of a call that wants a signature, its PDF and its actor: ``(draft, pdf, actor, user)``."""
    opening = own_call(
        [field("costs", "money"), field("note"), field("true", "declaration", reference="D.P.R. 445/2000")],
        delivery={"signature": "required"},
    )
    made, user = firm(codice_fiscale=ANNA)
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=opening)
    answers = {"costs": "1000.00", "note": "Tre fiere", "true": True}
    save_answers(actor=actor, application=draft, answers=answers, base_revision=0)
    return draft, prepared(draft, actor), actor, user


def prepared(draft, actor):
    copy = prepare_signing_copy(actor=actor, application=draft)
    write_signing_copy(actor=system("test"), copy_id=copy.pk)
    copy.refresh_from_db()
    assert copy.state == "ready", copy.problem_en
    return path_of(copy.file.sha256).read_bytes()


def given(draft, actor, content, name="domanda.pdf"):
    return sign_application(actor=actor, application=draft, upload=pdf(name, content=content))


@pytest.mark.slow  # a PDF is made, and four signatures are verified each in a process of its own
def test_signed_in_the_pdf_or_in_envelopes_by_the_representative(to_sign):
    draft, paper, actor, _ = to_sign
    with pytest.raises(Refused, match="la firma digitale"):
        submit_application(actor=actor, application=draft)
    for content, name in (
        (signed_pdf(paper, world().anna), "domanda.pdf"),
        (p7m(paper), "domanda.pdf.p7m"),
        (p7m(p7m(paper), world().bruno), "domanda.pdf.p7m.p7m"),
        (p7m(signed_pdf(paper, world().anna), world().bruno), "domanda.pdf.p7m"),
    ):
        found = given(draft, actor, content, name)
        assert found.holds, found.reason
    sent = submit_application(actor=actor, application=draft)
    said = sent.frozen["signature"]
    assert (said["signer"], said["tax_code"], said["mandate"]) == ("Anna Rossi", ANNA, "legal_representative")
    assert said["content_sha256"] == SigningCopy.objects.get().content_sha256
    assert ApplicationSignature.objects.count() == 4


@pytest.mark.slow  # each is verified in a process of its own
def test_what_is_refused_says_why_and_leaves_nothing(to_sign):
    draft, paper, actor, _ = to_sign
    old = person("Anna", "Rossi", f"TINIT-{ANNA}", world().middle, key=rsa_key(), until=now() - timedelta(days=300))
    nameless = person("Anna", "Rossi", "", world().middle, key=rsa_key())
    before = StoredFile.objects.count()
    for content, words in (
        (paper, "carries no signature"),
        (signed_pdf(plain_pdf("un’altra"), world().anna), "is not the document downloaded"),
        (signed_pdf(revised_pdf(paper), world().anna), "was added to the document"),
        (revised_pdf(signed_pdf(paper, world().anna)), "changed after it was signed"),
        (signed_pdf(paper, world().bruno), "holds today no mandate"),
        (signed_pdf(paper, world().impostor), "not in the trust list"),
        (signed_pdf(paper, old), "had expired at signing"),
        (signed_pdf(paper, nameless), "does not tell the tax code"),
    ):
        found = given(draft, actor, content)
        assert not found.holds
        assert words in found.reason.en, found.reason.en
    assert StoredFile.objects.count() == before
    assert not ApplicationSignature.objects.exists()
    left = AuditEntry.objects.filter(verb="applications.sign_application", object_id=str(draft.pk))
    assert set(left.values_list("object_type", "data__refused")) == {
        ("applications.Application", "signature"), ("applications.Application", "mandate"),
    }, "a refusal is about the application"  # fmt: skip
    with pytest.raises(Refused, match="Qui si accetta"):
        given(draft, actor, b"<html>", "domanda.pdf")


@pytest.mark.slow  # two PDFs are made and two signatures verified
def test_other_answers_make_the_signature_void_until_they_are_those_again(to_sign):
    draft, paper, actor, _ = to_sign
    given(draft, actor, signed_pdf(paper, world().anna))
    save_answers(actor=actor, application=draft, answers={"note": "Quattro fiere"}, base_revision=draft.revision)
    standing = signature_standing(draft)
    assert standing.is_void
    assert [item.id for item in standing.changed] == ["note"]
    with pytest.raises(Refused, match="sono cambiate dopo"):
        submit_application(actor=actor, application=draft)
    with pytest.raises(Refused, match="Prima prepara"):
        given(draft, actor, signed_pdf(paper, world().anna))
    other = prepared(draft, actor)
    assert "is not the document" in given(draft, actor, signed_pdf(paper, world().anna)).reason.en
    save_answers(actor=actor, application=draft, answers={"note": "Tre fiere"}, base_revision=draft.revision)
    assert signature_standing(draft).holds, "what was signed is said again"
    assert other != paper


@pytest.mark.slow  # a PDF is made and two signatures verified
def test_a_delegate_signs_with_the_scope_of_signing_while_the_mandate_lasts(to_sign, representative, actor_for):
    draft, paper, actor, _ = to_sign
    bruno = representative(draft.enterprise, kind="delegate", scopes=["read", "apply", "submit"], given="Bruno")
    bruno.codice_fiscale = BRUNO
    bruno.save()
    mandate = Mandate.objects.get(user=bruno)
    content = signed_pdf(paper, world().bruno)
    assert not given(draft, actor, content).holds, "sending is not signing"
    mandate.scopes = ["read", "apply", "sign"]
    mandate.save()
    assert given(draft, actor, content).holds
    mandate.until = date(2024, 2, 1)
    mandate.save()
    with pytest.raises(Refused, match="non ha oggi una delega a firmare"):
        submit_application(actor=actor, application=draft)


@pytest.mark.slow  # a signature is verified
def test_without_a_trust_list_nobody_is_trusted(to_sign, settings):
    draft, paper, actor, _ = to_sign
    settings.TRUST_LIST = ""
    assert "no trust list" in given(draft, actor, signed_pdf(paper, world().anna)).reason.en


def test_the_document_is_to_be_kept_and_carries_its_data(to_sign):
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    draft, paper, actor, _ = to_sign
    reader = PdfFileReader(BytesIO(paper))
    root = reader.root
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "it"
    metadata = root["/Metadata"].data.decode()
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3</pdfaid:part>" in metadata
    files = root["/Names"]["/EmbeddedFiles"]["/Names"]
    attached = files[1]["/EF"]["/F"].data
    assert b'"costs": "1000.00"' in attached
    assert prepare_signing_copy(actor=actor, application=draft).state == "ready", "asked again, made once"


@pytest.mark.slow  # a PDF is made and a signature verified
def test_the_page_from_preparing_to_sending(own_call, firm, actor_for, trust, signed_in):
    opening = own_call([field("costs", "money")], delivery={"signature": "required"})
    made, user = firm(codice_fiscale=ANNA)
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=opening)
    browser, address = signed_in(user, made), f"/impresa/domande/{draft.pk}"
    assert "Prima completa le risposte" in browser.get(f"{address}/firma/").content.decode()
    save_answers(actor=actor, application=draft, answers={"costs": "1000.00"}, base_revision=0)
    assert "Prepara il documento" in browser.get(f"{address}/firma/").content.decode()
    assert browser.post(f"{address}/firma/", {"what": "prepare"}).status_code == 302
    assert "in preparazione" in browser.get(f"{address}/firma/").content.decode()
    write_signing_copy(actor=system("test"), copy_id=SigningCopy.objects.get().pk)
    assert browser.get(f"{address}/firma/documento/").headers["HX-Refresh"] == "true"
    steps = [step["state"] for step in browser.get(f"{address}/riepilogo/").context["steps"]]
    assert steps == ["done", "todo", "current", "todo"], "gone past the signature, and not signed"
    file = SigningCopy.objects.get().file
    paper = b"".join(browser.get(f"/documenti/{file.pk}/").streaming_content)
    refused = browser.post(f"{address}/firma/", {"file": pdf(content=signed_pdf(paper, world().bruno))})
    assert refused.status_code == 409
    assert "non ha oggi una delega a firmare" in refused.content.decode()
    summary = browser.get(f"{address}/riepilogo/").content.decode()
    assert f'href="{address}/firma/"' in summary
    assert browser.post(f"{address}/firma/", {"file": pdf(content=signed_pdf(paper, world().anna))}).status_code == 302
    assert "firmata, e la firma vale" in browser.get(f"{address}/firma/").content.decode()
    assert browser.post(f"{address}/invio/").url == f"{address}/ricevuta/"
    assert "Anna Rossi" in browser.get(f"{address}/").content.decode()
