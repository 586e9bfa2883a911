"""The words by which who comes is read before its name may be: without the name. Pure: no database."""

import re

#: Legal forms as people write them after a name, with or without points.
_FORM = r"(?:s\W?r\W?l(?:\W?s)?|s\W?p\W?a|s\W?n\W?c|s\W?a\W?s|soc\w*\W+coop\w*|gmbh|ltd|llc|inc|corp|sarl|ag|bv|kg)\.?"
_FORMS_AT_THE_END = re.compile(rf"(?:\W+{_FORM})+\W*$", re.IGNORECASE)
#: What may stand between two words of a name: nothing that ends a sentence.
_BETWEEN = r"[^\w.;:!?]+"
#: A name without its legal form is looked for when it has so many letters: a shorter one is a word like others.
SHORTEST = 4
TAKEN_OUT = "…"


def without_name(text: str, name: str) -> str:
    """``text`` with each ``name`` in it, with or without its legal form, as an ellipsis; capitals, spaces and hyphens do not hide it."""
    words = re.findall(r"\w+", _FORMS_AT_THE_END.sub("", name))
    if not words:
        return text
    # A short name is looked for with its form alone.
    form = rf"\W+{_FORM}(?!\w)" if len("".join(words)) < SHORTEST else rf"(?:\W+{_FORM}(?!\w))?"
    pattern = r"(?<!\w)" + _BETWEEN.join(map(re.escape, words)) + r"(?!\w)" + form
    return re.sub(pattern, TAKEN_OUT, text, flags=re.IGNORECASE)
