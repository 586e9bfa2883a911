"""Documents: given again instead of uploaded, with their last day, signed, or promised for later and then followed."""

from datetime import date, timedelta

import pytest
from tests.applications.conftest import field, pdf
from tests.documents.signing import p7m, plain_pdf, world

from levante.applications.api import (
    Application,
    LaterDocument,
    amount_of,
    attach_file,
    date_file,
    deliver_document,
    detach_file,
    documents_for_award,
    earlier_files,
    expired_documents,
    promise_file,
    read_application,
    remind_of_documents,
    reuse_file,
    save_answers,
    start_draft,
    submit_application,
)
from levante.documents.api import StoredFile, path_of
from levante.kernel.api import NotYours, Refused, clock_at, now, system, today
from levante.web.portal.applications.worklist import my_turn

pytestmark = pytest.mark.django_db

COSTS = field("costs", "money")
BALANCE = field("balance", "file", label={"it": "Bilancio", "en": "Accounts"})
DURC = field("durc", "file", expires=True)
#: Signed above a sum that the drafts here do not reach.
LATER = field("permit", "file", deferrable={"days": 30, "until": "award"}, signed="answers.costs > 5000.0")


@pytest.fixture
def drafted(own_call, firm, actor_for):
    """A draft of a call with these fields, and its actor: ``drafted(DURC)``."""

    def make(*fields, **values):
        made, user = firm()
        actor = actor_for(user, made)
        draft = start_draft(actor=actor, opening=own_call([COSTS, *fields], **values))
        save_answers(actor=actor, application=draft, answers={"costs": "1000.00"}, base_revision=0)
        return draft, actor

    return make


def problems(draft):
    draft.refresh_from_db()
    draft.__dict__.pop("_reading", None)
    return [problem.sentence.en for problem in read_application(draft).problems]


def test_a_document_given_before_is_chosen_again(drafted, own_call):
    first, actor = drafted(BALANCE)
    attach_file(actor=actor, application=first, field_id="balance", upload=pdf("bilancio.pdf"))
    submit_application(actor=actor, application=first)
    fields = [COSTS, {**BALANCE, "id": "last_accounts"}]  # another question of the same name
    second = start_draft(actor=actor, opening=own_call(fields, code="altro"))
    item = read_application(second).form.field("last_accounts")
    (offered,) = earlier_files(second, [item])["last_accounts"]
    file = reuse_file(actor=actor, application=second, field_id="last_accounts", attachment_id=offered.pk)
    assert (file.name, file.pk != offered.file_id) == ("bilancio.pdf", True)
    assert "last_accounts: the document is missing" not in problems(second)
    assert earlier_files(second, [item]) == {}, "what is there is not offered"
    detach_file(actor=actor, application=second, field_id="last_accounts", file_id=file.pk)
    assert path_of(file.sha256).exists(), "the other application still has it"
    first.refresh_from_db()
    assert StoredFile.objects.filter(pk=first.answers["balance"][0]["id"]).exists()


def test_what_another_enterprise_gave_is_not_offered(drafted, firm, actor_for):
    first, actor = drafted(BALANCE)
    attach_file(actor=actor, application=first, field_id="balance", upload=pdf())
    other, user = firm("Un’altra impresa")
    draft = start_draft(actor=actor_for(user, other), opening=first.opening)
    item = read_application(draft).form.field("balance")
    assert earlier_files(draft, [item]) == {}
    with pytest.raises(NotYours):
        reuse_file(
            actor=actor_for(user, other), application=draft, field_id="balance",
            attachment_id=first.attachments.get().pk,
        )  # fmt: skip


