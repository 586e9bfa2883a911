"""Write the index pages of docs/adr, docs/how-to and docs/glossary from the titles of their pages (run after adding one)."""

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
HEADS = {
    "adr": "# Decisions\n\nArchitecture decision records: the title is the decision.\n",
    "how-to": "# How to\n\nOne page per job, for who does it.\n",
    "glossary": "# Glossary · Glossario\n\nCode ↔ Italian term ↔ norm, a page per room. Every model and state is here (a test holds it).\n",
    "formats": "# Formats\n\nWhat the files and receipts that leave Levante look like, byte by byte where it matters.\n",
}


def main() -> None:
    for folder, head in HEADS.items():
        place = DOCS / folder
        if not place.is_dir():
            continue
        pages = sorted(path for path in place.glob("*.md") if path.name != "README.md")
        lines = [f"- [{title_of(page)}]({page.name})" for page in pages]
        (place / "README.md").write_text(head + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


def title_of(page: Path) -> str:
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return page.stem


if __name__ == "__main__":
    main()
