"""The tables of letters: letters, ways they went, receipts (``models_letter``)."""

from levante.letters.models_letter import Dispatch, Letter, LetterReceipt

__all__ = ["Dispatch", "Letter", "LetterReceipt"]
