"""The directory in a browser: an enterprise writes its profile on a telephone, a foreign buyer finds it and asks, the office passes it on,
the enterprise answers."""
# ruff: noqa: F811

from datetime import timedelta

from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
from tests.directory.world import certified, drafted, make_world, picture, published

from levante.cases.api import CaseMessage
from levante.directory import api
from levante.kernel.api import clock_at, now
from levante.web.site.invest import forms

PHONE = 360


def test_from_the_profile_to_the_answer(desk, enterprise, representative, actor_for, visitor, monkeypatch):
    monkeypatch.setattr(forms, "QUICKEST", timedelta(0))  # a machine types, and no person waits
    world = make_world(enterprise, representative, actor_for)
    here = now()
    world.at = lambda: clock_at(here)
    other = make_world(enterprise, representative, actor_for, "Passo Lungo S.p.A.")
    other.at = world.at
    published(other, hs="6403", names=("Calzature", "Shoes"))
    certified(other)
    firm = visitor(world.user, world.firm, width=PHONE)
    base = "/impresa/la-mia-impresa/vetrina/"
    firm.open(base)
    firm.check("profile-none")
    firm.open(f"{base}testi/")
    firm.check("profile-facts")
    firm.page.goto("about:blank")  # a picture that is still asked for stands in this test's transaction
    drafted(world, capacity_it="1000 litri", capacity_en="1,000 litres")
    firm.open(f"{base}prodotti/nuovo/")
    firm.check("product-new")
    for name, words in (
        ("hs_code", "1509.20"),
        ("name_it", "Olio extravergine"),
        ("name_en", "Extra virgin olive oil"),
    ):
        firm.page.fill(f"[name={name}]", words)
    firm.page.locator("main form button.btn-primary").press("Enter")
    firm.page.wait_for_load_state()
    firm.open(f"{base}foto/nuova/")
    firm.check("photo-new")
    upload = picture((600, 400))
    firm.page.set_input_files("[name=upload]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": upload.read()})
    firm.page.fill("[name=alt_it]", "Il frantoio")
    firm.page.fill("[name=alt_en]", "The mill")
    firm.page.locator("main form button.btn-primary").press("Enter")
    firm.page.wait_for_load_state()
    firm.open(f"{base}certificazioni/nuova/")
    firm.check("certification-new")
    firm.open(base)
    firm.check("profile-draft")
    firm.page.locator("form[action$='/pubblica/'] button").press("Enter")
    firm.page.wait_for_load_state()
    profile = api.Profile.objects.get(enterprise=world.firm)
    assert profile.state == "published"

    buyer = visitor(width=PHONE)
    for path, name in (("/en/imprese/", "directory"), ("/en/imprese/?q=zzzz&chapter=15", "directory-none")):
        buyer.open(path)
        buyer.check(name)
    buyer.open("/en/imprese/?q=olive+oil")
    buyer.page.locator(".lv-profile-card a").first.press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("profile-public")
    buyer.page.locator(".lv-actions a.btn-primary").press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("profile-ask")
    for name, words in (("text", "500 litres, please"), ("name", "Jane Doe"), ("email", "jane@example.org")):
        buyer.page.fill(f"[name={name}]", words)
    buyer.page.select_option("[name=country]", "DE")
    buyer.page.check("[name=consent]")
    buyer.page.locator("main form button.btn-primary").press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("profile-asked")
    draft = api.EnquiryDraft.objects.get()
    buyer.open(f"/en/vetrina/conferma/{api.token_of(draft)}/")
    buyer.check("profile-confirm")
    buyer.page.locator("main form button.btn-primary").press("Enter")
    buyer.page.wait_for_load_state()
    buyer.check("profile-sent")
    row = api.SupplierEnquiry.objects.get()

    officer = visitor(desk.users.anna)
    officer.open("/ufficio/vetrina/richieste/")
    officer.check_at_both_widths("supplier-enquiries")
    officer.open(f"/ufficio/vetrina/richieste/{row.pk}/")
    officer.check_at_both_widths("supplier-enquiry")
    officer.page.locator("form[action$='/passa/'] button").press("Enter")
    officer.page.wait_for_load_state()
    for path, name in (("/ufficio/vetrina/", "desk-profiles"), (f"/ufficio/vetrina/{row.profile_id}/", "desk-profile")):
        officer.open(path)
        officer.check_at_both_widths(name)

    firm.open("/impresa/vetrina/richieste/")
    firm.check("firm-enquiries")
    firm.open(f"/impresa/vetrina/richieste/{row.pk}/")
    firm.check("firm-enquiry")
    firm.page.fill("[name=text]", "Yes: 8 euro a litre.")
    firm.page.locator("main form button.btn-primary").press("Enter")
    firm.page.wait_for_load_state()
    assert "8 euro a litre" in CaseMessage.objects.get(kind="answer").text
    wide = visitor()
    for path, name in (("/imprese/", "directory-it"), (f"/imprese/{row.profile.slug}/", "profile-public-it")):
        wide.open(path)
        wide.check_at_both_widths(name)
