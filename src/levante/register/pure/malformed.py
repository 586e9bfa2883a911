"""A document that is not what it should be, and why, for who gave it."""


class Malformed(ValueError):
    """Why, in Italian and in English; ``str`` of it is the English."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.it = it
        self.en = en
