"""Certified mail over real sockets: what went, what may have gone, the receipts, and mails that are no receipts."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.documents.pure.signatures import verify
from levante.exchange import pec as certified
from levante.exchange import pec_reading, pec_receipts
from levante.exchange.api import (
    Attached,
    MaybeSent,
    NeverAccepted,
    NotConfigured,
    NotSent,
    PecMail,
    PecMailbox,
    mailbox_of,
    mailboxes,
    on_receipt,
    read_mailbox,
    submit,
    write_message,
)
from levante.exchange.pec_mailbox import opened
from levante.exchange.pec_receipts import KINDS, Unreadable, kind_in, read_receipt, signed_parts
from levante.exchange.simulators.pec import Running
from levante.exchange.simulators.pec_receipts import Signer, write_receipt
from levante.kernel.api import clock_at, system

ACTOR = system("test")
AT = datetime(2026, 3, 2, 8, 0, 5, tzinfo=UTC)
TO = "ditta@pec.example.org"
IDENTITY = "<lettera-1.a@pec.example.org>"
SIGNER = Signer()
TAKEN: list[str] = []


def take(*, actor, mailbox, receipt, raw):
    if receipt.message_id != IDENTITY:
        return False
    TAKEN.append(receipt.kind)
    return True


@pytest.fixture
def taker(monkeypatch):
    monkeypatch.setattr(pec_reading, "_takers", [])
    on_receipt(f"{__name__}:take")
    TAKEN.clear()
    return TAKEN


def message(mailbox, subject="Perché è stata respinta", text="Gentile impresa,\n.\n.punto\n"):
    return write_message(
        mailbox=mailbox, sender_name="Sezione, Internazionalizzazione", to=TO, subject=subject, text=text,
        message_id=IDENTITY, at=AT, attached=[Attached("lettera.pdf", "application/pdf", b"%PDF-1.7 x")],
    )  # fmt: skip


def send(running, **behaviour):
    running.provider.behave({"at": AT.isoformat(), **behaviour})
    (mailbox,) = mailboxes()
    return submit(mailbox, TO, message(mailbox), timeout=5)


def inbox():
    (mailbox,) = mailboxes()
    with opened(mailbox, timeout=5) as found:
        return [found.whole(uid) for uid in found.uids()]


def test_a_message_goes_as_it_was_written_and_two_receipts_come(pec):
    assert send(pec).startswith("2.0.0 Ok")
    (mailbox,) = mailboxes()
    written, carried = message(mailbox), next(iter(pec.provider.boxes[TO].values()))
    assert written.splitlines()[:7] == carried.splitlines()[:7]
    accepted, delivered = (read_receipt(raw) for raw in inbox())
    assert (accepted.kind, accepted.message_id, accepted.at) == ("accettazione", IDENTITY, AT)
    assert (delivered.kind, delivered.recipient, delivered.form) == ("avvenuta-consegna", TO, "completa")
    assert delivered.original_id == IDENTITY, "it brings our message back"
    assert delivered.receipt_id != accepted.receipt_id


def test_what_the_provider_signed_is_found_byte_for_byte(pec):
    send(pec)
    for raw in inbox():
        content, signature = signed_parts(raw)
        outcome = verify(signature, at=AT, roots=[pec.provider.signer.certificate], content=content)
        assert (outcome.intact, outcome.trusted) == (True, True), outcome.as_json("en")
        changed = verify(signature, at=AT, content=content.replace(b"Content", b"content", 1))
        assert not changed.intact


@pytest.mark.parametrize(
    ("fate", "kinds", "error"),
    [
        ("unknown", ["accettazione", "errore-consegna"], "no-dest"),
        ("full", ["accettazione", "errore-consegna"], "altro"),
        ("virus", ["accettazione", "rilevazione-virus"], "virus"),
        ("not_accepted", ["non-accettazione"], "altro"),
        ("warned", ["accettazione", "preavviso-errore-consegna", "errore-consegna"], "altro"),
        ("silent", ["accettazione"], "nessuno"),
    ],
)
def test_what_becomes_of_it_is_in_the_receipts(pec, fate, kinds, error):
    send(pec, addresses={TO: fate})
    found = [read_receipt(raw) for raw in inbox()]
    assert [receipt.kind for receipt in found] == kinds
    assert found[-1].error == error
    assert bool(found[-1].error_text) == (error != "nessuno")


def test_what_certainly_did_not_go_is_told_from_what_may_have_gone(pec):
    with pytest.raises(NotSent, match=r"451|più tardi"):
        send(pec, busy=1)
    with pytest.raises(NotSent):
        send(pec, down=True)
    with pytest.raises(NeverAccepted, match="Indirizzo rifiutato"):
        send(pec, addresses={TO: "refused"})
    assert not pec.provider.taken
    with pytest.raises(MaybeSent):
        send(pec, drop=1)
    assert len(pec.provider.taken) == 1, "it had been taken"
    pec.stop()
    with pytest.raises(NotSent):
        send(pec)


@pytest.mark.django_db
def test_a_mailbox_is_read_once_whatever_comes_twice(pec, taker):
    with clock_at(AT):
        send(pec, twice=True)
        pec.provider.put("sezione@pec.example.org", b"From: a@example.org\r\nX-Trasporto: errore\r\n\r\nciao\r\n")
        pec.provider.put("sezione@pec.example.org", b"X-Ricevuta: accettazione\r\n\r\nvuota\r\n")
        other = write_receipt(
            SIGNER, "accettazione", domain="pec.example.org", sender="sezione@pec.example.org", recipient=TO,
            subject="Di altri", message_id="<altro@pec.example.org>", at=AT,
        )  # fmt: skip
        pec.provider.put("sezione@pec.example.org", other)
        (mailbox,) = mailboxes()
        assert read_mailbox(actor=ACTOR, mailbox=mailbox) == 4
        assert read_mailbox(actor=ACTOR, mailbox=mailbox) == 0
    assert TAKEN == ["accettazione", "accettazione", "avvenuta-consegna", "avvenuta-consegna"]
    assert sorted(PecMail.objects.values_list("what", flat=True)) == ["other", "other", "other", *["taken"] * 4]
    row = PecMailbox.objects.get()
    assert (row.read_at, row.failures, row.claimed_until) == (AT, 0, None)
    assert len(inbox()) == 7, "nothing is taken away unless it is asked"


@pytest.mark.django_db
def test_receipts_are_taken_away_when_it_is_asked_and_nothing_else(pec, taker, settings):
    settings.PEC = [pec.mailbox("sezione@pec.example.org", delete=True)]
    send(pec)
    pec.provider.put("sezione@pec.example.org", b"From: a@example.org\r\n\r\nciao\r\n")
    (mailbox,) = mailboxes()
    assert read_mailbox(actor=ACTOR, mailbox=mailbox) == 2
    assert inbox() == [b"From: a@example.org\r\n\r\nciao\r\n"]


@pytest.mark.django_db
def test_a_receipt_that_cannot_be_read_stops_no_other_and_says_why(pec, taker):
    bad = write_receipt(
        SIGNER, "accettazione", domain="pec.example.org", sender="sezione@pec.example.org", recipient=TO,
        subject="x", message_id=IDENTITY, at=AT,
    )  # fmt: skip
    pec.provider.put(
        "sezione@pec.example.org", bad.replace(b"X-Ricevuta: accettazione", b"X-Ricevuta: avvenuta-consegna")
    )
    send(pec)
    (mailbox,) = mailboxes()
    assert read_mailbox(actor=ACTOR, mailbox=mailbox) == 2
    row = PecMail.objects.get(what=PecMail.UNREADABLE)
    assert "daticert.xml says accettazione" in row.problem


@pytest.mark.django_db
def test_a_mailbox_that_cannot_be_read_says_so_and_is_free_again(pec, taker):
    send(pec)
    (mailbox,) = mailboxes()
    pec.provider.behave({"down": True})
    assert read_mailbox(actor=ACTOR, mailbox=mailbox) is None
    row = PecMailbox.objects.get()
    assert row.failures == 1
    assert row.last_error
    pec.provider.behave({})
    assert read_mailbox(actor=ACTOR, mailbox=mailbox) == 2
    row.refresh_from_db()
    assert (row.failures, row.last_error) == (0, "")


@pytest.mark.django_db
def test_one_reader_at_a_time_and_a_dead_one_is_replaced(pec, taker):
    (mailbox,) = mailboxes()
    with clock_at(AT):
        row = pec_reading.claim_mailbox(actor=ACTOR, address=mailbox.address)
        assert read_mailbox(actor=ACTOR, mailbox=mailbox) is None
    with clock_at(AT + pec_reading.CLAIM * 2):
        assert read_mailbox(actor=ACTOR, mailbox=mailbox) == 0
    assert row.address == mailbox.address


def test_a_forgery_in_an_anomaly_envelope_is_no_receipt():
    real = write_receipt(
        SIGNER, "avvenuta-consegna", domain="pec.example.org", sender="s@pec.example.org", recipient=TO, subject="x",
        message_id=IDENTITY, at=AT,
    )  # fmt: skip
    assert kind_in(real) == ("avvenuta-consegna", IDENTITY)
    enveloped = b"X-Trasporto: errore\r\nFrom: posta-certificata@x\r\nContent-Type: message/rfc822\r\n\r\n" + real
    assert kind_in(enveloped) == ("", "")
    assert kind_in(b"X-Trasporto: posta-certificata\r\n" + real) == ("", "")
    with pytest.raises(Unreadable):
        read_receipt(enveloped)


RECEIPTS = [
    write_receipt(
        SIGNER, kind, domain="pec.example.org", sender="s@pec.example.org", recipient=TO, subject="Così è",
        message_id=IDENTITY, at=AT, original=b"Message-ID: <x@y>\r\n\r\nciao\r\n",
    )
    for kind in KINDS
]  # fmt: skip


@given(st.sampled_from(range(len(KINDS))), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6))
def test_no_bytes_from_outside_break_the_reader(which, changes):
    raw = bytearray(RECEIPTS[which])
    for place, byte in changes:
        raw[place % len(raw)] = byte
    try:
        found = read_receipt(bytes(raw))
    except Unreadable:
        return
    assert found.kind in KINDS
    signed_parts(bytes(raw))


def test_a_time_zone_and_a_name_with_accents_are_read():
    raw = write_receipt(
        SIGNER, "errore-consegna", domain="pec.example.org", sender="s@pec.example.org", recipient=TO,
        subject="Perché <no> & «sì»", message_id=IDENTITY, at=datetime(2026, 8, 1, 22, 30, tzinfo=UTC),
        error="no-dominio", error_text="Dominio & casella «x» inesistenti",
    )  # fmt: skip
    found = read_receipt(raw)
    assert b"+0200" in signed_parts(raw)[0] or found.at == datetime(2026, 8, 1, 22, 30, tzinfo=UTC)
    assert (found.error, found.error_text) == ("no-dominio", "Dominio & casella «x» inesistenti")
    assert found.at == datetime(2026, 8, 1, 22, 30, tzinfo=UTC)


def test_each_office_has_its_mailbox_or_the_one_for_everybody(settings, tmp_path, monkeypatch):
    del settings.PEC
    (tmp_path / "secret").write_text("parola\n")
    monkeypatch.setenv(
        "LEVANTE_PEC",
        json.dumps(
            [
                {"address": "tutti@pec.example.org", "submission": "smtps://h", "inbox": "pop3s://h", "user": "u"},
                {"office": "agenzia", "address": "agenzia@pec.example.org", "submission": "smtp+starttls://h:587",
                 "inbox": "pop3s://h", "password_file": str(tmp_path / "secret"), "delete": True},
            ]
        ),
    )  # fmt: skip
    assert mailbox_of(["agenzia"]).password == "parola"
    assert mailbox_of(["parte", "agenzia"]).address == "agenzia@pec.example.org"
    assert mailbox_of(["sezione"]).user == "u"
    assert "parola" not in repr(mailbox_of(["agenzia"]))
    monkeypatch.delenv("LEVANTE_PEC")
    assert mailbox_of(["sezione"]) is None


@pytest.mark.parametrize(
    ("given_row", "said"),
    [
        ("[", "not JSON"),
        ("{}", "not a list"),
        ('["x"]', "not an object"),
        ('[{"address": "a@b"}]', "lacks submission, inbox"),
        ('[{"address": "a@b", "submission": "https://h", "inbox": "pop3s://h"}]', "submission of a@b is not"),
        ('[{"address": "a@b", "submission": "smtps://h", "inbox": "imaps://h"}]', "inbox of a@b is not"),
        ('[{"address": "a@b", "submission": "smtp://mail.example.org", "inbox": "pop3s://h"}]', "in the clear"),
        (
            '[{"address": "a@b", "submission": "smtps://h", "inbox": "pop3s://h", "password_file": "/nowhere"}]',
            "password_file",
        ),
    ],
)
def test_a_wrong_setting_is_named(settings, monkeypatch, given_row, said):
    settings.PEC = None
    monkeypatch.setenv("LEVANTE_PEC", given_row)
    with pytest.raises(NotConfigured, match=said):
        mailboxes()


def test_a_message_too_large_is_refused_before_it_goes(pec, monkeypatch):
    monkeypatch.setattr(certified, "LARGEST_MESSAGE", 100)
    with pytest.raises(NeverAccepted, match="30 MB"):
        send(pec)


def test_mailboxes_and_key_outlive_a_restart(tmp_path, settings):
    first = Running(tmp_path)
    settings.PEC = [first.mailbox("sezione@pec.example.org")]
    send(first, twice=True)
    before = inbox()
    first.stop()
    second = Running(tmp_path)
    settings.PEC = [second.mailbox("sezione@pec.example.org")]
    assert inbox() == before
    assert second.provider.signer.pem == first.provider.signer.pem
    assert second.provider.taken == first.provider.taken
    send(second)
    assert len(inbox()) == 6
    second.stop()


def test_receipts_held_come_out_later(pec):
    send(pec, hold=True)
    assert inbox() == []
    pec.provider.behave({})
    assert [read_receipt(raw).kind for raw in inbox()] == ["accettazione", "avvenuta-consegna"]
    assert pec_receipts.read_receipt(inbox()[0]).at == AT
