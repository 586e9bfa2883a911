"""What the RNA answers to a *visura Deggendorf* is a paper of the gate by itself: nobody has to read it and type it."""

from levante.aid.api import Visura
from levante.kernel.api import Actor, note, now, service, today, unchanged
from levante.parties.api import Enterprise
from levante.payments import states
from levante.payments.models import Check


@service("payments.hear_visura")
def hear_visura(*, actor: Actor, visura: Visura) -> Check | None:
    """Record whether the enterprise must give unlawful aid back (L. 234/2012, art. 46), with the document. None for another kind, for a
    refusal, where the answer does not say, and for an answer "not listed" older than a paper that the office holds: that one counts."""
    listed = visura.told.get("listed")
    if visura.kind != Visura.DEGGENDORF or visura.state != Visura.ANSWERED or listed is None or visura.made_on is None:
        return unchanged(None)
    firm = visura.enterprise or Enterprise.objects.filter(tax_code=visura.tax_code).order_by("pk").first()
    if firm is None:
        return unchanged(None)
    day = min(visura.made_on, today())
    papers = Check.objects.filter(enterprise=firm, kind=states.DEGGENDORF, tax_code=visura.tax_code)
    if not listed and papers.filter(issued_on__gt=day).exists():
        return unchanged(None)
    made = Check.objects.create(
        enterprise=firm,
        tax_code=visura.tax_code,
        kind=states.DEGGENDORF,
        outcome=states.NOT_CLEAR if listed else states.CLEAR,
        number=f"VERCOR {visura.vercor}",
        issued_on=day,
        document=visura.document,
        recorded_at=now(),
    )
    note(kind=made.kind, outcome=made.outcome, vercor=visura.vercor)
    return made
