"""Invented controls: procedures of revocation, from the notice to a recovery in instalments or cancelled; a sample drawn with the visit of
who came out; a receipt that matches nothing."""

import struct
import zlib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from levante.applications.api import declare_conflict
from levante.calls.api import Call
from levante.claims.api import Claim, keep_award
from levante.controls import api as controls
from levante.demo.applications import CASE_OFFICER, DIRECTOR, PDF, at, enterprise_actor, officer
from levante.demo.claims import story as claim_story
from levante.demo.grants import served_acts
from levante.demo.payments import FINANCE, PEOPLE, SENDS, an_agency_pays
from levante.demo.telling import read
from levante.exchange.api import deliver
from levante.grants.api import Award, RegisterTask, close_register_task
from levante.kernel.api import clock_at, now, system, today

Row = dict[str, Any]
#: Makes the visits: another person than who reviews claims.
CONTROLLER = "teresa.palmisano@demo.levante.example"


def load(folder: Path) -> None:
    """Everything of ``controls.yaml`` that is not there yet; a procedure only on an award that is in effect."""
    data: Row = read(folder, "controls")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    for row in data["revocations"]:
        awards = Award.objects.effective().filter(
            application__opening__call__code=row["call"], enterprise__tax_code=codes[row["enterprise"]]
        )
        award = awards.select_related("enterprise").first()
        if award is None or controls.Revocation.objects.filter(award=award, grounds=row["grounds"]).exists():
            continue
        if "recovery" in row and not controls.paid_in_all(award):
            continue
        _story(award, row)
    for row in data["excesses"]:
        _excess(row, codes)
    for row in data["renunciations"]:
        _renounced(row, codes)
    for row in data["samples"]:
        call = Call.objects.filter(code=row["call"]).first()
        if call is not None and not controls.Sample.objects.filter(call=call).exists():
            _sample(call, row)
    for row in data["receipts"]:
        if not controls.PaymentReceipt.objects.filter(iur=row["iur"]).exists():
            with clock_at(min(at(int(row["ago"]), 16), now())):
                told = {name: str(row[name]) for name in ("iur", "nav", "creditor", "amount")}
                heard = controls.hear_receipt(
                    actor=system("demonstration"), told={**told, "paid_on": today().isoformat()}
                )
            if "back" in row:
                _given_back(heard, row["back"])


def _story(award: Award, row: Row) -> None:
    desk = officer(CASE_OFFICER)
    with clock_at(min(at(int(row["ago"]), 11), now())):
        amount = Decimal(row["amount"]) if "amount" in row else None
        found = controls.open_revocation(
            actor=desk, award=award, reason_code=row["reason"], grounds=row["grounds"], amount=amount
        )
        controls.notify_revocation(actor=desk, revocation=found)
        if row.get("memo"):
            controls.send_paper(
                actor=enterprise_actor(award.enterprise), revocation=found, kind="memo", text=row["memo"],
                uploads=[SimpleUploadedFile("contratto.pdf", PDF, content_type="application/pdf")], is_last=row["then"] != "noticed",
            )  # fmt: skip
    if row["then"] == "effective":
        _revoke(found, row)


def _revoke(found: controls.Revocation, row: Row) -> None:
    with clock_at(min(at(int(row["ago"]), 15), now())), served_acts() as acts:
        proposed = controls.propose_revocation(actor=officer(CASE_OFFICER), revocation=found, reasons=row["reasons"])
        sent = controls.send_revocation(actor=officer(DIRECTOR), revocation=proposed)
        acts.behave({"day": today().isoformat()})
        assert sent.request is not None
        deliver(actor=system("demonstration"), request_id=sent.request.pk)
    if "told" in row:
        with clock_at(min(at(int(row["told"]["ago"]), 12), now())):
            task = RegisterTask.objects.open().get(award=found.award, register="cup")
            close_register_task(actor=officer(CASE_OFFICER), task=task, done_on=today(), evidence=row["told"]["cup"])
    if "annulled" in row:
        _annulled(sent, row["annulled"])
    recovery = controls.Recovery.objects.filter(revocation=found).first()
    if recovery is not None:
        _recover(recovery, row["recovery"])


def _annulled(found: controls.Revocation, row: Row) -> None:
    """The revocation is annulled in self-protection, by another act."""
    with clock_at(min(at(int(row["ago"]), 12), now())), served_acts() as acts:
        told = {name: row[name] for name in ("basis", "grounds", "interest")}
        proposed = controls.propose_annulment(actor=officer(CASE_OFFICER), revocation=found, **told)
        sent = controls.send_annulment(actor=officer(DIRECTOR), annulment=proposed)
        acts.behave({"day": today().isoformat()})
        assert sent.request is not None
        deliver(actor=system("demonstration"), request_id=sent.request.pk)


def _excess(row: Row, codes: dict[str, str]) -> None:
    """The balance does not earn what was paid: it is asked back, by who paid it."""
    awards = Award.objects.in_force().filter(
        application__opening__call__code=row["call"], enterprise__tax_code=codes[row["enterprise"]]
    )
    award = awards.select_related("enterprise").first()
    if award is None or controls.Recovery.objects.filter(award=award).exists() or not controls.paid_in_all(award):
        return
    with clock_at(min(at(int(row["claim"]["ago"]), 15), now())):
        claim_story(award, row["claim"])
    prepares, signs, _ = PEOPLE[row["by"]]
    claim = Claim.objects.get(award=award, excess__gt=0)
    with clock_at(min(at(int(row["ago"]), 12, 40), now())), an_agency_pays():
        keep_award(actor=officer(signs), claim=claim, reason=row["kept"])
        controls.ask_recovery(
            actor=officer(prepares), recovery=controls.recover_excess(actor=officer(prepares), claim=claim)
        )


