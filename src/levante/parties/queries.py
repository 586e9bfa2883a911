"""Reads of parties that are more than one line: possible duplicates, what happened to an enterprise."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from levante.kernel.api import ROME
from levante.kernel.models import AuditEntry
from levante.kernel.pure import Bilingual
from levante.law.codes import check_tax_code
from levante.parties.models import Consent, DistrictMembership, Enterprise, EnterpriseQuerySet, Merge, Person, Seat


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to an enterprise: when, what in both languages, who did it, where to read more.

    A person who did it is in ``user_id``, and is named as who reads may know them (``naming.users_told``).

    ``kind`` is ``audit`` (a write, with its instant), ``fact`` (something of a whole day: ``at`` is its midnight in
    Italy), or a word of the room that tells it.
    """

    at: datetime
    text: Bilingual
    who: str = ""
    url: str = ""
    kind: str = "fact"
    user_id: int | None = None


#: The services of parties as they read in a timeline.
VERBS: dict[str, Bilingual] = {
    "parties.create_enterprise": Bilingual("Scheda aperta", "File opened"),
    "parties.update_enterprise": Bilingual("Dati aggiornati", "Facts updated"),
    "parties.move_legal_seat": Bilingual("Sede legale aggiornata", "Legal seat updated"),
    "parties.open_seat": Bilingual("Sede operativa aggiunta", "Operating seat added"),
    "parties.close_seat": Bilingual("Sede operativa chiusa", "Operating seat closed"),
    "parties.record_account": Bilingual("Dati di bilancio registrati", "Accounts recorded"),
    "parties.record_ownership": Bilingual("Legame di proprietà registrato", "Ownership link recorded"),
    "parties.end_ownership": Bilingual("Legame di proprietà concluso", "Ownership link ended"),
    "parties.correct_ownership": Bilingual("Legame di proprietà corretto", "Ownership link corrected"),
    "parties.verify_ownership": Bilingual("Legame di proprietà verificato", "Ownership link verified"),
    "parties.join_district": Bilingual("Adesione a un distretto produttivo", "Joined a production district"),
    "parties.join_chain": Bilingual("Ingresso in una filiera", "Joined a supply chain"),
    "parties.leave_district": Bilingual("Uscita da un distretto produttivo", "Left a production district"),
    "parties.leave_chain": Bilingual("Uscita da una filiera", "Left a supply chain"),
    "parties.request_mandate": Bilingual("Delega richiesta", "Mandate requested"),
    "parties.invite": Bilingual("Offerta una delega a un indirizzo", "A mandate was offered to an address"),
    "parties.accept_invitation": Bilingual("Delega accettata da chi l’aveva ricevuta", "Offered mandate accepted"),
    "parties.withdraw_invitation": Bilingual("Offerta di delega ritirata", "Offer of a mandate withdrawn"),
    "parties.confirm_mandate": Bilingual("Delega confermata", "Mandate confirmed"),
    "parties.refuse_mandate": Bilingual("Delega rifiutata", "Mandate refused"),
    "parties.revoke_mandate": Bilingual("Delega revocata", "Mandate revoked"),
    "parties.propose_correction": Bilingual(
        "Correzione proposta dall’impresa", "Correction proposed by the enterprise"
    ),
    "parties.accept_correction": Bilingual("Correzione accolta", "Correction accepted"),
    "parties.refuse_correction": Bilingual("Correzione respinta", "Correction refused"),
    "parties.withdraw_correction": Bilingual("Correzione ritirata", "Correction withdrawn"),
    "parties.merge_enterprises": Bilingual("Unione con un’altra scheda", "Merged with another file"),
    "parties.record_contact": Bilingual("Contatto aggiunto", "Contact added"),
    "parties.end_contact": Bilingual("Contatto concluso", "Contact ended"),
}


def possible_duplicates(
    *, tax_code: str = "", vat_number: str = "", name: str = "", comune: str = "", excluding: int | None = None
) -> list[Enterprise]:
    """Enterprises that may be the one being typed: the same tax code or VAT number, or a name much like it (those of
    the same comune first). Five at most, each with ``why``: ``code``, ``vat`` or ``name``."""
    tax_code, vat_number = tax_code.strip().upper(), vat_number.strip().upper().removeprefix("IT")
    found: dict[int, Enterprise] = {}
    if tax_code or vat_number:
        same = Q()
        if tax_code:
            same |= Q(tax_code=tax_code)
        for code in filter(None, {vat_number, tax_code if len(tax_code) == 11 else ""}):
            same |= Q(vat_number=code) | Q(tax_code=code)
        for one in Enterprise.objects.filter(same).order_by("id")[:5]:
            one.why = "code" if tax_code and one.tax_code == tax_code else "vat"  # type: ignore[attr-defined]
            found[one.pk] = one
    if len(name.strip()) >= 4:
        for one in Enterprise.objects.similar_to(name, comune=comune)[:5]:
            # Elsewhere a name must be nearly the same; in the same comune likeness is enough.
            if one.likeness >= (0.5 if one.elsewhere == 0 else 0.8):  # type: ignore[attr-defined]
                one.why = "name"  # type: ignore[attr-defined]
                found.setdefault(one.pk, one)
    return [one for one in found.values() if one.pk != excluding][:5]


