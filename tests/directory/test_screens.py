"""The pages of the directory: written by the enterprise, read by everybody, asked by buyers, passed on, answered."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from tests.directory.world import AT, certified, drafted, make_world, picture, published

from levante.cases.api import Case
from levante.directory import api
from levante.identity.api import roles
from levante.kernel.api import clock_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return make_world(enterprise, representative, actor_for)


def page(client, path, at=AT, **data):
    with clock_at(at):
        return client.post(path, data) if data else client.get(path)


@pytest.mark.slow  # nine pages
def test_an_enterprise_writes_its_profile_and_publishes_it(world, client, signed_in):
    here = "/impresa/la-mia-impresa/vetrina/"
    signed_in(world.user, world.firm)
    assert "Comincia il profilo" in page(client, here).content.decode()
    facts = {
        "summary_it": "Facciamo olio.", "summary_en": "We make oil.", "sectors": [world.sector], "languages": ["it", "en"],
        "markets_served": ["DE"], "price_band": "upper", "public_person": "Anna Greco",
    }  # fmt: skip
    wrong = page(client, f"{here}testi/", **facts).content.decode()
    assert "solo se è d’accordo" in wrong
    assert "We make oil." in wrong, "nothing is lost"
    assert page(client, f"{here}testi/", **facts, person_agrees="on").status_code == 302
    assert "un prodotto" in page(client, here).content.decode(), "what is missing is said"
    bad = page(client, f"{here}prodotti/nuovo/", hs_code="7701", name_it="Olio", name_en="Oil").content.decode()
    assert "non esiste nel Sistema armonizzato" in bad
    assert page(client, f"{here}prodotti/nuovo/", hs_code="1509 20", name_it="Olio", name_en="Oil").status_code == 302
    with clock_at(AT):
        sent = client.post(f"{here}foto/nuova/", {"upload": picture(), "alt_it": "Il mare", "alt_en": "The sea"})
    assert sent.status_code == 302
    assert page(client, f"{here}pubblica/", x="1").status_code == 302
    profile = api.Profile.objects.get()
    assert profile.state == "published"
    client.logout()
    shown = page(client, f"/en/imprese/{profile.slug}/").content.decode()
    for words in ("We make oil.", "1509.20", "Olive oil", "The sea", "Anna Greco", "Germany", 'itemprop="name"'):
        assert words in shown
    photo = profile.photos.get()
    served = page(client, f"/vetrina/foto/{photo.pk}/piccola.jpg")
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"".join(served.streaming_content)[:2] == b"\xff\xd8"


def test_what_is_not_public_is_seen_by_who_keeps_it_alone(world, client, signed_in, officer):
    profile = drafted(world)
    path = f"/imprese/{profile.slug}/"
    with clock_at(AT):
        photo = api.add_photo(actor=world.actor, profile=profile, upload=picture(), alt_it="x", alt_en="x")
    file = f"/vetrina/foto/{photo.pk}/grande.jpg"
    assert {page(client, path).status_code, page(client, file).status_code} == {404}
    signed_in(world.user, world.firm)
    assert "solo l’impresa e gli uffici" in page(client, path).content.decode()
    served = page(client, file)
    assert served["Cache-Control"] == "private, no-store"
    served.close()


@pytest.mark.slow  # several pages
def test_the_public_search_narrows_and_proposes(
    world, client, enterprise, representative, actor_for, django_assert_max_num_queries
):
    published(world)
    other = make_world(enterprise, representative, actor_for, "Passo Lungo S.p.A.")
    published(other, hs="6403", names=("Calzature", "Shoes"))
    certified(world)
    with django_assert_max_num_queries(18):
        shown = page(client, "/imprese/").content.decode()
    assert "Frantoio Àncora" in shown
    assert "Passo Lungo" in shown
    assert re.search(r'href="\?chapter=15"><span>Oli e grassi</span>', shown)
    found = page(client, "/imprese/?q=olive+oil&certification=organic-eu").content.decode()
    assert "Frantoio Àncora" in found
    assert "Passo Lungo" not in found
    none = page(client, "/en/imprese/?q=shoes&certification=organic-eu").content.decode()
    assert "No enterprise answers to all this" in none
    assert 'href="?q=shoes"' in none, "the same without the filter"
    assert f'href="/imprese/{other.profile.slug}/"' in page(client, "/cerca/?q=footwear").content.decode()
    assert page(client, "/imprese/?q=%00&market=%00").status_code in {400, 404}
    assert page(client, "/imprese/?page=99&chapter=zz").status_code == 200


@pytest.mark.slow  # the whole way of an enquiry
def test_a_buyer_without_an_account_asks_and_is_answered(world, client, signed_in, desk):
    published(world)
    form = page(client, f"/en/imprese/{world.profile.slug}/scrivi/")
    token = form.context["form"].initial["token"]
    given = {
        "text": "2,000 bottles, please", "product": str(world.product.pk), "name": "Jane Doe", "email": "jane@example.org",
        "organisation": "Doe Ltd", "country": "DE", "consent": "on", "token": token,
    }  # fmt: skip
    path, later = f"/en/imprese/{world.profile.slug}/scrivi/", AT + timedelta(seconds=20)
    wrong = page(client, path, at=later, **(given | {"email": "x"}))
    assert "2,000 bottles" in wrong.content.decode(), "nothing is lost"
    for _ in range(2):
        assert page(client, path, at=later, **given).url.endswith("/en/vetrina/posta/")
    draft = api.EnquiryDraft.objects.get()
    assert not Case.objects.exists(), "nobody's case until it is confirmed"
    from levante.directory.mail import send_link

    with clock_at(later):
        send_link(draft.pk)
    link = re.search(r"/en/vetrina/conferma/[^\s]+", mail.outbox[-1].body)[0]
    assert mail.outbox[-1].to == ["jane@example.org"]
    for _ in range(2):
        assert "2,000 bottles" in page(client, link, at=later).content.decode()
    assert not Case.objects.exists(), "opening the link changes nothing"
    done = page(client, link, at=later, x="1")
    case = Case.objects.get()
    assert case.number in page(client, done.url, at=later).content.decode()
    assert "no longer valid" in page(client, link, at=later, x="1").content.decode()
    assert (case.kind, Case.objects.count(), api.EnquiryDraft.objects.count()) == ("supplier", 1, 0)

    enquiry = api.SupplierEnquiry.objects.get()
    firm = f"/impresa/vetrina/richieste/{enquiry.pk}/"
    signed_in(world.user, world.firm)
    assert page(client, firm, at=later).status_code == 404, "not before it is passed"
    signed_in(desk.users.anna)
    office = f"/ufficio/vetrina/richieste/{enquiry.pk}/"
    assert "Passala all’impresa" in page(client, office, at=later).content.decode()
    assert page(client, f"{office}passa/", at=later, x="1").status_code == 302
    signed_in(world.user, world.firm)
    assert firm in page(client, "/impresa/", at=later).content.decode(), "it is in Today"
    assert "jane@example.org" in page(client, firm, at=later).content.decode()
    assert page(client, firm, at=later, text="Yes: 6 euro each.").status_code == 302
    signed_in(desk.users.anna)
    assert "6 euro each" in page(client, office, at=later).content.decode()
    assert case.number in page(client, "/ufficio/vetrina/richieste/?state=answered", at=later).content.decode()
    assert case.number not in page(client, "/ufficio/vetrina/richieste/?late=on", at=later).content.decode()
    sheet = page(client, "/ufficio/vetrina/richieste/?export=csv", at=later)
    assert "Frantoio Àncora" in b"".join(sheet.streaming_content).decode()


def test_machines_and_those_who_insist_are_stopped(world, client):
    published(world)
    path = f"/imprese/{world.profile.slug}/scrivi/"
    token = page(client, path).context["form"].initial["token"]
    given = {"text": "x", "name": "J", "email": "j@example.org", "country": "DE", "consent": "on", "token": token}
    assert page(client, path, **given).status_code == 200, "too quick"
    assert page(client, path, at=AT + timedelta(seconds=9), **given, homepage="x").status_code == 200
    codes = [page(client, path, at=AT + timedelta(seconds=9), **(given | {"text": ""})).status_code for _ in range(8)]
    assert codes[-1] == 429
    assert not api.EnquiryDraft.objects.exists()


def test_a_buyer_with_an_account_asks_at_once_and_finds_it_among_its_requests(world, client, person, signed_in):
    published(world)
    signed_in(person("Hans", "Weber"))
    path = f"/imprese/{world.profile.slug}/scrivi/"
    shown = page(client, path).content.decode()
    assert "Il tuo nome" not in shown
    token = re.search(r'name="token" value="([^"]+)"', shown)[1]
    for _ in range(2):
        sent = page(client, path, text="Quanto costa?", token=token)
    case = Case.objects.get()
    assert case.number in page(client, sent.url).content.decode()
    assert (case.requester, case.channel) == ("person", "portal")


@pytest.mark.slow  # several pages
def test_the_office_hides_a_profile_and_says_why(world, client, signed_in, officer):
    published(world)
    signed_in(officer(roles.COMMUNICATION))
    here = f"/ufficio/vetrina/{world.profile.pk}/"
    assert "Frantoio Àncora" in page(client, "/ufficio/vetrina/?q=frantoio&state=published").content.decode()
    assert page(client, f"{here}nascondi/", reason=" ").status_code == 400
    assert page(client, f"{here}nascondi/", reason="Foto non vostre", reason_en="Not your photos").status_code == 302
    assert "Foto non vostre" in page(client, here).content.decode()
    client.logout()
    assert page(client, f"/imprese/{world.profile.slug}/").status_code == 404
    signed_in(world.user, world.firm)
    assert "Foto non vostre" in page(client, "/impresa/la-mia-impresa/vetrina/").content.decode()


def test_nobody_touches_the_profile_of_another(world, client, signed_in, enterprise, representative, actor_for):
    published(world)
    mine = make_world(enterprise, representative, actor_for, "Altra S.r.l.")
    drafted(mine)
    signed_in(mine.user, mine.firm)
    base = "/impresa/la-mia-impresa/vetrina"
    held = certified(world)
    for path in (f"{base}/prodotti/{world.product.pk}/", f"{base}/certificazioni/{held.pk}/"):
        assert page(client, path).status_code == 404
        assert page(client, f"{path}togli/", x="1").status_code == 404
