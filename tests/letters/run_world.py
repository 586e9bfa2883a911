"""What a run writes about in these tests: enterprises (``letters.subjects``)."""

from levante.kernel.api import refuse
from levante.letters.api import About, Planned, same
from levante.parties.api import Enterprise

TOLD: list[int] = []


def plan(run, subject_id):
    firm = Enterprise.objects.get(pk=subject_id)
    if firm.name == "Vuota":
        refuse("Non ha una pratica.", "It has no file.")
    if firm.name == "Guasta":
        raise KeyError("guasto")
    return Planned(firm, About(firm, f"2026/{firm.pk}", None), {"call": same("Voucher fiere")})


def tell(actor, run, subject_id):
    TOLD.append(subject_id)


def page(subject_id):
    return f"/ufficio/prova/{subject_id}/"
