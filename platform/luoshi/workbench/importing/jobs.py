"""Every write of an import job: begun, looked through, confirmed, done, given up.

A job is run under the lock of its own row, and what it does to the county stands in the same transaction as
its new state: sent twice, taken by two workers or killed in the middle, a file is imported once or not at
all.
"""

import logging
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from luoshi.accounts.actor import Actor, Channel
from luoshi.documents.imports import ImportRefused
from luoshi.documents.spreadsheets import rows_counted
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem, Refusal, WrongState
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.workbench.importing.kinds import KINDS, KindInfo, workbook_import, workbook_read
from luoshi.workbench.importing.records import ImportJob
from luoshi.workbench.importing.telling import outcome_told, problems_told, worded

logger = logging.getLogger(__name__)

KEPT = timedelta(hours=2)
"""How long a file that was looked through waits for its confirmation."""
REMEMBERED = timedelta(days=30)
"""How long an ended job and its table of problems can be looked up."""
AT_ONCE = 150
"""Files of up to so many rows are looked through and imported while the person waits: some seconds."""
MOST_ROWS = 10_000
"""Rows of one file. More would not be done within a worker's time."""
OPEN_AT_ONCE = 5
"""Jobs of one person that may wait at the same time."""
NOT_TAKEN = timedelta(minutes=2)
"""A job that no worker has taken for so long is offered again."""
STILL = timedelta(minutes=30)
"""A job that was begun so long ago has lost its worker. Longer than the task may run."""
MOST_ATTEMPTS = 3
OUR_FAULT = "系统出错，什么都没有导入；请稍后重新上传，仍不成功的请联系本县系统管理员"
CHANGED = "检查之后县里的数据有了变化，结果与您看到的不同，所以没有导入；请核对下面新的结果后再确认"
State = ImportJob.State
OPEN = (State.WAITING, State.CHECKED, State.CONFIRMED)


class _ChangedError(Exception):
    """The import would now do something else than what the person was shown."""

    def __init__(self, outcome: dict[str, Any]) -> None:
        self.outcome = outcome


def import_begin(
    *, info: KindInfo, file_name: str, body: bytes, options: dict[str, Any], actor: Actor
) -> ImportJob:
    """Take a file in and look through it, at once where it is small. Nothing of the county is changed.

    A large file is left to a worker (:meth:`ImportJob.is_running`); whoever calls sends the task.

    :raises NotAllowed: this person may not import this kind.
    :raises Invalid: for a file that cannot be accepted at all, and for too many jobs at once.
    """
    _allowed(info, actor)
    if actor.user_id is None:
        raise NotAllowed("只有登录的人可以上传文件")
    filled = rows_counted(body)
    if filled > MOST_ROWS + 1:
        message = f"有 {filled - 1} 行，一次最多 {MOST_ROWS} 行，请分成几个文件导入"
        raise Invalid([Problem("file", message)])
    now = timezone.now()
    digest = sha256(body).hexdigest()
    with transaction.atomic():
        waiting = ImportJob.objects.filter(started_by_id=actor.user_id, state__in=OPEN)
        if waiting.count() >= OPEN_AT_ONCE:
            message = f"您已有 {OPEN_AT_ONCE} 个文件在等候，请先确认或放弃，再上传新的"
            raise Invalid([Problem("file", message)])
        job = ImportJob.objects.create(
            kind=info.kind,
            started_by_id=actor.user_id,
            file_name=file_name[-200:],
            digest=digest,
            rows=max(filled - 1, 0),
            options=options,
            started_at=now,
            touched_at=now,
        )
        job.stored = default_storage.save(f"imports/{job.pk}-{digest}.xlsx", ContentFile(body))
        job.save(update_fields=["stored"])
    if job.rows <= AT_ONCE:
        import_run(job_id=job.pk)
        job.refresh_from_db()
    return job


def import_confirm(*, job_id: int, actor: Actor) -> ImportJob:
    """Import the file that was looked through, at once where it is small, else by a worker.

    Confirmed twice it is imported once. Where the county has changed since, nothing is imported and the job
    waits again, with the new result and a message.

    :raises NotFound: this person has no such job.
    :raises NotAllowed: this person may no longer import this kind.
    :raises WrongState: the job has expired, was given up, or has problems.
    """
    job = job_find(job_id=job_id, actor=actor)
    _allowed(KINDS[job.kind], actor)
    if job.state == State.CHECKED and job.touched_at < timezone.now() - KEPT:
        _end(job, State.EXPIRED)
    taken = ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(
        state=State.CONFIRMED, touched_at=timezone.now(), attempts=0, message=""
    )
    job.refresh_from_db()
    if not taken and job.state not in (State.CONFIRMED, State.DONE):
        raise WrongState(f"这个文件{job.get_state_display()}，不能导入；请重新上传")
    if taken and job.rows <= AT_ONCE:
        import_run(job_id=job.pk)
        job.refresh_from_db()
    return job


def import_discard(*, job_id: int, actor: Actor) -> ImportJob:
    """Give up a file that was looked through. Again, nothing more happens.

    :raises NotFound: this person has no such job.
    :raises WrongState: it is being imported, or has been.
    """
    job = job_find(job_id=job_id, actor=actor)
    with transaction.atomic():
        locked = ImportJob.objects.select_for_update(skip_locked=True).filter(pk=job.pk).first()
        if locked is None or locked.state in (State.CONFIRMED, State.DONE):
            raise WrongState("这个文件正在导入或已经导入，不能放弃")
        if locked.finished_at is None:
            _end(locked, State.DISCARDED)
    job.refresh_from_db()
    return job


