"""Another firm takes the place of one in an award: it opens the files of its claims and variations, and goes on with them."""

from levante.claims.models import Claim, ClaimFile, ExpenseDocument, Transfer
from levante.claims.models_carrying import VariationFile
from levante.documents.api import StoredFile
from levante.grants.api import Award
from levante.kernel.api import Actor
from levante.parties.api import Enterprise


def place_taken(*, actor: Actor, award: Award, firm: Enterprise, heir: Enterprise) -> None:
    """The files are the heir's to open; what was sent stays as it was sent."""
    documents = ExpenseDocument.objects.filter(award=award).order_by()
    wanted = [
        documents.values("file"),
        documents.filter(cup_file__isnull=False).values("cup_file"),
        Transfer.objects.filter(award=award).order_by().values("file"),
        ClaimFile.objects.filter(claim__in=Claim.objects.filter(award=award).order_by().values("pk")).order_by().values("file"),
        VariationFile.objects.filter(variation__award=award).order_by().values("file"),
    ]  # fmt: skip
    for files in wanted:
        StoredFile.objects.filter(pk__in=files, enterprise_id=firm.pk).update(enterprise_id=heir.pk)
