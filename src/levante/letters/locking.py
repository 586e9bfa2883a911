"""Letters and their goings under a lock, always in the same order: the letter, then the going."""

from levante.letters.models import Dispatch, Letter


def locked(letter_id: int) -> Letter:
    """The letter under a lock, with its office and enterprise."""
    return (
        Letter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("office__parent", "enterprise", "officer")
        .get(pk=letter_id)
    )


def locked_dispatch(dispatch: Dispatch) -> tuple[Letter, Dispatch]:
    """A going and its letter, both under a lock."""
    letter = locked(dispatch.letter_id)
    return letter, Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
