"""The tables of letters: letters, ways they went, receipts (``models_letter``); saved texts (``models_wording``)."""

from levante.letters.models_letter import Dispatch, Letter, LetterReceipt
from levante.letters.models_wording import Wording, WordingVersion

__all__ = ["Dispatch", "Letter", "LetterReceipt", "Wording", "WordingVersion"]
