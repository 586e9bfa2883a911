"""Aid: a position on an undertaking with thousands of aids against a naive loop; the RNA's import against a plain COPY."""

import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ON = date(2026, 6, 30)
MEMBERS = 20
ROUNDS = 5


def run(size: int = 10_000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``; ``size`` is the number of aids of the undertaking."""
    from django.db import connection

    try:
        codes = _undertaking(size)
        return [_position(codes), _rule(codes), _import(size * 2)]
    finally:
        _forget()
        connection.close()


def _undertaking(size: int) -> list[str]:
    """A holding with its companies, and ``size`` aids of the last six years among them."""
    from levante.aid.api import AidRecord
    from levante.parties.api import Enterprise, OwnershipLink

    firms = [Enterprise(tax_code=f"9{number:010d}", name=f"Bench {number}") for number in range(MEMBERS)]
    firms = Enterprise.objects.bulk_create(firms)
    OwnershipLink.objects.bulk_create(
        OwnershipLink(owned=firm, holder_enterprise=firms[0], kind="participation", votes=Decimal(80))
        for firm in firms[1:]
    )
    AidRecord.objects.bulk_create(
        (
            AidRecord(
                source="rna",
                cor=f"B{number}",
                regulation="CE2831/2023",
                regime="general_de_minimis",
                tax_code=firms[number % MEMBERS].tax_code,
                enterprise=firms[number % MEMBERS],
                granted_on=ON - timedelta(days=number * 2190 // size),
                gge=Decimal("12.34"),
                granted_gge=Decimal("12.34"),
                registered_on=ON,
            )
            for number in range(size)
        ),
        batch_size=2000,
    )
    return [firm.tax_code for firm in firms]


def _position(codes: list[str]) -> dict[str, Any]:
    """The whole question, from the database to the steps, against adding up row by row with a query for each enterprise."""
    from levante.aid.api import AidRecord, position
    from levante.law.parameters import add_years

    def ours() -> Decimal:
        return Decimal(position(codes[0], on=ON)["counted"])

    def naive() -> Decimal:
        start, total = add_years(ON, -3), Decimal(0)
        for code in codes:
            for aid in AidRecord.objects.filter(tax_code=code).order_by("pk"):
                revisions = [row.gge for row in aid.revisions.filter(on__lte=ON)]
                if start <= aid.granted_on <= ON and aid.annulled_on is None and aid.regime == "general_de_minimis":
                    total += revisions[-1] if revisions else aid.granted_gge
        return total

    assert ours() == naive()
    fast, slow = _best(ours), _best(naive, rounds=1)
    return _row("position of an undertaking, database to steps", fast * 1000, "ms", "naive loop, ms", slow * 1000)


def _rule(codes: list[str]) -> dict[str, Any]:
    """The rule alone on the same case, with the forecast of when it frees, against the naive forecast day by day."""
    from levante.aid.api import case_of
    from levante.law import de_minimis
    from levante.law.parameters import add_years

    case = case_of(codes[0], on=ON, request=Decimal("299000.00"))

    def naive() -> date | None:
        for offset in range(1500):
            day = ON + timedelta(days=offset)
            start = add_years(day, -3)
            counted = sum((aid.amount for aid in case.aids if start <= aid.granted_on <= day), Decimal(0))
            if counted + Decimal("299000.00") <= 300_000:
                return day
        return None

    assert de_minimis.position(case).first_admissible_on == naive()
    fast, slow = _best(lambda: de_minimis.position(case)), _best(naive, rounds=1)
    return _row("the rule with first admissible day", fast * 1000, "ms", "naive day by day, ms", slow * 1000)


def _import(size: int) -> dict[str, Any]:
    """Aids a second from an XML file to indexed rows, against COPY of the same rows as text into the same table, emptied."""
    from django.db import connection

    from levante.aid.api import AidRecord, import_rna
    from levante.kernel.api import system

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "OpenData_Aiuti_bench.xml"
        with path.open("w", encoding="utf-8") as out:
            out.write(
                '<?xml version="1.0" encoding="UTF-8"?><LISTA_AIUTI xmlns="http://www.rna.it/RNA_aiuto/schema">\n'
            )
            out.writelines(_aids(size))
            out.write("</LISTA_AIUTI>")
        started = time.perf_counter()
        run = import_rna(actor=system("bench"), path=path)
        ours = size / (time.perf_counter() - started)
        assert (run.created, run.quarantined) == (size, 0)
    rows = AidRecord.objects.filter(cor__startswith="I")
    columns = [field.column for field in AidRecord._meta.concrete_fields if field.column != "id"]
    values = list(rows.order_by("pk").values_list(*columns))
    rows.delete()
    started = time.perf_counter()
    names = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {AidRecord._meta.db_table} ({names}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)
    plain = size / (time.perf_counter() - started)
    return _row("RNA import, XML to indexed rows", ours, "aids/s", "plain COPY, rows/s", plain)


def _aids(size: int) -> Iterator[str]:
    for number in range(size):
        yield (
            f"<AIUTO><CAR>802</CAR><TITOLO_MISURA>Aiuti alle imprese</TITOLO_MISURA><DES_TIPO_MISURA>Regime di aiuti"
            f"</DES_TIPO_MISURA><BASE_GIURIDICA_NAZIONALE>Legge regionale 9 agosto 2005 n. 18</BASE_GIURIDICA_NAZIONALE>"
            f"<SOGGETTO_CONCEDENTE>Regione</SOGGETTO_CONCEDENTE><COR>I{number}</COR><TITOLO_PROGETTO>Progetto</TITOLO_PROGETTO>"
            f"<DESCRIZIONE_PROGETTO>Descrizione del progetto {number}</DESCRIZIONE_PROGETTO><DATA_CONCESSIONE>"
            f"{2023 + number % 3}-{1 + number % 12:02d}-{1 + number % 28:02d}+01:00</DATA_CONCESSIONE><CUP>D48E20000020002</CUP>"
            f"<DENOMINAZIONE_BENEFICIARIO>IMPRESA {number} S.R.L.</DENOMINAZIONE_BENEFICIARIO><CODICE_FISCALE_BENEFICIARIO>"
            f"{number % 5000:011d}</CODICE_FISCALE_BENEFICIARIO><COMPONENTI_AIUTO><COMPONENTE_AIUTO><ID_COMPONENTE_AIUTO>"
            f"{number}</ID_COMPONENTE_AIUTO><COD_PROCEDIMENTO>1</COD_PROCEDIMENTO><COD_REGOLAMENTO>CE2831/2023</COD_REGOLAMENTO>"
            f"<DES_REGOLAMENTO>Reg. UE 2023/2831 de minimis</DES_REGOLAMENTO><STRUMENTI_AIUTO><STRUMENTO_AIUTO><DES_STRUMENTO>"
            f"Sovvenzione</DES_STRUMENTO><ELEMENTO_DI_AIUTO>{number % 9000}.44</ELEMENTO_DI_AIUTO><IMPORTO_NOMINALE>"
            f"{number % 9000}.44</IMPORTO_NOMINALE></STRUMENTO_AIUTO></STRUMENTI_AIUTO></COMPONENTE_AIUTO></COMPONENTI_AIUTO>"
            "</AIUTO>\n"
        )


def _best(work: Any, *, rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def _row(name: str, value: float, unit: str, baseline: str, against: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "baseline": baseline,
        "baseline_value": against,
        "ratio": value / against,
    }


def _forget() -> None:
    from levante.aid.api import AidRecord
    from levante.parties.api import Enterprise, OwnershipLink

    AidRecord.objects.filter(regulation="CE2831/2023", subject_id="").delete()
    OwnershipLink.objects.filter(owned__name__startswith="Bench ").delete()
    Enterprise.objects.filter(name__startswith="Bench ").delete()
