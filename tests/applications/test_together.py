"""Several people on one draft: who is here, one at a time in a section, nothing typed lost, answers put back."""

from datetime import timedelta

import pytest
from tests.applications.conftest import field
from tests.applications.test_concurrency import together

from levante.applications.api import (
    Application,
    attach_file,
    be_here,
    changes_of,
    discard_draft,
    others_in,
    restore_answer,
    save_answers,
    start_draft,
    with_present,
)
from levante.applications.models import Presence, Saving
from levante.kernel.api import Refused, clock_at, now
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(own_call, firm, representative, actor_for):
    """A draft with two sections' worth of fields, and two people of the enterprise: ``(draft, anna, bruno)``."""
    made, user = firm()
    opening = own_call([field("name"), field("city"), field("costs", "money"), field("proof", "file", required=False)])
    other = representative(made, kind="delegate", scopes=["read", "apply"], given="Bruno", family="Verdi")
    anna, bruno = actor_for(user, made), actor_for(other, made)
    return start_draft(actor=anna, opening=opening), anna, bruno


def here(who, draft, **more):
    return be_here(actor=who, application=draft, section="all", **more)


def save(who, draft, *, base=0, **answers):
    return save_answers(actor=who, application=draft, answers=answers, base_revision=base, section="all")


def test_the_first_writes_the_second_reads_and_both_see_it(two):
    draft, anna, bruno = two
    assert here(anna, draft).mine
    second = here(bruno, draft)
    assert (second.mine, second.holder) == (False, "Anna Greco")
    assert [(one.name, one.writing) for one in here(anna, draft).others] == [("Bruno Verdi", False)]
    shown = with_present(Application.objects).get(pk=draft.pk)
    assert [one.name for one in others_in(shown, bruno.user_id)] == ["Anna Greco"]
    assert not AuditEntry.objects.filter(verb="applications.be_here").exists()


def test_what_is_written_in_a_section_of_another_is_kept_and_not_written(two):
    draft, anna, bruno = two
    here(anna, draft)
    saved = save(bruno, draft, name="Boot")
    assert (saved.changed, saved.refused, saved.holder) == ([], {"name": "Boot"}, "Anna Greco")
    (change,) = changes_of(draft)
    assert (change.refused, change.after, change.saving.user_id) == (True, "Boot", bruno.user_id)
    with pytest.raises(Refused, match="sta scrivendo Anna"):
        attach_file(actor=bruno, application=draft, field_id="proof", upload=None)
    assert save(anna, draft, city="Bari").changed == ["city"]


def test_taking_over_is_told_and_leaves_a_trace(two):
    draft, anna, bruno = two
    here(anna, draft)
    assert here(bruno, draft, take=True).mine
    told = here(anna, draft)
    assert (told.mine, told.taken_by, told.holder) == (False, "Bruno Verdi", "Bruno Verdi")
    assert save(anna, draft, name="Boot").refused == {"name": "Boot"}
    entry = AuditEntry.objects.get(verb="applications.be_here")
    assert (entry.user_id, entry.data["taken_from"]) == (bruno.user_id, anna.user_id)
    assert here(anna, draft, take=True).mine, "and back"
    assert here(bruno, draft).taken_by == "Anna Greco"


def test_who_falls_silent_lets_go(two):
    draft, anna, bruno = two
    here(anna, draft)
    with clock_at(now() + timedelta(seconds=61)):
        told = here(bruno, draft)
        assert (told.mine, told.others) == (True, [])
        assert save(bruno, draft, name="Boot").changed == ["name"]
        assert here(anna, draft).holder == "Bruno Verdi"
    discard_draft(actor=anna, application=draft)
    assert not Presence.objects.exists()


def test_an_answer_is_put_back(two):
    draft, anna, bruno = two
    save(anna, draft, name="Boot")
    save(bruno, draft, base=1, name="Milano Unica", city="Milano")
    assert [(c.field.id, c.before, c.after) for c in changes_of(draft)][:2] == [
        ("name", "Boot", "Milano Unica"),
        ("city", None, "Milano"),
    ]
    restore_answer(actor=anna, application=draft, revision=2, field_id="name")
    draft.refresh_from_db()
    assert (draft.answers["name"], draft.answers["city"]) == ("Boot", "Milano")
    late = save(bruno, draft, base=1, name="Terza")
    assert late.refused == {"name": "Terza"}
    restore_answer(actor=bruno, application=draft, revision=4, field_id="name")
    draft.refresh_from_db()
    assert draft.answers["name"] == "Terza"


