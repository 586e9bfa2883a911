"""The register of a served demonstration: what its first night brings, a stamp from outside and an audit, at once."""

from levante.kernel.api import system
from levante.register.api import AuditRun, defer_audit, defer_stamps, last_anchors, request_audit


def bring_the_first_night() -> None:
    """Once the authority and the worker are up; on later starts the nights have passed, and nothing is asked."""
    if not last_anchors():
        defer_stamps()
    if not AuditRun.objects.exists():
        defer_audit(request_audit(actor=system("demo.register")).pk)
