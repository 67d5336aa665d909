"""The pages of an import: choose and upload, look at what it would do, confirm, see what it did."""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.accounts.actor import Actor
from luoshi.documents.spreadsheets.safety import MEBIBYTE, Limits
from luoshi.errors import Invalid, NotFound, Refusal
from luoshi.workbench.importing.forms import UploadForm
from luoshi.workbench.importing.jobs import (
    KEPT,
    MOST_ROWS,
    import_begin,
    import_confirm,
    import_discard,
    job_find,
)
from luoshi.workbench.importing.kinds import KINDS, KindInfo, kinds_of
from luoshi.workbench.importing.records import ImportJob
from luoshi.workbench.importing.tasks import import_job_send
from luoshi.workbench.importing.telling import problems_file, problems_read
from luoshi.workbench.people import frame, workbench_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JOBS_SHOWN = 20
PROBLEMS_SHOWN = 200
SLOW, FAST = 15, 45
"""Rows that a second takes in, at least and at most: what a waiting person is told to expect."""


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def imports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose what to import; with a kind chosen, its form. POST takes the file and shows what it would do."""
    kinds = kinds_of(actor)
    if not kinds:
        return _shut(request, actor)
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    info = next((info for info in kinds if info.kind.value == asked), None)
    if info is None:
        if asked in KINDS:
            return _shut(request, actor, KINDS[asked])
        return _choose(request, actor, kinds, status=400 if request.method == "POST" else 200)
    if request.method != "POST":
        return _form(request, actor, info, UploadForm(info=info))
    form = UploadForm(request.POST, request.FILES, info=info)
    if not form.is_valid():
        return _form(request, actor, info, form, status=413 if form.is_too_large else 400)
    file = form.cleaned_data["file"]
    try:
        job = import_begin(
            info=info, file_name=file.name or "", body=file.read(), options=form.options, actor=actor
        )
    except Invalid as refusal:
        for problem in refusal.problems:
            form.add_error("file", problem.message)
        return _form(request, actor, info, form, status=refusal.status)
    if job.is_running:
        import_job_send(job.pk)
    return redirect("office-import-job", pk=job.pk)


@require_safe
@workbench_page
def template(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """The workbook of one kind to fill in.

    :raises Http404: for an unknown kind, or one that this person may not import.
    """
    info = next((info for info in kinds_of(actor) if info.kind.value == kind), None)
    if info is None:
        raise Http404("没有这种模板")
    return _download(info.template(), info.file_name)


@require_safe
@workbench_page
def job(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """One import: what it would do, how it goes, what it did.

    :raises Http404: this person has no such import.
    """
    return _job(request, actor, _found(actor, pk))


@require_POST
@workbench_page
def confirm(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """Import the file that was looked through.

    :raises Http404: this person has no such import.
    """
    try:
        done = import_confirm(job_id=int(pk), actor=actor)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    except Refusal as refusal:
        return _job(request, actor, _found(actor, pk), refusal=refusal)
    if done.is_running:
        import_job_send(done.pk)
    return redirect("office-import-job", pk=done.pk)


@require_POST
@workbench_page
def discard(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """Give a file up.

    :raises Http404: this person has no such import.
    """
    try:
        given_up = import_discard(job_id=int(pk), actor=actor)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    except Refusal as refusal:
        return _job(request, actor, _found(actor, pk), refusal=refusal)
    messages.info(request, f"已放弃“{given_up.file_name}”，什么都没有导入")
    return redirect("office-import")


@require_safe
@workbench_page
def problems(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """The table of problems as a workbook.

    :raises Http404: this person has no such import, or nothing was wrong with it.
    """
    found = _found(actor, pk)
    if not found.problems:
        raise Http404("这次导入没有问题表")
    return _download(problems_file(problems_read(found.problems)), f"导入问题-{found.pk}.xlsx")


def _found(actor: Actor, pk: str) -> ImportJob:
    try:
        return job_find(job_id=int(pk), actor=actor)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal


def _job(
    request: HttpRequest, actor: Actor, found: ImportJob, refusal: Refusal | None = None
) -> HttpResponse:
    rows = problems_read(found.problems)
    waited = (timezone.now() - found.touched_at).total_seconds()
    context = {
        **frame(request, actor),
        "job": found,
        "info": KINDS[found.kind],
        "problems": rows[:PROBLEMS_SHOWN],
        "problem_count": len(rows),
        "refusal": refusal,
        "until": timezone.localtime(found.touched_at + KEPT),
        "waited": max(int(waited), 0),
        "least_minutes": max(1, found.rows // FAST // 60),
        "most_minutes": max(1, -(-found.rows // (SLOW * 60))),
        "session": found.options.get("session", ""),
    }
    return render(request, "importing/job.html", context, status=200 if refusal is None else refusal.status)


def _choose(request: HttpRequest, actor: Actor, kinds: list[KindInfo], status: int = 200) -> HttpResponse:
    jobs = ImportJob.objects.filter(started_by_id=actor.user_id).order_by("-pk")
    context = {**frame(request, actor), "kinds": kinds, "jobs": list(jobs[:JOBS_SHOWN])}
    return render(request, "importing/choose.html", context, status=status)


def _form(
    request: HttpRequest, actor: Actor, info: KindInfo, form: UploadForm, status: int = 200
) -> HttpResponse:
    context = {
        **frame(request, actor),
        "info": info,
        "form": form,
        "most_rows": MOST_ROWS,
        "most_bytes": Limits().file_bytes // MEBIBYTE,
    }
    return render(request, "importing/upload.html", context, status=status)


def _shut(request: HttpRequest, actor: Actor, info: KindInfo | None = None) -> HttpResponse:
    what = info.label if info is not None else "表格"
    return render(request, "importing/shut.html", {**frame(request, actor), "what": what}, status=403)


def _download(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"import.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response
