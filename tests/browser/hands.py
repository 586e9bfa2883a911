"""Using a page with the keyboard alone: Tab to where the focus goes, keys for what is there. No mouse, no shortcut past it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: What has the focus: its tag, type, name, value, words, the closest thing with an id that can be opened, if it is on.
HERE = """() => { const e = document.activeElement; const box = e.closest('details'); const item = e.closest('li[id]');
  return {id: e.id, entry: (box && box.dataset.entry) || '', tag: e.tagName,
    type: e.type || '', name: e.name || '', value: e.value || '', on: Boolean(e.checked),
    words: (e.innerText || '').trim(), box: box ? box.id : '', item: item ? item.id : '', open: Boolean(box && box.open),
    href: e.tagName === 'A' ? e.getAttribute('href') : '',
    seen: getComputedStyle(e).outlineStyle !== 'none' && parseFloat(getComputedStyle(e).outlineWidth) >= 2}; }"""

LONGEST = 400


class Hands:
    """Two hands on a keyboard, over a ``Visitor`` of the browser tests."""

    def __init__(self, visitor: Any) -> None:
        self.page = visitor.page
        self.address = visitor.address

    def key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab(self) -> dict[str, Any]:
        self.key("Tab")
        found: dict[str, Any] = self.page.evaluate(HERE)
        # Inside a date the browser draws the focus itself, on its parts and on its calendar.
        assert found["seen"] or found["tag"] == "BODY" or found["type"] in {"date", "datetime-local"}, (
            f"the focus is not seen on {found}"
        )
        return found

    def follow(self, words: str) -> None:
        """Tab to the link or button with these words and press it."""
        for _ in range(LONGEST):
            here = self.tab()
            if here["tag"] in {"A", "BUTTON"} and words in here["words"]:
                self.press()
                return
        raise AssertionError(f"Tab never reaches “{words}” on {self.page.url}")

    def press(self) -> None:
        with self.page.expect_navigation():
            self.key("Enter")

    def reach(self, name: str) -> dict[str, Any]:
        """Tab to the field with this name, or to the button with this id."""
        for _ in range(LONGEST):
            here = self.tab()
            if name in (here["name"], here["id"]):
                return here
            if here["tag"] == "SUMMARY" and not here["open"] and here["entry"] and name.startswith(here["entry"] + "."):
                self.key("Enter")
        raise AssertionError(f"Tab never reaches {name} on {self.page.url}")

    def give(self, name: str, answer: Any) -> None:
        """Tab to a field and answer it."""
        self._give(self.reach(name), answer)

    def fill(
        self, answers: Mapping[str, Any], *, until: str, box: str = "", item: str = "", file: Path | None = None
    ) -> None:
        """Give the answers as Tab meets their fields, then press the button ``until``.

        ``box`` or ``item`` keep to one folded step or one line of a list: its summary is opened on the way.
        """
        done: set[str] = set()
        for _ in range(LONGEST):
            here = self.tab()
            if (box and here["box"] != box) or (item and here["item"] != item):
                continue
            if here["tag"] == "SUMMARY":
                if (box or item) and not here["open"]:
                    self.key("Enter")
                continue
            if here["type"] == "file" and file is not None:
                self._choose(file)
                return self.fill(answers, until=until, box=box, item=item)
            if here["tag"] == "BUTTON" and until in {"", here["words"]}:
                self.press()
                return None
            name = here["name"]
            if name in answers and name not in done:
                done.add(name)
                self._give(here, answers[name])
        raise AssertionError(f"Tab never reaches “{until}” on {self.page.url}")

    def _give(self, here: dict[str, Any], answer: Any) -> None:
        if here["type"] == "radio":
            if not here["on"]:
                self.key("Space")
            for _ in range(12):
                if self.page.evaluate(HERE)["value"] == answer:
                    return
                self.key("ArrowDown")
            raise AssertionError(f"no choice {answer} in {here['name']}")
        if here["type"] == "checkbox":
            if here["on"] != answer:
                self.key("Space")
        elif here["tag"] == "SELECT":
            self.page.keyboard.type(answer)
        elif here["type"] == "datetime-local":
            self._give_instant(here["name"], answer)
        elif here["type"] == "date":
            year, month, day = answer.split("-")
            for digits in (f"{day}{month}{year}", f"{month}{day}{year}"):  # the browser's own order, whichever it is
                self.page.keyboard.type(digits)
                if self.page.evaluate(HERE)["value"] == answer:
                    return
                self.key("ArrowLeft", "ArrowLeft", "ArrowLeft")
            raise AssertionError(f"{here['name']} does not take {answer}")
        else:
            self.key("Control+A")
            self.page.keyboard.type(answer)

    def _give_instant(self, name: str, answer: str) -> None:
        """``2027-01-31T10:00``, in the browser's own order: the Italian one or the American one."""
        day, _, hour = answer.partition("T")
        year, month, date = day.split("-")
        for typed in (f"{date}{month}", f"{month}{date}"):
            self.page.keyboard.type(f"{typed}{year}")
            self.key("ArrowRight")
            self.page.keyboard.type(hour.replace(":", "") + "AM")
            if self.page.evaluate(HERE)["value"].startswith(answer):
                return
            self.key(*["ArrowLeft"] * 6)
        raise AssertionError(f"{name} does not take {answer}: {self.page.evaluate(HERE)['value']}")

    def _choose(self, file: Path) -> None:
        """The browser's own window chooses the file; Tab leads to the button that sends it."""
        chosen: list[Any] = []

        def take(window: Any) -> None:
            chosen.append(window)

        self.page.on("filechooser", take)
        for _ in range(5):  # an autosave that ends just then may take the key: people press again
            self.key("Enter")
            for _ in range(15):
                if chosen:
                    break
                self.page.wait_for_timeout(200)
            if chosen:
                break
        assert chosen, "the browser's window for the file does not open"
        self.page.remove_listener("filechooser", take)
        chosen[0].set_files(str(file))
        self.tab()
        self.press()