def timeline_of(enterprise: Enterprise, *, limit: int = 60) -> list[Happening]:
    """What parties know happened: their own writes and the facts with a date, latest first. One enterprise, 10 queries."""
    about = {
        "parties.Enterprise": [enterprise.pk],
        "parties.Mandate": enterprise.mandates.values_list("pk", flat=True)[:500],
        "parties.Invitation": enterprise.invitations.values_list("pk", flat=True)[:500],
        "parties.Correction": enterprise.corrections.values_list("pk", flat=True)[:500],
        "parties.Contact": enterprise.contacts.values_list("pk", flat=True)[:500],
    }
    condition = Q(pk__in=[])
    for label, ids in about.items():
        condition |= Q(object_type=label, object_id__in=[str(pk) for pk in ids])
    entries = AuditEntry.objects.filter(condition).order_by("-id")[:limit]
    found = [
        Happening(
            entry.at, VERBS[entry.verb], "" if entry.user_id else entry.actor_label, kind="audit", user_id=entry.user_id
        )
        for entry in entries
        if entry.verb in VERBS
    ]
    found += _facts(enterprise)
    if enterprise.register_run is not None:
        run = enterprise.register_run
        text = Bilingual("Dati scritti dal registro delle imprese", "Facts written from the business register")
        found.append(Happening(run.moved_at, text, run.file_name, kind="audit"))
    for merge in Merge.objects.filter(survivor=enterprise).select_related("absorbed").order_by("-id")[:20]:
        name = merge.absorbed.name
        found.append(
            Happening(
                merge.merged_at,
                Bilingual(f"Unita la scheda “{name}”", f"The file “{name}” was merged in"),
                kind="audit",
            )
        )
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def _facts(enterprise: Enterprise) -> Iterable[Happening]:
    def on(day: date | None, it: str, en: str) -> list[Happening]:
        return [] if day is None else [Happening(_morning(day), Bilingual(it, en))]

    yield from on(enterprise.founded_on, "Costituzione", "Founded")
    yield from on(enterprise.ceased_on, "Cessazione", "Ceased")
    for seat in enterprise.seats.select_related("comune").order_by("id"):
        place = seat.comune.name if seat.comune else seat.locality
        if seat.kind == "legal":
            yield from on(seat.since, f"Sede legale a {place}", f"Legal seat in {place}")
    rows: Any = enterprise.district_memberships.select_related("district").order_by("id")
    for row in rows:
        yield from on(
            row.since,
            f"Entra nel distretto “{row.district.name_it}”",
            f"Joins the district “{row.district.name_en}”",
        )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ROME)


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a long list: its rows, where the next piece begins, and how many rows there are if they are few."""

    rows: list[Any]
    cursor: str | None
    total: int | None


#: Beyond this nobody counts: a list says "more than".
MOST_COUNTED = 1000
SORTS: dict[str, tuple[str, ...]] = {
    "name": ("search_name", "id"),
    "-name": ("-search_name", "-id"),
    "code": ("tax_code",),
    "-code": ("-tax_code",),
    "new": ("-id",),
}


def with_place(rows: EnterpriseQuerySet) -> EnterpriseQuerySet:
    """Each enterprise with ``comune_name`` and ``province`` of its legal seat, in the same query."""
    return rows.annotate(
        legal=FilteredRelation("seats", condition=Q(seats__kind="legal", seats__until__isnull=True))
    ).annotate(comune_name=F("legal__comune__name"), province=F("legal__province_id"))


def filtered(rows: EnterpriseQuerySet, filters: dict[str, Any]) -> EnterpriseQuerySet:
    """The filters of the desk's list: ``q, province, sector, ateco, size, district, status``; empty ones do nothing."""
    if filters.get("province"):
        here = Seat.objects.filter(
            enterprise=OuterRef("pk"), kind="legal", until__isnull=True, province_id=filters["province"]
        )
        rows = rows.filter(Exists(here))
    if filters.get("sector"):
        rows = rows.filter(sectors__contains=[filters["sector"]])
    if filters.get("ateco"):
        rows = rows.filter(ateco__startswith=filters["ateco"].strip())
    if filters.get("size"):
        rows = rows.filter(size=filters["size"])
    if filters.get("district"):
        member = DistrictMembership.objects.filter(
            enterprise=OuterRef("pk"), until__isnull=True, district__code=filters["district"]
        )
        rows = rows.filter(Exists(member))
    if filters.get("status") != "all":
        rows = rows.filter(status=filters.get("status") or Enterprise.ACTIVE)
    # Last: whether names with mistakes are looked for depends on what there is among the rows left.
    return rows.search(filters["q"]) if filters.get("q") else rows


