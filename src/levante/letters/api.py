"""The door of letters: writing them, following them, and what they say of where they are."""

from levante.letters.kinds import KINDS, PLACEHOLDERS, Kind
from levante.letters.models import Dispatch, Letter, LetterReceipt
from levante.letters.policies import may_follow, may_write_for
from levante.letters.sending import paper_of
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
from levante.letters.workflow import LETTERS
from levante.letters.writing import About, same, write_letter

__all__ = [
    "BY_PEOPLE",
    "CHANNELS",
    "FAILURES",
    "KINDS",
    "LEFT",
    "LETTERS",
    "ON_THE_WAY",
    "PLACEHOLDERS",
    "STATES",
    "WHAT_TO_DO",
    "About",
    "Dispatch",
    "Kind",
    "Letter",
    "LetterReceipt",
    "Template",
    "about",
    "as_items",
    "blocks_of",
    "cancel_letter",
    "check_own",
    "check_template",
    "edit_draft",
    "fill",
    "finish_draft",
    "house_templates",
    "may_follow",
    "may_write_for",
    "page_of",
    "paper_of",
    "placeholders_in",
    "problems_of",
    "read_letter",
    "record_outcome",
    "same",
    "send_letter_again",
    "send_letter_otherwise",
    "template_for",
    "try_again",
    "write_letter",
]
