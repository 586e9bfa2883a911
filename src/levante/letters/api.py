"""The door of letters: writing them, following them, and what they say of where they are."""

from levante.letters.kinds import KINDS, PLACEHOLDERS, Kind
from levante.letters.models import Dispatch, Letter, LetterReceipt, Wording, WordingVersion
from levante.letters.models_wording import USES
from levante.letters.policies import may_follow, may_write_for
from levante.letters.queries import RECEIPTS, Happened, is_late, to_follow, waits_too_long, wants_somebody, way_of
from levante.letters.sending import advance, paper_of
from levante.letters.services import (
    cancel_letter,
    edit_draft,
    finish_draft,
    read_letter,
    record_outcome,
    send_letter_again,
    send_letter_otherwise,
    try_again,
)
from levante.letters.states import BY_PEOPLE, CHANNELS, FAILURES, LEFT, ON_THE_WAY, STATES, WHAT_TO_DO
from levante.letters.subjects import about, page_of
from levante.letters.templates import Template, check_own, check_template, house_templates, template_for
from levante.letters.text import as_items, blocks_of, fill, placeholders_in, problems_of
from levante.letters.wordings import NAMES, retire_wording, save_wording, wordings_for
from levante.letters.workflow import LETTERS
from levante.letters.writing import About, office_values, portal_address, same, write_letter

__all__ = [
    "BY_PEOPLE",
    "CHANNELS",
    "FAILURES",
    "KINDS",
    "LEFT",
    "LETTERS",
    "NAMES",
    "ON_THE_WAY",
    "PLACEHOLDERS",
    "RECEIPTS",
    "STATES",
    "USES",
    "WHAT_TO_DO",
    "About",
    "Dispatch",
    "Happened",
    "Kind",
    "Letter",
    "LetterReceipt",
    "Template",
    "Wording",
    "WordingVersion",
    "about",
    "advance",
    "as_items",
    "blocks_of",
    "cancel_letter",
    "check_own",
    "check_template",
    "edit_draft",
    "fill",
    "finish_draft",
    "house_templates",
    "is_late",
    "may_follow",
    "may_write_for",
    "office_values",
    "page_of",
    "paper_of",
    "placeholders_in",
    "portal_address",
    "problems_of",
    "read_letter",
    "record_outcome",
    "retire_wording",
    "same",
    "save_wording",
    "send_letter_again",
    "send_letter_otherwise",
    "template_for",
    "to_follow",
    "try_again",
    "waits_too_long",
    "wants_somebody",
    "way_of",
    "wordings_for",
    "write_letter",
]
