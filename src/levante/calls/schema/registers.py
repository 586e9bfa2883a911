"""What the national registers call the aid of a call: codes of the RNA and of the CUP system, from their own tables."""

from typing import Annotated, Literal

from pydantic import Field

from levante.calls.schema.basics import Strict

Text = Annotated[str, Field(min_length=1, max_length=30)]
Natural = Annotated[int, Field(ge=1, le=2_000_000_000)]


class RnaEntry(Strict):
    """How the RNA knows the measure: the notice (COD_BANDO) and, of each aid, procedure, regulation, objective, instrument and
    kind of cost, as in its tables (DM 115/2017 art. 9)."""

    notice: Natural
    car: Natural | None = None
    procedure: Natural
    regulation: Text
    objective: Natural
    instrument: Natural
    cost_kind: Text = "0"
    initiative: str = ""


class CupEntry(Strict):
    """How the CUP system classifies the projects (L. 3/2003 art. 11): nature, kind, sector, subsector and category of its tables,
    the kind of area (01-05), the programming instrument and the codes of the kinds of cover."""

    nature: Annotated[str, Field(pattern=r"^\d{2}$")] = "07"
    kind: Annotated[str, Field(pattern=r"^\d{2}$")]
    sector: Annotated[str, Field(pattern=r"^\d{2}$")]
    subsector: Annotated[str, Field(pattern=r"^\d{2}$")]
    category: Annotated[str, Field(pattern=r"^\d{3}$")]
    area_kind: Literal["01", "02", "03", "04", "05"] = "05"
    instrument: Text
    instrument_text: str = ""
    covers: Annotated[list[Text], Field(min_length=1)]


class Registers(Strict):
    rna: RnaEntry | None = None
    cup: CupEntry | None = None
