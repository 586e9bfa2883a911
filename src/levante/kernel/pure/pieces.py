"""A JSON object too large to be held: one of its lists is read item by item, and read again each time it is walked.

A day of a million applications is hundreds of megabytes of text and gigabytes of objects; read so, it takes the memory of
one item.
"""

import codecs
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal

Kind = Literal["whole", "list", "item"]
_GAP = re.compile(r"[ \t\n\r]*")
_GOES_ON = re.compile(r"[0-9.eE+-]*")
_STEP = 1 << 18
#: The longest value that is held at once, in characters: a list beside the one that is walked may be long too.
MOST_HELD = 1 << 26


class Unreadable(ValueError):
    """The text is not a JSON object, or a part of it is too large. ``place`` is where, in characters from the beginning."""

    def __init__(self, message: str, place: int = 0, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.place, self.too_large = place, too_large


class Listed:
    """The list of a large object: each walk reads the text again, from its beginning."""

    def __init__(self, opened: Callable[[], BinaryIO], name: str) -> None:
        self._opened, self._name = opened, name

    def __iter__(self) -> Iterator[Any]:
        with self._opened() as stream:
            for _, kind, value in walk(stream, self._name):
                if kind == "item":
                    yield value


def large_object(opened: Callable[[], BinaryIO], name: str) -> dict[str, Any]:
    """A JSON object with its list ``name`` as a ``Listed``; ``opened`` opens the text anew. ``Unreadable`` when any of it
    cannot be read."""
    found: dict[str, Any] = {}
    with opened() as stream:
        for key, kind, value in walk(stream, name):
            if kind == "list":
                found[key] = Listed(opened, name)
            elif kind == "whole":
                found[key] = value
    return found


def after(begun: bytes, rest: BinaryIO) -> BinaryIO:
    """A stream of what was read already and then of the rest."""
    return io.BufferedReader(_After(begun, rest))


class _After(io.RawIOBase):
    def __init__(self, begun: bytes, rest: BinaryIO) -> None:
        self._begun, self._rest = memoryview(begun), rest

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if self._begun:
            piece, self._begun = self._begun[: len(into)], self._begun[len(into) :]
        else:
            piece = memoryview(self._rest.read(len(into)))
        into[: len(piece)] = piece
        return len(piece)


def walk(
    stream: BinaryIO, name: str, *, decoder: json.JSONDecoder | None = None, largest: int | None = None
) -> Iterator[tuple[str, Kind, Any]]:
    """The members of an object one after the other: ``(name, "whole", value)``; where the member ``name`` is a list,
    ``(name, "list", None)`` and then each ``(name, "item", value)``. Nothing may be written twice or follow the object."""
    text, seen = _Text(stream, decoder or json.JSONDecoder(), largest), set[str]()
    text.take("{")
    more = text.peek() != "}"
    while more:
        key = text.value()
        if not isinstance(key, str) or key in seen:
            raise text.wrong(f"{key!r} is not the name of a member, or is written twice")
        seen.add(key)
        text.take(":")
        if key == name and text.peek() == "[":
            yield key, "list", None
            for item in _items(text):
                yield key, "item", item
        else:
            yield key, "whole", text.value()
        more = text.peek() == "," and bool(text.take(","))
    text.take("}")
    if text.peek():
        raise text.wrong("something follows the object")


def _items(text: "_Text") -> Iterator[Any]:
    text.take("[")
    more = text.peek() != "]"
    while more:
        yield text.value()
        more = text.peek() == "," and bool(text.take(","))
    text.take("]")


class _Text:
    """What was read and not yet used."""

    def __init__(self, stream: BinaryIO, decoder: json.JSONDecoder, largest: int | None) -> None:
        self._read, self._as_text = stream.read, codecs.getincrementaldecoder("utf-8-sig")().decode
        self._decode, self._largest = decoder.raw_decode, largest
        self._text, self._at, self._before = "", 0, 0

    def wrong(self, message: str) -> Unreadable:
        place = self._before + self._at
        return Unreadable(f"{message} (at character {place + 1})", place)

    def peek(self) -> str:
        """The next character that is not a gap; empty at the end."""
        while True:
            gap = _GAP.match(self._text, self._at)
            self._at = gap.end() if gap else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, character: str) -> str:
        if self.peek() != character:
            raise self.wrong(f"not a JSON object: “{character}” is expected")
        self._at += 1
        return character

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if len(self._text) - self._at <= MOST_HELD and self._more():
                    continue
                raise self.wrong(f"not JSON: {error.msg}") from error
            except RecursionError as error:
                raise self.wrong("nested too deeply") from error
            if _GOES_ON.fullmatch(self._text, end) and self._more():
                continue  # a number may go on beyond what was read: “1e” is read as 1
            self._at = end
            return value

    def _more(self) -> bool:
        """Read on, twice as much as what is not used yet: a long value costs its length."""
        try:
            taken = self._read(max(_STEP, len(self._text) - self._at))
            read = self._as_text(taken, not taken)
        except UnicodeDecodeError as error:
            raise self.wrong("the text is not UTF-8") from error
        self._before += self._at
        self._text, self._at = self._text[self._at :] + read, 0
        if self._largest is not None and self._before + len(self._text) > self._largest:
            raise Unreadable(f"over {self._largest // (1 << 20)} MB", too_large=True)
        return bool(taken)
