"""Who may do what to the files of enterprises and people. Who may *see* is ``visible_to`` of each model."""

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.parties.models import Buyer, Correction, Enterprise, Investor, Mandate, Person
from levante.parties.models.held import party_of

#: Those of the Section who keep the files in order.
KEEPERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FRONT_DESK, roles.SYSTEM)
#: Those who may put two files together or bring in a register: it touches many files at once.
MERGERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.SYSTEM)


def may_see_enterprise(actor: Actor, enterprise: Enterprise) -> Decision:
    """Through the same rule that lists go through."""
    if Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        return Decision.yes()
    return Decision.no("Questa impresa non è tra quelle che puoi vedere.", "This enterprise is not one you may see.")


def may_create_enterprise(actor: Actor) -> Decision:
    """A keeper of the files, or a person who registers the enterprise for which a mandate will be asked."""
    if actor.in_section(*KEEPERS) or actor.is_signed_in:
        return Decision.yes()
    return Decision.no("Per registrare un’impresa bisogna accedere.", "Sign in to register an enterprise.")


def may_edit_enterprise(actor: Actor, enterprise: Enterprise) -> Decision:
    """Officers of the Section change a file; the enterprise proposes corrections."""
    if not actor.in_section(*KEEPERS):
        return Decision.no(
            "I dati di un’impresa sono modificati dagli uffici della Sezione; l’impresa propone le correzioni.",
            "The offices of the Section change the data of an enterprise; the enterprise proposes corrections.",
        )
    return _not_merged(enterprise)


def may_propose_correction(actor: Actor, enterprise: Enterprise) -> Decision:
    if actor.enterprise_id != enterprise.pk or "apply" not in actor.scopes:
        return Decision.no(
            "Può proporre correzioni chi agisce per l’impresa con una delega a compilare.",
            "Corrections are proposed by who acts for the enterprise with a mandate to fill in.",
        )
    return _not_merged(enterprise)


def may_propose_profile(actor: Actor, row: Buyer | Investor) -> Decision:
    if actor.acts_for(party_of(row), "correct"):
        return Decision.yes()
    return Decision.no(
        "Propone correzioni chi agisce per chi le chiede, con un mandato che le comprende.",
        "Corrections are proposed by who acts for the firm with a mandate that covers them.",
    )


def may_review_correction(actor: Actor, correction: Correction) -> Decision:
    if not actor.in_section(*KEEPERS):
        return Decision.no(
            "Le correzioni sono esaminate dagli uffici della Sezione.",
            "Corrections are reviewed by the offices of the Section.",
        )
    if correction.proposed_by_id == actor.user_id:
        return Decision.no(
            "Chi ha proposto la correzione non può esaminarla.", "Who proposed the correction may not review it."
        )
    return Decision.yes()


def may_withdraw_correction(actor: Actor, correction: Correction) -> Decision:
    if actor.acts_for(correction.party, "apply") or actor.acts_for(correction.party, "correct"):
        return Decision.yes()
    return Decision.no("La ritira chi l’ha proposta.", "Who proposed it withdraws it.")


def may_merge_enterprises(actor: Actor) -> Decision:
    if actor.in_section(*MERGERS):
        return Decision.yes()
    return Decision.no(
        "L’unione di due schede spetta al dirigente, al responsabile del procedimento o all’amministrazione del sistema.",
        "Two files are merged by the director, a case officer or the system administration.",
    )


def may_keep_counterparts(actor: Actor) -> Decision:
    """Buyers, investors and institutions are kept by the Section and by the agencies that deal with them."""
    if actor.in_section(*KEEPERS, roles.COMMUNICATION) or actor.has_role(roles.AGENCY_STAFF):
        return Decision.yes()
    return Decision.no(
        "Buyer, investitori ed enti li tengono la Sezione e le agenzie che li seguono.",
        "Buyers, investors and institutions are kept by the Section and by the agencies that deal with them.",
    )


def may_import_register(actor: Actor) -> Decision:
    if actor.in_section(*MERGERS):
        return Decision.yes()
    return Decision.no(
        "L’importazione del registro imprese spetta al dirigente, al responsabile del procedimento o "
        "all’amministrazione del sistema.",
        "The business register is imported by the director, a case officer or the system administration.",
    )


def may_request_mandate(actor: Actor) -> Decision:
    if actor.is_signed_in:
        return Decision.yes()
    return Decision.no("Per chiedere una delega bisogna accedere.", "Sign in to ask for a mandate.")


def may_decide_mandate(actor: Actor, mandate: Mandate) -> Decision:
    """An officer; or who looks after the people of the enterprise, for powers not wider than one's own.

    Nobody decides on a mandate of one's own, and only an officer recognises a legal representative: it is the act that
    gives every other power.
    """
    if mandate.user_id == actor.user_id:
        return Decision.no("Nessuno decide sulla propria delega.", "Nobody decides on a mandate of one’s own.")
    if _office_decides(actor, mandate):
        return Decision.yes()
    if not _looks_after_people(actor, mandate):
        return Decision.no(
            "Decide il legale rappresentante, chi ha la delega alle persone, o un ufficio della Sezione.",
            "The legal representative, who has the mandate for people, or an office of the Section decides.",
        )
    if mandate.kind == Mandate.LEGAL_REPRESENTATIVE:
        return Decision.no(
            "Il legale rappresentante è riconosciuto da un ufficio della Sezione, che verifica l’atto di nomina.",
            "A legal representative is recognised by an office of the Section, which checks the deed of appointment.",
        )
    return may_give_scopes(actor, mandate.scopes)


