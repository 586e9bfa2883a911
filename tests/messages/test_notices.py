import pytest
from django.core import mail

from levante.kernel.api import system
from levante.kernel.pure import Bilingual
from levante.messages.api import Notice, notify
from levante.messages.services import send_pending

pytestmark = pytest.mark.django_db

EVENT = {"kind": "application-admitted", "subject_type": "applications.Application", "subject_id": "7"}


def tell(*users, enterprise=None):
    return notify(
        actor=system("test"),
        users=[user.pk for user in users],
        title=Bilingual("La domanda è ammessa", "The application is admitted"),
        body=Bilingual("Guarda che cosa succede ora.", "See what happens now."),
        path="/impresa/domande/7/",
        enterprise_id=enterprise.pk if enterprise else None,
        **EVENT,
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
