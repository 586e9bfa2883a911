"""Invented aid, brought in as the RNA's open data are: a file written on the spot and imported by the ordinary way."""

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from levante.aid.api import AidRecord, RnaImport, declare_aid, import_rna
from levante.demo.telling import read
from levante.kernel.api import system, today
from levante.parties.api import Enterprise

SYSTEM = system("demonstration")
FILE = "OpenData_Aiuti_dimostrazione.xml"
REGULATIONS = {
    "general_de_minimis": ("CE2831/2023", "Reg. UE 2023/2831 de minimis generale", "1"),
    "fishery": ("CE717/2014", "Reg. CE 717/2014 de minimis pesca", "1"),
    "gber": ("CE651/2014", "Reg. CE 651/2014 esenzione generale per categoria (GBER)", "3"),
}
Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``aid.yaml``; nothing when it was loaded before, since its days are counted from that day."""
    data: Row = read(folder, "aid")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    if not RnaImport.objects.filter(file_name=FILE).exists():
        names = dict(Enterprise.objects.filter(tax_code__in=codes.values()).values_list("tax_code", "name"))
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / FILE
            path.write_text(_file(data, codes, names), encoding="utf-8")
            import_rna(actor=SYSTEM, path=path, known_on=today() - timedelta(days=60))
    for row in data["declared"]:
        if not AidRecord.objects.filter(tax_code=codes[row["enterprise"]], source=AidRecord.DECLARED).exists():
            declare_aid(
                actor=SYSTEM,
                tax_code=codes[row["enterprise"]],
                granted_on=_day(row),
                gge=Decimal(row["amount"]),
                measure_title=row["title"],
                granting_body=row["body"],
                registered_on=_day(row),
            )


def _day(row: Row) -> date:
    return today() - timedelta(days=int(row["ago"]))


def _file(data: Row, codes: dict[str, str], names: dict[str, str]) -> str:
    aids = [_aid(row, data["measures"][row["measure"]], codes, names) for row in [*data["aids"], *data["unreadable"]]]
    opening = '<?xml version="1.0" encoding="UTF-8"?>\n<LISTA_AIUTI xmlns="http://www.rna.it/RNA_aiuto/schema">\n'
    return opening + "\n".join(aids) + "\n</LISTA_AIUTI>\n"


def _aid(row: Row, measure: Row, codes: dict[str, str], names: dict[str, str]) -> str:
    code, text, procedure = REGULATIONS[row.get("regime", "general_de_minimis")]
    tax_code = codes[row["enterprise"]]
    amounts = {"ELEMENTO_DI_AIUTO": row.get("amount"), "IMPORTO_NOMINALE": row.get("nominal", row.get("amount"))}
    instrument = {"DES_STRUMENTO": row.get("instrument", "Sovvenzione/Contributo in conto interessi"), **amounts}
    component = {"COD_PROCEDIMENTO": procedure, "COD_REGOLAMENTO": code, "DES_REGOLAMENTO": text}
    fields = {
        "CAR": measure["car"],
        "TITOLO_MISURA": measure["title"],
        "SOGGETTO_CONCEDENTE": measure["body"],
        "COR": row["cor"],
        "DATA_CONCESSIONE": None if row.get("without") == "date" else _day(row).isoformat(),
        "DENOMINAZIONE_BENEFICIARIO": names.get(tax_code, ""),
        "CODICE_FISCALE_BENEFICIARIO": tax_code,
    }
    inner = f"<STRUMENTI_AIUTO><STRUMENTO_AIUTO>{_tags(instrument)}</STRUMENTO_AIUTO></STRUMENTI_AIUTO>"
    return (
        f"<AIUTO>{_tags(fields)}<COMPONENTI_AIUTO><COMPONENTE_AIUTO>{_tags(component)}{inner}"
        "</COMPONENTE_AIUTO></COMPONENTI_AIUTO></AIUTO>"
    )


def _tags(fields: dict[str, str | None]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value is not None)
