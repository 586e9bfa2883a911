"""Background work of the register."""

import logging
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from levante.kernel.api import now, system
from levante.register.anchoring import anchor_heads, authority_url
from levante.register.audit_runs import carry_out_audit, request_audit

logger = logging.getLogger(__name__)


@app.periodic(cron="17 2 * * *")
@app.task(name="register.anchor_heads", queueing_lock="register.anchor_heads")
def anchor_heads_daily(timestamp: int) -> None:
    """Every night, have the day's heads stamped outside (``docs/formats/log.md``)."""
    if not authority_url():
        logger.warning("the register is not anchored: no time-stamping authority is configured (LEVANTE_TSA_URL)")
        return
    for anchor in anchor_heads(actor=system("register.anchor_heads")):
        if anchor.outcome != anchor.GRANTED:
            logger.error("the authority did not stamp the head %s: %s", anchor.head_id, anchor.reason)


def defer_stamps() -> None:
    """Have the heads stamped as soon as a worker is free, not tonight. To be called outside a transaction."""
    with suppress(AlreadyEnqueued):
        anchor_heads_daily.configure().defer(timestamp=int(now().timestamp()))


@app.task(name="register.audit", queue="imports")
def audit(run_id: int) -> None:
    """Carry out an audit that was asked for."""
    carry_out_audit(actor=system("register.audit"), run_id=run_id)


def defer_audit(run_id: int) -> None:
    """Queue an audit, inside the transaction that asks for it; asked for twice, it is carried out once."""
    audit.defer(run_id=run_id)


@app.periodic(cron="40 3 * * 0")
@app.task(name="register.audit_weekly", queueing_lock="register.audit_weekly")
def audit_weekly(timestamp: int) -> None:
    """Every Sunday night the whole register is computed again: what nobody asks for is looked at all the same."""
    run = request_audit(actor=system("register.audit_weekly"))
    if run.state == run.WAITING:
        defer_audit(run.pk)
