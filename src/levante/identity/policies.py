from levante.identity import roles
from levante.identity.models import Office, RoleGrant, User
from levante.kernel.actor import Actor
from levante.kernel.pure import Decision


def may_manage_roles(actor: Actor, office: Office) -> Decision:
    """Roles are given and taken by the system administrators and by the directors of the office itself."""
    if actor.in_section(roles.SYSTEM) or actor.has_role(roles.DIRECTOR, office=office.code):
        return Decision.yes()
    return Decision.no(
        "I ruoli li assegna il dirigente dell’ufficio o chi amministra il sistema.",
        "Roles are given by the director of the office or by system administrators.",
    )


def may_be_held(role: str, office: Office) -> Decision:
    """Is the role one of those of this kind of office?"""
    whole = office.parent if office.kind == Office.PART and office.parent is not None else office
    if role in roles.HELD_IN.get(whole.kind, ()):
        return Decision.yes()
    label = roles.LABELS[role]
    return Decision.no(
        f"{label.it}: non è un ruolo di questo tipo di ufficio.", f"{label.en}: not a role of this kind of office."
    )


def may_revoke_role(actor: Actor, grant: RoleGrant) -> Decision:
    """As to give it; but nobody takes away their own administration, so that one administrator always stays."""
    if grant.role == roles.SYSTEM and grant.user_id == actor.user_id:
        return Decision.no(
            "Non puoi togliere a te stesso l’amministrazione del sistema: chiedilo a un altro amministratore.",
            "You cannot take system administration from yourself: ask another administrator.",
        )
    return may_manage_roles(actor, grant.office)


def may_close_account(actor: Actor, user: User) -> Decision:
    """A person closes their own account; not while holding roles in an office."""
    if actor.user_id != user.pk and not actor.in_section(roles.SYSTEM):
        return Decision.no("Ognuno chiude solo la propria utenza.", "Everyone closes only their own account.")
    if user.role_grants.filter(until__isnull=True).exists():
        return Decision.no(
            "Hai ancora un ruolo in un ufficio: chiedi prima che ti sia tolto.",
            "You still hold a role in an office: ask for it to be removed first.",
        )
    return Decision.yes()
