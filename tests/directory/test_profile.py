"""The profile of an enterprise: written by it, whole when published, hidden by the office with a reason."""

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.directory.world import AT, certified, drafted, make_world, picture, published

from levante.directory import api
from levante.documents.api import StoredFile, path_of
from levante.kernel.api import Refused, clock_at
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    made = make_world(enterprise, representative, actor_for)
    made.desk = desk
    return made


def test_it_is_a_draft_until_it_is_whole(world):
    profile = drafted(world, summary_en="")
    missing = [one.field for one in api.PROFILES.missing("publish", profile)]
    assert missing == ["summary_en", "products"]
    with pytest.raises(Refused, match="presentazione in inglese"):
        api.publish_profile(actor=world.actor, profile=profile)
    assert not api.Profile.objects.public().exists()


def test_published_withdrawn_and_published_again_keep_the_address(world):
    profile = published(world)
    slug, first = profile.slug, profile.published_at
    assert slug == "frantoio-ancora-srl"
    withdrawn = api.withdraw_profile(actor=world.actor, profile=profile)
    assert not api.Profile.objects.public().exists()
    again = api.publish_profile(actor=world.actor, profile=withdrawn)
    assert (again.slug, again.published_at) == (slug, first)
    verbs = AuditEntry.objects.filter(object_type="directory.Profile", object_id=str(profile.pk))
    assert {"directory.publish_profile", "directory.withdraw_profile"} <= set(verbs.values_list("verb", flat=True))


def test_a_published_one_stays_whole(world):
    published(world)
    with pytest.raises(Refused, match="Prima ritiralo"):
        api.remove_product(actor=world.actor, product=world.product)
    assert world.profile.products.exists()
    with pytest.raises(Refused):
        drafted(world, summary_it="")
    with pytest.raises(IntegrityError), transaction.atomic():
        api.Profile.objects.filter(pk=world.profile.pk).update(summary_it="")


def test_who_acts_for_another_enterprise_or_only_reads_writes_nothing(world, enterprise, representative, actor_for):
    published(world)
    other = make_world(enterprise, representative, actor_for, "Altra S.r.l.")
    reader = representative(world.firm, kind="delegate", scopes=["read"])
    for actor in (other.actor, actor_for(reader, world.firm), world.desk.anna):
        with pytest.raises(Refused):
            api.withdraw_profile(actor=actor, profile=world.profile)
        with pytest.raises(Refused):
            api.save_product(actor=actor, profile=world.profile, hs_code="1509", name_it="x", name_en="x")
    assert api.Profile.objects.visible_to(other.actor).count() == 1, "public: all see it"
    api.withdraw_profile(actor=world.actor, profile=world.profile)
    assert not api.Profile.objects.visible_to(other.actor).exists()


def test_the_office_hides_with_a_reason_that_is_told(world):
    profile = published(world)
    with pytest.raises(Refused):
        api.hide_profile(actor=world.actor, profile=profile, reason="x", reason_en="x")
    with pytest.raises(Refused, match="Scrivi perché"):
        api.hide_profile(actor=world.desk.anna, profile=profile, reason="Il prodotto", reason_en=" ")
    hidden = api.hide_profile(
        actor=world.desk.anna,
        profile=profile,
        reason="Il prodotto non è vostro.",
        reason_en="The product is not yours.",
    )
    assert not api.Profile.objects.public().exists()
    from levante.messages.api import Notice

    told = Notice.objects.get(user=world.user)
    assert "non è vostro" in told.body_it
    assert "is not yours" in told.body_en
    with pytest.raises(Refused):
        api.publish_profile(actor=world.actor, profile=hidden)
    back = api.restore_profile(actor=world.desk.anna, profile=hidden)
    assert (back.state, back.hidden_reason_it, back.hidden_reason_en) == ("draft", "", "")
    assert api.publish_profile(actor=world.actor, profile=back).state == "published"


def test_a_code_is_checked_and_a_product_is_there_once(world):
    profile = drafted(world)
    for wrong in ("7701", "12", "99999"):
        with pytest.raises(Refused) as refusal:
            api.save_product(actor=world.actor, profile=profile, hs_code=wrong, name_it="x", name_en="x")
        assert refusal.value.field == "hs_code"
    made = api.save_product(actor=world.actor, profile=profile, hs_code="1509 20 00", name_it="Olio", name_en="Oil")
    assert made.hs == "150920"
    with pytest.raises(Refused, match="c’è già"):
        api.save_product(actor=world.actor, profile=profile, hs_code="1509.20", name_it="Olio", name_en="Oil")


