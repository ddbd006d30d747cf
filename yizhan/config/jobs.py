"""Housekeeping jobs that belong to no room of the domain."""

from __future__ import annotations

import logging

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

log = logging.getLogger(__name__)
STALLED_AFTER = 60  # seconds without a heartbeat of the worker that took the job
MOST_ATTEMPTS = 5  # a job whose worker died so often is what kills it
KEEP_FINISHED = 7 * 24  # hours


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescue_stalled_jobs", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Hand the jobs of a killed worker to a living one; procrastinate does not do it by itself."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await _rescue(manager, job)


async def _rescue(manager: JobManager, job: Job) -> None:
    """Again, unless the same is queued already or the job has killed too many workers."""
    if job.attempts >= MOST_ATTEMPTS:
        log.error("job %s (%s) has killed its worker %s times", job.id, job.task_name, job.attempts)
        await manager.finish_job(job, Status.FAILED, delete_job=False)
        return
    try:
        await manager.retry_job(job)
    except UniqueViolation:  # its queueing lock: another one waits that will do the same
        await manager.finish_job(job, Status.ABORTED, delete_job=False)


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="remove_finished_jobs", pass_context=True)
async def remove_finished_jobs(context: JobContext, timestamp: int) -> None:
    """Delete finished jobs older than a week; what they did stands in the rows they worked on."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED)


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="clear_old_sessions")
def clear_old_sessions(timestamp: int) -> None:
    """Delete expired sessions."""
    call_command("clearsessions")