def window(rows: EnterpriseQuerySet, *, sort: str = "name", after: str | None = None, size: int = 50) -> Window:
    """A piece of ``rows`` in an order of ``SORTS`` (or by ``rank``, after a search), from where the last one ended.

    Two queries, and another to count up to ``MOST_COUNTED`` when the piece is the first and is full.
    """
    keys = ("rank", "search_name", "id") if sort == "rank" else SORTS.get(sort, SORTS["name"])
    here = rows
    values = _cursor(after, keys)
    if values is not None:
        here = here.filter(_beyond(keys, values))
    # Which rows, and only then where they are: joining the seats of thousands to show fifty would be most of the work.
    names = [key.removeprefix("-") for key in keys]
    places = list(here.order_by(*keys).values_list("pk", *names)[: size + 1])
    shown = {row.pk: row for row in with_place(Enterprise.objects.filter(pk__in=[place[0] for place in places[:size]]))}
    found = [shown[place[0]] for place in places[:size] if place[0] in shown]
    more = len(places) > size
    total = None if after or more else len(found)
    if more and not after and sort != "rank":
        counted = len(rows.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
        total = counted if counted <= MOST_COUNTED else None
    cursor = None
    if more:
        last = list(places[size - 1][1:])
        cursor = base64.urlsafe_b64encode(json.dumps(last).encode()).decode()
    return Window(found, cursor, total)


def _cursor(after: str | None, keys: tuple[str, ...]) -> list[Any] | None:
    if not after:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(after.encode()))
    except (ValueError, RecursionError):
        return None
    said = isinstance(values, list) and len(values) == len(keys) and all(map(_is_place, keys, values))
    return values if said else None


def _is_place(key: str, value: Any) -> bool:
    """Whether a row can have this value of a key: a cursor stands in an address, where anything may be written."""
    name = key.removeprefix("-")
    if name == "id":
        return type(value) is int and abs(value) < 2**63
    if name == "rank":
        return type(value) in {int, float} and abs(value) < 1e6
    return isinstance(value, str) and not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value)


def _beyond(keys: tuple[str, ...], values: list[Any]) -> Q:
    """What comes after a row, in an order by several keys: the first key bounds the index, the rest refine."""
    condition = Q()
    for i, key in enumerate(keys):
        name, way = (key[1:], "lt") if key.startswith("-") else (key, "gt")
        equal = Q(**{keys[j].removeprefix("-"): values[j] for j in range(i)})
        condition |= equal & Q(**{f"{name}__{way}": values[i]})
    first, way = (keys[0][1:], "lte") if keys[0].startswith("-") else (keys[0], "gte")
    return Q(**{f"{first}__{way}": values[0]}) & condition


def consents_of(person: Person | None) -> list[dict[str, Any]]:
    """What holds today for every purpose and channel: ``{purpose, channel, label, channel_label, given, at}``; nothing
    is given by who is not known yet. A consent in force on a channel its purpose no longer uses is there too: it must be
    seen to be withdrawn."""
    last: dict[tuple[str, str], Consent] = {}
    for row in person.consents.order_by("id") if person is not None else ():
        last[row.purpose, row.channel] = row
    channels = dict(Consent.CHANNELS)
    found = []
    for purpose, label in Consent.PURPOSES:
        usual = [channel for channel, _ in Consent.CHANNELS_OF[purpose]]
        past = [
            code for code in channels if code not in usual and (purpose, code) in last and last[purpose, code].given
        ]
        for channel in [*usual, *past]:
            event = last.get((purpose, channel))
            found.append(
                {
                    "purpose": purpose,
                    "channel": channel,
                    "label": label,
                    "channel_label": channels[channel],
                    "given": event is not None and event.given,
                    "at": event.at if event is not None else None,
                }
            )
    return found


def tax_code_in(text: str) -> str:
    """The tax code a person wrote, as registers keep it; empty when it is not one."""
    return check_tax_code(text).normalised
