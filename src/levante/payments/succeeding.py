"""Another firm takes the place of one in an award: its guarantees follow; money on its way is waited for."""

from datetime import datetime

from levante.claims.api import Claim
from levante.grants.api import Award
from levante.kernel.api import Actor, refuse
from levante.parties.api import Enterprise
from levante.payments import states
from levante.payments.models import Check, LiquidationRow, Payment


def place_taken(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise) -> None:
    """Guarantees of the award become the heir's: papers and account it has its own. Refused while an act or an order names the firm."""
    list(
        Claim.objects.select_for_update().filter(award=award).order_by("pk").values_list("pk")
    )  # as who puts them in an act
    rows = LiquidationRow.objects.filter(claim__award=award)
    if rows.filter(state=states.IN_ACT).exists():
        refuse(
            "Un atto di liquidazione in preparazione, o alla firma, paga la vecchia beneficiaria: annullalo, o aspetta che torni.",
            "An act of liquidation being prepared, or signed, pays the earlier beneficiary: cancel it, or wait until it is back.",
        )
    if rows.filter(state=states.ORDERED).exists():
        refuse(
            "Un pagamento alla vecchia beneficiaria è in un ordine alla banca: annulla l’ordine, o aspetta la risposta della banca.",
            "A payment to the earlier beneficiary is in an order to the bank: cancel the order, or wait for the bank’s answer.",
        )
    Check.objects.filter(award=award, kind=states.GUARANTEE).update(enterprise=heir)


def place_given_back(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise, since: datetime) -> None:
    """The guarantees that had followed are the firm's again; those that the heir gave are its own. Refused once the heir was paid, an act
    of liquidation was made since, or a payment is on its way."""
    list(Claim.objects.select_for_update().filter(award=award).order_by("pk").values_list("pk"))
    going = Payment.objects.filter(row__claim__award=award, state__in=states.LIVE)
    if going.filter(account__enterprise=heir).exists():
        refuse(
            f"{heir.name} è già stata pagata, o lo sta per essere: il subentro non si annulla più.",
            f"{heir.name} was paid already, or is about to be: its taking the place is not undone any more.",
        )
    rows = LiquidationRow.objects.filter(claim__award=award)
    made = rows.filter(state__in=states.STANDING, liquidation__created_at__gte=since)
    if made.exists() or rows.filter(state=states.ORDERED).exists():
        refuse(
            "Dopo il subentro c’è un atto di liquidazione, o un ordine alla banca: prima si annulla.",
            "There is an act of liquidation, or an order to the bank, since it took the place: cancel it first.",
        )
    guarantees = Check.objects.filter(award=award, kind=states.GUARANTEE, enterprise=heir, recorded_at__lt=since)
    guarantees.update(enterprise=firm)
