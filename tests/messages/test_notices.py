import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from levante.kernel.api import system
from levante.kernel.models import AuditEntry
from levante.kernel.pure import Bilingual, filled, joined
from levante.messages.api import FOLLOW_UPS, MEETINGS, MutedTopic, Notice, notify
from levante.messages.services import send_pending

pytestmark = pytest.mark.django_db

EVENT = {"kind": "application-admitted", "subject_type": "applications.Application", "subject_id": "7"}


def tell(*users, enterprise=None, **changes):
    words = {
        "title": Bilingual("La domanda è ammessa", "The application is admitted"),
        "body": Bilingual("Guarda che cosa succede ora.", "See what happens now."),
    }
    return notify(
        actor=system("test"),
        users=[user.pk for user in users],
        path="/impresa/domande/7/",
        enterprise_id=enterprise.pk if enterprise else None,
        **(EVENT | words | changes),
    )


def test_each_person_is_told_once_in_their_language(person):
    anna, john = person("Anna", "Greco"), person("John", "Doe", language="en")
    tell(anna, john)
    tell(anna, john)
    assert Notice.objects.count() == 2
    assert send_pending(**EVENT, user_ids=[anna.pk, john.pk]) == 2
    assert send_pending(**EVENT, user_ids=[anna.pk, john.pk]) == 0, "a second run of the job sends nothing again"
    texts = {m.to[0]: (m.subject, m.body) for m in mail.outbox}
    assert texts[anna.email][0] == "[Levante] La domanda è ammessa"
    assert "/en/impresa/domande/7/" in texts[john.email][1]


def test_in_a_third_language_what_its_catalogue_has_and_english_for_the_rest(person, signed_in):
    john = person("John", "Doe", language="de")
    title = joined(": ", [Bilingual("Annullata", "Cancelled"), Bilingual("Barche", "Boats abroad")])
    reason = filled("Motivo: {why}", "Reason: {why}", why=Bilingual("Poche adesioni", "Too few"))
    tell(john, title=title, body=reason)
    assert send_pending(**EVENT, user_ids=[john.pk]) == 1
    assert mail.outbox[-1].subject == "[Levante] Abgesagt: Boats abroad"
    assert mail.outbox[-1].body.startswith("Grund: Too few\n\nWeiter im Portal:\n")
    assert "/de/impresa/domande/7/" in mail.outbox[-1].body
    notice = Notice.objects.get()
    assert (notice.title_it, notice.title_en) == ("Annullata: Barche", "Cancelled: Boats abroad")
    assert [notice.title.in_language(code) for code in ("it", "en", "de", "fr")] == [
        "Annullata: Barche", "Cancelled: Boats abroad", "Abgesagt: Boats abroad", "Cancelled: Boats abroad",
    ]  # fmt: skip


def test_a_mail_server_that_is_down_loses_nothing(person, monkeypatch):
    anna = person()
    tell(anna)

    def down(self):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    for _ in range(5):
        assert send_pending(**EVENT, user_ids=[anna.pk]) == 0
    notice = Notice.objects.get()
    assert (notice.mail_state, notice.mail_tries) == ("failed", 5)


def test_the_inbox_shows_one_s_own_and_only_of_the_enterprise_acted_for(signed_in, enterprise, representative):
    here, there = enterprise("Qui S.r.l."), enterprise("Là S.r.l.")
    anna = representative(here)
    tell(anna, enterprise=there)
    browser = signed_in(anna, here)
    assert "ammessa" not in browser.get("/impresa/messaggi/").content.decode()
    other = Notice.objects.get()
    assert browser.post(f"/impresa/messaggi/{other.pk}/apri/").status_code == 404
    Notice.objects.all().update(enterprise_id=here.pk)
    assert "ammessa" in browser.get("/impresa/messaggi/").content.decode()
    assert browser.post(f"/impresa/messaggi/{other.pk}/apri/")["Location"] == "/impresa/domande/7/"
    assert Notice.objects.get().read_at


def test_a_reminder_is_switched_off_by_one_click_and_what_must_be_told_is_not(enterprise, representative, signed_in):
    here = enterprise("Qui S.r.l.")
    anna = representative(here)

    def told(number, topic=MEETINGS):
        event = EVENT | {"subject_id": str(number)}
        tell(anna, topic=topic, **event)
        return send_pending(**event, user_ids=[anna.pk])

    assert (told(1), told(2, "")) == (1, 1)
    reminder, duty = mail.outbox
    address = reminder.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in reminder.body
    assert reminder.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in duty.extra_headers
    reader = Client(enforce_csrf_checks=True)  # a mail reader: no session, no cookie (RFC 8058)
    path = address.partition("/promemoria/")[1] + address.partition("/promemoria/")[2]
    assert reader.get(path).status_code == 200
    assert not MutedTopic.objects.exists(), "opening it changes nothing"
    for _ in range(2):
        assert reader.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert reader.post("/promemoria/spegni/altro/").status_code == 404
    assert AuditEntry.objects.filter(verb="messages.mute_by_link").count() == 1
    assert (told(3), told(4, FOLLOW_UPS), told(5, "")) == (0, 1, 1)
    assert Notice.objects.get(subject_id="3").mail_state == "muted"
    browser = signed_in(anna, here)
    assert "ammessa" in browser.get("/impresa/messaggi/").content.decode(), "the portal tells it all the same"
    page = browser.get("/impresa/messaggi/promemoria/").content.decode()
    assert page.count(" checked") == 1
    assert browser.post("/impresa/messaggi/promemoria/", {"wanted": [MEETINGS]}).status_code == 302
    assert (told(6), told(7, FOLLOW_UPS)) == (1, 0)
    for wrong in ({"topic": "", "mail_state": "muted"}, {"topic": "acts"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.filter(subject_id="3").update(**wrong)
