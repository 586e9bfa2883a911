"""The worker's part, for all rooms: a job whose worker was killed is done by another."""

import logging

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status

log = logging.getLogger(__name__)

#: Seconds after which a worker that says nothing is taken for dead (``PROCRASTINATE_WORKER_DEFAULTS`` says the same to the workers,
#: that speak every ten): a host that was still for half a minute has not lost it.
SILENT = 120
#: As many times a job is given to another worker: one that kills whoever takes it stops there, and is in the list of the failed.
MOST = 5


@app.periodic(cron="* * * * *")
@app.task(name="kernel.take_up", queueing_lock="kernel.take_up", pass_context=True)
async def take_up(context: JobContext, timestamp: int) -> None:
    """Every minute: jobs that a dead worker was at wait for another. Every job of ours may be run again, or twice at once."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        if job.attempts < MOST:
            try:
                await jobs.retry_job(job)
            except UniqueViolation:  # another of the same lock waits already: it does what this one left
                await jobs.finish_job(job, Status.FAILED, delete_job=False)
            else:
                log.warning("job %s (%s) lost its worker, and waits for another", job.id, job.task_name)
        else:
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
            log.error("job %s (%s) lost its worker %s times, and is given up", job.id, job.task_name, MOST + 1)
