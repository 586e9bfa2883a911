"""Saved texts: written and changed by officers, versioned, filled when they are chosen."""

from collections.abc import Mapping

from levante.identity.api import Office
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.letters.kinds import KINDS
from levante.letters.models_wording import USES, Wording, WordingVersion
from levante.letters.policies import may_write_for
from levante.letters.text import fill, problems_of

#: What a saved text may name: what is known of a file while one writes about it.
NAMES = tuple(name for name in KINDS["communication"].placeholders if name != "signatory")
LONGEST = 8000


@service("letters.save_wording")
def save_wording(
    *, actor: Actor, office: Office, use: str, title: str, text: str, wording: Wording | None = None
) -> Wording:
    """Keep a text, or a new version of one. An unknown placeholder is an error that names it."""
    require(may_write_for(actor, office))
    title, text = " ".join(title.split()), text.strip().replace("\r\n", "\n")
    if use not in USES:
        refuse("Scegli a che cosa serve.", "Choose what it is for.", field="use")
    if not title:
        refuse("Dai un titolo al testo.", "Give the text a title.", field="title")
    if not text:
        refuse("Scrivi il testo.", "Write the text.", field="text")
    if len(text) > LONGEST:
        refuse(f"Il testo supera {LONGEST} caratteri.", f"The text is over {LONGEST} characters.", field="text")
    problems = problems_of(text, known=NAMES)
    if problems:
        refuse(
            "; ".join(problem.it for problem in problems) + ".", "; ".join(problem.en for problem in problems) + ".",
            field="text",
        )  # fmt: skip
    held = Wording.objects.select_for_update(no_key=True).get(pk=wording.pk) if wording is not None else None
    if held is not None and (held.office_id != office.pk or held.retired_at is not None):
        refuse("Questo testo non è più in uso.", "This text is no longer in use.")
    same_title = Wording.objects.in_use().filter(office=office, use=use, title__iexact=title)
    if held is not None:
        same_title = same_title.exclude(pk=held.pk)
    if same_title.exists():
        refuse("C’è già un testo con questo titolo.", "There is already a text with this title.", field="title")
    if held is None:
        held = Wording.objects.create(
            office=office, use=use, title=title[:120], made_at=now(), made_by_id=actor.user_id
        )
    last = WordingVersion.objects.filter(wording=held).order_by("-number").first()
    if last is not None and last.text == text and (held.title, held.use) == (title, use):
        return unchanged(held)
    if (held.title, held.use) != (title, use):
        held.title, held.use = title[:120], use
        held.save(update_fields=["title", "use"])
    if last is None or last.text != text:
        WordingVersion.objects.create(
            wording=held, number=(last.number if last else 0) + 1, text=text, made_at=now(), made_by_id=actor.user_id
        )
    note(use=use, version=(last.number if last else 0) + 1)
    return held


@service("letters.retire_wording")
def retire_wording(*, actor: Actor, wording: Wording) -> Wording:
    """It is no longer offered; what was written with it stays."""
    held = Wording.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=wording.pk)
    require(may_write_for(actor, held.office))
    if held.retired_at is not None:
        return unchanged(held)
    held.retired_at = now()
    held.save(update_fields=["retired_at"])
    note_object(held)
    return held


def wordings_for(office: Office, values: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The texts in use of an office as title and filled text, by use. ``values`` fill the placeholders. One query."""
    found: dict[str, list[tuple[str, str]]] = {}
    known = {name: values.get(name, "") for name in NAMES}
    for row in Wording.objects.in_use().filter(office=office).with_text():
        found.setdefault(row.use, []).append((row.title, fill(str(row.text), known)))  # type: ignore[attr-defined]
    return found
