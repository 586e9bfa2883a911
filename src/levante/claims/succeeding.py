"""Another firm takes the place of one in an award: it opens the files of its claims and variations, and goes on with them."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from levante.claims import carrying_states, states
from levante.claims.models import Acceptance, Claim, ClaimFile, ExpenseDocument, Reduction, Transfer, Variation
from levante.claims.models_carrying import VariationFile
from levante.documents.api import StoredFile
from levante.grants.api import Award
from levante.kernel.api import Actor, refuse
from levante.parties.api import Enterprise


def place_taken(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise) -> None:
    """The files are the heir's to open; what was sent stays as it was sent."""
    _files_of(award).filter(enterprise_id=firm.pk).update(enterprise_id=heir.pk)


def place_given_back(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise, since: datetime) -> None:
    """The files that had followed are the firm's to open again. Refused where the heir did something with the award: a claim or a variation
    of its own, its acceptance, an act of reduction."""
    done = next(iter(_since(award, since)), None)
    if done is not None:
        it, en = done
        refuse(
            f"Dopo il subentro {it}: non si annulla più.", f"Since the place was taken {en}: it is not undone any more."
        )
    _files_of(award).filter(enterprise_id=heir.pk, uploaded_at__lt=since).update(enterprise_id=firm.pk)


def _since(award: Award, since: datetime) -> Any:
    """What was done of an award since another firm took its place, and stays."""
    claims = Claim.objects.filter(award=award)
    if claims.filter(sent_at__gte=since).exists():
        yield "una domanda di pagamento è stata inviata", "a claim was sent"
    if claims.filter(created_at__gte=since).exclude(state=states.DISCARDED).exists():
        yield (
            "una domanda di pagamento è in preparazione (chi l’ha iniziata può scartarla)",
            "a claim is being prepared (who began it can discard it)",
        )
    if ExpenseDocument.objects.filter(award=award, added_at__gte=since).exists():
        yield "sono stati caricati documenti di spesa", "expense documents were uploaded"
    varied = Variation.objects.filter(award=award).exclude(
        state__in=[carrying_states.DISCARDED, carrying_states.WITHDRAWN]
    )
    if varied.filter(Q(created_at__gte=since) | Q(decided_at__gte=since)).exists():
        yield "una variazione è stata chiesta, o decisa", "a variation was asked for, or decided"
    if Acceptance.objects.filter(award=award, accepted_at__gte=since).exists():
        yield "il contributo è stato accettato", "the award was accepted"
    reductions = Reduction.objects.filter(Q(variation__award=award) | Q(claim__award=award), sent_at__gte=since)
    if reductions.exclude(state=carrying_states.GIVEN_UP).exists():
        yield "un atto di riduzione è stato firmato", "an act of reduction was signed"


def _files_of(award: Award) -> Any:
    """Of its claims, expenses and variations."""
    documents = ExpenseDocument.objects.filter(award=award).order_by()
    claims = Claim.objects.filter(award=award).order_by()
    wanted = Q(pk__in=documents.values("file"))
    wanted |= Q(pk__in=documents.filter(cup_file__isnull=False).values("cup_file"))
    wanted |= Q(pk__in=Transfer.objects.filter(award=award).order_by().values("file"))
    wanted |= Q(pk__in=ClaimFile.objects.filter(claim__in=claims.values("pk")).order_by().values("file"))
    wanted |= Q(pk__in=VariationFile.objects.filter(variation__award=award).order_by().values("file"))
    return StoredFile.objects.filter(wanted)
