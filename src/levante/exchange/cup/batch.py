"""The file of many projects, and the file that comes back: codes, and rejects with their messages."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from levante.exchange.cup.project import Project
from levante.exchange.cup.writing import Unwritable, generated_from
from levante.exchange.soap import NotXml, elements, read_xml, text_of
from levante.law.codes import check_cup


@dataclass(frozen=True, slots=True)
class Rejected:
    """A project that got no code: ours by ``id`` and ``local_code``, and why."""

    id: str
    local_code: str
    messages: tuple[str, ...]


def batch_file(projects: Iterable[Project], holder: dict[str, str] | None = None) -> bytes:
    """The file to be uploaded: root ``CUP``, a CUP_GENERAZIONE each. ``Unwritable`` names the project as well as the field."""
    root = etree.Element("CUP")
    seen: set[str] = set()
    for project in projects:
        try:
            root.append(generated_from(project, holder))
        except Unwritable as wrong:
            raise Unwritable(f"{project.id}, {wrong.field}", *_told(wrong)) from wrong
        if project.id in seen:
            raise Unwritable(project.id, "è due volte nel file", "is in the file twice")
        seen.add(project.id)
    if not seen:
        raise Unwritable("CUP_GENERAZIONE", "manca", "missing")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _told(wrong: Unwritable) -> tuple[str, str]:
    return wrong.reason.it.split(": ", 1)[1], wrong.reason.en.split(": ", 1)[1]


def read_batch_answer(file: bytes, projects: Iterable[Project]) -> tuple[dict[str, str], list[Rejected]]:
    """Codes by project id, and the rejects, of the file that came back (DETTAGLIO_ELABORAZIONE_CUP).

    ``ValueError`` in words when it is not that file: not XML, about a project that was not asked for or with another local
    code, twice about one, with something that is no code. A project it does not tell of is in neither.
    """
    asked = {project.id: project.local_code for project in projects}
    try:
        root = read_xml(file)
    except NotXml as error:
        raise ValueError("the file is not XML") from error
    codes: dict[str, str] = {}
    rejected: list[Rejected] = []
    told: set[str] = set()
    for row in elements(root, "DETTAGLIO_CUP_GENERAZIONE"):
        key, local_code = row.get("id_progetto", "").strip(), row.get("codifica_locale", "").strip()
        if asked.get(key) != local_code:
            raise ValueError(f"the file is about {key[:60]!r} ({local_code[:60]!r}), which was not asked for")
        if key in told:
            raise ValueError(f"the file tells {key!r} twice")
        told.add(key)
        messages = tuple(" ".join("".join(one.itertext()).split()) for one in elements(row, "MESSAGGI_DI_SCARTO"))
        code = text_of(row, "CODICE_CUP")
        if messages:
            rejected.append(Rejected(key, local_code, messages))
        elif checked := check_cup(code):
            codes[key] = checked.normalised
        else:
            raise ValueError(f"what the file gives {key!r} is no CUP: {code[:40]!r}")
    if not told:
        raise ValueError("the file has no DETTAGLIO_CUP_GENERAZIONE")
    if len(set(codes.values())) < len(codes):
        raise ValueError("the file gives one CUP to two projects")
    return codes, rejected