def test_a_person_is_named_only_if_they_agree(world):
    with pytest.raises(Refused) as refusal:
        drafted(world, public_person="Anna Greco")
    assert refusal.value.field == "person_agrees"
    assert drafted(world, public_person="Anna Greco", person_agrees=True).public_person
    with pytest.raises(IntegrityError), transaction.atomic():
        api.Profile.objects.update(person_agrees=False)


def test_an_address_that_is_no_page_is_refused(world):
    with pytest.raises(Refused) as refusal:
        drafted(world, public_website="javascript:alert(1)")
    assert refusal.value.field == "public_website"


def test_a_photograph_is_made_anew_without_what_it_carries(world):
    from PIL import Image

    profile = drafted(world)
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x8825] = "Camera di Anna", 6, {1: "N", 2: (40.0, 21.0, 0.0)}
    upload = picture((2400, 1200), exif=exif)
    assert b"Camera di Anna" in upload.read()
    upload.seek(0)
    photo = api.add_photo(actor=world.actor, profile=profile, upload=upload, alt_it="Il frantoio", alt_en="The mill")
    assert (photo.width, photo.height) == (800, 1600), "upright, and no larger than it is shown"
    for file, most in ((photo.file, 1600), (photo.small, 480)):
        raw = path_of(file.sha256).read_bytes()
        assert b"Camera di Anna" not in raw
        with Image.open(io.BytesIO(raw)) as kept:
            assert not kept.getexif()
            assert max(kept.size) == most
    files = {photo.file_id, photo.small_id}
    api.remove_photo(actor=world.actor, photo=photo)
    assert not StoredFile.objects.filter(pk__in=files).exists()


def test_what_is_no_photograph_is_refused_and_leaves_nothing(world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    profile = drafted(world)
    bad = [
        SimpleUploadedFile("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("a.jpg", picture().read()[:200]),
        picture(kind="PNG", name="a.jpg"),
    ]
    for upload in bad:
        with pytest.raises(Refused):
            api.add_photo(actor=world.actor, profile=profile, upload=upload, alt_it="x", alt_en="x")
    with pytest.raises(Refused, match="che cosa si vede"):
        api.add_photo(actor=world.actor, profile=profile, upload=picture())
    assert not StoredFile.objects.exists()


def test_a_certification_that_ended_is_shown_and_found_no_more(world):
    published(world)
    type(world.firm).objects.update(updated_at=AT - timedelta(days=1))
    certified(world, "organic-eu", until=AT.date())
    certified(world, "brcgs")

    def shown(day):
        with clock_at(AT + timedelta(days=day)):
            row = api.with_cards(api.Profile.objects.public()).get()
            found = api.search(api.Asked(chosen={"certification": "organic-eu"}), on=(AT + timedelta(days=day)).date())
            return [one.kind for one in row.valid], found.rows.count(), dict(found.counts["certification"])

    assert shown(0) == (["brcgs", "organic-eu"], 1, {"brcgs": 1, "organic-eu": 1})
    assert shown(1) == (["brcgs"], 0, {"brcgs": 1})
    with clock_at(AT + timedelta(days=1)):
        from levante.kernel.api import system

        assert api.search(api.Asked("biologico"), on=date(2026, 6, 2)).rows.count() == 1
        assert api.index_changed(actor=system("tests")) == 1
        assert api.search(api.Asked("organic"), on=date(2026, 6, 2)).rows.count() == 0
        assert api.index_changed(actor=system("tests")) == 0
        type(world.firm).objects.update(name="Oleificio Nuovo", updated_at=AT + timedelta(days=2))
        assert api.index_changed(actor=system("tests")) == 1
        assert api.search(api.Asked("oleificio"), on=date(2026, 6, 2)).rows.count() == 1


def test_known_of_tells_what_the_public_profile_says(world):
    published(world)
    certified(world, "brcgs")
    known = api.known_of([world.firm.pk])[world.firm.pk]
    assert (known.headings, known.certifications, known.markets) == ({"1509"}, {"brcgs"}, {"DE"})
    api.withdraw_profile(actor=world.actor, profile=world.profile)
    assert api.known_of([world.firm.pk]) == {}


def test_what_a_buyer_writes_names_certifications_and_a_price():
    named = api.named_in("Looking for organic olive oil, BRC and ISO 9001 certified, premium")
    assert named.certifications == {"organic-eu", "brcgs", "iso-9001"}
    assert (named.price_band, "1509" in named.products) == ("upper", True)
    assert api.named_in("Buongiorno") == api.Named(frozenset(), frozenset(), "")
