"""The shape of parties, a file per concept."""

from levante.parties.models.changes import Correction, ImportRun, Merge, RegisterDifference
from levante.parties.models.counterparts import Buyer, Institution, Investor
from levante.parties.models.enterprise import Account, Enterprise, EnterpriseQuerySet, Seat
from levante.parties.models.mandate import Invitation, Mandate
from levante.parties.models.ownership import OwnershipLink
from levante.parties.models.people import Consent, Contact, Person
from levante.parties.models.places import Comune, Country, Province
from levante.parties.models.systems import ChainMembership, DistrictMembership, ProductionDistrict, SupplyChain

__all__ = [
    "Account",
    "Buyer",
    "ChainMembership",
    "Comune",
    "Consent",
    "Contact",
    "Correction",
    "Country",
    "DistrictMembership",
    "Enterprise",
    "EnterpriseQuerySet",
    "ImportRun",
    "Institution",
    "Investor",
    "Invitation",
    "Mandate",
    "Merge",
    "OwnershipLink",
    "Person",
    "ProductionDistrict",
    "Province",
    "RegisterDifference",
    "Seat",
    "SupplyChain",
]
