"""The sentences that the source says on screens and in letters, found without running it."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
GETTEXT = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "_", "gettext_noop"}
_TRANSLATE = re.compile(r"""{%-?\s*(?:translate|trans)\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_TRANSLATED_ARGUMENT = re.compile(r"""_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
_BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.S)

#: The pages that a buyer reads, under ``web/templates``, and what their views say: the public ones for buyers, its area, its account.
PAGES = (
    "partner/**/*.html", "site/fairs/[aci]*.html", "site/fairs/list.html", "site/fairs/page.html", "site/directory/*.html",
    "site/meetings/*.html", "site/reminders/*.html", "site/wins/*.html",
    "site/account/invitation.html", "portal/notices/*.html", "base.html", "40*.html",
    "components/meetings/*.html", "components/acting.html", "components/arrangement.html", "components/breadcrumbs.html",
    "components/buying.html",
    "components/demonstration.html", "components/errors.html", "components/fair_card.html", "components/header.html",
    "components/kept.html", "components/navigation.html", "components/pdf_agendas.html",
    "components/pdf_my_day.html", "components/stand_drawing.html",
    "components/empty.html", "components/field.html", "components/filters.html", "components/footer.html", "components/held_at.html",
    "components/hospitality.html", "components/initiative_card.html", "components/initiative_facts.html", "components/meanwhile.html",
    "components/pagination.html", "components/request_page.html", "components/request_rows.html",
)  # fmt: skip
VIEWS = (
    "web/partner/**/*.py", "web/site/fairs/buyers.py", "web/site/fairs/forms.py", "web/site/directory/*.py", "web/site/wins/*.py",
    "web/components/buying.py",
    "web/components/meetings_today.py", "web/components/my_meetings.py", "web/components/requests.py", "web/portal/notices/*.py",
    "web/templatetags/*.py", "web/components/forms.py",
)  # fmt: skip
#: The letters to buyers.
LETTERS = (
    "participations/inviting_mail.py", "parties/invitation_mail.py", "directory/mail.py", "cases/jobs.py", "messages/services.py",
    "meetings/publishing.py", "meetings/reminding.py",
)  # fmt: skip


def in_python(paths: Iterable[Path]) -> set[str]:
    """What is asked of the catalogues in code, a plural by its singular."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (name := _name(node)) in GETTEXT:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                found.update(texts[1:2] if name.startswith("pgettext") else texts[:1])
    return found


def in_templates(paths: Iterable[Path]) -> set[str]:
    """The same in templates."""
    found = set()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for pattern in (_TRANSLATE, _TRANSLATED_ARGUMENT):
            found.update(str(ast.literal_eval(m)) for m in pattern.findall(text))
        for options, body in _BLOCK.findall(text):
            message = re.split(r"{%\s*plural\s*%}", body)[0]
            message = re.sub(r"{{\s*([\w.]+)\s*}}", r"%(\1)s", message.replace("%", "%%"))
            if "trimmed" in options:
                message = " ".join(line.strip() for line in message.strip().splitlines())
            found.add(message)
    return found


def in_two_languages(paths: Iterable[Path]) -> set[str]:
    """The English of the sentences that the code keeps in Italian and in English."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node) in {"Bilingual", "filled"} and len(node.args) >= 2:
                english = node.args[1]
                if isinstance(english, ast.Constant) and isinstance(english.value, str) and english.value:
                    found.add(english.value)
    return found


def for_buyers() -> set[str]:
    """All that is said on the pages and in the letters that a buyer reads."""
    templates = SOURCE / "web" / "templates"
    said = in_templates(path for pattern in PAGES for path in templates.glob(pattern))
    said |= in_python(path for pattern in VIEWS for path in SOURCE.glob(pattern))
    return {text for text in said | in_two_languages(SOURCE / path for path in LETTERS) if text.strip()}


def _name(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))