def test_the_pages(two, signed_in, person):
    from levante.identity.api import User

    draft, anna, bruno = two
    here(bruno, draft)
    browser = signed_in(User.objects.get(pk=anna.user_id), draft.enterprise)
    address = f"/impresa/domande/{draft.pk}"
    page = browser.get(f"{address}/sezioni/all/").content.decode()
    assert "Bruno Verdi sta scrivendo in questa sezione" in page
    assert 'role="none" data-writing disabled' in page
    late = browser.post(f"{address}/sezioni/all/", {"revision": 0, "shown": "name", "name": "Boot"})
    assert late.status_code == 409
    assert "Ciò che hai scritto non è stato salvato" in late.content.decode()
    told = browser.post(f"{address}/presenza/", {"section": "all"}, headers={"X-Levante-Here": "1"}).json()
    assert (told["mine"], told["holder"]) == (False, "Bruno Verdi")
    assert "Bruno Verdi" in told["html"]
    taken = browser.post(f"{address}/presenza/", {"section": "all", "take": "yes"})
    assert taken.url == f"{address}/sezioni/all/"
    assert "disabled" not in browser.get(taken.url).content.decode().split("data-writing")[1][:20]
    history = browser.get(f"{address}/modifiche/").content.decode()
    assert "scritta, non salvata" in history
    browser.post(f"{address}/modifiche/", {"revision": 1, "field": "name"})
    draft.refresh_from_db()
    assert draft.answers["name"] == "Boot"


def test_a_draft_saved_more_than_a_thousand_times(two, signed_in):
    """Each page of its history leads to the one before, what is typed is written, what is late is told."""
    from levante.identity.api import User

    draft, anna, bruno = two
    browser = signed_in(User.objects.get(pk=anna.user_id), draft.enterprise)
    address = f"/impresa/domande/{draft.pk}"
    first, many = 981, 1040
    Saving.objects.bulk_create(
        Saving(application=draft, revision=n, at=now(), user_id=anna.user_id, changes={"city": [f"C{n - 1}", f"C{n}"]})
        for n in range(first, many + 1)
    )
    type(draft).objects.filter(pk=draft.pk).update(revision=many, answers={**draft.answers, "city": f"C{many}"})
    assert '"?before=1011"' in browser.get(f"{address}/modifiche/").content.decode()
    earlier = browser.get(f"{address}/modifiche/?before=1011").content.decode()
    assert "C1010" in earlier
    assert "C1011" not in earlier
    assert 'name="revision" value="1040"' in browser.get(f"{address}/sezioni/all/").content.decode()
    typed = {"revision": many, "shown": "city", "city": "Bari"}
    assert browser.post(f"{address}/sezioni/all/", typed).status_code == 302
    browser.post(f"{address}/modifiche/", {"revision": 1000, "field": "city"})
    draft.refresh_from_db()
    assert (draft.revision, draft.answers["city"]) == (many + 2, "C999")
    assert save(bruno, draft, base=first, city="Lecce").refused == {"city": "Lecce"}


def test_a_conflict_that_was_told_stays_until_it_is_decided(two, signed_in):
    from levante.identity.api import User

    draft, anna, _ = two
    save(anna, draft, name="Boot")
    save(anna, draft, base=1, city="Bari")
    browser = signed_in(User.objects.get(pk=anna.user_id), draft.enterprise)
    sent = {"revision": 2, "shown": "name city", "name": "Micam", "city": "Lecce", "aside": "name"}
    answer = browser.post(f"/impresa/domande/{draft.pk}/sezioni/all/", sent)
    assert answer.status_code == 409, "by the button as by itself"
    draft.refresh_from_db()
    assert (draft.answers["name"], draft.answers["city"]) == ("Boot", "Lecce"), "the others are saved"
    saved = browser.post(f"/impresa/domande/{draft.pk}/sezioni/all/", sent, headers={"X-Levante-Autosave": "1"}).json()
    assert list(saved["conflicts"]) == ["name"]
    browser.post(f"/impresa/domande/{draft.pk}/sezioni/all/", sent | {"keep": "mine"})
    draft.refresh_from_db()
    assert draft.answers["name"] == "Micam"


@pytest.mark.django_db(transaction=True)
def test_two_who_arrive_together_do_not_both_write(two):
    draft, anna, bruno = two
    results = together(2, lambda place: here((anna, bruno)[place], draft))
    assert sorted(result.mine for result in results) == [False, True]