def _renounced(row: Row, codes: dict[str, str]) -> None:
    """An enterprise gives up a grant of which nothing was paid: the office has still to write the act."""
    award = (
        Award.objects.effective()
        .filter(application__opening__call__code=row["call"], enterprise__tax_code=codes[row["enterprise"]])
        .select_related("enterprise")
        .first()
    )
    if award is None or controls.renunciation_of(award) is not None:
        return
    with clock_at(min(at(int(row["ago"]), 12), now())):
        told = controls.renouncing(award)
        controls.renounce_award(
            actor=enterprise_actor(award.enterprise), award=award, paid=told.paid, reason=row["reason"]
        )


def _recover(recovery: controls.Recovery, row: Row) -> None:
    finance = officer(FINANCE)
    with clock_at(min(at(int(row["ago"]), 10), now())):
        controls.ask_recovery(actor=finance, recovery=recovery)
        if "plan" in row:
            plan = controls.ask_plan(
                actor=enterprise_actor(recovery.award.enterprise),
                recovery=recovery,
                count=int(row["plan"]["count"]),
                why=row["plan"]["why"],
            )
            first = today() + timedelta(days=int(row["plan"]["first"]))
            controls.answer_plan(actor=finance, plan=plan, granted=True, first_due=first)
        if "cancelled" in row:
            told = row["cancelled"]
            controls.cancel_recovery(
                actor=officer(DIRECTOR),
                recovery=recovery,
                kind=told["kind"],
                reason=told["reason"],
                number=told["number"],
                act_date=today(),
            )
    for paid in row.get("paid", ()):
        with clock_at(min(at(int(paid["ago"]), 9), now())):
            due = recovery.instalments.filter(state="due").order_by("number").first()
            assert due is not None
            told = controls.tell_incoming(
                actor=finance,
                recovery=recovery,
                source="treasury",
                reference=paid["reference"],
                on=today(),
                amount=controls.less_today([due]) or due.amount,
            )
            controls.confirm_told_incoming(actor=officer(SENDS), told=told)


def _given_back(receipt: controls.PaymentReceipt, row: Row) -> None:
    """Of nothing of ours: one person decides that it is given back, another records the payment."""
    with clock_at(min(at(int(row["ago"]), 10), now())):
        refund = controls.refund_receipt(actor=officer(FINANCE), receipt=receipt, reason=row["reason"])
        controls.dispose_refund(actor=officer(FINANCE), refund=refund)
    with clock_at(min(at(int(row["paid"]), 10), now())):
        controls.record_refund(actor=officer(SENDS), refund=refund, reference=row["reference"], on=today())


def _sample(call: Call, row: Row) -> None:
    """The list, the seed, and the visit of the first that comes out, with its minutes and a photograph."""
    desk = officer(CASE_OFFICER)
    with clock_at(min(at(int(row["ago"]), 12), now())):
        since = today() - timedelta(days=30)
        sample = controls.fix_sample(
            actor=desk, call=call, first_day=since, last_day=today(), method=row["method"], size=int(row["size"]),
            source=row["source"], draw_on=today() + timedelta(days=1),
        )  # fmt: skip
    with clock_at(min(at(int(row["ago"]) - 1, 12), now())):
        sample = controls.draw_sample(actor=desk, sample=sample, seed=row["seed"])
    drawn = sample.rows.select_related("claim__award__enterprise").order_by("position").first()
    if drawn is None:
        return
    told = row["visit"]
    controller = officer(CONTROLLER)  # not who reviewed the claim
    with clock_at(min(at(int(told["ago"]), 8), now())):
        declare_conflict(actor=controller, application=drawn.claim.award.application, has_conflict=False)
    with clock_at(min(at(int(told["ago"]), 9), now())):
        visit = controls.plan_visit(
            actor=controller, claim=drawn.claim, planned_on=today(), place=told["place"], row=drawn
        )
    with clock_at(min(at(int(told["ago"]), 15), now())):
        photo = SimpleUploadedFile("stand.png", _picture(), content_type="image/png")
        controls.add_photograph(actor=controller, visit=visit, upload=photo, caption=told["caption"])
        controls.write_minutes(actor=controller, visit=visit, present=told["present"], minutes=told["minutes"])
        controls.print_minutes(actor=controller, visit=visit)
        signed = SimpleUploadedFile("verbale.pdf", PDF, content_type="application/pdf")
        controls.sign_minutes(actor=controller, visit=visit, upload=signed)


def _picture(width: int = 320, height: int = 200) -> bytes:
    """A picture of no camera: the sun that sets on the sea."""
    rows = b"".join(
        b"\0" + b"".join(bytes(_colour(x - width // 2, y - height // 2)) for x in range(width)) for y in range(height)
    )
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""),
    )  # fmt: skip
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _colour(x: int, y: int) -> tuple[int, int, int]:
    if y > 0:
        return (11, 74, 125)
    return (233, 162, 59) if x * x + y * y < 3600 else (246, 241, 231)
