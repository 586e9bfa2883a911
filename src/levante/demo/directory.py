"""Public profiles of invented enterprises, with a picture drawn here, and what invented buyers ask; twice changes nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from levante.demo import buyers
from levante.demo.applications import at
from levante.demo.cases import person
from levante.demo.initiatives import acting_for, acting_for_partner, in_its_name, tax_codes
from levante.demo.pictures import picture
from levante.demo.telling import read
from levante.directory import api
from levante.kernel.api import ANONYMOUS, Actor, clock_at, today
from levante.parties.api import Buyer, Enterprise

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``directory.yaml``; an enterprise that has a profile is left as it is."""
    data: Row = read(folder, "directory")
    keys = tax_codes(folder)
    for row in data["profiles"]:
        firm = Enterprise.objects.get(tax_code=keys[row["enterprise"]])
        if api.profile_of(firm.pk) is None:
            _profile(firm, row)
    for row in data["enquiries"]:
        firm = Enterprise.objects.get(tax_code=keys[row["enterprise"]])
        profile = api.profile_of(firm.pk)
        assert profile is not None
        if not api.SupplierEnquiry.objects.filter(profile=profile).exists():
            _enquiry(firm, profile, row)
    for row in data["buyers"]:
        buyer = Buyer.objects.get(name=row["buyer"], is_demo=True)
        if not api.BuyerProfile.objects.filter(buyer=buyer).exists():
            _buyer(buyer, row)
    for buyer in Buyer.objects.filter(is_demo=True, interests__admitted_at__isnull=False).distinct().order_by("pk"):
        buyers.qualify(buyer)


def _profile(firm: Enterprise, row: Row) -> None:
    actor = _for(firm)
    told = {
        f"{name}_{language}": row[name][language]
        for name in ("summary", "capacity", "minimum")
        for language in ("it", "en")
    }
    profile = api.save_profile(
        actor=actor, enterprise=firm, sectors=firm.sectors, languages=row["languages"], markets_served=row["served"],
        markets_wanted=row["wanted"], price_band=row["price"], is_demo=True, **told,
        public_website=f"https://{row['enterprise']}.demo.levante.example",
    )  # fmt: skip
    for code, name_it, name_en in row["products"]:
        api.save_product(actor=actor, profile=profile, hs_code=code, name_it=name_it, name_en=name_en)
    for kind, issuer, number, days in row["certifications"]:
        until = today() + timedelta(days=days)
        api.save_certification(actor=actor, profile=profile, kind=kind, issuer=issuer, number=number, valid_until=until)
    product = profile.products.first()
    api.add_photo(
        actor=actor, profile=profile, upload=picture(row["motif"], firm.pk), alt_it=f"{product.name_it}: disegno della dimostrazione",
        alt_en=f"{product.name_en}: a drawing of the demonstration",
    )  # fmt: skip
    api.publish_profile(actor=actor, profile=profile)


def _enquiry(firm: Enterprise, profile: api.Profile, row: Row) -> None:
    """Asked from outside and confirmed; passed and answered when the story says so."""
    contact = row["contact"] | {"consent_wording": "demonstration"}
    with clock_at(at(row["ago"], 9)):
        draft = api.ask_by_mail(
            actor=ANONYMOUS, profile=profile, text=row["text"], contact=contact, key=f"demo:{row['key']}", product=profile.products.first()
        )  # fmt: skip
        made = api.confirm_enquiry(actor=ANONYMOUS, token=api.token_of(draft))
    if "pass" in row:
        with clock_at(at(row["pass"], 11)):
            api.pass_enquiry(actor=person(row["by"]), enquiry=made)
    if "answer" in row:
        with clock_at(at(row["answer"]["ago"], 12)):
            api.answer_enquiry(actor=_for(firm), enquiry=made, text=row["answer"]["text"])


def _buyer(buyer: Buyer, row: Row) -> None:
    """What it buys, and the office that qualifies it."""
    api.save_buyer_profile(
        actor=acting_for_partner(buyer), buyer=buyer, headings=row["headings"], volume=row["volume"], channels=row["channels"],
        price_band=row["price"], certifications=row["certifications"], markets=row["markets"], references_given=row["references"],
    )  # fmt: skip
    answers = dict.fromkeys(api.states.criteria(today()), api.states.MET)
    api.qualify_buyer(actor=person(row["by"]), buyer=buyer, outcome=api.states.QUALIFIED, answers=answers)


def _for(firm: Enterprise) -> Actor:
    return acting_for(firm.tax_code) or in_its_name(firm.tax_code)
