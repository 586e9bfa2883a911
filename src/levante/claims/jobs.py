"""What the worker does for claims."""

from procrastinate.contrib.django import app

from levante.claims.accepting import ask_acceptances, chase_acceptances
from levante.claims.result_asking import ask_results, chase_results
from levante.claims.reviewing import expire_requests
from levante.claims.terms import follow_terms
from levante.kernel.api import system


@app.periodic(cron="35 5 * * *")
@app.task(name="claims.expire_requests", queueing_lock="claims.expire_requests")
def expire_old_requests(timestamp: int) -> None:
    """Every morning: requests that nobody answered in time end, and the review goes on."""
    expire_requests(actor=system("claims.requests"))


@app.periodic(cron="25 5 * * *")
@app.task(name="claims.follow_acceptances", queueing_lock="claims.follow_acceptances")
def follow_acceptances(timestamp: int) -> None:
    """Every morning: awards to be accepted are asked for, who is about to be late is told, of who is late forfeiture is proposed."""
    ask_acceptances(actor=system("claims.acceptances"))
    chase_acceptances(actor=system("claims.acceptances"))


@app.periodic(cron="45 5 * * *")
@app.task(name="claims.follow_results", queueing_lock="claims.follow_results")
def follow_results(timestamp: int) -> None:
    """Every morning: results whose day has come are asked, who is about to be late is told, of who is late the officer is told."""
    ask_results(actor=system("claims.results"))
    chase_results(actor=system("claims.results"))


@app.periodic(cron="50 5 * * *")
@app.task(name="claims.follow_terms", queueing_lock="claims.follow_terms")
def follow_claim_terms(timestamp: int) -> None:
    """Every morning: the terms to claim are reckoned, who is about to be late is told, and the officer of who is."""
    follow_terms(actor=system("claims.terms"))
