"""The door of the directory: public profiles of enterprises, the search over them, what buyers ask, buy and are found to be."""

from levante.directory import states
from levante.directory.buyers import Bought, bought_by, by_qualification, qualified_among, with_qualification
from levante.directory.buying import qualify_buyer, save_buyer_profile
from levante.directory.editing import (
    remove_certification,
    remove_product,
    save_certification,
    save_product,
    save_profile,
)
from levante.directory.enquiring import (
    answer_enquiry,
    ask_by_mail,
    ask_supplier,
    confirm_enquiry,
    drop_unconfirmed,
    pass_enquiry,
    remind_firms,
)
from levante.directory.indexing import index, index_changed
from levante.directory.mail import draft_of, token_of
from levante.directory.models import (
    BuyerProfile,
    BuyerQualification,
    Certification,
    EnquiryDraft,
    Photo,
    Product,
    Profile,
    SupplierEnquiry,
)
from levante.directory.photos import add_photo, remove_photo
from levante.directory.policies import (
    KEEPERS,
    QUALIFIERS,
    may_answer,
    may_edit,
    may_edit_profile,
    may_hide,
    may_qualify,
    may_write_buying,
)
from levante.directory.publishing import hide_profile, publish_profile, restore_profile, withdraw_profile
from levante.directory.pure import hs
from levante.directory.queries import (
    Known,
    Named,
    enquiries,
    heading_in_words,
    known_of,
    named_in,
    profile_of,
    with_cards,
)
from levante.directory.searching import FACETS, Answer, Asked, answering_to, search
from levante.directory.workflow import PROFILES

__all__ = [
    "FACETS",
    "KEEPERS",
    "PROFILES",
    "QUALIFIERS",
    "Answer",
    "Asked",
    "Bought",
    "BuyerProfile",
    "BuyerQualification",
    "Certification",
    "EnquiryDraft",
    "Known",
    "Named",
    "Photo",
    "Product",
    "Profile",
    "SupplierEnquiry",
    "add_photo",
    "answer_enquiry",
    "answering_to",
    "ask_by_mail",
    "ask_supplier",
    "bought_by",
    "by_qualification",
    "confirm_enquiry",
    "draft_of",
    "drop_unconfirmed",
    "enquiries",
    "heading_in_words",
    "hide_profile",
    "hs",
    "index",
    "index_changed",
    "known_of",
    "may_answer",
    "may_edit",
    "may_edit_profile",
    "may_hide",
    "may_qualify",
    "may_write_buying",
    "named_in",
    "pass_enquiry",
    "profile_of",
    "publish_profile",
    "qualified_among",
    "qualify_buyer",
    "remind_firms",
    "remove_certification",
    "remove_photo",
    "remove_product",
    "restore_profile",
    "save_buyer_profile",
    "save_certification",
    "save_product",
    "save_profile",
    "search",
    "states",
    "token_of",
    "with_cards",
    "with_qualification",
    "withdraw_profile",
]
