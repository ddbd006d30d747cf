"""Housekeeping jobs that belong to no room of the domain."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

STALLED_AFTER = 60  # seconds without a heartbeat of the worker that took the job
KEEP_FINISHED = 7 * 24  # hours


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescue_stalled_jobs", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Hand the jobs of a killed worker to a living one; procrastinate does not do it by itself."""
    manager = context.app.job_manager
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)
    for job in stalled:
        await manager.retry_job(job)


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
