"""What in a folder is allowed and an officer should look at: said by ``levante programme``, and nothing is stopped by it."""

from levante.kernel.pure import Bilingual
from levante.programme.checking import Folder
from levante.programme.folder import Problem
from levante.programme.schema import ActionEntry


def remarks(folder: Folder) -> list[Problem]:
    """Budget lines beside the dates or the fund of their action.

    A programme may follow how an earlier action was cut without being paid by it. That is a reading, and it is said: an
    expense after the last day of the action, or from another fund, is not of that action.
    """
    found = []
    actions = folder.rows["actions"]
    for code, line in folder.rows["lines"].items():
        action = actions.get(line.action) if line.action else None
        if action is None:
            continue
        outside = line.year is not None and (
            (action.until is not None and line.year > action.until.year)
            or (action.since is not None and line.year < action.since.year)
        )
        parts: list[Bilingual] = []
        if outside:
            parts.append(
                Bilingual(
                    f"la linea è del {line.year} e l’azione {line.action} va {_days(action, 'it')}",
                    f"the line is of {line.year} and action {line.action} runs {_days(action, 'en')}",
                )
            )
        if line.fund is not None and line.fund != action.fund:
            parts.append(
                Bilingual(
                    f"il fondo della linea ({line.fund}) non è quello dell’azione {line.action} ({action.fund})",
                    f"the fund of the line ({line.fund}) is not that of action {line.action} ({action.fund})",
                )
            )
        if parts:
            text = Bilingual(
                f"{'; '.join(part.it for part in parts)}: l’azione dice come è articolata la linea, non chi la paga.",
                f"{'; '.join(part.en for part in parts)}: the action says how the line is cut, not who pays for it.",
            )
            found.append(folder.problem("lines", code, "action", text))
    return found


def _days(action: ActionEntry, language: str) -> str:
    since, until = (f"{day:%d/%m/%Y}" if day else "" for day in (action.since, action.until))
    if language == "en":
        return " ".join(part for part in (since and f"from {since}", until and f"until {until}") if part)
    return " ".join(part for part in (since and f"dal {since}", until and f"fino al {until}") if part)
