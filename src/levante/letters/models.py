"""The tables of letters: letters, ways they went, receipts (``models_letter``); saved texts (``models_wording``);
letters to many (``models_run``)."""

from levante.letters.models_letter import Dispatch, Letter, LetterReceipt
from levante.letters.models_run import LetterRun, LetterRunItem
from levante.letters.models_wording import Wording, WordingVersion

__all__ = ["Dispatch", "Letter", "LetterReceipt", "LetterRun", "LetterRunItem", "Wording", "WordingVersion"]
