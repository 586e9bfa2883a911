"""Facts as people read them."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from levante.kernel.api import day_of
from levante.parties.api import Enterprise, Happening, OwnershipLink, ateco_title, legal_forms
from levante.web.templatetags.levante import day


def field_label(name: str) -> str:
    """The name of a fact, in the language at work."""
    return {
        "name": gettext("Name"),
        "tax_code": gettext("Tax code"),
        "vat_number": gettext("VAT number"),
        "legal_form": gettext("Legal form"),
        "ateco": gettext("Activity (ATECO)"),
        "ateco_edition": gettext("Edition of ATECO"),
        "ateco_on": gettext("Activity since"),
        "artisan": gettext("Artisan firm"),
        "rea": "REA",
        "founded_on": gettext("Founded on"),
        "ceased_on": gettext("Ceased on"),
        "status": gettext("Status"),
        "pec": "PEC",
        "email": gettext("E-mail"),
        "phone": gettext("Telephone"),
        "website": gettext("Website"),
        "sectors": gettext("Sectors"),
        "comune": gettext("Comune"),
        "address": gettext("Address"),
        "cap": gettext("Postal code"),
        "holder": gettext("Kind of holder"),
        "code": gettext("Tax code of the holder"),
        "given": gettext("Given name"),
        "institution": gettext("Body"),
        "institution_kind": gettext("Kind of body"),
        "country": gettext("Country"),
        "kind": gettext("How it is held"),
        "capital": gettext("Capital (percent)"),
        "votes": gettext("Votes (percent)"),
        "same_market": gettext("Same or adjacent markets"),
        "since": gettext("First day"),
        "until": gettext("Last day"),
        "evidence": gettext("What it rests on"),
        "headcount": gettext("Staff (ULA)"),
        "turnover": gettext("Turnover"),
        "balance": gettext("Balance sheet total"),
        "export_turnover": gettext("Turnover abroad"),
        "languages": gettext("Languages"),
        "language": gettext("Language to write in"),
        "looking_for": gettext("What it looks for"),
    }.get(name, name)


def relation_label(label: str) -> str:
    """The rows that a merge moves, as people call them; the column itself when nobody has named it."""
    return {
        "aid.AidRecord.enterprise": gettext("aid received"),
        "aid.Reservation.enterprise": gettext("reservations of headroom"),
        "aid.RnaRegistration.enterprise": gettext("registrations in the RNA"),
        "aid.Visura.enterprise": gettext("visure of the RNA"),
        "payments.BankAccount.enterprise": gettext("accounts for payments"),
        "payments.Check.enterprise": gettext("papers for payments"),
        "payments.WithholdingCertificate.enterprise": gettext("certificates of what was withheld"),
        "controls.Refund.enterprise": gettext("money to be given back to it"),
        "controls.Due.enterprise": gettext("quotas of initiatives"),
        "wins.Win.enterprise": gettext("export wins"),
        "directory.Profile.enterprise": gettext("profile in the directory of suppliers"),
        "wins.FollowUp.enterprise": gettext("questions after initiatives"),
        "meetings.Attendee.enterprise": gettext("meetings of initiatives"),
        "participations.Participation.enterprise": gettext("places in initiatives"),
        "api.ApiToken.enterprise": gettext("keys of the API"),
        "applications.Application.enterprise": gettext("applications"),
        "applications.GroupMember.enterprise": gettext("places in groups that apply"),
        "cases.Case.enterprise": gettext("requests"),
        "competences.ReadinessAssessment.enterprise": gettext("check-ups"),
        "documents.GeneratedDocument.enterprise_id": gettext("documents made here"),
        "documents.StoredFile.enterprise_id": gettext("files"),
        "grants.Award.enterprise": gettext("awards"),
        "grants.Award.awarded_to": gettext("awards another firm has taken over"),
        "grants.Succession.firm": gettext("successions it leaves"),
        "grants.Succession.heir": gettext("successions it takes"),
        "initiatives.ExpressionOfInterest.enterprise": gettext("interests in fairs"),
        "kernel.AuditEntry.enterprise_id": gettext("lines of the audit"),
        "letters.Letter.enterprise": gettext("letters"),
        "notices.Notice.enterprise_id": gettext("messages received"),
        "parties.Account.enterprise": gettext("accounts of a year"),
        "parties.ChainMembership.enterprise": gettext("supply chains"),
        "parties.Contact.enterprise": gettext("contacts"),
        "parties.Correction.enterprise": gettext("corrections"),
        "parties.DistrictMembership.enterprise": gettext("districts"),
        "parties.Enterprise.merged_into": gettext("files already merged into it"),
        "parties.Invitation.enterprise": gettext("invitations"),
        "parties.Mandate.enterprise": gettext("mandates"),
        "parties.Merge.absorbed": gettext("merges of files"),
        "parties.Merge.survivor": gettext("merges of files"),
        "parties.OwnershipLink.holder_enterprise": gettext("shares it holds"),
        "parties.OwnershipLink.owned": gettext("holders"),
        "parties.RegisterDifference.enterprise": gettext("differences from the register"),
        "parties.Seat.enterprise": gettext("seats"),
    }.get(label, label)


def shown(value: Any, sectors: dict[str, Any] | None = None) -> str:
    """A value of a fact as text: a dash when there is none."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(str((sectors or {}).get(one, one)) for one in value)
    if isinstance(value, date):
        return day(value)
    return str(value)


