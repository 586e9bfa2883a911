"""The door of letters: writing them, following them, and what they say of where they are."""

from levante.letters.kinds import KINDS, PLACEHOLDERS, Kind
from levante.letters.models import Dispatch, Letter, LetterReceipt, LetterRun, LetterRunItem, Wording, WordingVersion
from levante.letters.models_wording import USES
from levante.letters.policies import may_follow, may_read_letter, may_write_for
from levante.letters.queries import (
    RECEIPTS,
    Happened,
    is_late,
    letters_with,
    to_follow,
    waits_too_long,
    wants_somebody,
    way_of,
)
from levante.letters.runs import (
    go_on,
    look_at,
    may_work_run,
    prepare_run,
    progress_of,
    retry_run,
    runs_to_start,
    start_run,
    stop_run,
)
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
from levante.letters.writing import About, Planned, office_values, portal_address, same, write_letter

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
    "LetterRun",
    "LetterRunItem",
    "Planned",
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
    "go_on",
    "house_templates",
    "is_late",
    "letters_with",
    "look_at",
    "may_follow",
    "may_read_letter",
    "may_work_run",
    "may_write_for",
    "office_values",
    "page_of",
    "paper_of",
    "placeholders_in",
    "portal_address",
    "prepare_run",
    "problems_of",
    "progress_of",
    "read_letter",
    "record_outcome",
    "retire_wording",
    "retry_run",
    "runs_to_start",
    "same",
    "save_wording",
    "send_letter_again",
    "send_letter_otherwise",
    "start_run",
    "stop_run",
    "template_for",
    "to_follow",
    "try_again",
    "waits_too_long",
    "wants_somebody",
    "way_of",
    "wordings_for",
    "write_letter",
]
