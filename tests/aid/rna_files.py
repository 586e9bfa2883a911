"""Files as the RNA publishes them, made on the spot: the tree, the names and the small oddities of the true ones."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

NAMESPACE = "http://www.rna.it/RNA_aiuto/schema"
DE_MINIMIS = ("CE2831/2023", "Reg. UE 2023/2831 de minimis generale", "1")
OLD_DE_MINIMIS = ("CE1407/13", "Reg. UE 1407/2013 de minimis", "1")
AGRICULTURE = ("CE1408/2013", "Reg. CE 1408/2013 de minimis agricoltura", "1")
GBER = ("CE651/2014", "Reg. CE 651/2014 esenzione generale per categoria (GBER)", "3")


def instrument(gge: Any, nominal: Any = None, text: str = "Sovvenzione/Contributo in conto interessi") -> str:
    nominal = gge if nominal is None else nominal
    parts = [f"<COD_STRUMENTO>37</COD_STRUMENTO><DES_STRUMENTO>{text}</DES_STRUMENTO>"]
    if gge is not None:
        parts.append(f"<ELEMENTO_DI_AIUTO>{gge}</ELEMENTO_DI_AIUTO>")
    if nominal is not None:
        parts.append(f"<IMPORTO_NOMINALE>{nominal}</IMPORTO_NOMINALE>")
    return f"<STRUMENTO_AIUTO>{''.join(parts)}</STRUMENTO_AIUTO>"


def component(regulation: tuple[str, str, str], *instruments: str, number: int = 1879214) -> str:
    code, text, procedure = regulation
    return (
        f"<COMPONENTE_AIUTO><ID_COMPONENTE_AIUTO>{number}</ID_COMPONENTE_AIUTO>"
        f"<COD_PROCEDIMENTO>{procedure}</COD_PROCEDIMENTO><DES_PROCEDIMENTO>De Minimis</DES_PROCEDIMENTO>"
        f"<COD_REGOLAMENTO>{code}</COD_REGOLAMENTO><DES_REGOLAMENTO>{text}</DES_REGOLAMENTO>"
        "<COD_OBIETTIVO>502004</COD_OBIETTIVO><DES_OBIETTIVO>Sviluppo regionale | PMI</DES_OBIETTIVO>"
        f"<SETTORE_ATTIVITA>C.30.1</SETTORE_ATTIVITA><STRUMENTI_AIUTO>{''.join(instruments)}</STRUMENTI_AIUTO>"
        "</COMPONENTE_AIUTO>"
    )


def aid(
    cor: str | None,
    *components: str,
    tax_code: str | None = "04145400265",
    granted_on: str | None = "2025-02-03+01:00",
    title: str = "Voucher per l’internazionalizzazione",
    name: str = "CANTIERI DELL’ADRIATICO S.R.L.",
) -> str:
    if not components:
        components = (component(DE_MINIMIS, instrument("8498.44")),)
    fields = {
        "CAR": "802",
        "TITOLO_MISURA": title,
        "DES_TIPO_MISURA": "Regime di aiuti",
        "BASE_GIURIDICA_NAZIONALE": "DGR 1217/2023",
        "LINK_TESTO_INTEGRALE_MISURA": "http://www.example.org/bando?a=1&amp;b=2",
        "COD_UFF_GESTORE": "UFF",
        "DENOMINAZIONE_UFF_GESTORE": "Sezione",
        "SOGGETTO_CONCEDENTE": "Regione Puglia",
        "COR": cor,
        "TITOLO_PROGETTO": "Fiera",
        "DESCRIZIONE_PROGETTO": "Partecipazione a una fiera",
        "DATA_CONCESSIONE": granted_on,
        "CUP": "B31B25000010002",
        "ATTO_CONCESSIONE": "861",
        "DENOMINAZIONE_BENEFICIARIO": name,
        "CODICE_FISCALE_BENEFICIARIO": tax_code,
        "DES_TIPO_BENEFICIARIO": "PMI",
        "REGIONE_BENEFICIARIO": "Puglia",
    }
    written = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items() if value is not None)
    return f"<AIUTO>{written}<COMPONENTI_AIUTO>{''.join(components)}</COMPONENTI_AIUTO></AIUTO>\n"


def document(
    aids: Iterable[str], *, declaration: str = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
) -> str:
    return f'{declaration}<LISTA_AIUTI xmlns="{NAMESPACE}">\n{"".join(aids)}</LISTA_AIUTI>\n'


def write(path: Path, *aids: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(document(aids).encode(encoding))
    return path


def many(count: int, *, beneficiaries: int = 50) -> Iterator[str]:
    """``count`` plausible aids to ``beneficiaries`` tax codes, a fifth of them with several components."""
    for number in range(count):
        components = [component(DE_MINIMIS, instrument(Decimal(1000 + number % 900) / 8), number=number)]
        if number % 5 == 0:
            components.append(component(GBER, instrument("2500.00", "10000.00"), instrument("1.25"), number=number + 1))
            components.append(component(DE_MINIMIS, instrument("10.01"), number=number + 2))
        day = f"{2023 + number % 3}-{1 + number % 12:02d}-{1 + number % 28:02d}+01:00"
        yield aid(str(5_000_000 + number), *components, tax_code=f"{number % beneficiaries:011d}", granted_on=day)
