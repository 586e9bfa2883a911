"""A form published again under open drafts: nobody's answers move by themselves, and each is told what changes for him."""

import pytest
from tests.applications.conftest import field

from levante.applications.api import Application, follow_form, missing_besides, new_form_of, save_answers, start_draft
from levante.applications.api import submit_application as send
from levante.calls.api import publish_form
from levante.kernel.api import Refused, now, system

pytestmark = pytest.mark.django_db

MANY = 500
BEFORE = [field("name"), field("city"), field("note"), field("costs", "money")]
AFTER = [field("name"), field("city", "date"), field("costs", "money"), field("goal")]


def published_again(opening, fields):
    one = {"id": "all", "title": {"it": "Domanda", "en": "Application"}, "fields": fields}
    form = publish_form(actor=system("test"), call=opening.call, definition={"sections": [one]})
    opening.refresh_from_db()
    return form


@pytest.mark.slow  # five hundred drafts
def test_a_form_published_again_under_500_open_drafts(
    own_call, firm, actor_for, signed_in, django_assert_max_num_queries
):
    from levante.parties.api import Enterprise

    opening = own_call(BEFORE)
    made, user = firm()
    anna = actor_for(user, made)
    mine = start_draft(actor=anna, opening=opening)
    given = {"name": "Boot", "city": "Bari", "note": "x", "costs": "100.00"}
    save_answers(actor=anna, application=mine, answers=given, base_revision=mine.revision)
    others = Enterprise.objects.bulk_create(
        [Enterprise(name=f"Impresa {n}", tax_code=f"{20_000_000_000 + n}") for n in range(MANY - 1)]
    )
    Application.objects.bulk_create(
        [
            Application(
                opening=opening, form=mine.form, enterprise=one, answers=given, created_at=now(), saved_at=now(), revision=1
            )
            for one in others
        ]
    )  # fmt: skip
    stored = dict(Application.objects.values_list("pk", "answers"))
    with django_assert_max_num_queries(25):  # however many are open
        form = published_again(opening, AFTER)
    assert Application.objects.filter(form=mine.form).count() == MANY
    assert dict(Application.objects.values_list("pk", "answers")) == stored

    # Each is told, with what it does to its own answers.
    mine = Application.objects.select_related("opening__call", "form", "enterprise").get(pk=mine.pk)
    told = new_form_of(mine)
    assert told is not None
    assert {(effect.field, effect.does) for effect in told.effects} == {
        ("city", "lost"), ("note", "lost"), ("goal", "to_give"),
    }  # fmt: skip
    browser = signed_in(user, made)
    page = browser.get(f"/impresa/domande/{mine.pk}/").content.decode()
    assert "Il modulo di questo bando ha una nuova versione" in page
    assert "nuova domanda, da compilare: «goal»" in page
    assert [one.field for one in missing_besides(mine)][:1] == ["form"]
    with pytest.raises(Refused, match="nuova versione"):
        send(actor=anna, application=mine)

    # Who follows keeps the answers by their ids; the others have not moved.
    browser.post(f"/impresa/domande/{mine.pk}/elimina/", {"what": "follow"})
    mine = Application.objects.select_related("opening__call", "form", "enterprise").get(pk=mine.pk)
    assert (mine.form, new_form_of(mine)) == (form, None)
    assert mine.answers == given
    page = browser.get(f"/impresa/domande/{mine.pk}/").content.decode()
    assert "nuova versione" not in page
    saved = {"city": "2027-01-18", "goal": "Vendere"}
    save_answers(actor=anna, application=mine, answers=saved, base_revision=mine.revision)
    sent = send(actor=anna, application=mine)
    assert (sent.form, sent.frozen["answers"]["name"]) == (form, "Boot")
    assert Application.objects.filter(form=form).count() == 1

    # What was sent never changes.
    published_again(opening, BEFORE)
    with pytest.raises(Refused):
        follow_form(actor=anna, application=sent)
    assert Application.objects.get(pk=sent.pk).form == form


@pytest.mark.django_db
def test_what_was_computed_is_frozen_and_never_reckoned_again(own_call, firm, actor_for, signed_in, monkeypatch):
    from levante.applications.api import read_application
    from levante.calls.forms import reading

    hidden = field("none", "computed", formula="answers.costs", result="money", show_if="answers.costs > 99999.0")
    twice = field("twice", "computed", formula="answers.costs * 2.0", result="money")
    net = field("net", "computed", formula="row.quantity * row.price", result="money")
    quotes = field("quotes", "group", fields=[field("quantity", "number"), field("price", "money"), net])
    opening = own_call([field("costs", "money"), twice, hidden, quotes])
    made, user = firm("Cantieri del Levante S.r.l.")
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=opening)
    typed = {"costs": "1000.10", "quotes-0-quantity": "3", "quotes-0-price": "0,10", "quotes-0-net": "7"}
    page, browser = f"/impresa/domande/{draft.pk}/sezioni/all/", signed_in(user, made)
    told = browser.post(
        page, {**typed, "revision": 0, "shown": "costs quotes"}, headers={"X-Levante-Autosave": "1"}
    ).json()
    assert "0,30" in told["computed"]["quotes-0-net"]
    shown = browser.get(page).content.decode()
    assert 'data-field="quotes-0-net"' in shown
    assert 'name="quotes-0-net"' not in shown
    assert "0,30" in shown
    sent = Application.objects.get(pk=send(actor=actor, application=draft).pk)
    assert sent.frozen["computed"] == {"twice": "2000.20"}
    monkeypatch.setattr(reading, "_computed", lambda *_: "1.00")
    assert read_application(sent).answers["twice"] == "2000.20"
    assert read_application(sent).answers["quotes"] == [{"quantity": "3", "price": "0.10", "net": "0.30"}]
    before = Application.objects.get(pk=sent.pk)
    del before.frozen["computed"]  # as those sent before they were frozen
    assert read_application(before).answers["twice"] == "1.00"
