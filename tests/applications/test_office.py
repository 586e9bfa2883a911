"""An officer fills in for somebody on the phone: marked wherever it is read, confirmed by who may send, never sent by the office."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.applications.conftest import FIRST_COME_ANSWERS, pdf

from levante.applications.api import (
    Application,
    attach_file,
    confirm_filling,
    discard_draft,
    end_filling,
    fill_in_for,
    fillings_open,
    save_answers,
    submit_application,
    to_confirm,
    written_by_office,
)
from levante.applications.delivered import content_of, fingerprint
from levante.kernel.api import NotYours, Refused, clock_at, now
from levante.kernel.models import AuditEntry
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(first_come, firm, officer, actor_for):
    """Somebody on the phone with the front desk: ``(draft, officer's actor, caller's actor, filling)``."""
    made, caller = firm("Cantieri del Levante S.r.l.")
    desk = actor_for(officer("front_desk", given="Sara", family="Sportello"))
    filling = fill_in_for(actor=desk, opening=first_come, enterprise=made, caller=caller)
    return Application.objects.get(pk=filling.application_id), desk, actor_for(caller, made), filling


def dictated(draft, desk):
    """Everything said on the phone and written, with the document that came by mail."""
    save_answers(actor=desk, application=draft, answers=FIRST_COME_ANSWERS, base_revision=draft.revision)
    attach_file(actor=desk, application=draft, field_id="organiser_confirmation", upload=pdf())
    return Application.objects.get(pk=draft.pk)


def test_the_office_writes_and_the_enterprise_confirms_and_sends(phone):
    draft, desk, mine, filling = phone
    draft = dictated(draft, desk)
    assert {"fair_name", "iban", "privacy", "organiser_confirmation"} <= set(to_confirm(draft))
    with pytest.raises(NotYours):
        submit_application(actor=desk, application=draft)
    with pytest.raises(Refused, match="delega"):
        discard_draft(actor=desk, application=draft)
    with pytest.raises(Refused, match="delega"):
        confirm_filling(actor=desk, application=draft)
    end_filling(actor=desk, filling=filling)
    with pytest.raises(Refused, match="delega"):
        save_answers(actor=desk, application=draft, answers={"fair_city": "Berlin"}, base_revision=draft.revision)
    with pytest.raises(Refused, match="conferma di ciò che ha scritto l’ufficio"):
        submit_application(actor=mine, application=draft)
    save_answers(actor=mine, application=draft, answers={"fair_city": "Neuss"}, base_revision=draft.revision)
    assert "fair_city" not in written_by_office(draft)
    confirm_filling(actor=mine, application=draft)
    sent = submit_application(actor=mine, application=draft)
    (told,) = sent.frozen["filled_in_by"]
    assert told["for"] == filling.caller.get_full_name()
    assert told["office"]["it"] == filling.office.name_it
    assert "fair_name" in told["fields"]
    assert "fair_city" not in told["fields"]
    verbs = AuditEntry.objects.filter(verb__contains="filling").values_list("verb", flat=True)
    assert {"applications.end_filling", "applications.confirm_filling"} <= set(verbs)
    assert AuditEntry.objects.filter(verb="applications.fill_in_for").count() == 1
    kinds = set(Notice.objects.filter(user=filling.caller).values_list("kind", flat=True))
    assert {"application-filling", "application-filled"} <= kinds


def test_what_the_office_writes_after_a_confirmation_is_to_be_confirmed_again(phone):
    draft, desk, mine, _ = phone
    draft = dictated(draft, desk)
    before = fingerprint(content_of(draft))
    confirm_filling(actor=mine, application=draft)
    assert to_confirm(draft) == []
    save_answers(actor=desk, application=draft, answers={"goal": "Altro"}, base_revision=draft.revision)
    assert to_confirm(draft) == ["goal"]
    assert fingerprint(content_of(Application.objects.get(pk=draft.pk))) != before


def test_who_may_be_filled_in_for_and_by_whom(phone, first_come, firm, officer, person, actor_for):
    draft, desk, _, filling = phone
    enterprise = draft.enterprise
    assert fill_in_for(actor=desk, opening=first_come, enterprise=enterprise, caller=filling.caller) == filling
    with pytest.raises(Refused, match="non ha una delega"):
        fill_in_for(actor=desk, opening=first_come, enterprise=enterprise, caller=person("Un", "Estraneo"))
    for role, office in (("evaluator", "sezione"), ("auditor", "sezione"), ("case_officer", "altra-agenzia")):
        other = actor_for(officer(role, office, given=role, family=office))
        with pytest.raises(Refused, match="sportello"):
            fill_in_for(actor=other, opening=first_come, enterprise=enterprise, caller=filling.caller)
    colleague = actor_for(officer("front_desk", given="Collega", family="Vicino"))
    assert not fillings_open(colleague).exists()
    with pytest.raises(Refused):
        save_answers(actor=colleague, application=draft, answers={"goal": "x"}, base_revision=draft.revision)
    with clock_at(now() + timedelta(days=1)):
        assert not fillings_open(desk).exists()
        with pytest.raises(Refused):
            save_answers(actor=desk, application=draft, answers={"goal": "x"}, base_revision=draft.revision)


@pytest.mark.slow  # the pages of two people
def test_the_pages_say_whose_words_they_are(phone, signed_in):
    draft, desk, mine, filling = phone
    at_desk, at_home = Client(), Client()
    for client, actor in ((at_desk, desk), (at_home, mine)):
        client.force_login(_user(actor), backend="django.contrib.auth.backends.ModelBackend")
    session = at_home.session
    session["acting_for"] = str(mine.party)
    session.save()
    place = f"/ufficio/telefono/{draft.pk}/"
    assert f'href="{place}"' in at_desk.get("/ufficio/telefono/").content.decode()
    assert "Compila per chi" in at_desk.get(f"/ufficio/imprese/{draft.enterprise_id}/").content.decode()
    page = at_desk.get(place).content.decode()
    section = page.split(f"{place}sezioni/")[1].split("/")[0]
    assert "Non puoi inviare" in at_desk.get(f"{place}sezioni/{section}/").content.decode()
    typed = {"shown": "contact_name", "contact_name": "Anna Greco", "revision": draft.revision}
    saved = at_desk.post(f"{place}sezioni/{section}/", typed, headers={"X-Levante-Autosave": "1"}).json()
    assert saved["revision"] == draft.revision + 1
    for path in ("riepilogo/", "modifiche/"):
        assert at_desk.get(place + path).status_code == 200
    theirs = f"/impresa/domande/{draft.pk}/"
    assert "Un ufficio ha compilato per te" in at_home.get(theirs).content.decode()
    assert "scritta dall’ufficio" in at_home.get(f"{theirs}sezioni/{section}/").content.decode()
    assert "per telefono" in at_home.get(f"{theirs}modifiche/").content.decode()
    assert at_desk.post(f"{place}fine/").status_code == 302
    assert at_desk.get(place).status_code == 404
    dictated_later(draft, mine)
    assert "Le ho lette" in at_home.get(f"{theirs}riepilogo/").content.decode()
    at_home.post(f"{theirs}conferma/")
    assert at_home.post(f"{theirs}invio/").status_code == 302
    assert filling.caller.get_full_name() in at_home.get(f"{theirs}ricevuta/").content.decode()


def _user(actor):
    from levante.identity.api import User

    return User.objects.get(pk=actor.user_id)


def dictated_later(draft, actor):
    draft.refresh_from_db()
    rest = {name: value for name, value in FIRST_COME_ANSWERS.items() if name != "contact_name"}
    save_answers(actor=actor, application=draft, answers=rest, base_revision=draft.revision)
    attach_file(actor=actor, application=draft, field_id="organiser_confirmation", upload=pdf())
