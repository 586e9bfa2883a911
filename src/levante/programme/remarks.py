"""What in a folder is allowed and an officer should look at: said by ``levante programme``, and nothing is stopped by it."""

from collections import defaultdict
from decimal import Decimal

from levante.kernel.pure import ZERO, Bilingual
from levante.programme import vocabulary as words
from levante.programme.balances import Balances, change_of, problem_of_line, problem_of_walk
from levante.programme.checking import Folder
from levante.programme.folder import Problem
from levante.programme.schema import ActionEntry, MovementEntry


def remarks(folder: Folder) -> list[Problem]:
    """Budget lines beside their action, and movements that the folder alone does not carry."""
    return [*_lines_beside_their_action(folder), *_movements_not_carried(folder)]


def _movements_not_carried(folder: Folder) -> list[Problem]:
    """The first movement of each line that cannot be if the folder is all there is: it may stand on movements recorded at
    the desk, and then the load accepts it; or it is a slip, and the load would refuse it.
    """
    found, stopped = [], set()
    lines: dict[str, Balances] = defaultdict(Balances)
    subjects: dict[tuple[str, str, str], Balances] = defaultdict(Balances)
    for code, row in sorted(folder.rows["movements"].items(), key=lambda item: item[1].on):
        if row.line in stopped:
            continue
        problem = None
        if row.kind == words.REPROGRAMMING:
            lines[row.line] = lines[row.line].plus(change_of(row.kind, -row.amount))
            lines[row.to] = lines[row.to].plus(change_of(row.kind, row.amount))
        else:
            key = (row.line, row.subject.type, row.subject.id) if row.subject is not None else None
            held = subjects[key] if key is not None else Balances()
            change = change_of(row.kind, row.amount, _from_reserved(row, held))
            lines[row.line] = lines[row.line].plus(change)
            if key is not None:
                subjects[key] = held.plus(change)
                problem = problem_of_walk(subjects[key])
        problem = problem or problem_of_line(lines[row.line])
        if problem is not None:
            stopped.add(row.line)
            text = Bilingual(
                f"con i soli movimenti della cartella non si può: {problem.it}",
                f"with the movements of the folder alone it cannot be: {problem.en}",
            )
            found.append(folder.problem("movements", code, "amount", text))
    return found


def _from_reserved(row: MovementEntry, held: Balances) -> Decimal:
    """How much of a commitment or a release comes out of what the subject had reserved, as the service reckons it."""
    if row.kind == words.COMMITMENT:
        return min(row.amount, held.reserved)
    if row.kind == words.RELEASE and (row.release_of or ("reserved" if held.reserved > 0 else "")) == "reserved":
        return row.amount
    return ZERO


def _lines_beside_their_action(folder: Folder) -> list[Problem]:
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
