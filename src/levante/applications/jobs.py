"""The worker's part."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from procrastinate.contrib.django import app

from levante.applications.assignment import assign_by_rules
from levante.applications.bulk import carry_on
from levante.applications.click_day_case import cases_to_commit, commit_case
from levante.applications.deadlines import refresh_deadlines, remind_of_deadlines, sweep_deadlines
from levante.applications.drafts import locked
from levante.applications.evaluation.panel import gather_files
from levante.applications.evaluation.reminders import remind_of_evaluations
from levante.applications.later import remind_of_documents
from levante.applications.models import BulkRun, RankingOrder
from levante.applications.paper import write_signing_copy
from levante.applications.parts import lapse_offers
from levante.applications.presence import leave_draft
from levante.applications.protocol import ask_missing_numbers
from levante.applications.ranking_orders import compute_on
from levante.applications.receiving import finish_click_day, unfinished_days
from levante.applications.telling import tell_enterprise
from levante.kernel.api import now, system, today


@app.task(name="applications.tell_sent", queue="mail")
def tell_sent(application_id: int) -> None:
    """Tell the enterprise that its application was sent, with the number; run again, it tells nobody twice."""
    with transaction.atomic():
        application = locked(application_id)
        leave_draft(application)
        tell_enterprise(application, "submit")
        if application.over_limit:
            tell_enterprise(application, "over_limit")


@app.task(name="applications.tell_lapsed", queue="mail")
def tell_lapsed(application_id: int) -> None:
    """Tell the enterprise that what it sealed was never sent; run again, it tells nobody twice."""
    with transaction.atomic():
        application = locked(application_id)
        event = application.events.filter(kind="lapse").order_by("pk").last()
        tell_enterprise(application, "lapse", event=event)


@app.task(name="applications.make_signing_copy", queue="documents")
def make_signing_copy(copy_id: int) -> None:
    """Make the PDF of a draft that somebody is about to sign."""
    write_signing_copy(actor=system("applications.paper"), copy_id=copy_id)


@app.periodic(cron="* * * * *")
@app.task(name="applications.ask_protocol_numbers", queue="exchange", queueing_lock="applications.ask_protocol_numbers")
def ask_protocol_numbers(timestamp: int) -> None:
    """Every minute: the applications that came in and have no protocol number yet."""
    ask_missing_numbers(actor=system("applications.protocol"))


@app.periodic(cron="* * * * *")
@app.task(name="applications.finish_click_days", queue="intake", queueing_lock="applications.finish_click_days")
def finish_click_days(timestamp: int) -> None:
    """Every minute: the applications of the click days that were closed get their numbers, from where the last run was;
    then the case of the day goes into the register."""
    actor = system("applications.click_day")
    for log in unfinished_days():
        finish_click_day(actor=actor, log=log)
    for log, line in cases_to_commit():
        commit_case(actor=actor, log=log, line=line)


@app.periodic(cron="20 6 * * *")
@app.task(name="applications.remind_of_documents", queue="mail", queueing_lock="applications.remind_of_documents")
def remind_of_promised_documents(timestamp: int) -> None:
    """Every morning: documents that were promised and whose term is near, or has passed."""
    with transaction.atomic():
        remind_of_documents(actor=system("applications.documents"), on=today())


@app.periodic(cron="* * * * *")
@app.task(name="applications.follow_files", queueing_lock="applications.follow_files")
def follow_files(timestamp: int) -> None:
    """Every minute: what came in gets its term written and, where a rule says so, its officer; what was
    admitted goes to its committee."""
    sweep_deadlines()
    assign_by_rules(actor=system("applications.assignment"))
    gather_files(actor=system("applications.evaluation"))


@app.task(name="applications.compute_order")
def compute_order(order_id: int) -> None:
    """Compute or publish a list that was asked for."""
    compute_on(order_id)


@app.periodic(cron="* * * * *")
@app.task(name="applications.follow_ranking_orders", queueing_lock="applications.follow_ranking_orders")
def follow_ranking_orders(timestamp: int) -> None:
    """Every minute: lists whose worker was lost are computed, or published, by another; one that somebody is at is left alone."""
    waiting = RankingOrder.objects.filter(ended_at__isnull=True, asked_at__lt=now() - timedelta(minutes=1))
    for order_id in list(waiting.order_by("pk").values_list("pk", flat=True)):
        compute_on(order_id)


@app.task(name="applications.run_bulk")
def run_bulk(run_id: int) -> None:
    """Do a run of many files, from where it was left."""
    carry_on(run_id)


@app.periodic(cron="* * * * *")
@app.task(name="applications.follow_bulk", queueing_lock="applications.follow_bulk")
def follow_bulk(timestamp: int) -> None:
    """Every minute: runs whose worker was lost go on."""
    still = now() - timedelta(minutes=2)
    for run in BulkRun.objects.filter(state__in=BulkRun.AT_WORK).order_by("pk"):
        last = run.items.aggregate(last=Max("at"))["last"] or run.started_at
        if last is not None and last < still:
            carry_on(run.pk)


@app.periodic(cron="25 5 * * *")
@app.task(name="applications.chase_deadlines", queueing_lock="applications.chase_deadlines")
def chase_deadlines(timestamp: int) -> None:
    """Every morning: offers nobody answered end, suspensions that ended are seen, and who must respect a term is reminded of it."""
    with transaction.atomic():
        lapse_offers(actor=system("applications.offers"))
    refresh_deadlines()
    remind_of_deadlines(actor=system("applications.deadlines"))
    remind_of_evaluations(actor=system("applications.evaluation"))
