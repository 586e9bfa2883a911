"""Whether a file follows its XML schema (the ISO's, as the package ``sepaxml`` carries them), read as it streams."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from lxml import etree


@cache
def schema_of(version: str) -> etree.XMLSchema:
    """The schema of ``pain.001.001.03`` or ``.09``. ``LookupError`` when it is not there."""
    spec = find_spec("sepaxml")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder) / "schemas" / f"{version}.xsd"
        if path.is_file():
            return etree.XMLSchema(etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)))
    raise LookupError(f"no XML schema of {version}")


def problem_of(stream: BinaryIO, version: str) -> str:
    """The first thing in which a file does not follow its schema; empty when it does."""
    try:
        for _, element in etree.iterparse(stream, schema=schema_of(version), resolve_entities=False, no_network=True):
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        return str(error.msg)
    return ""
