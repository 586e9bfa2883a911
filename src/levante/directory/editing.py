"""What an enterprise writes in its profile: facts, products, certifications. A published profile changes at once, and stays whole."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from levante.directory import policies, states
from levante.directory.indexing import index
from levante.directory.models import Certification, Product, Profile
from levante.directory.pure import hs
from levante.directory.workflow import still_whole
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today
from levante.parties.api import Country, Enterprise
from levante.programme.api import Sector

MOST_PRODUCTS, MOST_CERTIFICATIONS = 30, 30
TEXTS = {
    "summary_it": 2000, "summary_en": 2000, "capacity_it": 200, "capacity_en": 200, "minimum_it": 200, "minimum_en": 200,
    "public_email": 254, "public_phone": 30, "public_website": 200, "public_person": 200,
}  # fmt: skip


@service("directory.save_profile")
def save_profile(
    *,
    actor: Actor,
    enterprise: Enterprise,
    sectors: Sequence[str] = (),
    languages: Sequence[str] = (),
    markets_served: Sequence[str] = (),
    markets_wanted: Sequence[str] = (),
    price_band: str = "",
    person_agrees: bool = False,
    is_demo: bool = False,
    **texts: str,
) -> Profile:
    """Begin the profile of an enterprise, or write it anew: ``texts`` are those of ``TEXTS``, each empty when it is not given."""
    require(policies.may_edit(actor, enterprise.pk))
    firm = Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    if firm.status != Enterprise.ACTIVE:
        refuse("L’impresa non è attiva.", "The enterprise is not active.")
    unknown = texts.keys() - TEXTS.keys()
    if unknown:
        raise TypeError(f"a profile has no {sorted(unknown)}")
    held = Profile.objects.filter(enterprise=firm).order_by("pk").last()
    if held is None:
        held = Profile(enterprise=firm, slug=_slug(firm), changed_at=now(), is_demo=is_demo)
    for name, most in TEXTS.items():
        setattr(held, name, cleaned(texts.get(name, ""), most))
    if price_band not in ("", *states.PRICE_BANDS):
        refuse("Scegli la fascia di prezzo.", "Choose the price band.", field="price_band")
    held.sectors = known_codes(Sector, "code", sectors, "sectors")
    held.markets_served = known_codes(Country, "code", markets_served, "markets_served")
    held.markets_wanted = known_codes(Country, "code", markets_wanted, "markets_wanted")
    held.languages = sorted({code for code in languages if code.isascii() and code.isalpha() and len(code) in (2, 3)})
    held.price_band, held.person_agrees = price_band, person_agrees and bool(held.public_person)
    if held.public_website and not held.public_website.startswith(("https://", "http://")):
        refuse(
            "L’indirizzo del sito comincia con https://.", "The address begins with https://.", field="public_website"
        )
    if held.public_person and not held.person_agrees:
        refuse(
            "Si può fare il nome di una persona solo se è d’accordo.", "A person may be named only with their agreement.",
            field="person_agrees",
        )  # fmt: skip
    if held.state == states.WITHDRAWN and not (held.summary_it and held.summary_en):
        refuse("Manca la presentazione.", "The presentation is missing.", field="summary_it")
    if held.pk is not None:
        _stay_whole(held)
    held.changed_at = now()
    held.save()
    index(held)
    note(state=held.state)
    return held


@service("directory.save_product")
def save_product(
    *, actor: Actor, profile: Profile, hs_code: str, name_it: str, name_en: str, text_it: str = "", text_en: str = "",
    product: Product | None = None,
) -> Product:  # fmt: skip
    """Add a product, or write one anew. ``hs_code`` as people write it: what the Union adds to the six digits is left out."""
    held = locked(actor, profile)
    code = hs.cleaned(hs_code)
    decision = hs.check(code, on=today())
    if not decision:
        refuse(decision.reason.it, decision.reason.en, field="hs_code")
    names = cleaned(name_it, 120), cleaned(name_en, 120)
    for name, field in zip(names, ("name_it", "name_en"), strict=True):
        if not name:
            refuse("Scrivi il nome in italiano e in inglese.", "Write its name in Italian and in English.", field=field)
    if product is None and held.products.count() >= MOST_PRODUCTS:
        refuse(f"Al massimo {MOST_PRODUCTS} prodotti.", f"At most {MOST_PRODUCTS} products.")
    row = held.products.get(pk=product.pk) if product is not None else Product(profile=held)
    row.hs, (row.name_it, row.name_en) = code, names
    row.text_it, row.text_en = cleaned(text_it, 600), cleaned(text_en, 600)
    if product is None:
        row.position = held.products.count()
    _keep(row, "Questo prodotto c’è già.", "This product is there already.", "name_it")
    touched(held)
    note(profile=held.pk, hs=code)
    return row


@service("directory.remove_product")
def remove_product(*, actor: Actor, product: Product) -> Profile:
    """Take a product away; its photographs stay with the profile. The last of a published profile stays."""
    held = locked(actor, product.profile)
    note(product=product.pk, hs=product.hs)
    held.products.filter(pk=product.pk).delete()
    _stay_whole(held)
    touched(held)
    return held


@service("directory.save_certification")
def save_certification(
    *, actor: Actor, profile: Profile, kind: str, issuer: str, name: str = "", number: str = "", valid_until: date | None = None,
    certification: Certification | None = None,
) -> Certification:  # fmt: skip
    """Add a certification, or write one anew. One that has ended may be kept: it is not shown."""
    held = locked(actor, profile)
    if kind not in states.certifications():
        refuse("Scegli la certificazione.", "Choose the certification.", field="kind")
    name = cleaned(name, 120) if kind == states.OTHER else ""
    if kind == states.OTHER and not name:
        refuse("Scrivi come si chiama.", "Write what it is called.", field="name")
    if not cleaned(issuer, 200):
        refuse("Scrivi chi l’ha rilasciata.", "Write who issued it.", field="issuer")
    if certification is None and held.certifications.count() >= MOST_CERTIFICATIONS:
        refuse(f"Al massimo {MOST_CERTIFICATIONS}.", f"At most {MOST_CERTIFICATIONS}.")
    row = held.certifications.get(pk=certification.pk) if certification is not None else Certification(profile=held)
    row.kind, row.name, row.issuer, row.number, row.valid_until = (
        kind,
        name,
        cleaned(issuer, 200),
        cleaned(number, 80),
        valid_until,
    )
    _keep(row, "Questa certificazione c’è già.", "This certification is there already.", "kind")
    touched(held)
    note(profile=held.pk, kind=kind, valid_until=valid_until.isoformat() if valid_until else None)
    return row


@service("directory.remove_certification")
def remove_certification(*, actor: Actor, certification: Certification) -> Profile:
    held = locked(actor, certification.profile)
    note(certification=certification.pk, kind=certification.kind)
    held.certifications.filter(pk=certification.pk).delete()
    touched(held)
    return held


def locked(actor: Actor, profile: Profile) -> Profile:
    """The profile as it is now, held until the end of the transaction, of who may write in it."""
    held = Profile.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=profile.pk)
    require(policies.may_edit_profile(actor, held))
    return held


def touched(held: Profile) -> None:
    """It changed: when, and what it is found by."""
    held.changed_at = now()
    held.save(update_fields=["changed_at"])
    index(held)
    note_object(held)


def cleaned(text: str, most: int) -> str:
    return text.replace("\0", "").strip()[:most]


def _stay_whole(held: Profile) -> None:
    missing = still_whole(held)
    if missing:
        refuse(
            f"Il profilo è pubblicato: deve avere {missing[0].text.it}. Prima ritiralo.",
            f"The profile is published: it must have {missing[0].text.en}. Withdraw it first.",
            field=missing[0].field,
        )


def _keep(row: Product | Certification, it: str, en: str, field: str) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        refuse(it, en, field=field)


def known_codes(model: Any, column: str, codes: Sequence[str], field: str) -> list[str]:
    """Those given, sorted; one that does not exist is refused. One query, none without codes."""
    wanted = {code for code in codes if code}
    found = set(model.objects.filter(**{f"{column}__in": wanted}).values_list(column, flat=True)) if wanted else set()
    if wanted - found:
        refuse("Scegli dall’elenco.", "Choose from the list.", field=field)
    return sorted(found)


def _slug(firm: Enterprise) -> str:
    """An address that stays: the name, and a number when another has it. The enterprise is held by who asks."""
    name = slugify(firm.name)[:100] or "impresa"
    return name if not Profile.objects.filter(slug=name).exists() else f"{name}-{firm.pk}"
