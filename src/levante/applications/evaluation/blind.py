"""What judges see where they must not know whose the application is: the answers that do not say it, and words covered in the
others where the enterprise named itself.

A field says whether its answer identifies (``calls.forms.model.Field.identifying``); documents do unless the form says not, and
then they have a neutral name. Names, codes and addresses of the enterprise and of its people are covered wherever they are
written in what is left: ``covered`` is a pure function of the text and of those words.
"""

import re
from collections.abc import Iterable
from typing import Any

from levante.applications.models import Application
from levante.calls.api import Field, Reading
from levante.parties.api import OwnershipLink

#: What stands in the place of a word that identifies.
COVER = "█████"
#: Kinds of field whose answer is words of the applicant.
TEXTS = ("text", "email", "iban")
#: Below this length a word is too common to be covered: it would hide the text and protect nothing.
SHORTEST = 4
_LEGAL_FORMS = re.compile(
    r"\b(s\.?\s?r\.?\s?l\.?\s?s?\.?|s\.?\s?p\.?\s?a\.?|s\.?\s?n\.?\s?c\.?|s\.?\s?a\.?\s?s\.?|soc\.?\s+coop\.?|società|cooperativa|ditta|di)\b\.?",
    re.IGNORECASE,
)


def identifying_words(application: Application, reading: Reading) -> list[str]:
    """The words that say whose an application is: of the frozen enterprise and, in a group, of each partner; of their holders;
    of who filled it in, sent it, signed it or entered for a firm; and those answered in fields that identify, by the lead or
    by a partner. The longest first, so that a part never uncovers the whole."""
    frozen = application.frozen or {}
    members = frozen.get("members", [])
    firms = [frozen.get("enterprise", {}), *(row["enterprise"] for row in members)]
    words = {word for firm in firms for word in _of_firm(firm)} | _of_holders(firms)
    signature = frozen.get("signature", {})
    words |= {*_of_person(str(signature.get("signer") or "")), str(signature.get("tax_code") or "")}
    people = {application.submitted_by, application.created_by}
    for member in application.members.select_related("enterprise", "invited_by", "joined_by"):
        # Who was asked and is not in it may be named all the same: of them there is no copy.
        firm = member.enterprise
        words |= {*_of_name(firm.name), firm.tax_code, firm.vat_number or ""}
        people |= {member.invited_by, member.joined_by}
    for user in people - {None}:
        words |= {*_of_person(user.get_full_name()), user.email, user.codice_fiscale or ""}
    for answers in (reading.answers, *(row["answers"] for row in members)):
        for _, item in reading.form.fields():
            words |= _of_answer(item, answers.get(item.id))
    return sorted(
        {word.strip() for word in words if len(word.strip()) >= SHORTEST}, key=lambda word: (-len(word), word)
    )


def _of_firm(copy: dict[str, Any]) -> set[str]:
    """Of the frozen copy of an enterprise: its names, codes and addresses, the names of its holders."""
    words = {str(copy.get(name) or "") for name in ("tax_code", "vat_number", "pec", "email", "phone", "rea")}
    website = str(copy.get("website") or "")
    words |= {website, re.sub(r"^https?://(www\.)?", "", website).strip("/")}
    words |= _of_name(str(copy.get("name") or ""))
    words |= {str(seat.get("address") or "") for seat in copy.get("seats", [])}
    for row in copy.get("holders", []):
        holder = re.sub(r" \([A-Z]{2}\)\Z", "", str(row.get("holder") or ""))  # who is abroad has its country after it
        words |= _of_name(holder) | _of_person(holder)
    return words


def _of_name(name: str) -> set[str]:
    """The name of a firm, with its legal form and without."""
    return {name, " ".join(_LEGAL_FORMS.sub(" ", name).replace(",", " ").split())}


def _of_person(name: str) -> set[str]:
    """A name as it is written and with the last word first, as registers write the names of people."""
    *given, family = name.split() or [""]
    return {name, " ".join([family, *given])}


def _of_holders(firms: list[dict[str, Any]]) -> set[str]:
    """The codes and addresses of the holders of some frozen enterprises, whom the copies have by name alone. One query."""
    rows = OwnershipLink.objects.filter(owned_id__in={firm["id"] for firm in firms if "id" in firm}).values_list(
        "holder_enterprise__tax_code", "holder_enterprise__vat_number", "holder_enterprise__pec",
        "holder_person__codice_fiscale", "holder_person__email", "holder_person__phone",
    )  # fmt: skip
    return {word for row in rows for word in row if word}


def _of_answer(item: Field, value: Any) -> set[str]:
    """The words of an answer that identifies; of a group, those of its columns that do."""
    if item.kind == "group":
        lines = value if isinstance(value, list) else []
        return {word for line in lines for inner in item.fields for word in _of_answer(inner, line.get(inner.id))}
    return {str(value or "")} if item.identifying and item.kind in TEXTS else set()


def covered(text: str, words: Iterable[str]) -> str:
    """The text with each of the words covered, whatever its case and however its spaces are written."""
    for word in words:
        pattern = r"[\s_\-.]*".join(re.escape(part) for part in re.split(r"[\s_\-.]+", word) if part)
        if pattern:
            text = re.sub(rf"(?<!\w){pattern}(?!\w)", COVER, text, flags=re.IGNORECASE)
    return text


def shown_fields(reading: Reading) -> set[str]:
    """The ids of the fields that a blind judge reads."""
    return {item.id for _, item in reading.form.fields() if not item.identifying}


def shown_columns(item: Field) -> list[str]:
    """The ids of the columns of a group that a blind judge reads."""
    return [inner.id for inner in item.fields if not inner.identifying]
