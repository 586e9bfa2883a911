"""Erasing what the register holds of somebody: from the command line and at the desk, before the person is erased."""

import json

import pytest
from django.urls import reverse

from levante.applications.models import Application
from levante.kernel.api import Refused, system
from levante.parties.api import Person
from levante.register import cli
from levante.register.api import Entry, append_entry, erase_entry_content, find_entry, key_ring, verify_receipt
from levante.register.audit import audit_register

pytestmark = pytest.mark.django_db
ACTOR = system("test")


def sent(key: str, subject: str, log: str = "applications"):
    return append_entry(
        actor=ACTOR,
        log=log,
        kind="application.transmitted",
        subject=subject,
        payload={"enterprise": "DSNLCU68C52A662P"},
        idempotency_key=key,
    )


def test_the_command_erases_an_entry_and_says_its_number(capsys):
    receipt = sent("a", "application:1")
    arguments = ["erase", receipt.number, "--log", "applications", "--reason", "request 12/2026"]
    assert cli.main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    entry = find_entry(receipt.number, "applications")
    assert (answer["erased"], entry.content, entry.salt, entry.subject) == (receipt.number, None, None, "")
    assert verify_receipt(receipt.to_bytes(), key_ring().public_keys()), "who kept the receipt still proves it"
    assert audit_register(key_ring().public_keys()).as_json()["ok"]
    assert cli.main(["erase", "2020/0000009", "--reason", "x"]) == 2


@pytest.mark.parametrize(("role", "office"), [("director", "arti"), ("finance", "sezione"), ("auditor", "sezione")])
def test_only_the_section_erases(officer, actor_for, role, office):
    receipt = sent("a", "application:1")
    with pytest.raises(Refused):
        erase_entry_content(
            actor=actor_for(officer(role, office)), entry=find_entry(receipt.number, "applications"), reason="x"
        )


@pytest.mark.slow  # an application of the demonstration, with its real entries
def test_before_a_person_is_erased_the_desk_shows_what_the_register_holds_of_them(demonstration, officer, signed_in):
    sent_by = Application.objects.filter(number__gt="", submitted_by__isnull=False).order_by("pk")[0]
    other = Application.objects.filter(number__gt="").exclude(submitted_by=sent_by.submitted_by).order_by("pk")[0]
    one, _ = Person.objects.get_or_create(user=sent_by.submitted_by, defaults={"given_name": "X", "family_name": "Y"})
    mine, theirs = (find_entry(row.number, "applications") for row in (sent_by, other))
    desk = signed_in(officer("case_officer"))
    address = reverse("desk:person_register", args=[one.pk])
    assert address in desk.get(reverse("desk:person", args=[one.pk])).content.decode()
    page = desk.get(address).content.decode()
    assert mine.number in page
    assert other.number not in page
    desk.post(address, {"entries": [mine.pk], "reason": " "})
    assert not Entry.objects.get(pk=mine.pk).is_erased, "no reason, no erasure"
    desk.post(address, {"entries": [mine.pk, theirs.pk], "reason": "act 7"})
    assert Entry.objects.get(pk=mine.pk).is_erased
    assert not Entry.objects.get(pk=theirs.pk).is_erased, "an entry of somebody else is not reached from here"
    assert mine.number not in desk.get(address).content.decode()


def test_an_entry_is_erased_from_its_page(officer, signed_in):
    receipt = sent("a", "application:1")
    entry = find_entry(receipt.number, "applications")
    page, erase = (
        reverse(name, args=["applications", entry.sequence])
        for name in ("desk:register_entry", "desk:register_entry_erase")
    )
    auditor = signed_in(officer("auditor"))
    assert erase not in auditor.get(page).content.decode()
    assert auditor.post(erase, {"reason": "act 8"}).status_code == 403
    desk = signed_in(officer("director", given="Dora"))
    assert erase in desk.get(page).content.decode()
    assert desk.post(erase, {"reason": ""}).status_code == 302
    assert not Entry.objects.get(pk=entry.pk).is_erased
    assert desk.post(erase, {"reason": "act 8"}).status_code == 302
    assert Entry.objects.get(pk=entry.pk).is_erased
    assert erase not in desk.get(page).content.decode()
    assert audit_register(key_ring().public_keys()).as_json()["ok"]
