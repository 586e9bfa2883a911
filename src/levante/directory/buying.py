"""What a buyer writes of what it buys; what the office says of the buyer, each time anew."""

from collections.abc import Mapping, Sequence

from dateutil.relativedelta import relativedelta

from levante.directory import policies, states
from levante.directory.editing import cleaned, known_codes
from levante.directory.models import BuyerProfile, BuyerQualification
from levante.directory.pure import hs
from levante.kernel.api import BUYER, Actor, Party, note, now, refuse, require, service, today
from levante.kernel.pure import Bilingual, filled
from levante.law import parameters
from levante.messages.api import notify
from levante.parties.api import Buyer, Country, people_of

MOST_HEADINGS, LONGEST_REFERENCES = 40, 2000


@service("directory.save_buyer_profile")
def save_buyer_profile(
    *, actor: Actor, buyer: Buyer, headings: Sequence[str] = (), volume: str = "", channels: Sequence[str] = (), price_band: str = "",
    certifications: Sequence[str] = (), markets: Sequence[str] = (), references_given: str = "",
) -> BuyerProfile:  # fmt: skip
    """Write what a buyer buys, the first time or anew: HS codes as people write them, codes of the vocabulary, countries (ISO 3166-1),
    references one a line."""
    require(policies.may_write_buying(actor, buyer.pk))
    Buyer.objects.select_for_update(of=("self",)).get(pk=buyer.pk)
    held = BuyerProfile.objects.filter(buyer=buyer).first() or BuyerProfile(buyer=buyer)
    codes = sorted({hs.cleaned(code) for code in headings if code.strip()})
    for code in codes:
        decision = hs.check(code, on=today())
        if not decision:
            refuse(decision.reason.it, decision.reason.en, field="headings")
    if len(codes) > MOST_HEADINGS:
        refuse(f"Al massimo {MOST_HEADINGS} codici.", f"At most {MOST_HEADINGS} codes.", field="headings")
    # What was chosen while it could be stays, though it can no longer be chosen.
    ways = {*states.channels(today()), *held.channels}
    for name, given, known in (
        ("volume", [volume], {"", *states.VOLUMES}),
        ("price_band", [price_band], {"", *states.PRICE_BANDS}),
        ("channels", channels, ways),
        ("certifications", certifications, {code for code in states.certifications() if code != states.OTHER}),
    ):
        if set(given) - known:
            refuse("Scegli dall’elenco.", "Choose from the list.", field=name)
    held.headings, held.volume, held.price_band = codes, volume, price_band
    held.channels, held.certifications = sorted(set(channels)), sorted(set(certifications))
    held.markets = known_codes(Country, "code", markets, "markets")
    held.references_given = cleaned(references_given, LONGEST_REFERENCES)
    held.changed_at, held.changed_by_id = now(), actor.user_id
    held.save()
    note(buyer=buyer.pk, headings=codes)
    return held


@service("directory.qualify_buyer")
def qualify_buyer(
    *, actor: Actor, buyer: Buyer, outcome: str, answers: Mapping[str, str], whys: Mapping[str, str] | None = None, reason: str = "",
    reason_en: str = "",
) -> BuyerQualification:  # fmt: skip
    """Say of a buyer whether it is qualified, criterion by criterion (``answers`` and ``whys`` by its code). Qualified is who meets them
    all, for ``buyers.qualified_months``; else ``reason`` (``reason_en`` in
    English) tells the buyer what is missing. Those before stay as they are."""
    require(policies.may_qualify(actor))
    Buyer.objects.select_for_update(of=("self",)).get(pk=buyer.pk)
    if outcome not in states.OUTCOMES:
        refuse("Scegli l’esito.", "Choose the outcome.", field="outcome")
    told = []
    for code in states.criteria(today()):
        answer, why = answers.get(code, ""), cleaned((whys or {}).get(code, ""), 1000)
        if answer not in states.ANSWERS:
            refuse("Rispondi a ogni criterio.", "Answer every criterion.", field=f"answer_{code}")
        if answer != states.MET and not why:
            refuse("Scrivi perché.", "Say why.", field=f"why_{code}")
        told.append({"criterion": code, "answer": answer, "why": why})
    whole = all(row["answer"] == states.MET for row in told)
    if outcome == states.QUALIFIED and not whole:
        refuse(
            "È qualificato chi soddisfa tutti i criteri.", "Who meets every criterion is qualified.", field="outcome"
        )
    if outcome != states.QUALIFIED and whole:
        refuse("Di’ quale criterio manca.", "Say which criterion is not met.", field="outcome")
    words, in_english = cleaned(reason, 2000), cleaned(reason_en, 2000)
    if outcome != states.QUALIFIED and not words:
        refuse("Scrivi al buyer che cosa manca.", "Tell the buyer what is missing.", field="reason")
    months = int(parameters.value("buyers.qualified_months", on=today()).value)
    made: BuyerQualification = BuyerQualification.objects.create(
        buyer=buyer, outcome=outcome, criteria=told, reason=words, reason_en=in_english, decided_on=today(), decided_at=now(),
        by_id=actor.user_id,
        valid_until=today() + relativedelta(months=months) if outcome == states.QUALIFIED else None,
    )  # fmt: skip
    note(buyer=buyer.pk, outcome=outcome, months=months)
    name = states.OUTCOMES[outcome]
    notify(
        actor=actor, users=people_of(Party(BUYER, buyer.pk), today()), kind="buyer-qualification",
        title=filled("Esito della qualificazione: {outcome}", "Outcome of the qualification: {outcome}", outcome=name),
        body=Bilingual(
            made.words.it or "Vale per le iniziative della Regione.", made.words.en or "It holds for the initiatives of the Region."),
        path="/partner/profilo/", subject_type="directory.BuyerQualification", subject_id=str(made.pk),
    )  # fmt: skip
    return made
