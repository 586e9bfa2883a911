"""What must be there before an application is sent, besides its answers: each where the call asks for it, and only there."""

from levante.applications.filled import filling_needed
from levante.applications.group_gate import group_needed
from levante.applications.models import Application
from levante.applications.requirements import exclusions_needed, limits_needed
from levante.applications.signing import signature_needed
from levante.applications.stamp import stamp_needed
from levante.applications.versions import form_needed
from levante.kernel.api import Missing

#: In the order in which they are done; ``Missing.field`` is the code of the step where it is mended.
BESIDES = (
    form_needed,
    group_needed,
    filling_needed,
    limits_needed,
    exclusions_needed,
    stamp_needed,
    signature_needed,
)


def missing_besides(application: Application) -> list[Missing]:
    """What is missing besides the answers."""
    return [item for need in BESIDES for item in need(application)]
