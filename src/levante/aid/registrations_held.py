"""A registration under its lock, and what its end asks of the RNA."""

from levante.aid import rna_hooks
from levante.aid.models import RnaRegistration
from levante.exchange.api import RNA, queue_request
from levante.identity.api import Office, body_of
from levante.kernel.api import Actor, now


def of_office(office: Office) -> dict[str, str]:
    return {"office": office.code, "body": body_of(office).code}


def locked(registration: RnaRegistration) -> RnaRegistration:
    rna_hooks.lock_first(registration)
    rows = RnaRegistration.objects.select_for_update(of=("self",)).select_related("office__parent", "enterprise")
    return rows.get(pk=registration.pk)


def ask_cancellation(actor: Actor, held: RnaRegistration) -> None:
    held.transmissions += 1
    held.cancel_request = queue_request(
        actor=actor,
        system=RNA,
        kind="cancel",
        key=f"rna:{held.own_key}:cancel:{held.transmissions}",
        body={**of_office(held.office), "own_key": held.own_key, "cor": int(held.cor)},
    )
    held.save(update_fields=["transmissions", "cancel_request"])


def close_registration(held: RnaRegistration, state: str, reason: str) -> None:
    held.state, held.reason, held.closed_at = state, reason, now()
    held.save(update_fields=["state", "reason", "closed_at"])
