"""``levante calls rehearse CODE``: a call tried from end to end, its report printed, nothing left behind."""

import argparse
import json
import sys

from levante.calls.api import Call
from levante.grants.rehearsal.report import Rehearsal
from levante.grants.rehearsal.run import rehearse_call
from levante.kernel.api import Refused, system
from levante.kernel.pure import format_euro


def main(argv: list[str]) -> int:
    """0 it came to the end, 1 something stopped it, 2 the request could not be understood."""
    parser = argparse.ArgumentParser(prog="levante calls rehearse")
    parser.add_argument("verb", choices=["rehearse"], help=argparse.SUPPRESS)
    parser.add_argument("code")
    parser.add_argument("--count", type=int, default=6, help="regular applications; the others try one thing each")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same rehearsal")
    parser.add_argument("--opening", default="", help="which opening; the first unless given")
    parser.add_argument(
        "--whole-budget", action="store_true", help="with all its money: unless given it is made to run short"
    )
    parser.add_argument("--json", action="store_true", help="the whole report, with letters, as JSON")
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    call = Call.objects.filter(code=arguments.code).first()
    if call is None:
        print(f"levante: non c’è un bando «{arguments.code}»", file=sys.stderr)
        return 2
    try:
        report = rehearse_call(
            actor=system("levante calls rehearse"), call=call, count=arguments.count, seed=arguments.seed,
            opening=arguments.opening, short=not arguments.whole_budget,
        )  # fmt: skip
    except Refused as refused:
        print(f"levante: {refused.reason.it}", file=sys.stderr)
        return 2
    print(json.dumps(report.as_json(), ensure_ascii=False) if arguments.json else in_words(report))
    return 0 if report.reached_the_end else 1


def in_words(report: Rehearsal) -> str:
    """The report for who reads it in a terminal."""
    lines = [
        f"{report.title.it} ({report.procedure.it}), sportello {report.opening}, seme {report.seed}",
        f"Dotazione della prova: {format_euro(report.budget)}; concessi {format_euro(report.awarded)}.",
        *(f"Nota: {one.it}" for one in report.assumed),
        *(f"{'Errore' if one.level == 'error' else 'Avviso'}: {one.path}: {one.text.it}" for one in report.findings),
        "",
    ]
    for stage in report.stages:
        told = "; ".join(note.it for note in stage.notes)
        lines.append(f"[{'ok' if stage.ok else 'FERMA'}] {stage.title.it}{': ' + told if told else ''}")
    lines.append("")
    for one in report.applications:
        points = f", {one.score} punti" if one.score is not None else ""
        money = f", {format_euro(one.amount)}" if one.amount else ""
        lines.append(f"{one.number:>3}. {one.tries.it}: {one.outcome_label.it}{points}{money}")
        lines += [f"       {told.it}" for told in one.told]
        if len(one.shares) > 1:
            lines += [f"       {share.firm}: {format_euro(share.amount)}" for share in one.shares]
    lines += ["", f"Lettere: {len(report.letters)}; avvisi: {report.notices}; atti: {len(report.acts)}."]
    lines += [f"  {letter.to}: {letter.subject.it}" for letter in report.letters]
    return "\n".join(lines)
