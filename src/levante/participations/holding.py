"""What is locked, in which order: the initiative, its selection, the rows of the list, then what a quota or an aid locks."""

from levante.initiatives.api import Initiative
from levante.participations.models import Participation, Selection


def locked_selection(initiative_id: int) -> Selection:
    """The selection of an initiative, both held until the end of the transaction."""
    Initiative.objects.select_for_update().only("pk").get(pk=initiative_id)
    rows = Selection.objects.select_for_update(of=("self",))
    related = ("initiative__lead_office__parent", "initiative__budget_line", "act", "aid_act", "opening")
    return rows.select_related(*related).get(initiative_id=initiative_id)


def locked_row(pk: int) -> Participation:
    """A row of a list, with its selection, all held."""
    initiative_id = Participation.objects.values_list("selection__initiative_id", flat=True).get(pk=pk)
    selection = locked_selection(initiative_id)
    row = (
        Participation.objects.select_for_update(of=("self",))
        .select_related("enterprise", "due", "reservation", "aid")
        .get(pk=pk)
    )
    row.selection = selection
    return row
