"""Background work of the register."""

import logging

from procrastinate.contrib.django import app

from levante.kernel.api import system
from levante.register.anchoring import anchor_heads, authority_url

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
