"""The door of exchange: stored requests to outside systems."""

from levante.exchange.client import NoUsableAnswer
from levante.exchange.models import Attempt, ExternalRequest
from levante.exchange.services import cancel_request, deliver, may_handle, on_answer, queue_request, send_again
from levante.exchange.simulators.acts import ActSystem
from levante.exchange.simulators.acts import serve as serve_act_system

__all__ = [
    "ActSystem",
    "Attempt",
    "ExternalRequest",
    "NoUsableAnswer",
    "cancel_request",
    "deliver",
    "may_handle",
    "on_answer",
    "queue_request",
    "send_again",
    "serve_act_system",
]