def figure(text: str) -> str:
    """A value kept as text, as people read it: figures with their signs, a dash when there is none."""
    try:
        number = Decimal(text) if "." in text else None
    except InvalidOperation:
        number = None
    return number_format(number.normalize(), use_l10n=True, force_grouping=True) if number is not None else shown(text)


def facts_of(enterprise: Enterprise, sectors: dict[str, Any]) -> list[dict[str, str]]:
    """The facts of an enterprise for ``components/key_facts.html``."""
    form = legal_forms().get(enterprise.legal_form)
    activity = ateco_title(enterprise.ateco, enterprise.ateco_edition)
    edition = dict(Enterprise.EDITIONS).get(enterprise.ateco_edition, "")
    facts = [
        {"label": gettext("Tax code"), "value": enterprise.tax_code},
        {"label": gettext("VAT number"), "value": shown(enterprise.vat_number)},
        {"label": gettext("Legal form"), "value": form.in_language(get_language()) if form else "–"},
        {
            "label": gettext("Activity (ATECO)"),
            "value": shown(enterprise.ateco),
            "note": f"{activity} · {edition}" if enterprise.ateco else "",
        },
        {"label": gettext("Sectors"), "value": shown(enterprise.sectors, sectors)},
        {"label": gettext("Artisan firm"), "value": shown(enterprise.artisan)},
        {"label": gettext("Founded on"), "value": shown(enterprise.founded_on)},
        {"label": "REA", "value": shown(enterprise.rea)},
        {"label": "PEC", "value": shown(enterprise.pec)},
        {"label": gettext("Telephone"), "value": shown(enterprise.phone)},
        {
            "label": gettext("Website"),
            "value": shown(enterprise.website),
            **({"url": enterprise.website} if enterprise.website else {}),
        },
    ]
    if enterprise.ceased_on:
        facts.append({"label": gettext("Ceased on"), "value": shown(enterprise.ceased_on)})
    return facts


def holders_of(enterprise: Enterprise, *, sees_people: bool) -> list[OwnershipLink]:
    """Who holds it. A person is named to who deals with people: the others see that a person holds so much. One
    query."""
    rows = enterprise.holders.select_related(
        "holder_enterprise", "holder_person", "holder_institution", "holder_country"
    ).order_by("-capital", "id")
    found = list(rows)
    for link in found:
        link.shown_name = (  # type: ignore[attr-defined]
            link.holder_name if sees_people or link.holder_person_id is None else gettext("a person")
        )
    return found


def told(items: list[Happening]) -> list[dict[str, Any]]:
    """Happenings for ``components/timeline.html``, in the language at work."""
    language = get_language()
    icons = {"audit": "it-pencil", "fact": "it-calendar"}
    return [
        {
            "at": day_of(one.at) if one.kind == "fact" else one.at,
            "title": one.text.in_language(language),
            "who": one.who,
            "url": one.url,
            "icon_name": icons.get(one.kind, "it-file"),
        }
        for one in items
    ]