def test_a_document_that_expires_says_until_when(drafted):
    draft, actor = drafted(DURC)
    file = attach_file(actor=actor, application=draft, field_id="durc", upload=pdf())
    assert problems(draft) == ["durc: write until when “conferma.pdf” holds"]
    date_file(actor=actor, application=draft, field_id="durc", file_id=file.pk, expires_on=date(2020, 1, 31))
    assert problems(draft) == ["durc: “conferma.pdf” expired on 31/01/2020"]
    with pytest.raises(Refused, match="scaduto"):
        submit_application(actor=actor, application=draft)
    last = today() + timedelta(days=20)
    date_file(actor=actor, application=draft, field_id="durc", file_id=file.pk, expires_on=last)
    assert problems(draft) == []
    sent = submit_application(actor=actor, application=draft)
    assert documents_for_award(sent, on=last)
    assert not expired_documents(Application.objects.all(), on=last)
    assert [row.file for row in expired_documents(Application.objects.all(), on=last + timedelta(days=1))] == [file]
    with clock_at(now() + timedelta(days=21)):
        assert ("durc", 14) in [(item.title, item.rank) for item in my_turn(actor)], "it is told in Today"
    refused = documents_for_award(sent, on=last + timedelta(days=1))
    assert not refused
    assert "durc" in refused.reason.en
    with pytest.raises(Refused, match="fino a quando"):
        deliver_document(actor=actor, application=sent, field_id="durc", upload=pdf("nuovo.pdf"))
    renewed = last + timedelta(days=100)
    row = deliver_document(actor=actor, application=sent, field_id="durc", upload=pdf("nuovo.pdf"), expires_on=renewed)
    assert row.number
    sent.refresh_from_db()
    assert documents_for_award(sent, on=renewed)
    assert not expired_documents(Application.objects.all(), on=last + timedelta(days=1)), "another took its place"
    assert len(sent.answers["durc"]) == 1, "what was sent does not change"


def test_a_document_may_come_later_where_the_call_says_so(drafted):
    draft, actor = drafted(LATER, BALANCE)
    with pytest.raises(Refused, match="serve subito"):
        promise_file(actor=actor, application=draft, field_id="balance", promised=True)
    attach_file(actor=actor, application=draft, field_id="balance", upload=pdf())
    promise_file(actor=actor, application=draft, field_id="permit", promised=True)
    promise_file(actor=actor, application=draft, field_id="permit", promised=True)
    assert problems(draft) == []
    sent = submit_application(actor=actor, application=draft)
    awaited = LaterDocument.objects.get()
    assert awaited.due_on >= today() + timedelta(days=30)
    assert not documents_for_award(sent, on=today())
    robot = system("test")
    assert remind_of_documents(actor=robot, on=awaited.due_on - timedelta(days=9)) == 0
    for day, told in ((-7, 1), (-6, 0), (0, 0), (1, 1), (2, 0)):
        assert remind_of_documents(actor=robot, on=awaited.due_on + timedelta(days=day)) == told, day
    with clock_at(now() + timedelta(days=60)):
        row = deliver_document(actor=actor, application=sent, field_id="permit", upload=pdf("permesso.pdf"))
    awaited.refresh_from_db()
    assert (awaited.state, row.later) == ("delivered", awaited)
    sent.refresh_from_db()
    assert documents_for_award(sent, on=today())
    with pytest.raises(Refused, match="già arrivato"):
        deliver_document(actor=actor, application=sent, field_id="permit", upload=pdf())
    with pytest.raises(NotYours):
        deliver_document(actor=actor, application=sent, field_id="balance", upload=pdf())


def test_a_promise_gives_way_to_the_document(drafted):
    draft, actor = drafted(LATER)
    promise_file(actor=actor, application=draft, field_id="permit", promised=True)
    attach_file(actor=actor, application=draft, field_id="permit", upload=pdf())
    draft.refresh_from_db()
    assert [entry["name"] for entry in draft.answers["permit"]] == ["conferma.pdf"]
    submit_application(actor=actor, application=draft)
    assert not LaterDocument.objects.exists()


