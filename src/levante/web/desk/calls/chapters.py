"""The outline of the designer: which parts of the document are on which page, and where a finding leads."""

from dataclasses import dataclass

from django.urls import reverse

from levante.calls.api import AMENDABLE, Call
from levante.kernel.pure import Bilingual


@dataclass(frozen=True, slots=True)
class Chapter:
    code: str
    label: Bilingual
    intro: Bilingual
    parts: tuple[str, ...]


def _chapter(code: str, label: tuple[str, str], intro: tuple[str, str], *parts: str) -> Chapter:
    return Chapter(code, Bilingual(*label), Bilingual(*intro), parts)


CHAPTERS: dict[str, Chapter] = {
    one.code: one
    for one in (
        _chapter(
            "frame", ("Quadro", "Frame"),
            ("Che cos’è il bando, chi lo gestisce, su quali atti e quali soldi poggia.",
             "What the call is, who manages it, on which acts and money it stands."),
            "title", "summary", "who", "what", "office", "managed_as", "act", "direction", "fund", "action", "regime",
            "budget_lines", "sectors", "strengthens", "legal_basis", "demonstration",
        ),
        _chapter(
            "procedure", ("Procedura", "Procedure"),
            ("In che ordine si decide, e quante domande si possono fare.",
                "In which order one decides, and how many applications may be made."),
            "procedure", "repeat", "when_short", "partial", "limits",
        ),
        _chapter(
            "who", ("Chi", "Who"),
            ("Chi può fare domanda: come si presenta, che cosa deve avere.", "Who may apply: how, and what it must have."),
            "applicants", "eligibility", "exclusions",
        ),
        _chapter(
            "form", ("Modulo", "Form"),
            ("La domanda come la vede chi la compila.", "The application as who fills it in sees it."), "form",
        ),
        _chapter(
            "money", ("Soldi", "Money"),
            ("Quanto si dà, su quali spese, e come si paga.", "How much is given, on which costs, and how it is paid."),
            "money", "trim_to_headroom", "payment", "registers",
        ),
        _chapter(
            "judgement", ("Valutazione", "Judgement"),
            ("Punti, criteri, e chi viene prima a parità.", "Points, criteria, and who comes first on equal points."),
            "judgement", "criteria", "tie_breaks",
        ),
        _chapter(
            "checks", ("Verifiche e termini", "Checks and terms"),
            ("Che cosa si controlla in ogni fase, ed entro quanti giorni.", "What is verified in each phase, and within how many days."),
            "checklists", "terms",
        ),
        _chapter(
            "texts", ("Lettere e atti", "Letters and acts"),
            ("Dove questo bando dice altro dal modello della casa.", "Where this call says something else than the house’s template."),
            "templates",
        ),
        _chapter(
            "delivery", ("Consegna", "Delivery"),
            ("Firma, bollo, sigillo, ritiro.", "Signature, stamp duty, seal, withdrawal."), "delivery",
        ),
        _chapter(
            "openings", ("Finestre", "Openings"),
            ("Quando si fa domanda e con quanti soldi.", "When one applies, and with how much money."), "openings", "planned",
        ),
        _chapter(
            "public", ("Pagina pubblica", "Public page"),
            ("Che cosa legge chi apre la pagina del bando, e quali risultati si attendono.",
             "What is read on the page of the call, and which results are expected."),
            "steps", "faq", "results", "assumptions", "sources",
        ),
    )
}  # fmt: skip

_OF_PART = {part: chapter.code for chapter in CHAPTERS.values() for part in chapter.parts}


def chapter_of(path: str) -> Chapter:
    """The page on which a place of the document is edited."""
    return CHAPTERS[_OF_PART.get(path.split(".")[0], "frame")]


def url_of(call: Call, chapter: str) -> str:
    if chapter == "form":
        return reverse("desk:call_form", args=[call.code])
    return reverse("desk:call_part", args=[call.code, chapter])


def place_url(call: Call, path: str) -> str:
    """Where a place of the document is mended."""
    chapter = chapter_of(path)
    names = path.split(".")
    if chapter.code == "form":
        anchor = (
            f"s{names[2]}" + (f"f{names[4]}" if len(names) > 4 and names[3] == "fields" else "")
            if len(names) > 2
            else ""
        )
    else:
        anchor = "c-" + "-".join(names)
    return f"{url_of(call, chapter.code)}#{anchor}" if anchor else url_of(call, chapter.code)


def may_change(call: Call, part: str) -> bool:
    """May this part be edited, as the call is now? Of a published one only what ``AMENDABLE`` says."""
    return call.state == "draft" or (call.state == "published" and part in AMENDABLE)
