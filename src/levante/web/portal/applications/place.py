"""Where a draft is filled in: by the enterprise in its portal, or by an office for it at the desk. The pages are the same."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class Place:
    """The names of the pages of a draft, and the frame they are drawn in."""

    frame: str
    prefix: str
    home: str
    home_label: str | Promise
    is_office: bool = False

    @property
    def tasks(self) -> str:
        return self.prefix

    @property
    def section(self) -> str:
        return f"{self.prefix}_section"

    @property
    def attach(self) -> str:
        return f"{self.prefix}_attach"

    @property
    def earlier(self) -> str:
        return f"{self.prefix}_earlier"

    @property
    def file(self) -> str:
        return f"{self.prefix}_file"

    @property
    def summary(self) -> str:
        return f"{self.prefix}_summary"

    @property
    def presence(self) -> str:
        return f"{self.prefix}_presence"

    @property
    def history(self) -> str:
        return f"{self.prefix}_history"

    @property
    def discard(self) -> str:
        return f"{self.prefix}_discard"


DESK = Place("desk/base.html", "desk:filling", "desk:fillings", gettext_lazy("On the phone"), is_office=True)
PORTAL = Place("portal/base.html", "portal:application", "portal:applications", gettext_lazy("My applications"))
