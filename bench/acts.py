"""An award act of a thousand beneficiaries, and of a tenth of them: drafted, printed, brought into effect, by the worker's own functions.

One application is really sent; the others are copies of it, each of a firm of its own, admitted and declared about. The act is
ordered and goes the worker's way: the applications put in it, its text printed (how many pages, how long the annex is), the answer
of the system of acts, the awards in effect, the run of letters. Times are of processor, of Python and of PostgreSQL's process
together, for each beneficiary; the baseline is the act of a tenth.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bench.letters import _seconds, against_a_part, director

_SENT = """
UPDATE applications_application AS one
   SET state = 'admitted', answers = sent.answers, requested_amount = 1000, admitted_amount = 1000, submitted_at = sent.submitted_at,
       number = 'A/' || one.id, sequence = 1000000 + one.id, submitted_by_id = sent.submitted_by_id, case_officer_id = %(officer)s,
       taken_at = now(), decided_at = now(), decided_by_id = %(officer)s, decision_reason = 'Bench', revision = 1,
       frozen_sha256 = sent.frozen_sha256,
       frozen = jsonb_set(jsonb_set(sent.frozen, '{enterprise,name}', to_jsonb(firm.name)),
                          '{enterprise,tax_code}', to_jsonb(firm.tax_code))
  FROM applications_application AS sent, parties_enterprise AS firm
 WHERE sent.id = %(sent)s AND one.opening_id = sent.opening_id AND one.state = 'draft' AND firm.id = one.enterprise_id
"""


def run(size: int = 1000) -> list[dict[str, Any]]:
    """Rows ``{name, value, unit, baseline, baseline_value, ratio}``."""
    small = max(size // 10, 60)
    return against_a_part(_of, size, small, f"an act of {size:,}", f"of {small:,}")


def _of(size: int) -> dict[str, tuple[float, str]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from levante.applications.api import Application
    from levante.documents.ordering import make
    from levante.grants.api import AwardAct, draft_on, effect_on, order_award_act, send_award_act

    signer = _admitted(size)
    chosen = list(
        Application.objects.filter(state="admitted", number__startswith="A/", awards__isnull=True).order_by("pk")
    )
    act, asking = _seconds(lambda: order_award_act(actor=signer, applications=chosen))
    draft_on(act.pk, most=1)
    with CaptureQueriesContext(connection) as drafted:
        draft_on(act.pk, most=1)
    _, drafting = _seconds(lambda: draft_on(act.pk))
    held = AwardAct.objects.get(pk=act.pk)
    if held.awards.count() != size:
        raise RuntimeError(
            f"{held.awards.count()} of {size} in the act: {held.orders.filter(state='left_out').first()}"
        )
    _, printing = _seconds(lambda: make(held.document_id))
    paper = AwardAct.objects.get(pk=act.pk).document
    assert paper is not None
    _, sending = _seconds(
        lambda: send_award_act(actor=signer, act=AwardAct.objects.get(pk=act.pk), without_codes="Banco di prova")
    )
    _, adopting = _seconds(_answered)
    with CaptureQueriesContext(connection) as effected:
        effect_on(act.pk, most=1)
    _, effect = _seconds(lambda: effect_on(act.pk))
    held = AwardAct.objects.get(pk=act.pk)
    if held.state != "effective":
        raise RuntimeError(
            f"{held.state}: {held.awards.exclude(stop_reason_it='').values_list('stop_reason_it', flat=True)[:3]}"
        )
    return {
        "asked at the desk, in all": (1000 * asking, "ms"),
        "put in the act": (1000 * drafting / (size - 40), "ms"),
        "queries to put one in it": (len(drafted) / 20, "queries"),
        "printed": (1000 * printing / size, "ms"),
        "pages of it": (_pages(paper), "pages"),
        "signed and sent, in all": (1000 * sending, "ms"),
        "come back with its number, in all": (1000 * adopting, "ms"),
        "in effect": (1000 * effect / (size - 20), "ms"),
        "queries to bring one into effect": (len(effected) / 20, "queries"),
    }


def _answered() -> None:
    """The simulated system of acts, over its socket, and what its answer brings about."""
    import threading

    from django.conf import settings

    from levante.exchange.jobs import sweep
    from levante.exchange.simulators.acts import serve

    server = serve(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.ACTS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    sweep(0)
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def _pages(paper: Any) -> int:
    from pyhanko.pdf_utils.reader import PdfFileReader

    from levante.documents.api import path_of

    with path_of(paper.file.sha256).open("rb") as file:
        return int(PdfFileReader(file).root["/Pages"]["/Count"])


def _admitted(size: int) -> Any:
    """So many admitted applications in an opening of their own, with money on their line; the director who signs."""
    from django.db import connection

    from bench.applications import _prepare, _query_counts
    from bench.parties import _officer
    from levante.applications.api import Application, ConflictDeclaration
    from levante.calls.models import CallBudgetLine
    from levante.kernel.api import now, system
    from levante.programme.api import Act, BudgetLine, Triennium, allocate

    _officer()
    user, person = director()
    drafts = _prepare(size - 1)  # two more than asked, of which one is sent and stays out
    sent, _ = drafts[0]
    _query_counts(drafts[0])
    call = Application.objects.select_related("opening__call__programme").get(pk=sent).opening.call
    triennium, _ = Triennium.objects.get_or_create(
        code="2023-2029", programme=call.programme,
        defaults={"name_it": "T", "name_en": "T", "first_year": 2023, "last_year": 2029, "confidence": "to_confirm"},
    )  # fmt: skip
    line, new = BudgetLine.objects.get_or_create(
        code="bench", programme=call.programme,
        defaults={"triennium": triennium, "name_it": "L", "name_en": "L", "confidence": "to_confirm"},
    )  # fmt: skip
    if new:
        money = Act.objects.create(
            programme=call.programme, code="bench-money", kind="dgr", title_it="S", title_en="S", confidence="to_confirm",
            triennium=triennium, adopted_on=date(2023, 9, 1),
        )  # fmt: skip
        allocate(
            actor=system("bench"),
            line=line,
            amount=Decimal("900000000.00"),
            act=money,
            exercise=2023,
            on=date(2023, 9, 1),
        )
    CallBudgetLine.objects.create(call=call, line=line)
    with connection.cursor() as cursor:
        cursor.execute(_SENT, {"officer": user.pk, "sent": sent})
        cursor.execute("ANALYZE")
    rows = Application.objects.filter(opening__call=call, state="admitted").order_by("pk")
    if rows.count() != size:
        raise RuntimeError(f"{rows.count()} admitted of {size}")
    ConflictDeclaration.objects.bulk_create(
        [ConflictDeclaration(application_id=pk, officer=user, has_conflict=False, declared_at=now() - timedelta(days=1))
         for pk in rows.values_list("pk", flat=True)]
    )  # fmt: skip
    return person