def may_give_scopes(actor: Actor, scopes: list[str]) -> Decision:
    """Nobody gives powers that one does not have."""
    wider = sorted(set(scopes) - actor.scopes)
    if wider and not actor.in_section(*KEEPERS):
        listed = ", ".join(wider)
        return Decision.no(
            f"Non puoi dare poteri che non hai: {listed}.", f"You cannot give powers you do not have: {listed}."
        )
    return Decision.yes()


def may_revoke_mandate(actor: Actor, mandate: Mandate) -> Decision:
    """The person who holds it gives it up; the enterprise or an officer takes it back."""
    if mandate.user_id == actor.user_id or _office_decides(actor, mandate):
        return Decision.yes()
    if not _looks_after_people(actor, mandate):
        return Decision.no(
            "Revoca la delega il legale rappresentante, chi la detiene o un ufficio della Sezione.",
            "A mandate is revoked by the legal representative, by its holder or by an office of the Section.",
        )
    if mandate.kind == Mandate.LEGAL_REPRESENTATIVE:
        return Decision.no(
            "La fine dell’incarico del legale rappresentante è registrata da un ufficio della Sezione.",
            "The end of a legal representative’s office is recorded by an office of the Section.",
        )
    return Decision.yes()


def may_invite(actor: Actor, holder: Enterprise | Buyer | Investor) -> Decision:
    """Offer a mandate: who looks after the people of the enterprise; for a buyer or an investor, the office that keeps it
    and has seen the document that says who represents it."""
    if not isinstance(holder, Enterprise):
        return may_keep_counterparts(actor)
    if actor.acts_for(party_of(holder), "people"):
        return _not_merged(holder)
    return Decision.no(
        "Le deleghe sono date dal legale rappresentante o da chi ha la delega alle persone.",
        "Mandates are given by the legal representative or by who has the mandate for people.",
    )


def may_edit_people(actor: Actor, enterprise: Enterprise) -> Decision:
    """Contacts of an enterprise: keepers of the files, and who looks after its people."""
    if actor.in_section(*KEEPERS) or (actor.enterprise_id == enterprise.pk and "people" in actor.scopes):
        return Decision.yes()
    return Decision.no(
        "I contatti sono curati dagli uffici e da chi, nell’impresa, ha la delega alle persone.",
        "Contacts are kept by the offices and by who has the mandate for people in the enterprise.",
    )


def may_record_consent(actor: Actor, person: Person) -> Decision:
    """The person, for oneself; a keeper who holds the proof, on the person's behalf."""
    if person.erased_at is not None:
        return Decision.no("I dati di questa persona sono stati cancellati.", "The data of this person were erased.")
    if (person.user_id is not None and person.user_id == actor.user_id) or actor.in_section(*KEEPERS):
        return Decision.yes()
    return Decision.no(
        "Il consenso è della persona: lo esprime lei, o un ufficio che ne ha la prova.",
        "Consent belongs to the person, who gives it, or to an office that holds its proof.",
    )


def may_correct_person(actor: Actor, person: Person) -> Decision:
    """Rectification (art. 16 GDPR): the person, or an office that was told."""
    if person.erased_at is not None:
        return Decision.no("I dati di questa persona sono stati cancellati.", "The data of this person were erased.")
    if (person.user_id is not None and person.user_id == actor.user_id) or actor.in_section(*KEEPERS):
        return Decision.yes()
    return Decision.no(
        "I dati di una persona li corregge lei, o un ufficio della Sezione a cui lo chiede.",
        "The data of a person are corrected by that person, or by an office of the Section that is asked to.",
    )


def may_edit_tax_code(actor: Actor) -> Decision:
    """The fiscal code identifies who acts: an office that has seen a document writes it."""
    if actor.in_section(*KEEPERS):
        return Decision.yes()
    return Decision.no(
        "Il codice fiscale di una persona lo corregge un ufficio della Sezione, visto un documento.",
        "The tax code of a person is corrected by an office of the Section that has seen a document.",
    )


def may_export_person(actor: Actor, person: Person) -> Decision:
    """Access to one's data (art. 15 GDPR): the person, or an office that answers the request."""
    if (person.user_id is not None and person.user_id == actor.user_id) or actor.in_section(*KEEPERS):
        return Decision.yes()
    return Decision.no("I dati di una persona sono dati a lei.", "The data of a person are given to that person.")


def may_erase_person(actor: Actor, person: Person) -> Decision:
    """Erasure (art. 17 GDPR) is carried out by an office, which checks what the law makes it keep; or by the person, who
    leaves: what is checked is the same."""
    if actor.in_section(*MERGERS) or (person.user_id is not None and person.user_id == actor.user_id):
        return Decision.yes()
    return Decision.no(
        "La cancellazione è eseguita da un ufficio della Sezione, che verifica che cosa la legge impone di conservare.",
        "An erasure is carried out by an office of the Section, which checks what the law makes it keep.",
    )


def _office_decides(actor: Actor, mandate: Mandate) -> bool:
    """The Section on enterprises; on buyers and investors also the other offices that keep them."""
    return actor.in_section(*KEEPERS) or (mandate.enterprise_id is None and bool(may_keep_counterparts(actor)))


def _looks_after_people(actor: Actor, mandate: Mandate) -> bool:
    return actor.acts_for(mandate.party, "people")


def _not_merged(enterprise: Enterprise) -> Decision:
    if enterprise.status == Enterprise.MERGED:
        return Decision.no(
            "Questa scheda è stata unita a un’altra: le modifiche vanno fatte su quella.",
            "This file was merged into another: changes go there.",
        )
    return Decision.yes()