def test_the_amount_of_a_draft_is_that_of_the_sending_when_the_intensity_depends_on_the_firm(drafted):
    """The conditions of the money look at the enterprise's facts, those of the form do not."""
    rate = {"when": "facts.size in ['micro', 'small']", "rate": "70", "it": "piccole", "en": "small ones"}
    money = {"kind": "percentage", "rate": "50", "base": "costs", "cap": "9000.00", "rates": [rate]}
    draft, actor = drafted(field("proxy", "file", required=False, signed="facts.size == 'large'"), money=money)
    draft.enterprise.size = "small"
    draft.enterprise.save()
    draft = type(draft).objects.get(pk=draft.pk)
    assert amount_of(draft).value == 700
    submit_application(actor=actor, application=draft)
    draft.refresh_from_db()
    assert draft.requested_amount == 700


@pytest.mark.slow  # two verifications in processes of their own
def test_a_document_that_must_be_signed_is_verified(drafted, settings, tmp_path):
    roots = tmp_path / "roots.pem"
    roots.write_bytes(world().root.pem)
    settings.TRUST_LIST = str(roots)
    draft, actor = drafted(field("proxy", "file", signed=True))
    plain = attach_file(actor=actor, application=draft, field_id="proxy", upload=pdf(content=plain_pdf()))
    assert "does not hold: the PDF carries no signature" in problems(draft)[0]
    detach_file(actor=actor, application=draft, field_id="proxy", file_id=plain.pk)
    signed = pdf("procura.pdf.p7m", content=p7m(plain_pdf()))
    attach_file(actor=actor, application=draft, field_id="proxy", upload=signed)
    assert problems(draft) == []
    found = draft.answers["proxy"][0]["signature"]
    assert (found["holds"], found["signers"][0]["tax_code"]) == (True, "RSSNNA80A41H501W")


def test_the_pages(drafted, own_call, signed_in):
    from levante.identity.api import User

    draft, actor = drafted(BALANCE, LATER)
    browser, address = signed_in(User.objects.get(pk=actor.user_id), draft.enterprise), f"/impresa/domande/{draft.pk}"
    browser.post(f"{address}/documenti/permit/", {"what": "later"})
    browser.post(f"{address}/documenti/balance/", {"file": pdf()})
    page = browser.get(f"{address}/sezioni/all/").content.decode()
    assert "lo consegnerai dopo" in page
    assert browser.post(f"{address}/invio/").url == f"{address}/ricevuta/"
    assert "permit" in browser.get("/impresa/").content.decode(), "in Today"
    assert "Un documento deve ancora arrivare" in browser.get(f"{address}/").content.decode()
    late = browser.post(f"{address}/consegna/permit/", {"file": pdf("permesso.pdf", content=b"MZ")})
    assert (late.status_code, "un programma eseguibile" in late.content.decode()) == (409, True)
    browser.post(f"{address}/consegna/permit/", {"file": pdf("permesso.pdf")})
    assert "permesso.pdf" in browser.get(f"{address}/").content.decode()
    second = start_draft(actor=actor, opening=own_call([COSTS, BALANCE, DURC], code="altro"))
    other = f"/impresa/domande/{second.pk}"
    assert "già consegnato" in browser.get(f"{other}/sezioni/all/").content.decode()
    choose = browser.get(f"{other}/documenti/balance/scegli/").content.decode()
    assert "conferma.pdf" in choose
    row = draft.attachments.get(field="balance")
    browser.post(f"{other}/documenti/balance/", {"what": "again", "earlier": row.pk})
    second.refresh_from_db()
    assert second.answers["balance"][0]["name"] == "conferma.pdf"
    refused = browser.post(
        f"{other}/documenti/durc/", {"file": pdf(content=b"MZ"), "expires_on": "2030-05-01"}, follow=True
    )
    assert 'value="2030-05-01"' in refused.content.decode(), "the day is typed once"
    browser.post(f"{other}/documenti/durc/", {"file": pdf(), "expires_on": "2030-05-01"})
    second.refresh_from_db()
    entry = second.answers["durc"][0]
    assert entry["expires_on"] == "2030-05-01"
    browser.post(f"{other}/documenti/durc/{entry['id']}/", {"expires_on": "2031-05-01"})
    assert "2031-05-01" in browser.get(f"{other}/sezioni/all/").content.decode()