def job_find(*, job_id: int, actor: Actor) -> ImportJob:
    """A job of this person's own.

    :raises NotFound: there is none in this county, or it is somebody else's.
    """
    job = ImportJob.objects.filter(pk=job_id, started_by_id=actor.user_id).first()
    if job is None:
        raise NotFound("没有这次导入，或不是您上传的")
    return job


def import_run(*, job_id: int) -> bool:
    """Look through the file of a waiting job, or import that of a confirmed one, in the name of its person
    and by the rights that he has now. False: somebody else has it, or there is nothing to do.
    """
    with transaction.atomic():
        job = _locked(job_id)
        if job is None:
            return False
        # Committed before the work: a job whose worker is killed again and again must not go on for ever.
        job.attempts, job.touched_at = job.attempts + 1, timezone.now()
        job.save(update_fields=["attempts", "touched_at"])
    with transaction.atomic():
        job = _locked(job_id)
        if job is None:
            return False
        _do(job)
    return True


def _locked(job_id: int) -> ImportJob | None:
    """The job, locked, where it is to be run and nobody else runs it."""
    jobs = ImportJob.objects.select_for_update(of=("self",), skip_locked=True).select_related("started_by")
    return jobs.filter(pk=job_id, state__in=[State.WAITING, State.CONFIRMED]).first()


def _do(job: ImportJob) -> None:
    body = _body(job)
    if body is None:
        _end(job, State.FAILED, "上传的文件已不在或已改变，什么都没有导入；请重新上传")
        return
    try:
        with transaction.atomic():
            outcome = _outcome(job, body)
    except _ChangedError as changed:
        _checked(job, changed.outcome, CHANGED)
    except ImportRefused as refused:
        job.problems = problems_told(refused.cells, body)
        _end(job, State.REFUSED)
    except Refusal as refusal:
        _end(job, State.REFUSED, worded(refusal.message))
    except (OperationalError, InterfaceError):
        raise  # the database is gone, not the file: whoever comes next does it
    except Exception:
        logger.exception("import job %s failed", job.pk)
        _end(job, State.FAILED, OUR_FAULT)
    else:
        if job.state == State.WAITING:
            _checked(job, outcome, "")
        else:
            job.outcome = outcome
            _end(job, State.DONE)


def _outcome(job: ImportJob, body: bytes) -> dict[str, Any]:
    """Do the work, or try it; what it does.

    :raises _ChangedError: it is not what the person was shown, and is taken back.
    """
    info = KINDS[job.kind]
    actor = actor_of(job.started_by, Channel.IMPORT)
    if not job.started_by.is_active:
        raise NotAllowed("上传人的账号已停用，没有导入")
    _allowed(info, actor)
    parsed = workbook_read(info, body)
    trial = job.state == State.WAITING
    report = workbook_import(info, parsed, actor=actor, options=job.options, dry_run=trial)
    outcome = outcome_told(report)
    if not trial and outcome != job.outcome:
        raise _ChangedError(outcome)
    return outcome


def _checked(job: ImportJob, outcome: dict[str, Any], message: str) -> None:
    job.state, job.outcome, job.message = State.CHECKED, outcome, message
    job.attempts, job.touched_at = 0, timezone.now()
    job.save(update_fields=["state", "outcome", "message", "attempts", "touched_at"])


def _end(job: ImportJob, state: ImportJob.State, message: str = "") -> None:
    """Write down how a job ended; its file goes once that is committed."""
    stored, now = job.stored, timezone.now()
    job.state, job.message, job.stored = state, message, ""
    job.touched_at = job.finished_at = now
    if state in (State.EXPIRED, State.DISCARDED):
        job.outcome = {}
    job.save()
    if stored:
        transaction.on_commit(lambda: default_storage.delete(stored))


def _body(job: ImportJob) -> bytes | None:
    """The very file that was sent; ``None`` where it is gone or another."""
    try:
        with default_storage.open(job.stored) as file:
            body: bytes = file.read()
    except (OSError, ValueError):
        return None
    return body if sha256(body).hexdigest() == job.digest else None


def _allowed(info: KindInfo, actor: Actor) -> None:
    if not info.allowed(actor):
        raise NotAllowed(f"您的身份不能导入{info.label}")


def jobs_sweep() -> list[int]:
    """Put the county's jobs in order; the ids of those to be offered to a worker again.

    What waits too long for its person expires and its file goes; what lost its worker again and again is
    given up; what ended long ago is forgotten.
    """
    now = timezone.now()
    for job in ImportJob.objects.filter(state=State.CHECKED, touched_at__lt=now - KEPT):
        with transaction.atomic():
            locked = ImportJob.objects.select_for_update(skip_locked=True).filter(
                pk=job.pk, state=State.CHECKED, touched_at=job.touched_at
            )
            for row in locked:
                _end(row, State.EXPIRED)
    again: list[int] = []
    left = Q(attempts=0, touched_at__lt=now - NOT_TAKEN) | Q(touched_at__lt=now - STILL)
    for job in ImportJob.objects.filter(left, state__in=[State.WAITING, State.CONFIRMED]).order_by("pk"):
        if job.attempts < MOST_ATTEMPTS:
            again.append(job.pk)
            continue
        with transaction.atomic():
            for row in ImportJob.objects.select_for_update(skip_locked=True).filter(
                pk=job.pk, touched_at=job.touched_at
            ):
                _end(row, State.FAILED, OUR_FAULT)
    ImportJob.objects.filter(finished_at__lt=now - REMEMBERED).delete()
    return again
