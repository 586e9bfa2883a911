"""Yes or no, with the reason: what every ``may_x`` answers."""

from dataclasses import dataclass

from levante.kernel.pure.explanation import Bilingual


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer that is true or false by itself and carries its reason in both languages.

    A dataclass and not a tuple: ``(False, "why")`` is true in an ``if``.
    """

    allowed: bool
    reason: Bilingual = Bilingual("", "")

    def __bool__(self) -> bool:
        return self.allowed

    @classmethod
    def yes(cls) -> "Decision":
        return cls(True)

    @classmethod
    def no(cls, it: str, en: str) -> "Decision":
        return cls(False, Bilingual(it, en))
