"""What judges see where they must not know whose the application is: the answers that do not say it, and words covered in the
others where the enterprise named itself.

A field says whether its answer identifies (``calls.forms.model.Field.identifying``); documents do unless the form says not, and
then they have a neutral name. Names, codes and addresses of the enterprise and of its people are covered wherever they are
written in what is left: ``covered`` is a pure function of the text and of those words.
"""

import re
from collections.abc import Iterable

from levante.applications.models import Application
from levante.calls.api import Field, Reading

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
    """The words that say whose an application is: of the frozen enterprise, of who filled it in and
    sent it, and those answered in fields that identify; the longest first, so that a part never uncovers the whole."""
    enterprise = (application.frozen or {}).get("enterprise", {})
    words = {
        str(enterprise.get(name) or "") for name in ("name", "tax_code", "vat_number", "pec", "email", "phone", "rea")
    }
    website = str(enterprise.get("website") or "")
    words |= {website, re.sub(r"^https?://(www\.)?", "", website).strip("/")}
    bare = _LEGAL_FORMS.sub(" ", str(enterprise.get("name") or ""))
    words.add(" ".join(bare.replace(",", " ").split()))
    words |= {str(seat.get("address") or "") for seat in enterprise.get("seats", [])}
    words |= {user.get_full_name() for user in (application.submitted_by, application.created_by) if user is not None}
    for _, item in reading.form.fields():
        if item.identifying and item.kind in TEXTS:
            words.add(str(reading.answers.get(item.id) or ""))
    return sorted(
        {word.strip() for word in words if len(word.strip()) >= SHORTEST}, key=lambda word: (-len(word), word)
    )


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
