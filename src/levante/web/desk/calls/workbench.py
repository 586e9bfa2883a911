"""The form while it is being worked on. Of a draft every change is saved at once; of a published call changes are kept aside in
the designer's session until they are published together, as one version with its act."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from levante.applications.api import drafts_of_call
from levante.calls.api import (
    Call,
    Change,
    DefinitionError,
    Form,
    changes_between,
    edit_parts,
    effects_on,
    exclusions,
    read_form,
)
from levante.programme.api import Act
from levante.web.desk.calls.roles import actor_of

#: The section that a form without any begins with.
EMPTY: dict[str, Any] = {"sections": []}


@dataclass(slots=True)
class Workbench:
    request: HttpRequest
    call: Call
    document: Mapping[str, Any]

    @property
    def _key(self) -> str:
        return f"form-of-call:{self.call.pk}"

    @property
    def is_aside(self) -> bool:
        """Are changes kept aside until they are published?"""
        return self.call.state == "published"

    @property
    def published(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document.get("form") or EMPTY
        return found

    @property
    def definition(self) -> dict[str, Any]:
        """The form as it is on the bench."""
        kept = self.request.session.get(self._key) if self.is_aside else None
        return kept["definition"] if kept else self.published

    @property
    def revision(self) -> int:
        """The revision of the call that the form on the bench began from."""
        kept = self.request.session.get(self._key) if self.is_aside else None
        return int(kept["revision"]) if kept else self.call.revision

    @property
    def has_changes(self) -> bool:
        return self.is_aside and self.definition != self.published

    def form(self) -> Form:
        """The form on the bench; without sections while there are none."""
        return read_form(self.definition) if self.definition.get("sections") else Form(())

    def keep(self, definition: dict[str, Any], revision: int) -> None:
        """Save the form, or keep it aside. ``DefinitionError``, ``Refused``: it is not kept."""
        if definition.get("sections"):
            read_form(exclusions.without_section(definition))
        if self.is_aside:
            began = self.revision
            self.request.session[self._key] = {"definition": definition, "revision": began}
            return
        value = definition if definition.get("sections") else None
        edit_parts(actor=actor_of(self.request), call=self.call, revision=revision, values={"form": value or {}})

    def discard(self) -> None:
        self.request.session.pop(self._key, None)

    def publish(self, act: Act | None, text: tuple[str, str]) -> None:
        """The form kept aside becomes a version of the published call."""
        edit_parts(
            actor=actor_of(self.request), call=self.call, revision=self.revision, values={"form": self.definition},
            act=act, text=text,
        )  # fmt: skip
        self.discard()

    def changes(self) -> list[Change]:
        """What the form on the bench changes of the published one."""
        try:
            return changes_between(read_form(self.published), read_form(self.definition))
        except DefinitionError:
            return []

    def touched(self, changes: list[Change]) -> tuple[int, int]:
        """How many open drafts there are, and how many the changes touch: something lost, to give, to read again."""
        answers = drafts_of_call(self.call.pk)
        return len(answers), sum(1 for one in answers if effects_on(changes, one))
